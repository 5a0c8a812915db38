"""Two nets aligned layer by layer, as a diff aligns the lines of two files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from cnncalc.analysis.compare.alignment import align
from cnncalc.analysis.compare.signatures import default_of, in_layout, signature_of
from cnncalc.layers.base.kinds import show

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from cnncalc.analysis.compare.alignment import Pair
    from cnncalc.analysis.compare.signatures import Signature
    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

Mark = Literal["equal", "changed", "removed", "added"]


class Side(NamedTuple):
    """A layer of one of the nets, or a whole block; MACs for one sample.

    The shape is written in the layout of the first of the two nets.
    """

    name: str
    type: str
    output_shape: Shape
    params: int
    macs: int


class SettingChange(NamedTuple):
    """A setting of a layer, or its output shape, before and after, as a spec writes it."""

    what: str
    before: str
    after: str


class Step(NamedTuple):
    """One line of a difference; `layers` is more than 1 for what was folded into it.

    `changes` is empty for layers that differ only in the shape that arrives.
    """

    mark: Mark
    before: Side | None
    after: Side | None
    changes: tuple[SettingChange, ...] = ()
    layers: int = 1


class Difference(NamedTuple):
    """How the net `after` differs from the net `before`; `folded` is the short form."""

    before: str
    after: str
    steps: tuple[Step, ...]
    folded: tuple[Step, ...]

    def count(self, mark: Mark) -> int:
        """The number of layers with this mark."""
        return sum(step.mark == mark for step in self.steps)


class _Pairing(NamedTuple):
    """A step between two positions, before it is described."""

    mark: Mark
    before: int | None
    after: int | None


def difference(before: tuple[str, Network], after: tuple[str, Network]) -> Difference:
    """Align two nets, each given as (label, net).

    Layers of equal type, settings and shapes are matched first, by a longest
    common subsequence; between them layers of equal settings, then of equal
    type, are paired as changed.
    """
    nodes, others = before[1].layers, after[1].layers
    signatures = [signature_of(node) for node in nodes], [signature_of(node) for node in others]
    pairings = list(_pairings(*signatures))
    wiring = _Wiring(nodes, others, pairings)
    layout = before[1].layout
    sides = [_side(node, layout) for node in nodes], [_side(node, layout) for node in others]
    steps = [
        _step(one, sides, tuple(_changes(nodes, others, signatures, one, wiring)))
        for one in pairings
    ]
    folded = tuple(_folded(nodes, others, pairings, steps))
    return Difference(before[0], after[0], tuple(steps), folded)


_LONG_GAP = 20  # layers; shorter gaps are a version of one another, whatever they hold


def _pairings(before: Sequence[Signature], after: Sequence[Signature]) -> Iterator[_Pairing]:
    row = column = 0
    for i, j in (*align(before, after), (len(before), len(after))):
        yield from _gap(before, after, range(row, i), range(column, j))
        if i < len(before):
            yield _Pairing("equal", i, j)
        row, column = i + 1, j + 1


def _gap(
    before: Sequence[Signature], after: Sequence[Signature], rows: range, columns: range
) -> Iterator[_Pairing]:
    """What lies between two equal layers: changed where settings or at least types agree.

    A long stretch with few such pairs is no new version of the old one, and
    is shown as gone and new.
    """
    changed = _changed_pairs(before, after, rows, columns)
    longer = max(len(rows), len(columns))
    if longer > _LONG_GAP and 2 * len(changed) < longer:
        changed = []
    row, column = rows.start, columns.start
    for i, j in (*changed, (rows.stop, columns.stop)):
        yield from (_Pairing("removed", at, None) for at in range(row, i))
        yield from (_Pairing("added", None, at) for at in range(column, j))
        if i < rows.stop:
            yield _Pairing("changed", i, j)
        row, column = i + 1, j + 1


def _changed_pairs(
    before: Sequence[Signature], after: Sequence[Signature], rows: range, columns: range
) -> list[Pair]:
    """Pairs of equal type and settings; between those, pairs of equal type."""
    pairs: list[Pair] = []
    row, column = rows.start, columns.start
    alike = _aligned(before, after, rows, columns, lambda one: (one.type, one.settings))
    for i, j in (*alike, (rows.stop, columns.stop)):
        between = range(row, i), range(column, j)
        pairs += _aligned(before, after, *between, lambda one: one.type)
        if i < rows.stop:
            pairs.append((i, j))
        row, column = i + 1, j + 1
    return pairs


def _aligned(
    before: Sequence[Signature],
    after: Sequence[Signature],
    rows: range,
    columns: range,
    key: Callable[[Signature], Hashable],
) -> list[Pair]:
    """The alignment of two stretches by a part of the signatures."""
    found = align([key(before[i]) for i in rows], [key(after[j]) for j in columns])
    return [(rows[i], columns[j]) for i, j in found]


class _Wiring:
    """Which layer of one net stands for which of the other, to compare their inputs."""

    def __init__(
        self, nodes: Sequence[Node], others: Sequence[Node], pairings: Sequence[_Pairing]
    ) -> None:
        self._after = {
            nodes[one.before].name: others[one.after].name
            for one in pairings
            if one.before is not None and one.after is not None
        }
        self._paired = set(self._after.values())

    def rewired(self, node: Node, other: Node) -> bool:
        """Whether it takes from other layers, although those that it took from are still there."""
        return len(node.inputs) == len(other.inputs) and any(
            one in self._after and two in self._paired and self._after[one] != two
            for one, two in zip(node.inputs, other.inputs, strict=True)
        )


def _step(
    pairing: _Pairing,
    sides: tuple[Sequence[Side], Sequence[Side]],
    changes: tuple[SettingChange, ...],
) -> Step:
    mark, i, j = pairing
    before = None if i is None else sides[0][i]
    after = None if j is None else sides[1][j]
    return Step("changed" if changes else mark, before, after, changes)


def _side(node: Node, layout: Layout) -> Side:
    return Side(node.name, node.type, in_layout(node, layout), node.params, node.macs)


def _changes(
    nodes: Sequence[Node],
    others: Sequence[Node],
    signatures: tuple[Sequence[Signature], Sequence[Signature]],
    pairing: _Pairing,
    wiring: _Wiring,
) -> Iterator[SettingChange]:
    mark, i, j = pairing
    if i is None or j is None:
        return
    node, other = nodes[i], others[j]
    if mark == "changed":
        old, new = dict(signatures[0][i].settings), dict(signatures[1][j].settings)
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                yield SettingChange(name, _shown(old, name, node), _shown(new, name, other))
    if wiring.rewired(node, other):
        yield SettingChange("from", ", ".join(node.inputs), ", ".join(other.inputs))


def _shown(settings: dict[str, object], name: str, node: Node) -> str:
    return show(settings[name] if name in settings else default_of(node, name))


def _folded(
    nodes: Sequence[Node],
    others: Sequence[Node],
    pairings: Sequence[_Pairing],
    steps: Sequence[Step],
) -> Iterator[Step]:
    """Runs of equal layers as one step each, and blocks that are wholly new or gone."""
    sizes = [_scope_sizes(nodes), _scope_sizes(others)]
    start = 0
    while start < len(steps):
        kind = _kind(steps[start])
        end = start + 1
        while end < len(steps) and _kind(steps[end]) == kind:
            end += 1
        run = steps[start:end]
        if kind in ("equal", "reshaped"):
            yield from _joined(run)
        elif kind == "changed":
            yield from run
        else:
            net, which = (nodes, 0) if kind == "removed" else (others, 1)
            members = [net[_position(one, which)] for one in pairings[start:end]]
            yield from _blocks(run, members, sizes[which])
        start = end


def _kind(step: Step) -> str:
    """The mark, or "reshaped" for a layer that differs only in the shapes that meet it."""
    if step.mark == "changed" and not step.changes and step.before and step.after:
        return "reshaped" if step.before.params == step.after.params else "changed"
    return step.mark


def _position(pairing: _Pairing, which: int) -> int:
    found = pairing.after if which else pairing.before
    assert found is not None  # noqa: S101 - the mark says which side there is
    return found


_SHORTEST_RUN = 3  # folding fewer steps saves no line worth having


def _joined(run: Sequence[Step]) -> Sequence[Step]:
    if len(run) < _SHORTEST_RUN:
        return run
    return [
        Step(
            run[0].mark,
            _sum([step.before for step in run if step.before]),
            _sum([step.after for step in run if step.after]),
            layers=len(run),
        )
    ]


def _sum(sides: Sequence[Side], name: str = "", type_: str = "") -> Side:
    params, macs = sum(side.params for side in sides), sum(side.macs for side in sides)
    return Side(name, type_, sides[-1].output_shape, params, macs)


def _scope_sizes(nodes: Sequence[Node]) -> Counter[str]:
    return Counter(scope.name for node in nodes for scope in node.scopes)


def _blocks(run: Sequence[Step], members: Sequence[Node], sizes: Counter[str]) -> Iterator[Step]:
    at = 0
    while at < len(run):
        for scope in members[at].scopes:
            block = members[at : at + sizes[scope.name]]
            whole = len(block) == sizes[scope.name] and all(scope in one.scopes for one in block)
            if whole and len(block) > 1:
                mark = run[at].mark
                gone = mark == "removed"
                parts = run[at : at + len(block)]
                sides = [one for step in parts if (one := step.before if gone else step.after)]
                side = _sum(sides, scope.name, scope.type)
                yield Step(mark, side if gone else None, None if gone else side, layers=len(block))
                at += len(block)
                break
        else:
            yield run[at]
            at += 1
