"""Two nets aligned layer by layer, as a diff aligns the lines of two files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.analysis.compare.folding import folded
from cnncalc.analysis.compare.pairing import pair_layers
from cnncalc.analysis.compare.signatures import (
    compact,
    default_of,
    in_layout,
    padding_of,
    shapes_of,
    signature_of,
)
from cnncalc.analysis.compare.steps import Difference, SettingChange, Side, Step
from cnncalc.layers.base.kinds import show
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.alike import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.compare.pairing import Pairing
    from cnncalc.layers.base.tensors import Layout
    from cnncalc.net.alike import Kind
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


def difference(
    before: tuple[str, Network], after: tuple[str, Network], untold: frozenset[str] = frozenset()
) -> Difference:
    """Align two nets by the types and settings of their layers.

    Args:
        before: the label of the first, and the net.
        after: those of the second.
        untold: settings that one of both cannot say, which are not compared.
    """
    nodes, others = before[1].layers, after[1].layers
    pairings = pair_layers(nodes, others)
    stepping = _Stepping(_Wiring(nodes, others, pairings), untold, before[1].layout)
    steps = [
        stepping.step(
            None if i is None else nodes[i],
            None if j is None else others[j],
        )
        for i, j in pairings
    ]
    return Difference(
        before[0], after[0], tuple(steps), tuple(folded(nodes, others, pairings, steps))
    )


class _Wiring:
    """Which layer of one net corresponds to which of the other, to compare their inputs."""

    def __init__(
        self,
        nodes: Sequence[Node],
        others: Sequence[Node],
        pairings: Sequence[Pairing],
    ) -> None:
        self._after = {
            nodes[one.before].name: others[one.after].name
            for one in pairings
            if one.before is not None and one.after is not None
        }
        self._paired = set(self._after.values())

    def sharing_differs(self, node: Node, other: Node) -> bool:
        """Whether both use another layer's weights, but not of layers that are a pair."""
        one, two = node.traits.shared_with, other.traits.shared_with
        return bool(one and two) and self._moved(one, two)

    def rewired(self, node: Node, other: Node) -> bool:
        """Whether it takes from other layers, although those that it took from are still there.

        The order of what is added, multiplied or compared makes no difference.
        """
        if len(node.inputs) != len(other.inputs):
            return False
        if tuple(map(self._after.get, node.inputs)) == other.inputs:  # hardly ever not
            return False
        if node.type == other.type and node.layer.any_order:
            wanted = Counter(self._after[one] for one in node.inputs if one in self._after)
            taken = Counter(one for one in other.inputs if one in self._paired)
            return bool(wanted - taken and taken - wanted)
        return any(
            self._moved(one, two) for one, two in zip(node.inputs, other.inputs, strict=True)
        )

    def _moved(self, one: str, two: str) -> bool:
        return one in self._after and two in self._paired and self._after[one] != two


class _Alike(NamedTuple):
    """What pairs of layers have in common whose layers are alike."""

    changes: tuple[SettingChange, ...]
    resized: bool


class _Stepping:
    """Makes the steps of a difference; what alike layers share is worked out once."""

    def __init__(self, wiring: _Wiring, untold: frozenset[str], layout: Layout) -> None:
        self._wiring = wiring
        self._untold = untold
        self._layout = layout
        self._sides: dict[Kind, Side] = {}
        self._pairs: dict[tuple[Kind, Kind], _Alike] = {}

    def step(self, node: Node | None, other: Node | None) -> Step:
        """The step of a layer and its counterpart."""
        if node is None:
            assert other is not None  # noqa: S101 - a pairing has at least one side
            return Step("added", None, self._side(other, kind_of(other)))
        if other is None:
            return Step("removed", self._side(node, kind_of(node)), None)
        key = kind_of(node), kind_of(other)
        alike = self._pairs.get(key)
        if alike is None:
            alike = self._pairs[key] = self._alike(node, other)
        changes = (*alike.changes, *_other_ties(node, other, self._wiring))
        return Step(
            "changed" if changes else "equal",
            self._side(node, key[0]), self._side(other, key[1]), changes, resized=alike.resized,
        )  # fmt: skip

    def _alike(self, node: Node, other: Node) -> _Alike:
        resized = node.params != other.params or shapes_of(node) != shapes_of(other)
        return _Alike(tuple(self._changes(node, other)), resized)

    def _changes(self, node: Node, other: Node) -> Iterator[SettingChange]:
        if node.type != other.type:
            yield SettingChange("type", node.type, other.type)
        if not _written_alike(node, other):
            yield from (one for one in other_settings(node, other) if one.what not in self._untold)

    def _side(self, node: Node, kind: Kind) -> Side:
        known = self._sides.get(kind)
        if known is None:
            shape = in_layout(node, self._layout)
            known = self._sides[kind] = Side(node.name, node.type, shape, node.params, node.macs)
        _, type_, shape, params, macs = known
        return Side(node.name, type_, shape, params, macs)


def _other_ties(node: Node, other: Node, wiring: _Wiring) -> Iterator[SettingChange]:
    """What a layer shares with others, or takes from them, otherwise than its counterpart."""
    if wiring.sharing_differs(node, other):
        yield SettingChange("share", node.traits.shared_with, other.traits.shared_with)
    if wiring.rewired(node, other):
        yield SettingChange("from", ", ".join(node.inputs), ", ".join(other.inputs))


def _written_alike(node: Node, other: Node) -> bool:
    """Whether two layers have the same arguments, read by the same rules."""
    return (
        node.layer == other.layer and node.traits == other.traits and _rules(node) == _rules(other)
    )


def _rules(node: Node) -> tuple[str, str]:
    return node.layer.dialect, node.layer.layout_of(node.facts.inputs)


def other_settings(node: Node, other: Node) -> Iterator[SettingChange]:
    """The settings in which two layers differ; of layers of unlike types those that both have."""
    old, new = dict(signature_of(node).settings), dict(signature_of(other).settings)
    if _rules(node) == _rules(other):
        # What changes no figure is compared where both frameworks mean the same by it.
        old |= node.layer.inert_settings()
        new |= other.layer.inert_settings()
    for name in dict.fromkeys((*old, *new)):
        if node.type != other.type and not (name in old and name in new):
            continue  # what only one of the types has says nothing
        values = _value(old, name, node), _value(new, name, other)
        if values[0] == values[1]:
            continue
        if name == "padding" and padding_of(node) == padding_of(other):
            continue  # `same`, and the numbers that it stands for here
        if _given_alike(node, other, name):
            continue  # an axis counted from the end, of inputs with another number of axes
        if name in node.layer.axes(node.facts.inputs):
            values = _as_given(node, other, name) or values
        yield SettingChange(name, show(values[0]), show(values[1]))


def _value(settings: dict[str, object], name: str, node: Node) -> object:
    return settings[name] if name in settings else default_of(node, name)


def _as_given(node: Node, other: Node, name: str) -> tuple[object, object] | None:
    """An axis as both specs write it; None where both write the same by other rules."""
    one, two = (getattr(layer, name) for layer in (node.layer, other.layer))
    return None if one == two else (compact(one), compact(two))


def _given_alike(node: Node, other: Node, name: str) -> bool:
    """Whether both specs give an argument in the same way, read by the same rules."""
    if name not in node.layer.arguments or _rules(node) != _rules(other):
        return False
    return bool(getattr(node.layer, name) == getattr(other.layer, name))
