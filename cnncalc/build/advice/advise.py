"""What to do about a layer that refuses what arrives: how it came about, and ways out.

A layer knows only its own inputs; what led there, and what would have to be
different further up, is found here, over the net as far as it stands. Every
way out is tried before it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import ceil_div, product
from cnncalc.build.advice.input_sizes import (
    Above,
    fitting_sizes,
    inputs_for_elements,
    smallest_input,
)
from cnncalc.build.advice.paths import accepts, path_from_input, paths_to
from cnncalc.build.advice.remedies import remedies
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import enumerated
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import show
from cnncalc.layers.base.layout import (
    IMAGE_CHANNELS,
    channels_of,
    may_have_batch,
    opposite,
    spatial_of,
)
from cnncalc.layers.base.tensors import Inputs, plural, show_shape
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import ancestors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.build.advice.paths import Path
    from cnncalc.build.advice.remedies import Remedy
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

_MOST_SHOWN = 8  # steps of a path
_MOST_REMEDIES = 2
_MAP_AXES = 3  # the least axes of a feature map: channels, height, width


class Advice(NamedTuple):
    """Further notes and ways out for a diagnostic."""

    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    replaces: bool = False  # whether the help of the layer itself would lead astray


NOTHING = Advice()


def advise(error: LayerError, layer: Layer, names: tuple[str, ...], network: Network) -> Advice:
    """What the net around a refused layer says about the refusal.

    Args:
        error: what the layer raised.
        layer: the layer.
        names: of what it takes; all are known.
        network: what is so far.
    """
    finders = {
        codes.MERGE: _merge,
        codes.DECLARED: _declared,
        codes.KERNEL_TOO_LARGE: _kernel,
        codes.EMPTY_OUTPUT: _kernel,
        codes.RANK: _rank,
    }
    finder = finders.get(error.code)
    if finder is None or not names or not network.inputs:
        return NOTHING
    return finder(network, error, layer, names)


# -- merges -----------------------------------------------------------------------------------


def _merge(network: Network, _: LayerError, layer: Layer, names: tuple[str, ...]) -> Advice:
    paths = paths_to(network, names)
    notes = tuple(_shown(network, path, name) for path, name in zip(paths, names, strict=True))
    changes = remedies(network, layer, names, paths)[:_MOST_REMEDIES]
    help_ = [f"{_words(remedy)} makes them meet" for remedy in changes]
    help_ += _sizes_that_meet(Above(network, layer, names))
    help_ += _projection(network, layer, names)
    return Advice(notes, tuple(help_))


def _shown(network: Network, path: Path, name: str) -> str:
    """One path, layer by layer; steps that keep the shape are left out."""
    here = network.shape_of(path.start)
    steps = []
    for node in path.nodes:
        if node.output_shape != here or node.name == name:
            here = node.output_shape
            steps.append(f"{node.name} {show_shape(here)}")
    if len(steps) > _MOST_SHOWN:
        half = _MOST_SHOWN // 2
        steps = [*steps[:half], "...", *steps[-half:]]
    start = f"{path.start} {show_shape(network.shape_of(path.start))}"
    if not path.nodes:
        return f"{start} arrives unchanged"
    return f"the path to {name}: {' -> '.join([start, *steps])}"


def _words(remedy: Remedy) -> str:
    layer = remedy.node.layer
    name = layer.arguments[remedy.argument].spoken(layer.dialect)
    return f"`{name}: {show(remedy.value)}` on {_placed(remedy.node)}"


def _placed(node: Node) -> str:
    return f"{node.name} (line {node.place.line})" if node.place is not None else node.name


def _sizes_that_meet(above: Above) -> Iterator[str]:
    alike: dict[tuple[tuple[int, ...], int | None, tuple[str, ...]], list[str]] = {}
    for axis, sizes, multiple in fitting_sizes(above):
        alike.setdefault((sizes, multiple, axis.inputs), []).append(axis.name)
    for (sizes, multiple, inputs), axes in alike.items():
        alone = len(above.network.inputs) == 1
        whose = "an input" if alone else f"for {enumerated(inputs)} a"
        of = "" if multiple is None else f", a multiple of {multiple},"
        yield (
            f"{whose} {enumerated(axes)} of {' or '.join(map(str, sizes))}{of} fits here "
            "(`cnncalc solve NET --divisible` says what all merges need)"
        )


def _projection(network: Network, layer: Layer, names: tuple[str, ...]) -> Iterator[str]:
    """A 1x1 convolution that turns one input of an element-wise merge into the other's shape."""
    if not layer.elementwise or len(names) != 2:  # noqa: PLR2004 - a body and a shortcut
        return
    convolution = registry.names()["conv"]
    shapes = [network.shape_of(name) for name in names]
    for one, other in ((1, 0), (0, 1)):
        old, new = shapes[one], shapes[other]
        if len(old) != len(new) or len(old) < 2:  # noqa: PLR2004 - channels and an axis
            continue
        filters = channels_of(new, network.layout)
        sizes = zip(spatial_of(old, network.layout), spatial_of(new, network.layout), strict=True)
        stride = max(max(ceil_div(before, after), 1) for before, after in sizes)
        conv = convolution.make({"filters": filters, "kernel": 1, "stride": stride})
        if _made_by(conv, old, network.layout) == new:
            step = f", stride: {stride}" if stride > 1 else ""
            yield (
                f"`conv: {{filters: {filters}, kernel: 1{step}}}` after {names[one]} "
                f"makes it {show_shape(new)}"
            )
            return


