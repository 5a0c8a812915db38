"""A net whose layers fit together, and what can be asked of it."""
