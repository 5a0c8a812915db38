"""Lints about a net as a whole: where its parameters sit, how its input is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check import rules
from cnncalc.analysis.check.lints.model import TRANSPARENT, Hit, View
from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.layers.base.layout import IMAGE_CHANNELS, channels_of, opposite
from cnncalc.layers.base.tensors import show_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node

#: Families whose layers leave the axes where they are, and those that make maps.
_KEEPING = frozenset({"activation", "dropout", "normalization"})
_SLIDING = frozenset({"convolution", "transposed_convolution", "pooling", "adaptive_pooling"})
_IMAGE_AXES = 3


def heavy_dense(view: View) -> Iterator[Hit]:
    """One dense layer behind a flatten that holds more than half of all parameters.

    An opinion: LeNet, AlexNet and VGG are built so. Silent after a global
    pooling.
    """
    total = view.network.totals.params
    for node in view.network.layers:
        above = view.before(node, TRANSPARENT) if node.type == "dense" else None
        if above is not None and above.type == "flatten" and 2 * node.params > total:
            channels = _channels(view, above.input_shapes[0])
            yield Hit(
                f"{node.name} holds {node.params:,} of the {total:,} parameters",
                node,
                f"its input is {show_shape(above.input_shapes[0])}, flattened",
                help=(f"`global_avgpool` instead of `flatten` leaves {channels} values",),
            )


def dense_on_map(view: View) -> Iterator[Hit]:
    """A dense layer on a map of channels, height and width: a forgotten `flatten`.

    Silent with the channels last, where it is a 1x1 convolution, and where axes
    were moved before it.
    """
    if view.network.layout != "channels_first":
        return
    for node in view.network.layers:
        shape = node.input_shapes[0] if node.input_shapes else ()
        if node.type == "dense" and len(shape) >= _IMAGE_AXES and _is_map(view, node):
            yield Hit(
                f"{node.name} acts along the last axis of {show_shape(shape)}: on "
                f"{shape[-1]} values at a time, not on all {product(shape):,}",
                node,
                help=("`- flatten` before it",),
            )


def _is_map(view: View, node: Node) -> bool:
    """Whether windows made what arrives, or it is an image."""
    name = node.inputs[0]
    while name in view.nodes and view.nodes[name].layer.family in _KEEPING:
        name = view.nodes[name].inputs[0]
    if name in view.nodes:
        return view.nodes[name].layer.family in _SLIDING
    return channels_of(view.network.inputs[name], view.network.layout) in IMAGE_CHANNELS


def _channels(view: View, shape: Shape) -> int:
    return channels_of(shape, view.network.layout)


def other_layout(view: View) -> Iterator[Hit]:
    """An image whose channels stand where the layout does not look for them.

    Silent for anything but three axes, of which two are alike and large and
    the third is 1, 3 or 4.
    """
    first = view.network.layout == "channels_first"
    for name, shape in view.network.inputs.items():
        if len(shape) != _IMAGE_AXES:
            continue
        channels, height, width = (shape[2], shape[0], shape[1]) if first else shape
        if channels in IMAGE_CHANNELS and height == width > max(IMAGE_CHANNELS):
            other = opposite(view.network.layout)
            yield Hit(
                f"the input `{name}` {show_shape(shape)} looks like `{other}`",
                help=(f"`layout: {other}`, or the sizes in the order of `{view.network.layout}`",),
            )


def idle_regularizer(view: View) -> Iterator[Hit]:
    """A penalty on the weights of a layer that has none."""
    for node in view.network.layers:
        if node.traits.regularizer and not any(w.role == "kernel" for w in node.weights):
            yield Hit(
                f"{node.name} has a regulariser, but no kernel for it to fall on",
                node,
                f"`{node.type}` has no such weights",
                help=("put it on the convolution or dense layer that is meant",),
            )


def nothing_trainable(view: View) -> Iterator[Hit]:
    """A net whose parameters are all frozen.

    Silent where there are none at all.
    """
    totals = view.network.totals
    if totals.params and not totals.trainable_params:
        yield Hit(
            f"all {totals.params:,} parameters are frozen: training changes nothing",
            help=("`trainable: true` on the layers that are to learn",),
        )


LINTS: dict[str, Callable[[View], Iterator[Hit]]] = {
    rules.HEAVY_DENSE: heavy_dense,
    rules.DENSE_ON_MAP: dense_on_map,
    rules.OTHER_LAYOUT: other_layout,
    rules.IDLE_REGULARIZER: idle_regularizer,
    codes.NOT_TRAINABLE: nothing_trainable,
}
