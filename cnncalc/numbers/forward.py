"""The values of a net, layer by layer."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.layers.base.tensors import show_shape
from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers.errors import ComputeError, NotComputedError
from cnncalc.numbers.exact import too_long
from cnncalc.numbers.registry import find
from cnncalc.numbers.tape import Copy, Leaf, Tape
from cnncalc.numbers.tensor import Tensor
from cnncalc.numbers.work import Note, Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.given import Given


class Computed(NamedTuple):
    """What a net computes.

    Attributes:
        tape: every value, in the order in which it was made.
        results: the values of every input and layer, by name.
        weights: the values of every layer's weights, by layer and weight name; those of
            another layer if shared.
        notes: named values on the way, by layer.
        missing: layers that were not computed, each with the reason.
    """

    tape: Tape
    results: Mapping[str, Tensor]
    weights: Mapping[str, Mapping[str, Tensor]]
    notes: Mapping[str, tuple[Note, ...]]
    missing: Mapping[str, str]


def compute(
    net: Network, given: Given, believed: Mapping[str, Sequence[Number]] = MappingProxyType({})
) -> Computed:
    """The values of every layer of a net.

    Args:
        net: the net.
        given: the values of its inputs and weights.
        believed: results of layers that are taken for true in place of their own.

    Raises:
        ComputeError: values are missing, or a result is not finite or has very many digits.
    """
    return _Forward(net, given, believed).run()


def applied(work: Work) -> Tensor:
    """What a layer makes of its inputs.

    Raises:
        NotComputedError: it has no rule.
        ComputeError: its result is not finite, or has very many digits.
    """
    rule = find(work.layer)
    if rule is None:
        raise NotComputedError(f"{work.layer.type} has no rule")
    begun = len(work.tape.values)
    try:
        result = rule.forward(work)
    except (OverflowError, ValueError, ZeroDivisionError) as error:
        raise ComputeError(f"`{work.layer.type}` has no finite result here: {error}") from None
    if any(too_long(value.number) for value in result.values):
        raise ComputeError(
            f"`{work.layer.type}` gives a number of over 1,000 digits", code=codes.LIMIT
        )
    # What a layer only hands on is the same tensor, as in PyTorch: so is its gradient.
    if any(result is one for one in work.tensors):
        return result
    return _own(work.tape, result, begun)


def _own(tape: Tape, result: Tensor, begun: int) -> Tensor:
    """The result with values of its own: the gradient by it is not that by its input."""
    seen: set[int] = set()
    values = []
    for value in result.values:
        passed_on = value.index < begun or value.index in seen or type(value) is Leaf
        seen.add(value.index)
        values.append(tape.add(Copy(value)) if passed_on else value)
    return Tensor(result.shape, values)


class _Forward:
    def __init__(
        self, net: Network, given: Given, believed: Mapping[str, Sequence[Number]]
    ) -> None:
        self.net = net
        self.given = given
        self.believed = believed
        self.tape = Tape()
        self.results: dict[str, Tensor] = {}
        self.weights: dict[str, dict[str, Tensor]] = {}
        self.notes: dict[str, tuple[Note, ...]] = {}
        self.missing: dict[str, str] = {}

    def run(self) -> Computed:
        for name, shape in self.net.inputs.items():
            numbers = self.given.inputs.get(name)
            if numbers is None:
                raise ComputeError(f"the input `{name}` {show_shape(shape)} has no `values`")
            self.results[name] = self._leaves(shape, numbers)
        for node in self.net.layers:
            reason = self._place(node)
            if reason:
                self.missing[node.name] = reason
        return Computed(self.tape, self.results, self.weights, self.notes, self.missing)

    def _leaves(self, shape: Shape, numbers: Sequence[Number]) -> Tensor:
        return Tensor(shape, [self.tape.leaf(number) for number in numbers])

    def _place(self, node: Node) -> str:
        """Compute one layer; the reason if that is not possible."""
        if node.name in self.believed:
            self.results[node.name] = self._leaves(node.output_shape, self.believed[node.name])
            return ""
        needed = next((name for name in node.inputs if name not in self.results), None)
        if needed is not None:
            return f"needs {needed}"
        if find(node.layer) is None:
            return f"{node.type} has no rule"
        tensors = [self.results[name] for name in node.inputs]
        weights = self._weights_of(node)
        work = Work(self.tape, node.layer, node.facts.inputs, tensors, weights, node.output_shape)
        try:
            self.results[node.name] = applied(work)
        except NotComputedError as error:
            return str(error)
        except ComputeError as error:
            raise ComputeError(f"{node.name}: {error.message}", node.place, error.code) from None
        if work.notes:
            self.notes[node.name] = tuple(work.notes)
        return ""

    def _weights_of(self, node: Node) -> dict[str, Tensor]:
        owner = node.traits.shared_with or node.name
        if owner not in self.weights:
            self.weights[owner] = {
                weight.name: self._leaves(weight.shape, self.given.weight(node, weight))
                for weight in node.weights
            }
        self.weights[node.name] = self.weights[owner]
        return self.weights[owner]
