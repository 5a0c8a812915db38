"""Worked numbers as text and as JSON."""
