"""Does a net fit: parameters, gradients, optimizer state and activations together."""
