"""Explanations in each of their formats: one file a format."""
