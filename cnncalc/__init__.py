"""Shapes, parameters and MACs of convolutional networks, before any framework is imported."""

from __future__ import annotations

from cnncalc.api import SpecError, load, parse

__all__ = ["SpecError", "__version__", "load", "parse"]
__version__ = "0.1.0"
