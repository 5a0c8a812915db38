"""What makes two layers the same layer, however and in whichever layout they were written."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.kinds import DataFormat
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.arithmetic import TransposedWindow, Window
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.node import Node

#: Arguments that the windows of a layer say better: `padding: same` and `padding: 1` may be one.
_SLIDING = frozenset({"kernel", "stride", "dilation", "padding", "ceil_mode", "output_padding"})
#: What is left out of a signature where it is so.
_DEFAULTS: dict[str, object] = {
    "stride": 1, "dilation": 1, "padding": 0, "ceil_mode": False, "output_padding": 0,
    "trainable": True, "share": False, "dtype": "", "l1": 0, "l2": 0,
}  # fmt: skip

#: Types of values that hold no others.
_PLAIN = frozenset({int, bool, str, float, type(None)})

Settings = tuple[tuple[str, object], ...]


class Signature(NamedTuple):
    """A layer without its name and its shapes."""

    type: str
    settings: Settings


def signature_of(node: Node) -> Signature:
    """The signature of a layer in its place."""
    return Signature(node.type, _settings(node))


def shapes_of(node: Node) -> tuple[Shape, ...]:
    """What arrives at a layer and what leaves it, with the channels first."""
    layout = node.layer.layout_of(node.facts.inputs)
    return tuple(channels_first(shape, layout) for shape in (*node.input_shapes, node.output_shape))


def channels_first(shape: Shape, layout: Layout) -> Shape:
    """A shape with its channels in front."""
    return (*shape[-1:], *shape[:-1]) if layout == "channels_last" else shape


def in_layout(node: Node, layout: Layout) -> Shape:
    """The output shape of a layer as a net of this layout writes it."""
    shape = channels_first(node.output_shape, node.layer.layout_of(node.facts.inputs))
    return (*shape[1:], *shape[:1]) if layout == "channels_last" else shape


def default_of(node: Node, setting: str) -> object:
    """What a setting that a signature leaves out stands for."""
    if setting in _DEFAULTS:
        return _DEFAULTS[setting]
    spec = node.layer.lookup.get(setting)
    return spec.default if spec else None


def _settings(node: Node) -> Settings:
    layer, inputs = node.layer, node.facts.inputs
    # The class itself is a key; mypy takes the hash of a layer for that of its class.
    kind: Any = type(layer)
    windows = layer.windows(inputs)
    axes = layer.axes(inputs)
    telling = _telling(kind)
    settings: dict[str, object] = {
        name: compact(value)
        for name, value in layer.settings().items()
        if name in telling and name not in axes and not (windows and name in _SLIDING)
    }
    if windows:
        same = getattr(layer, "padding", None) == "same"
        settings |= _slides(kind, tuple(windows), same=same)
    if axes:
        settings |= _axes(node, axes)
    settings |= node.traits.regularizer or {}
    if not node.traits.trainable:
        settings["trainable"] = False
    if node.traits.shared_with:
        settings["share"] = True
    if node.traits.dtype:
        settings["dtype"] = node.traits.dtype
    return tuple(sorted(settings.items()))


@cache
def _telling(kind: type[Layer]) -> frozenset[str]:
    """The arguments that are properties of the layer: no declared sizes, and not the layout."""
    return frozenset(
        name
        for name, spec in kind.arguments.items()
        if not spec.declared and not isinstance(spec.kind, DataFormat)
    )


def _axes(node: Node, axes: Mapping[str, Sequence[int]]) -> dict[str, object]:
    """The axes by number, as they are where the channels come first; the channels are left out.

    Under our own names axes count without the batch, under a framework's with it, and
    in each layout the channels have another number.
    """
    rank = len(node.input_shapes[0])
    last = node.layer.layout_of(node.facts.inputs) == "channels_last"
    order = (*range(1, rank), 0) if last else range(rank)
    found = {name: tuple(order[index] for index in indices) for name, indices in axes.items()}
    return {name: compact(indices) for name, indices in found.items() if indices not in {(), (0,)}}


@lru_cache(1000)  # the windows of a long net are few
def _slides(
    kind: type[Layer], windows: tuple[Window | TransposedWindow, ...], *, same: bool
) -> Mapping[str, object]:
    """Kernel, stride, dilation and padding as they act on each axis.

    What `same` pads depends on the size that arrives as soon as there is a
    stride, and is no other setting for another size.
    """
    padding: object = _padding(windows)
    if same and any(window.stride > 1 for window in windows):
        padding = "same"
    found: dict[str, object] = {
        "kernel": compact([window.kernel for window in windows]),
        "stride": compact([window.stride for window in windows]),
        "dilation": compact([window.dilation for window in windows]),
        "padding": compact(padding),
        "ceil_mode": any(getattr(window, "ceil_mode", False) for window in windows),
        "output_padding": compact([getattr(window, "output_padding", 0) for window in windows]),
    }
    return {
        name: value
        for name, value in found.items()
        if name in kind.arguments and value != _DEFAULTS.get(name)
    }


def _padding(windows: Sequence[Window | TransposedWindow]) -> tuple[object, ...]:
    return tuple(
        window.before if window.before == window.after else (window.before, window.after)
        for window in windows
    )


def padding_of(node: Node) -> tuple[object, ...]:
    """The padding of a layer on each axis, as it is for the size that arrives."""
    return _padding(node.layer.windows(node.facts.inputs))


def compact(value: object) -> object:
    """One value instead of several equal ones; mappings and lists as tuples."""
    if type(value) in _PLAIN:  # most are
        return value
    if isinstance(value, dict):
        return tuple((key, compact(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        items = tuple(compact(item) for item in value)
        return items[0] if items and items.count(items[0]) == len(items) else items
    return value
