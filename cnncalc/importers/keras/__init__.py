"""Keras models: the configuration that they are saved with, read without Keras."""
