"""What to do about a layer that refuses what arrives: how it came about, and ways out.

A layer knows only its own inputs; what led there, and what would have to be
different further up, is found here, over the net as far as it stands. Every
way out is tried before it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic import ceil_div, product
from cnncalc.build.advice.remedies import (
    inputs_for_elements,
    other_inputs,
    remedies,
    smallest_input,
)
from cnncalc.build.advice.ways import from_input, takes, ways_to
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import enumerated
from cnncalc.layers import registry
from cnncalc.layers.base.kinds import show
from cnncalc.layers.base.layout import IMAGE_CHANNELS, channels_of, opposite, spatial_of
from cnncalc.layers.base.tensors import Inputs, show_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.build.advice.remedies import Remedy
    from cnncalc.build.advice.ways import Built, Way
    from cnncalc.layers.base.errors import LayerError
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.node import Node

_MOST_SHOWN = 8  # steps of a way
_MOST_REMEDIES = 2


class Advice(NamedTuple):
    """Further notes and ways out for a diagnostic."""

    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()


NOTHING = Advice()


def advise(error: LayerError, layer: Layer, names: tuple[str, ...], net: Built) -> Advice:
    """What the net around a refused layer says about the refusal.

    Args:
        error: what the layer raised.
        layer: the layer.
        names: of what it takes; all are known.
        net: what stands so far.
    """
    finders = {
        codes.MERGE: _merge,
        codes.CLAIM: _claim,
        codes.KERNEL_TOO_LARGE: _kernel,
        codes.EMPTY_OUTPUT: _kernel,
    }
    finder = finders.get(error.code)
    if finder is None or not names or not net.inputs:
        return NOTHING
    return finder(net, error, layer, names)


# -- merges -----------------------------------------------------------------------------------


def _merge(net: Built, _: LayerError, layer: Layer, names: tuple[str, ...]) -> Advice:
    ways = ways_to(net, names)
    notes = tuple(_shown(net, way, name) for way, name in zip(ways, names, strict=True))
    found = [_words(remedy) for remedy in remedies(net, layer, names, ways)[:_MOST_REMEDIES]]
    help_ = [f"{words} makes them meet" for words in found]
    help_ += _sizes_that_meet(net, names)
    help_ += _projection(net, layer, names)
    return Advice(notes, tuple(help_))


def _shown(net: Built, way: Way, name: str) -> str:
    """One way, layer by layer; steps that keep the shape are left out."""
    here = net.shape(way.start)
    steps = []
    for node in way.nodes:
        if node.output_shape != here or node.name == name:
            here = node.output_shape
            steps.append(f"{node.name} {show_shape(here)}")
    if len(steps) > _MOST_SHOWN:
        half = _MOST_SHOWN // 2
        steps = [*steps[:half], "...", *steps[-half:]]
    start = f"{way.start} {show_shape(net.shape(way.start))}"
    if not way.nodes:
        return f"{start} is taken as it is"
    return f"the way to {name}: {' -> '.join([start, *steps])}"


def _words(remedy: Remedy) -> str:
    layer = remedy.node.layer
    name = layer.arguments[remedy.argument].spoken(layer.dialect)
    return f"`{name}: {show(remedy.value)}` on {_placed(remedy.node)}"


def _placed(node: Node) -> str:
    return f"{node.name} (line {node.place.line})" if node.place is not None else node.name


def _sizes_that_meet(net: Built, names: tuple[str, ...]) -> Iterator[str]:
    by_axis: dict[tuple[str, int], list[int]] = {}
    for axis, size, step in other_inputs(net, names):
        by_axis.setdefault((axis, step), []).append(size)
    differing = {
        index
        for index, sizes in enumerate(zip(*(net.shape(name) for name in names), strict=False))
        if len(set(sizes)) > 1
    }
    first = int(net.layout == "channels_first")
    alike: dict[tuple[int, tuple[int, ...]], list[str]] = {}
    for index, ((axis, step), sizes) in enumerate(by_axis.items()):
        if len(by_axis) == 1 or index + first in differing:
            alike.setdefault((step, tuple(sizes)), []).append(axis)
    for (step, fitting), axes in alike.items():
        shown = " or ".join(map(str, fitting))
        yield (
            f"an input {enumerated(axes)} of {shown}, a multiple of {step}, fits here "
            "(`cnncalc solve NET --divisible` tells what all merges need)"
        )


def _projection(net: Built, layer: Layer, names: tuple[str, ...]) -> Iterator[str]:
    """A 1x1 convolution that turns one input of an element-wise merge into the other's shape."""
    if layer.type == "concat" or len(names) != 2:  # noqa: PLR2004 - a body and a shortcut
        return
    convolution = registry.names()["conv"]
    shapes = [net.shape(name) for name in names]
    for way, other in ((1, 0), (0, 1)):
        old, new = shapes[way], shapes[other]
        if len(old) != len(new) or len(old) < 2:  # noqa: PLR2004 - channels and an axis
            continue
        filters = channels_of(new, net.layout)
        sizes = zip(spatial_of(old, net.layout), spatial_of(new, net.layout), strict=True)
        stride = max(max(ceil_div(before, after), 1) for before, after in sizes)
        conv = convolution.make({"filters": filters, "kernel": 1, "stride": stride})
        if _made_by(conv, old, net.layout) == new:
            step = f", stride: {stride}" if stride > 1 else ""
            yield (
                f"`conv: {{filters: {filters}, kernel: 1{step}}}` after {names[way]} "
                f"makes it {show_shape(new)}"
            )
            return