def _made_by(layer: Layer, shape: Shape, layout: Layout) -> Shape | None:
    """What a layer makes of a shape; None where it refuses."""
    inputs = Inputs((shape,), layout)
    return layer.output_shape(inputs) if accepts(layer, (shape,), layout) else None


# -- axes -------------------------------------------------------------------------------------


def _rank(network: Network, _: LayerError, layer: Layer, names: tuple[str, ...]) -> Advice:
    """A type for the axes that arrive, and an input without the batch that it was written with."""
    batched = any(may_have_batch(shape, network.layout) for shape in network.inputs.values())
    other, batch = _of_other_rank(network, layer, names), _without_batch(network, layer, names)
    return Advice((), (*batch, *other) if batched else (*other, *batch))


def _of_other_rank(network: Network, layer: Layer, names: tuple[str, ...]) -> Iterator[str]:
    """The type's name for as many axes as arrive: `Conv2d` in place of `Conv1d`."""
    found = registry.find(layer.called)
    if found is None or found.rank is None:
        return
    shapes = tuple(network.shape_of(name) for name in names)
    stem, letter, rank = found.text[:-2], found.text[-1], len(shapes[0]) - 1
    other = registry.find(f"{stem}{rank}{letter}")
    if other is None:
        return
    try:
        made = other.make(layer.settings(), layer.dialect)
    except LayerError:
        return
    if accepts(made, shapes, network.layout):
        yield f"`{other.text}` takes channels and {plural(rank, 'spatial axis')}"


def _without_batch(network: Network, layer: Layer, names: tuple[str, ...]) -> Iterator[str]:
    """An input that was written with its batch, without which the layer takes what arrives."""
    shapes = tuple(network.shape_of(name) for name in names)
    if not accepts(layer, tuple(shape[1:] for shape in shapes), network.layout):
        return
    for name, shape in network.inputs.items():
        if len(shape) == len(shapes[0]) > 2:  # noqa: PLR2004 - channels and an axis remain
            yield _no_batch(network, name)


def _no_batch(network: Network, name: str) -> str:
    key = "input" if len(network.inputs) == 1 else name
    shape = "x".join(map(str, network.inputs[name][1:]))
    return f"the input of a spec has no batch: write `{key}: {shape}`"


# -- declared sizes ---------------------------------------------------------------------------


def _declared(network: Network, error: LayerError, layer: Layer, names: tuple[str, ...]) -> Advice:
    claimed = getattr(layer, error.argument)
    shape = network.shape_of(names[0])
    if not isinstance(claimed, int):
        return NOTHING
    if error.argument == "in_features":
        return _features(network, layer, names, claimed)
    help_ = [*_other_layout(network, shape, claimed), *_filters(network, names[0], claimed)]
    return Advice((), tuple(help_))


