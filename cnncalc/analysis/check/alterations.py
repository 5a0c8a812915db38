"""Small changes of a layer, as people make them by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cnncalc.arithmetic import Window
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.layers.base.layer import Layer
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

# How likely a slip is; the smaller, the more likely.
_FORGOTTEN_BIAS, _NAMED_PADDING, _COUNTING, _ONE_MORE, _STRIDE = range(5)


Settings: TypeAlias = "Mapping[str, object]"


class Alteration(NamedTuple):
    """Other arguments for some layers, by their names, and how a person would say it."""

    rank: int
    text: str
    settings: Mapping[str, Settings]


def changes_of(node: Node) -> Iterator[Alteration]:
    """The changes of one layer that are worth a try."""
    for rank, text, settings in _settings(node):
        yield Alteration(rank, f"{node.name}: {text}", {node.name: settings})


def twins_of(network: Network, changes: Iterable[Alteration]) -> dict[str, Layer] | None:
    """The layers that changes put in the place of others; None where one refuses its change."""
    merged: dict[str, dict[str, object]] = {}
    for change in changes:
        for name, settings in change.settings.items():
            merged.setdefault(name, {}).update(settings)
    try:
        return {name: network[name].layer.replace(**new) for name, new in merged.items()}
    except LayerError:
        return None


def _settings(node: Node) -> Iterator[tuple[int, str, Settings]]:
    layer = node.layer
    if "bias" in layer.arguments:
        yield _bias(node)
    if "padding" in layer.arguments:
        yield from _paddings(node)
    if "ceil_mode" in layer.arguments:
        ceil = not getattr(layer, "ceil_mode")  # noqa: B009 - only some layers have it
        yield _COUNTING, f"`ceil_mode: {show(ceil)}`", {"ceil_mode": ceil}
    for argument, rank in (("dilation", _COUNTING), ("groups", _COUNTING), ("stride", _STRIDE)):
        value = getattr(layer, argument, 1)
        if argument in layer.arguments and value not in (1, None):
            yield rank, f"`{argument}: 1` instead of {show(value)}", {argument: 1}


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
        node.name: {"bias": bias}
        for node in network.layers
        if getattr(node.layer, "bias", bias) is not bias
    }
    words = "every layer has a bias" if bias else "all biases are left out"
    return Alteration(_FORGOTTEN_BIAS, words, settings) if len(settings) > 1 else None
