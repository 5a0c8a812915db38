"""What a layer makes of its inputs: shape, weights and counts, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import (
    LARGEST_COUNT,
    LARGEST_SIZE,
    MOST_AXES,
    Inputs,
    plural,
    show_shape,
)
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape, Weight


class Facts(NamedTuple):
    """What a layer does with given inputs, for one sample."""

    inputs: Inputs
    output_shape: Shape
    weights: tuple[Weight, ...]
    params: int
    buffers: int
    macs: int


class KnownFacts:
    """The facts of layers, by their identity and what arrives; what is known is kept alive."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, tuple[Shape, ...]], Facts] = {}
        self._alive: dict[int, Layer] = {}

    def of(self, layer: Layer, inputs: Inputs) -> Facts:
        """What a layer makes of inputs that it is not known for; raises `LayerError`."""
        facts = self.known[id(layer), inputs.shapes] = facts_of(layer, inputs)
        self._alive[id(layer)] = layer
        return facts


def facts_of(layer: Layer, inputs: Inputs) -> Facts:
    """Ask a layer what it makes of these inputs.

    Raises:
        LayerError: it cannot take them, or a declared size is wrong.
    """
    output = shape_of(layer, inputs)
    weights = tuple(layer.weights(inputs))
    params = buffers = 0
    for weight in weights:
        if weight.buffer:
            buffers += weight.size
        else:
            params += weight.size
    macs = layer.macs(inputs, output)
    if max(params, buffers, macs) > LARGEST_COUNT:
        raise LayerError(
            codes.LIMIT, f"a count of `{layer.called or layer.type}` has over 1,000 digits"
        )
    return Facts(inputs, output, weights, params, buffers, macs)


def shape_of(layer: Layer, inputs: Inputs) -> Shape:
    """Ask a layer for the shape of its output only.

    Raises:
        LayerError: it cannot take the inputs, or a declared size is wrong.
    """
    _check_count(layer, inputs)
    for shape in inputs.shapes:
        if len(shape) < layer.least_axes:
            raise LayerError(
                codes.RANK,
                f"`{layer.called or layer.type}` receives one number per sample, without axes",
            )
    for shape in inputs.shapes:
        if 0 in shape:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"`{layer.called or layer.type}` receives a tensor without elements",
            )
    for name, actual in layer.declared(inputs).items():
        claimed = getattr(layer, name)
        if claimed is not None and claimed != actual:
            arriving = " and ".join(show_shape(shape) for shape in inputs.shapes)
            raise LayerError(
                codes.DECLARED,
                f"`{name}` says {show_claim(claimed)}, but it is {show_claim(actual)}",
                argument=name,
                label=f"should be {show_claim(actual)}",
                help=(f"the input is {arriving}; leave `{name}` out, it is known from there",),
            )
    output = layer.output_shape(inputs)
    if not output:
        output = (1,)
    _check_sizes(layer, output)
    return output


def show_claim(value: object) -> str:
    """A declared number or shape as messages print it."""
    return show_shape(value) if isinstance(value, tuple) else str(value)


def _check_count(layer: Layer, inputs: Inputs) -> None:
    least, most = layer.arity
    count = len(inputs.shapes)
    if count < least or (most is not None and count > most):
        wanted = plural(least, "input") if least == most else f"{least} or more inputs"
        raise LayerError(
            codes.INPUT_COUNT,
            f"`{layer.called or layer.type}` takes {wanted}, not {count}",
            help=(
                ("`from: [a, b]` names them",)
                if count < least
                else ("merge them first, with `add` or `concat`",)
            ),
        )


def excess_of(shape: Shape) -> str:
    """What a shape has too much of, for the end of a sentence; empty if it is within bounds."""
    if len(shape) > MOST_AXES:
        return f"{len(shape):,} axes; the limit is {MOST_AXES}"
    if max(shape, default=0) > LARGEST_SIZE:
        return "over 300 digits"
    return "elements of over 1,000 digits" if product(shape) > LARGEST_COUNT else ""


def _check_sizes(layer: Layer, output: Shape) -> None:
    for size in output:
        if size < 0:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"the output of `{layer.called or layer.type}` would be {show_shape(output)}: "
                "no size may be negative",
            )
    excess = excess_of(output)
    if excess:
        raise LayerError(codes.LIMIT, f"the output of `{layer.called or layer.type}` has {excess}")
