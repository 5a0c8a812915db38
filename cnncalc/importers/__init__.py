"""Models of other tools become specs: a file is read to a flat model, and then to a spec."""
