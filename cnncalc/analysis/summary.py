"""A net as rows: one a layer, or one a block down to some depth, with totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from cnncalc.net.node import counts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.facts import Facts
    from cnncalc.net.network import Network, Totals
    from cnncalc.net.node import Scope, Traits

SortKey = Literal["params", "macs", "buffers", "name", "type"]


class Figures(NamedTuple):
    """The shapes and counts of a row; equal layers share them. MACs are for the whole batch."""

    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    params: int
    trainable_params: int
    buffers: int
    macs: int
    shared_with: str = ""


class Row(NamedTuple):
    """One line of a summary.

    `level` is how deep it stands in the tree; `layers` how many layers it
    stands for: 1 for a layer, more for a block. Rows of blocks are subtotals
    when their layers follow, so that only rows with `counts` add up to the
    totals.
    """

    name: str
    type: str
    inputs: tuple[str, ...]
    figures: Figures
    level: int = 0
    layers: int = 1
    counts: bool = True


class Penalty(NamedTuple):
    """A regularisation term and the number of weights that carry it."""

    kind: str
    factor: float
    weights: int


class Summary(NamedTuple):
    """What `summarize` shows of a net."""

    name: str
    source: str
    layout: str
    batch: int
    inputs: tuple[tuple[str, Shape], ...]
    outputs: tuple[tuple[str, Shape], ...]
    rows: tuple[Row, ...]
    totals: Totals
    penalties: tuple[Penalty, ...]
    complete: bool = True


def summarize(  # noqa: PLR0913 - the options of the command
    network: Network,
    *,
    source: str = "",
    batch: int = 1,
    depth: int | None = None,
    tree: bool = False,
    sort: SortKey | None = None,
    complete: bool = True,
) -> Summary:
    """Summarize a net.

    Args:
        network: the net.
        source: where it came from.
        batch: samples that MACs are counted for.
        depth: fold blocks below this level into one row each; None folds none.
        tree: give every block a row of its own, with its subtotals, before its layers.
        sort: order rows by this, the largest number first, instead of the net's order.
        complete: whether these are all the layers of the net.
    """
    totals = network.totals
    rows: list[Row] | tuple[Row, ...]
    if depth is None and not (tree and any(node.scopes for node in network.layers)):
        rows = list(_rows(network, batch))
    else:
        rows = _folded(network, batch, depth, subtotals=tree and sort is None)
    if sort is not None:
        rows.sort(key=lambda row: _sort_key(row, sort))
    return Summary(
        network.name,
        source,
        network.layout,
        batch,
        tuple(network.inputs.items()),
        tuple((name, network.shape_of(name)) for name in network.outputs) if complete else (),
        tuple(rows),
        totals._replace(macs=totals.macs * batch),
        penalties(network),
        complete,
    )


def _sort_key(row: Row, sort: SortKey) -> tuple[object, ...]:
    if sort in ("name", "type"):
        return (getattr(row, sort),)
    return (-getattr(row.figures, sort),)


def _rows(network: Network, batch: int) -> Iterator[Row]:
    known: dict[tuple[int, int], Figures] = {}
    for name, layer, inputs, facts, _, traits, _ in network.layers:
        key = id(facts), id(traits)
        figures = known.get(key)
        if figures is None:
            figures = known[key] = _figures(facts, traits, batch)
        yield Row(name, layer.type, inputs, figures)


def _figures(facts: Facts, traits: Traits, batch: int) -> Figures:
    return Figures(
        facts.inputs.shapes,
        facts.output_shape,
        *counts_of(facts, traits),
        facts.macs * batch,
        traits.shared_with,
    )


class _Block:
    """A block's row as its layers are added; it takes the rows outside that feed them."""

    def __init__(self, scope: Scope, level: int, *, counts: bool) -> None:
        self.scope = scope
        self.level = level
        self.counts = counts
        self.layers = 0
        self.sums = Figures((), (), 0, 0, 0, 0)
        self.inputs: dict[str, Shape] = {}

    def add(self, leaf: Row, seen_as: Mapping[str, str]) -> None:
        """Add a layer; `seen_as` tells the row in which each earlier layer is seen."""
        sums, more = self.sums, leaf.figures
        self.layers += 1
        self.sums = sums._replace(
            output_shape=more.output_shape,
            params=sums.params + more.params,
            trainable_params=sums.trainable_params + more.trainable_params,
            buffers=sums.buffers + more.buffers,
            macs=sums.macs + more.macs,
        )
        inside = f"{self.scope.name}/"
        for name, shape in zip(leaf.inputs, more.input_shapes, strict=True):
            if not name.startswith(inside):
                self.inputs.setdefault(seen_as.get(name, name), shape)

    def row(self) -> Row:
        """The block as one row."""
        figures = self.sums._replace(input_shapes=tuple(self.inputs.values()))
        return Row(
            self.scope.name, self.scope.type, tuple(self.inputs), figures, self.level,
            self.layers, self.counts,
        )  # fmt: skip


def _folded(network: Network, batch: int, depth: int | None, *, subtotals: bool) -> list[Row]:
    rows: list[Row | _Block] = []
    blocks: dict[str, _Block] = {}
    seen_as: dict[str, str] = {}
    for node, leaf in zip(network.layers, _rows(network, batch), strict=True):
        shown = node.scopes if depth is None else node.scopes[:depth]
        for level, scope in enumerate(shown):
            last = level + 1 == depth
            if not (subtotals or last):
                continue
            if scope.name not in blocks:
                blocks[scope.name] = _Block(scope, level if subtotals else 0, counts=last)
                rows.append(blocks[scope.name])
            blocks[scope.name].add(leaf, seen_as)
        folded = depth is not None and len(node.scopes) >= depth
        seen_as[node.name] = shown[-1].name if folded else node.name
        if not folded:
            inputs = tuple(seen_as.get(name, name) for name in leaf.inputs)
            rows.append(leaf._replace(inputs=inputs, level=len(shown) if subtotals else 0))
    return [row.row() if isinstance(row, _Block) else row for row in rows]


def penalties(network: Network) -> tuple[Penalty, ...]:
    """The regularisation terms of a net, each with all weights that carry it."""
    counted: dict[tuple[str, float], int] = {}
    for _, _, _, facts, _, traits, _ in network.layers:
        for kind, factor, weights in penalties_of(facts, traits) if traits.regularizer else ():
            counted[kind, factor] = counted.get((kind, factor), 0) + weights
    return tuple(Penalty(kind, factor, number) for (kind, factor), number in counted.items())


def penalties_of(facts: Facts, traits: Traits) -> Iterator[Penalty]:
    """The terms of one layer, `l1 * sum(abs(w))` and `l2 * sum(w^2)` over its kernels.

    Shared weights carry a penalty where they are kept.
    """
    if not traits.shared_with:
        carried = sum(weight.size for weight in facts.weights if weight.role == "kernel")
        for kind, factor in (traits.regularizer or {}).items():
            yield Penalty(kind, factor, carried)
