"""Every number of a layer with its formula, the values put in, and the result."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.analysis.summary import penalties_of
from cnncalc.arithmetic import TransposedWindow, Window, ceil_div, product

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.summary import Penalty
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape, Weight
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


class Quantity(NamedTuple):
    """One number: its name, the formula in words, the values put in, the result.

    `values` is empty where there is nothing to compute.
    """

    name: str
    formula: str
    values: str
    result: int


class AxisPadding(NamedTuple):
    """The padding of one axis as it falls on its two sides."""

    axis: str
    before: int
    after: int


class LayerExplained(NamedTuple):
    """One layer and how each of its numbers comes about."""

    name: str
    type: str
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    quantities: tuple[Quantity, ...]
    weights: tuple[Weight, ...]
    padding: tuple[AxisPadding, ...]
    penalties: tuple[Penalty, ...]
    notes: tuple[str, ...]


class Explanation(NamedTuple):
    """The layers of a net, or those that were asked for."""

    name: str
    source: str
    layers: tuple[LayerExplained, ...]


def explain(network: Network, wanted: str = "", *, source: str = "") -> Explanation:
    """Explain a net, one of its layers, or the layers of one of its blocks.

    Raises:
        KeyError: no layer and no block has this name.
    """
    nodes = chosen(network, wanted)
    return Explanation(network.name, source, tuple(explain_layer(node) for node in nodes))


def chosen(network: Network, wanted: str) -> Sequence[Node]:
    """The layers of this name, or inside the block of this name; all for "".

    Raises:
        KeyError: there is none.
    """
    path = wanted.rstrip("/")
    if not path:
        return network.layers
    inside = [
        node
        for node in network.layers
        if node.name == path or any(scope.name == path for scope in node.scopes)
    ]
    if not inside:
        raise KeyError(wanted)
    return inside


def names(network: Network) -> list[str]:
    """Every name that `chosen` takes."""
    scopes = {scope.name: None for node in network.layers for scope in node.scopes}
    return [*(node.name for node in network.layers), *scopes]


def explain_layer(node: Node) -> LayerExplained:
    """One layer's numbers, each with what it was computed from."""
    windows = node.layer.windows(node.facts.inputs)
    formulas = declared_formulas(type(node.layer))
    quantities = [*map(output_size, windows), params(node, formulas.get("parameters", ""))]
    if any(weight.buffer for weight in node.weights):
        quantities.append(buffers(node))
    if node.macs:
        quantities.append(macs(node, formulas.get("macs", "")))
    return LayerExplained(
        node.name,
        node.type,
        node.input_shapes,
        node.output_shape,
        tuple(quantities),
        node.weights,
        tuple(AxisPadding(w.axis, w.before, w.after) for w in windows if w.before or w.after),
        tuple(penalties_of(node.facts, node.traits)),
        tuple(_notes(node)),
    )


# -- sizes ------------------------------------------------------------------------------------


def output_size(window: Window | TransposedWindow) -> Quantity:
    """One axis: the formula of the window, with its numbers.

    >>> output_size(Window("height", size=32, kernel=3)).values
    'floor((32 - 3 + 2*0) / 1 + 1)'
    """
    if isinstance(window, TransposedWindow):
        return _transposed_size(window)
    rounding = "ceil" if window.ceil_mode else "floor"
    extent = "dilation*(kernel-1)+1" if window.dilation > 1 else "kernel"
    formula = f"{rounding}((in - {_grouped(extent)} + {_pad_words(window)}) / stride + 1)"
    span = _grouped(_extent(window))
    values = f"{rounding}(({window.size} - {span} + {_pads(window)}) / {window.stride} + 1)"
    return Quantity(window.axis, formula, values, window.output)


def _transposed_size(window: TransposedWindow) -> Quantity:
    extent = "dilation*(kernel-1)+1" if window.dilation > 1 else "kernel"
    minus = "2*pad" if window.before == window.after else "(before + after)"
    formula = f"(in - 1)*stride - {minus} + {extent} + output_padding"
    pads = _pads(window)
    pads = pads if window.before == window.after else f"({pads})"
    values = (
        f"({window.size} - 1)*{window.stride} - {pads} + {_extent(window)}"
        f" + {window.output_padding}"
    )
    return Quantity(window.axis, formula, values, window.output)


def _extent(window: Window | TransposedWindow) -> str:
    if window.dilation > 1:
        return f"{window.dilation}*({window.kernel}-1)+1"
    return str(window.kernel)


