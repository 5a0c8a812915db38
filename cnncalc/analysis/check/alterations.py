"""Small changes of a net, as people make them by mistake: of a layer's arguments, of the input."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from cnncalc.arithmetic import Window
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import show
from cnncalc.layers.base.layout import channels_of, shaped, spatial_of
from cnncalc.layers.base.tensors import show_shape
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import input_axes, resized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

# The order in which slips are tried, the likely ones first.
_FORGOTTEN_BIAS, _NAMED_PADDING, _COUNTING, _ONE_MORE, _STRIDE = range(5)
_OTHER_STRIDE, _KERNEL, _GROUPS, _FILTERS, _INPUT = range(5)

_KERNELS = (1, 3, 5, 7)
_INPUTS = (28, 32, 64, 96, 128, 224, 227, 256, 299, 512)  # sizes of well-known data sets and nets
_CHANNELS = (1, 3)
_FEATURES = ("filters", "units")  # the arguments that say how many features leave


Settings: TypeAlias = "Mapping[str, object]"


class Alteration(NamedTuple):
    """A change as a person would say it.

    Attributes:
        order: of the tries, the likely changes first.
        text: the change in words.
        settings: other arguments for some layers, by their names.
        inputs: other shapes of inputs, by their names.
    """

    order: int
    text: str
    settings: Mapping[str, Settings]
    inputs: Mapping[str, Shape] = MappingProxyType({})

    def contradicts(self, other: Alteration) -> bool:
        """Whether the two want different values in the same place."""
        return _at_odds(self.inputs, other.inputs) or any(
            _at_odds(settings, other.settings.get(name, {}))
            for name, settings in self.settings.items()
        )

    def overlaps(self, other: Alteration) -> bool:
        """Whether the two change the same place, and so are not two slips."""
        return bool(self.inputs and other.inputs) or any(
            settings.keys() & other.settings.get(name, {}).keys()
            for name, settings in self.settings.items()
        )


def _at_odds(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return any(key in other and other[key] != value for key, value in one.items())


def likely_changes(node: Node) -> Iterator[Alteration]:
    """The slips in one layer that are made most often: bias, padding, rounding, a stride more."""
    for order, text, settings in _settings(node):
        yield Alteration(order, f"{node.name}: {text}", {node.name: settings})


def further_changes(node: Node) -> Iterator[Alteration]:
    """Other values of one layer's stride, kernel, groups or filters."""
    for order, argument, value in _values(node):
        spec = node.layer.arguments[argument]
        now = getattr(node.layer, argument)
        if value != now:
            name = spec.spoken(node.layer.dialect)
            instead = "" if now is None else f" instead of {show(now)}"
            text = f"{node.name}: `{name}: {show(value)}`{instead}"
            yield Alteration(order, text, {node.name: {argument: value}})


def _values(node: Node) -> Iterator[tuple[int, str, int]]:
    layer = node.layer
    windows = node.layer.windows(node.facts.inputs)
    kernels, strides = {one.kernel for one in windows}, {one.stride for one in windows}
    if "stride" in layer.arguments and len(strides) == 1:
        (stride,) = strides
        yield from ((_OTHER_STRIDE, "stride", one) for one in (1, 2, stride + 1) if one != stride)
    if "kernel" in layer.arguments and len(kernels) == 1:
        (kernel,) = kernels
        near = (kernel - 1, kernel + 1, kernel - 2, kernel + 2)
        for one in dict.fromkeys((*_KERNELS, *near)):
            if one > 0 and one != kernel:
                yield _KERNEL, "kernel", one
    if "groups" in layer.arguments:
        yield _GROUPS, "groups", channels_of(node.input_shapes[0], node.facts.inputs.layout)
    for argument in _FEATURES:
        now = getattr(layer, argument, None)
        if argument in layer.arguments and isinstance(now, int):
            yield _FILTERS, argument, 2 * now
            if now % 2 == 0:
                yield _FILTERS, argument, now // 2


def with_features(node: Node, count: int) -> Alteration | None:
    """The layer with another number of filters or units."""
    for argument in _FEATURES:
        now = getattr(node.layer, argument, None)
        if argument in node.layer.arguments and isinstance(now, int) and now != count > 0:
            name = node.layer.arguments[argument].spoken(node.layer.dialect)
            text = f"{node.name}: `{name}: {count}` instead of {now}"
            return Alteration(_FILTERS, text, {node.name: {argument: count}})
    return None


