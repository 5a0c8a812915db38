"""What recurrent layers need in memory when PyTorch runs them step by step.

The products of all steps with the input come first, and live until the last step. Each step makes
its gates, its cell and its state; those are kept for the backward. Of several layers, each keeps
what the one before it gives. On a GPU cuDNN runs whole layers and keeps a reserve of its own,
whose size it documents nowhere: what is told here is that of PyTorch's own steps. Source:
`FullLayer`, `FullBidirectionalLayer` and the cells in `RNN.cpp` of PyTorch 2.13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.usage import Usage
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unrolled(NamedTuple):
    """A recurrent layer, sizes in bytes of all samples at one step, in one direction.

    Attributes:
        steps: the steps.
        layers: cells stacked on each other.
        directions: 1, or 2 where a second cell runs backwards.
        given: a step of the input.
        gates: the sums of all gates.
        state: what goes to the next step and out.
        cell: what goes only to the next step; 0 where there is no such thing.
        keeps: what a step keeps for its backward.
        last_kept: whether the last state is kept too, not only the first.
        holds: what a step needs while it runs.
        mask: of the dropout between two layers.
        turned: the input has the samples first, and is copied for each direction.
        bias: whether biases are added.
        weights: the gradient of the recurrent weights, of which each step makes one.
    """

    steps: int
    layers: int
    directions: int
    given: int
    gates: int
    state: int
    cell: int
    keeps: int
    last_kept: bool
    holds: int
    mask: int
    turned: bool
    bias: bool
    weights: int

    def usage(self, output: int, *, training: bool) -> Usage:
        """What the layer needs, where its output has so many bytes."""
        if not training:
            moments = [most for layer in range(self.layers) for most in self._moments(layer)]
            return Usage(scratch=max(moments) - output)
        whole = self.steps * self.directions * self.state
        cells = self.layers * self.directions
        made = cells * (self.steps * self.keeps + (self.state if self.last_kept else 0))
        made += (self.layers - 1) * (whole + self.steps * self.directions * self.mask)
        if self.turned:
            made += self.directions * self.steps * self.given
        scratch = self.steps * self.gates + whole - output
        if not self.last_kept:
            scratch += cells * (self.state + self.cell)
        if self.directions > 1:
            scratch += whole  # of both directions, before they are one
        backward = self.steps * self.gates + self.weights
        saves = () if self.turned else (0,)
        return Usage(saves=saves, made=made, scratch=scratch, backward_scratch=backward)

    def _moments(self, layer: int) -> Iterator[int]:
        """The bytes at the moments of inference that may be the largest, of one of the layers."""
        projected, states = self.steps * self.gates, self.steps * self.state
        one = self.state + self.cell
        before = self.directions * (self.layers + layer) * one  # the first states, and the last
        if layer:
            before += self.directions * states
        adding = projected if self.turned and self.bias and not layer else 0
        for direction in range(self.directions):
            if direction:  # the other's states, alone and as one
                before += 2 * states + self.cell
                yield before + 2 * projected + adding
            else:
                yield before + projected + adding
            yield before + projected + states - self.state + self.holds
            yield before + projected + 2 * states + self.cell
        if self.directions > 1:
            yield before + projected + 4 * states + self.cell