def _grouped(text: str) -> str:
    return f"({text})" if "+" in text else text


def _pads(window: Window | TransposedWindow) -> str:
    if window.before == window.after:
        return f"2*{window.before}" if window.before >= 0 else f"2*({window.before})"
    return f"{window.before} + {window.after}"


def _pad_words(window: Window) -> str:
    return "2*pad" if window.before == window.after else "before + after"


# -- weights ----------------------------------------------------------------------------------


def params(node: Node, formula: str = "") -> Quantity:
    """The learned weights; those of a layer that shares another's count there."""
    learned = [weight for weight in node.weights if not weight.buffer]
    if not learned or node.traits.shared_with:
        return Quantity("params", "", "", node.params)
    return Quantity("params", formula, _per_filter(learned) or _sum(learned), node.params)


def buffers(node: Node) -> Quantity:
    """The numbers that are kept but not learned."""
    kept = [weight for weight in node.weights if weight.buffer]
    values = "" if node.traits.shared_with else _sum(kept)
    return Quantity("buffers", "", values, node.buffers)


def _per_filter(weights: Sequence[Weight]) -> str:
    """`(3*3*3 + 1) * 10` for a kernel whose first axis is the filters; else empty."""
    kernel, *rest = weights
    if kernel.role != "kernel" or len(kernel.shape) < 2:  # noqa: PLR2004 - a matrix
        return ""
    filters = kernel.shape[0]
    seen = fan_in(kernel)
    if not rest:
        return f"{seen} * {filters}"
    if len(rest) == 1 and rest[0].role == "bias" and rest[0].shape == (filters,):
        return f"({seen} + 1) * {filters}"
    return ""


def fan_in(kernel: Weight) -> str:
    """What one filter sees, as it is usually written: kernel height * width * channels."""
    channels, *sizes = kernel.shape[1:]
    return "*".join(map(str, (*sizes, channels)))


def _sum(weights: Sequence[Weight]) -> str:
    """`10*3*3 + 10`; empty for a single number, which says nothing more than the result."""
    if len(weights) == 1 and len(weights[0].shape) < 2:  # noqa: PLR2004 - no product
        return ""
    parts = ["*".join(map(str, weight.shape)) or "1" for weight in weights]
    return " + ".join(parts)


# -- work -------------------------------------------------------------------------------------


def macs(node: Node, formula: str = "") -> Quantity:
    """Multiply-accumulates for one sample, with the values put in where they are a product."""
    kernels = [weight for weight in node.weights if weight.role == "kernel"]
    values = ""
    if len(kernels) == 1 and len(kernels[0].shape) > 1:
        works = _works(node, kernels[0])
        values = next((text for text, number in works if number == node.macs), "")
    return Quantity("macs", formula, values, node.macs)


def _works(node: Node, kernel: Weight) -> Iterator[tuple[str, int]]:
    """The products that the known layers cost: over outputs, or over inputs if transposed."""
    seen = kernel.size // kernel.shape[0]
    for elements in (node.output_shape, node.input_shapes[0]):
        yield f"{_times(elements)} * {fan_in(kernel)}", product(elements) * seen


def _times(shape: Shape) -> str:
    return "*".join(map(str, shape))


def declared_formulas(layer: type[Layer]) -> dict[str, str]:
    """The formulas in a layer's docstring, by the word that begins their heading.

    >>> from cnncalc.layers.convolution import Conv
    >>> declared_formulas(Conv)["macs"]
    'output elements * in_channels / groups * kernel elements'
    """
    found: dict[str, str] = {}
    heading = ""
    for line in cleandoc(layer.__doc__ or "").splitlines():
        text = line.strip()
        below = line.startswith(" ")
        if text.endswith(":") and not below:
            heading = text[:-1].split()[0].lower()
        elif below and heading:
            found[heading] = f"{found.get(heading, '')} {text}".strip()
        else:
            heading = ""
    return found


# -- the rest ---------------------------------------------------------------------------------


def _notes(node: Node) -> Iterator[str]:
    if node.traits.shared_with:
        yield f"the weights are those of {node.traits.shared_with}, and are counted there"
    elif not node.traits.trainable and node.params:
        yield "frozen: the parameters count, but none is trained"
    for window in node.layer.windows(node.facts.inputs):
        if isinstance(window, Window) and window.ceil_mode:
            rounded = ceil_div(window.padded - window.extent, window.stride) + 1
            if rounded != window.output:
                yield (
                    f"along the {window.axis} a last window would start in the padding"
                    " after the input: ceil mode drops it"
                )
