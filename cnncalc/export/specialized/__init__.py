"""Helpers as far as a file uses them.

An argument that no call passes is left out, its default put in, and what then is constant is
folded.
"""
