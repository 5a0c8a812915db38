"""The inverse: arguments that give a wanted size, and inputs that a net takes."""
