"""The layer types: one file a family, one declaration a type."""
