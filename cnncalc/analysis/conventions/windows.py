"""Attention in windows as tools see it: linear layers and products, called as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product

if TYPE_CHECKING:
    from cnncalc.analysis.conventions.work import Work


def _positions(work: Work) -> int:
    return work.batch * product(work.node.layer.padded(work.node.facts.inputs))  # type: ignore[attr-defined] # of this layer


def weighted(work: Work) -> int:
    """The elements of the map of attention."""
    layer = work.node.layer
    return _positions(work) * layer.places * work.argument("num_heads")  # type: ignore[attr-defined,no-any-return] # of this layer


def products(work: Work) -> int:
    """The multiply-accumulates of both products."""
    layer = work.node.layer
    return 2 * _positions(work) * layer.places * work.channels  # type: ignore[attr-defined,no-any-return] # of this layer


def biases(work: Work) -> int:
    """The additions of the biases of query, key, value and output."""
    added = 3 * work.argument("qkv_bias") + work.argument("proj_bias")
    return _positions(work) * work.channels * added  # type: ignore[no-any-return] # of any argument