def _features(network: Network, layer: Layer, names: tuple[str, ...], claimed: int) -> Advice:
    """A dense layer told another size than arrives."""
    shape = network.shape_of(names[0])
    if len(shape) >= _MAP_AXES or (len(shape) > 1 and product(shape) == claimed):
        return _flatten_first(shape, claimed)
    path = path_from_input(network, names[0])
    notes, help_ = [], []
    flat = next((node for node in reversed(path.nodes) if node.flattens), None)
    for node in path.nodes:
        if product(node.output_shape) == claimed:
            made = show_shape(node.output_shape)
            help_.append(f"{claimed} is what {_placed(node)} gives: {made}")
            break
    if flat is not None:
        map_ = flat.input_shapes[0]
        counted = " * ".join(map(str, map_))
        notes.append(f"{flat.name} makes {counted} = {product(map_)} of {show_shape(map_)}")
        channels = channels_of(map_, network.layout)
        if claimed % channels:
            notes.append(
                f"{claimed} is not a multiple of the {channels} channels: no size gives it"
            )
        found = inputs_for_elements(Above(network, layer, names), flat.inputs[0], claimed)
        help_ += [f"an input of {_of(network, one)} would make {claimed} right" for one in found][
            :1
        ]
    changes = remedies(network, layer, names, [path])[:_MOST_REMEDIES]
    help_ += [f"{_words(remedy)} would make {claimed} right" for remedy in changes]
    return Advice(tuple(notes), tuple(help_))


def _flatten_first(shape: Shape, claimed: int) -> Advice:
    """A dense layer that is told the elements of a map takes them from a `flatten`."""
    elements = product(shape)
    help_ = [f"a `flatten` before it makes {elements} of {show_shape(shape)}"]
    if elements != claimed:
        help_.append(f"then write `in_features: {elements}`, or leave it out")
    return Advice((), tuple(help_), replaces=True)


def _filters(network: Network, name: str, claimed: int) -> Iterator[str]:
    """The layer above that sets the channels, with what it would have to set."""
    here = name
    while here not in network.inputs:
        node = network[here]
        if "filters" in node.layer.arguments:
            name = node.layer.arguments["filters"].spoken(node.layer.dialect)
            yield f"or `{name}: {claimed}` on {_placed(node)}, which sets the channels"
            return
        here = node.inputs[0]


# -- kernels that do not fit ------------------------------------------------------------------


def _kernel(network: Network, error: LayerError, layer: Layer, names: tuple[str, ...]) -> Advice:
    above = ancestors(network, names)
    read = {*names, *(name for node in above for name in node.inputs)} & network.inputs.keys()
    batched = [one for one in read if may_have_batch(network.inputs[one], network.layout)]
    if batched:
        help_ = [_no_batch(network, one) for one in sorted(batched)]
        return Advice((), (*help_, *error.help), replaces=True)
    shapes_read = {network.inputs[name]: None for name in network.inputs if name in read}
    help_ = [line for shape in shapes_read for line in _other_layout(network, shape, None)]
    if not help_ and any(name not in network.inputs for name in names):
        shapes = smallest_input(Above(network, layer, names))
        if shapes:
            said = "the smallest input that reaches it is"
            help_.append(f"{said} {_of(network, shapes)}")
    return Advice((), tuple(help_))


def _of(network: Network, shapes: Mapping[str, Shape]) -> str:
    """Shapes of inputs, with their names where there are several."""
    if len(network.inputs) == 1:
        return show_shape(*shapes.values())
    return enumerated([f"{show_shape(shape)} for {name}" for name, shape in shapes.items()])


def _other_layout(network: Network, shape: Shape, claimed: int | None) -> Iterator[str]:
    """A hint that an image is written in the other layout, where it looks like it."""
    if shape not in network.inputs.values() or len(shape) != 3:  # noqa: PLR2004 - an image
        return
    first = network.layout == "channels_first"
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
    other = opposite(network.layout)
    yield (
        f"the input {show_shape(shape)} is read as {read}: "
        f"write `input: [{', '.join(map(str, right))}]`, or `layout: {other}`"
    )
