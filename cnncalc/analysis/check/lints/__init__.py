"""Design lints: one function a code, each with what must not set it off beside it."""
