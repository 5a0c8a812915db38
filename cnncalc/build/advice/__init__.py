"""The ways out of an error, found by the same arithmetic."""
