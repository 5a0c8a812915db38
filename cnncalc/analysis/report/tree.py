"""The layers of a net as the rows of a tree: blocks, turns of loops, layers, with their figures."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from cnncalc.figures import FIGURES
from cnncalc.figures.figure import values_of
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.structure import structure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.analysis.formula.sight import Seen
    from cnncalc.analysis.memory.report import LayerMemory
    from cnncalc.figures.figure import Value
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node
    from cnncalc.net.structure import Part

#: Rows that a tree has at most.
MOST_ROWS = 2000
_LEAST_TURN = 4  # layers of a turn that has a row of its own


class Counts(NamedTuple):
    """The figures of a row: MACs of one sample, bytes for the batch."""

    params: int = 0
    macs: int = 0
    saved: int = 0
    live: int = 0
    field: Value = None


class Row(NamedTuple):
    """A layer, or a block or turn whose layers follow, one level further in.

    Attributes:
        kind: what it is.
        name: its own name; the names of the blocks around it are in their rows.
        path: its whole name; for a turn that of the block around it.
        type: of the layer, or the name of the block.
        level: its depth in the tree.
        layers: how many it stands for.
        shape: what leaves.
        counts: its figures; those of a block are sums, maxima, and the last receptive field.
        shared_with: the layer whose weights it uses.
        hidden: rows inside that are not listed, since the tree would be too long.
    """

    kind: Literal["block", "turn", "layer"]
    name: str
    path: str
    type: str
    level: int
    layers: int
    shape: Shape
    counts: Counts
    shared_with: str = ""
    hidden: int = 0


def tree(network: Network, counts: Sequence[Counts], most: int = MOST_ROWS) -> tuple[Row, ...]:
    """A net as a tree of at most so many rows, in the order of the net.

    What is too long is cut at the deepest level at which the rows are few enough; if
    there is none, the top level is, and its last row stands for all that follow.

    Args:
        network: the net.
        counts: of each layer.
        most: rows that are wanted.
    """
    rows = tuple(_rows(network, counts))
    if len(rows) <= most:
        return rows
    per_level = [0] * (max(row.level for row in rows) + 1)
    for row in rows:
        per_level[row.level] += 1
    fitting = sum(count <= most for count in accumulate(per_level))
    shown = tuple(_cut(rows, max(fitting, 1)))[::-1]
    return shown if len(shown) <= most else (*shown[: most - 1], _rest(shown[most - 1 :]))


def _rest(rows: Sequence[Row]) -> Row:
    layers = sum(row.layers for row in rows)
    counts = _together([row.counts for row in rows])
    name = f"{layers:,} more layers"
    return Row("block", name, "", "", 0, layers, rows[-1].shape, counts, hidden=len(rows))


def _cut(rows: Sequence[Row], depth: int) -> Iterator[Row]:
    """The rows above a depth, the last first, each with the number of those that it hides."""
    hidden = 0
    for row in reversed(rows):
        if row.level >= depth:
            hidden += 1
        elif row.level == depth - 1:
            yield row._replace(hidden=hidden)
            hidden = 0
        else:
            yield row


def counts_of(
    network: Network, memory: Sequence[LayerMemory], known: Iterable[Seen]
) -> list[Counts]:
    """The figures of every layer, given its memory and what it sees."""
    values = values_of(network, [FIGURES[key] for key in ("params", "macs")])
    return [
        Counts(
            _number(params), _number(macs), one.saved, one.live,
            tuple([view.size for view in seen.views]),
        )
        for (params, macs), one, seen in zip(values, memory, known, strict=True)
    ]  # fmt: skip


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _together(counts: Sequence[Counts]) -> Counts:
    return Counts(
        sum(one.params for one in counts),
        sum(one.macs for one in counts),
        sum(one.saved for one in counts),
        max(one.live for one in counts),
        counts[-1].field,
    )


def _rows(network: Network, counts: Sequence[Counts]) -> Iterator[Row]:
    stack = [(part, 0, "") for part in _reversed(structure(network))]
    sizes = _sizes(network)
    place = 0
    while stack:
        part, level, around = stack.pop()
        if part.node is not None:
            node = part.node
            yield Row(
                "layer", _own(node.name, around), node.name, node.type, level, 1,
                node.output_shape, counts[place], node.traits.shared_with,
            )  # fmt: skip
            place += 1
            continue
        end = place + sizes.get(id(part.scope), 1)  # a turn of one layer has no scope in the net
        if group := _group(part, network.layers[place:end], around):
            path = group.path or around
            inside = counts[place:end]
            yield group._replace(
                name=group.name or _own(path, around), path=path, level=level,
                counts=_together(inside),
            )  # fmt: skip
            level, around = level + 1, path
        stack += [(child, level, around) for child in _reversed(part)]


def _sizes(network: Network) -> Counter[int]:
    """The number of layers in each scope, by identity; they follow one another in the net."""
    found: Counter[int] = Counter()
    for node in network.layers:
        here = node.scope
        while here is not None:
            found[id(here)] += 1
            here = here.outer
    return found


def _group(part: Part, nodes: Sequence[Node], around: str) -> Row | None:
    """The row of a block, or of a turn of several layers; None for other parts.

    A turn without a name is called by what it begins and ends with.
    """
    scope = part.scope
    if scope is None:
        return None
    shape = nodes[-1].output_shape
    if scope.name:
        return Row("block", "", scope.name, scope.type, 0, len(nodes), shape, Counts())
    if scope.kind == "turn" and len(part.children) > 1 and len(nodes) >= _LEAST_TURN:
        first, last = (_own(one.name, around).partition("/")[0] for one in (nodes[0], nodes[-1]))
        return Row(
            "turn", f"{first} … {last}", "", f"turn {scope.turn}", 0, len(nodes), shape, Counts()
        )
    return None


def _reversed(part: Part) -> Iterator[Part]:
    """The children of a part, the last first, each turn by itself."""
    for child in reversed(part.children):
        yield from reversed(child.alike)
        yield child._replace(alike=()) if child.alike else child


def _own(name: str, around: str) -> str:
    return name.removeprefix(f"{around}/") if around else name
