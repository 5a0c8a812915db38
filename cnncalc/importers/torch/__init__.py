"""PyTorch models: built without memory, traced down to PyTorch's own layers."""
