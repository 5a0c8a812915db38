"""Diagnostics as data: codes, places, severities, and the words that they share."""