def input_changes(network: Network) -> Iterator[Alteration]:
    """Inputs of another size or another number of channels."""
    axes = input_axes(network)
    for now in dict.fromkeys(axis.size for axis in axes):
        alike = [axis for axis in axes if axis.size == now]
        sizes = (now + 1, now - 1, 2 * now, now // 2, *_INPUTS)
        for size in dict.fromkeys(sizes):
            if size > 0 and size != now:
                yield _with_inputs(network, resized(network, dict.fromkeys(alike, size)))
    for name, shape in network.inputs.items():
        if len(shape) > 1 and channels_of(shape, network.layout) in _CHANNELS:
            spatial = spatial_of(shape, network.layout)
            for channels in _CHANNELS:
                if channels != channels_of(shape, network.layout):
                    yield _with_inputs(network, {name: shaped(channels, spatial, network.layout)})


def _with_inputs(network: Network, shapes: Mapping[str, Shape]) -> Alteration:
    other = {name: shape for name, shape in shapes.items() if shape != network.inputs[name]}
    shown = " and ".join(
        f"{show_shape(shape)} instead of {show_shape(network.inputs[name])}"
        for name, shape in other.items()
    )
    return Alteration(_INPUT, f"an input of {shown}", {}, other)


def twins_of(network: Network, changes: Iterable[Alteration]) -> dict[str, Layer] | None:
    """The layers that changes put in the place of others; None where one refuses its change."""
    merged: dict[str, dict[str, object]] = {}
    for change in changes:
        for name, settings in change.settings.items():
            merged.setdefault(name, {}).update(settings)
    try:
        twins = {name: network[name].layer.replace(**new) for name, new in merged.items()}
    except LayerError:
        return None
    return {name: layer for name, layer in twins.items() if layer != network[name].layer}


def _settings(node: Node) -> Iterator[tuple[int, str, Settings]]:
    layer = node.layer
    if "bias" in layer.arguments:
        yield _bias(node)
    if "padding" in layer.arguments:
        yield from _paddings(node)
    if "ceil_mode" in layer.arguments:
        ceil = not vars(layer)["ceil_mode"]
        yield _COUNTING, f"`ceil_mode: {show(ceil)}`", {"ceil_mode": ceil}
    for argument, order in (("dilation", _COUNTING), ("groups", _COUNTING), ("stride", _STRIDE)):
        value = getattr(layer, argument, 1)
        if argument in layer.arguments and value not in (1, None):
            yield order, f"`{argument}: 1` instead of {show(value)}", {argument: 1}


def _bias(node: Node) -> tuple[int, str, Settings]:
    held = sum(weight.size for weight in node.weights if weight.role == "bias")
    if held:
        return _FORGOTTEN_BIAS, f"the {_biases(held)} left out (`bias: false`)", {"bias": False}
    return _FORGOTTEN_BIAS, "a bias is counted in (`bias: true`)", {"bias": True}


def _biases(count: int) -> str:
    return "1 bias is" if count == 1 else f"{count:,} biases are"


def _paddings(node: Node) -> Iterator[tuple[int, str, Settings]]:
    windows = [w for w in node.layer.windows(node.facts.inputs) if isinstance(w, Window)]
    now = getattr(node.layer, "padding", None)
    for name in ("same", "valid"):
        if now != name:
            yield _NAMED_PADDING, f"`padding: {name}`", {"padding": name}
    for step, words in ((1, "one more"), (-1, "one less")):
        sides = [[w.before + step, w.after + step] for w in windows]
        if sides and min(map(min, sides)) >= 0:
            yield _ONE_MORE, f"a padding of {words} on each side", {"padding": sides}


def with_bias(network: Network, *, bias: bool) -> Alteration | None:
    """The change that gives, or takes, the bias of every layer that can have one."""
    settings = {
        node.name: {"bias": bias} for node in network.layers if "bias" in node.layer.arguments
    }
    other = [name for name in settings if vars(network[name].layer)["bias"] is not bias]
    words = "every layer has a bias" if bias else "all biases are left out"
    return Alteration(_FORGOTTEN_BIAS, words, settings) if len(other) > 1 else None