def _made_by(layer: Layer, shape: Shape, layout: Layout) -> Shape | None:
    """What a layer makes of a shape; None where it refuses."""
    inputs = Inputs((shape,), layout)
    return layer.output_shape(inputs) if takes(layer, (shape,), layout) else None


# -- claims -----------------------------------------------------------------------------------


def _claim(net: Built, error: LayerError, layer: Layer, names: tuple[str, ...]) -> Advice:
    claimed = getattr(layer, error.argument)
    shape = net.shape(names[0])
    if not isinstance(claimed, int):
        return NOTHING
    if error.argument == "in_features":
        return _features(net, layer, names, claimed)
    help_ = [*_other_layout(net, shape, claimed), *_filters(net, names[0], claimed)]
    return Advice((), tuple(help_))


def _features(net: Built, layer: Layer, names: tuple[str, ...], claimed: int) -> Advice:
    """A dense layer told another size than arrives."""
    shape = net.shape(names[0])
    if len(shape) > 1 and product(shape) == claimed:
        return Advice((), (f"a `flatten` before it makes {claimed} of {show_shape(shape)}",))
    way = from_input(net, names[0])
    notes, help_ = [], []
    flat = next((node for node in reversed(way.nodes) if _flattens(node)), None)
    for node in way.nodes:
        if product(node.output_shape) == claimed:
            made = show_shape(node.output_shape)
            help_.append(f"{claimed} is what {_placed(node)} gives: {made}")
            break
    if flat is not None:
        map_ = flat.input_shapes[0]
        counted = " * ".join(map(str, map_))
        notes.append(f"{flat.name} makes {counted} = {product(map_)} of {show_shape(map_)}")
        channels = channels_of(map_, net.layout)
        if claimed % channels:
            notes.append(f"{claimed} is no multiple of the {channels} channels: no size gives it")
        found = inputs_for_elements(net, layer, names[0], map_, claimed)
        help_ += [f"an input of {show_shape(one)} would make {claimed} right" for one in found][:1]
    changes = remedies(net, layer, names, [way])[:_MOST_REMEDIES]
    help_ += [f"{_words(remedy)} would make {claimed} right" for remedy in changes]
    return Advice(tuple(notes), tuple(help_))


def _flattens(node: Node) -> bool:
    return len(node.output_shape) == 1 < len(node.input_shapes[0]) and product(
        node.output_shape
    ) == product(node.input_shapes[0])


def _filters(net: Built, name: str, claimed: int) -> Iterator[str]:
    """The layer above that sets the channels, with what it would have to set."""
    here = name
    while here in net.nodes:
        node = net.nodes[here]
        if "filters" in node.layer.arguments:
            name = node.layer.arguments["filters"].spoken(node.layer.dialect)
            yield f"or `{name}: {claimed}` on {_placed(node)}, which sets the channels"
            return
        here = node.inputs[0]


# -- kernels that do not fit ------------------------------------------------------------------


def _kernel(net: Built, _: LayerError, layer: Layer, names: tuple[str, ...]) -> Advice:
    help_ = list(_other_layout(net, net.shape(names[0]), None))
    if not help_ and names[0] in net.nodes and len(names) == 1:
        way = from_input(net, names[0])
        shape = smallest_input(net, layer, names[0], way)
        if shape is not None:
            help_.append(f"the smallest input that reaches it is {show_shape(shape)}")
    return Advice((), tuple(help_))


def _other_layout(net: Built, shape: Shape, claimed: int | None) -> Iterator[str]:
    """A hint that an image is written in the other layout, where it looks like it."""
    if shape not in net.inputs.values() or len(shape) != 3:  # noqa: PLR2004 - an image
        return
    first = net.layout == "channels_first"
    channels, rest = (shape[-1], shape[:-1]) if first else (shape[0], shape[1:])
    looks = channels in IMAGE_CHANNELS and min(rest) > max(IMAGE_CHANNELS)
    if not looks or claimed not in (None, channels):
        return
    read = (
        f"{shape[0]} channels of {shape[1]}x{shape[2]}"
        if first
        else f"{shape[2]} channels of {shape[0]}x{shape[1]}"
    )
    right = (channels, *rest) if first else (*rest, channels)
    other = opposite(net.layout)
    yield (
        f"the input {show_shape(shape)} is read as {read}: "
        f"write `input: [{', '.join(map(str, right))}]`, or `layout: {other}`"
    )
