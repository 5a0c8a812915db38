"""Shapes, parameters and MACs of convolutional networks, before any framework is imported."""

from __future__ import annotations

from cnncalc.api import SpecError, load, parse
from cnncalc.version import __version__

__all__ = ["SpecError", "__version__", "load", "parse"]
