"""Pure functions from a net to a frozen result; what they return is rendered elsewhere."""
