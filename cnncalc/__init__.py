"""Shapes, parameters and MACs of convolutional networks, before any framework is imported."""

from __future__ import annotations

__version__ = "0.1.0"
