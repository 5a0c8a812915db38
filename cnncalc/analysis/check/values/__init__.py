"""Claims on values: `expect: {values: ..., gradient: ...}` held against worked numbers."""
