"""The layer types: one file per family, one declaration per type."""
