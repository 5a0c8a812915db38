"""The values that a spec gives: of inputs and of weights."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.tensors import show_shape
from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers.errors import ComputeError
from cnncalc.numbers.exact import exact, too_long
from cnncalc.numbers.registry import hold_operations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.diagnostics.diagnostic import Place
    from cnncalc.layers.base.tensors import Shape, Weight
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node, Stated
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.tape import Value
    from cnncalc.numbers.tensor import Tensor

#: What a weight holds before training, where that is a fixed number.
INITIAL = {
    "bias": 0, "beta": 0, "gamma": 1, "running_mean": 0, "running_variance": 1,
}  # fmt: skip


class Given(NamedTuple):
    """Numbers by what they are of, row by row.

    Attributes:
        inputs: of each input, by its name.
        weights: of each layer's weights, by layer and weight name.
    """

    inputs: Mapping[str, Sequence[Number]]
    weights: Mapping[str, Mapping[str, Sequence[Number]]]

    def weight(self, node: Node, weight: Weight) -> Sequence[Number]:
        """The numbers of a weight: as given, else what it holds before training.

        Raises:
            ComputeError: nothing is given for a weight that begins with random numbers.
        """
        found = self.weights.get(node.name, {}).get(weight.name)
        if found is not None:
            return found
        initial: Number | None = INITIAL.get(weight.name)
        if weight.name == "alpha":
            initial = exact(getattr(node.layer, "init", 0.25))
        if weight.name == "relative_position_index":
            positions: Sequence[Number] = node.layer.relative_positions()  # type: ignore[attr-defined] # of the only layer with it
            return positions
        if initial is None:
            raise ComputeError(
                f"{node.name} has no `weights: {{{weight.name}: ...}}`, {show_shape(weight.shape)}",
                node.place,
            )
        return [initial] * product(weight.shape)


def filled(value: Any, shape: Shape, what: str, place: Place | None = None) -> list[Number]:  # noqa: ANN401 - as a spec has it
    """Nested lists as numbers of a shape, row by row.

    A number fills; an array of fewer axes repeats along the missing leading ones.

    Raises:
        ComputeError: they are not numbers, ragged, or of another shape.
    """
    own, numbers = shaped_numbers(value, what, place)
    if own != shape[len(shape) - len(own) :] or len(own) > len(shape):
        raise ComputeError(
            f"{what} has the shape {show_shape(own)}, but {show_shape(shape)} is needed", place
        )
    return numbers * product(shape[: len(shape) - len(own)])


def shaped_numbers(value: Any, what: str, place: Place | None) -> tuple[Shape, list[Number]]:  # noqa: ANN401 - as a spec has it
    """The shape of nested lists, and their numbers row by row.

    Raises:
        ComputeError: they are ragged, or hold something that is not a number.
    """
    if isinstance(value, (list, tuple)):
        parts = [shaped_numbers(item, what, place) for item in value]
        shapes = {shape for shape, _ in parts}
        if len(shapes) > 1:
            raise ComputeError(
                f"{what} is ragged: it holds {' and '.join(sorted(map(show_shape, shapes)))}",
                place,
            )
        inner = parts[0][0] if parts else ()
        return (len(parts), *inner), [number for _, numbers in parts for number in numbers]
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
        raise ComputeError(f"{what} holds {value!r}, which is not a number", place)
    number = exact(value)
    if too_long(number):
        raise ComputeError(f"{what} holds a number of over 1,000 digits", place, codes.LIMIT)
    return (), [number]


def given_of(net: Network) -> Given:
    """The values that a net's spec gives.

    Raises:
        ComputeError: they are of no input or weight, or do not fit it; or the net takes too
            many operations to be computed.
    """
    hold_operations(net)
    inputs = {
        name: filled(value, net.inputs[name], f"`values` of {name}", place)
        for name, value, place in _by_name(net.values, tuple(net.inputs), "values", "input")
    }
    weights = {
        node.name: _weights(node, node.traits.weights)
        for node in net.layers
        if node.traits.weights is not None
    }
    return Given(inputs, weights)


def _weights(node: Node, stated: Stated) -> dict[str, Sequence[Number]]:
    shapes = {weight.name: weight.shape for weight in node.weights}
    if node.traits.shared_with:
        raise ComputeError(
            f"{node.name} shares the weights of {node.traits.shared_with}: give them there",
            stated.place,
        )
    if not isinstance(stated.value, dict):
        raise ComputeError(
            f"`weights` of {node.name} must name them: {_names(shapes)}", stated.place
        )
    found: dict[str, Sequence[Number]] = {}
    for name, value in stated.value.items():
        place = stated.parts.get(name, stated.place)
        if name not in shapes:
            raise ComputeError(f"{node.name} has no weight `{name}`: {_names(shapes)}", place)
        found[name] = filled(value, shapes[name], f"`{name}` of {node.name}", place)
    return found


def _names(shapes: Mapping[str, Shape]) -> str:
    named = ", ".join(f"{name} {show_shape(shape)}" for name, shape in shapes.items())
    return f"it has {named}" if named else "it has none"


def _by_name(
    stated: Stated | None, names: tuple[str, ...], key: str, what: str
) -> Iterator[tuple[str, Any, Place | None]]:
    """What is under a key, by input or output: `{name: ...}`, or alone for the only one."""
    if stated is None:
        return
    if not isinstance(stated.value, dict):
        if len(names) != 1:
            raise ComputeError(
                f"the net has several {what}s: `{key}: {{{names[0]}: ...}}`", stated.place
            )
        yield names[0], stated.value, stated.place
        return
    for name, value in stated.value.items():
        place = stated.parts.get(name, stated.place)
        if name not in names:
            raise ComputeError(
                f"`{key}` names `{name}`, but the {what}s are {', '.join(names)}", place
            )
        yield name, value, place


def gradient_of(
    net: Network, results: Mapping[str, Tensor]
) -> tuple[list[tuple[Value, Number]], bool]:
    """The loss's gradient by every element of the outputs; 1 where a spec gives none.

    Returns:
        The gradients, and whether they were assumed.

    Raises:
        ComputeError: they do not fit the outputs.
    """
    outputs = tuple(name for name in net.outputs if name in results)
    given = {
        name: filled(value, results[name].shape, f"`gradient` of {name}", place)
        for name, value, place in _by_name(net.gradient, outputs, "gradient", "output")
    }
    seeds: list[tuple[Value, Number]] = []
    for name in outputs:
        values = results[name].values
        numbers = given.get(name, [0 if given else 1] * len(values))
        seeds += zip(values, numbers, strict=True)
    return seeds, not given
