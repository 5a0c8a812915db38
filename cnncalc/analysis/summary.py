"""A net as rows: one a layer, or one a block down to some depth, with totals."""

from __future__ import annotations

from itertools import groupby
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from cnncalc.figures import FIGURES
from cnncalc.figures.figure import numbers_of, values_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from cnncalc.analysis.holders import Holder
    from cnncalc.figures.figure import Figure, Value
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.facts import Facts
    from cnncalc.net.network import Network
    from cnncalc.net.node import Scope, Traits

#: The figures that the words below a table speak of.
COUNTS: Final = ("params", "trainable_params", "buffers", "macs")

SORT_WORDS: Final = ("name", "type")

_FEW = 64  # layers of a block that is looked for among those before it


class Measured(NamedTuple):
    """The shapes of a row, and its values of the summary's figures; equal layers share them."""

    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    values: tuple[Value, ...]
    shared_with: str = ""


class Row(NamedTuple):
    """One line of a summary.

    `level` is its depth in the tree; `layers` how many layers it
    stands for: 1 for a layer, more for a block. Rows of blocks are subtotals
    when their layers follow, so that only rows with `counts` add up to the
    totals.
    """

    name: str
    type: str
    inputs: tuple[str, ...]
    measured: Measured
    level: int = 0
    layers: int = 1
    counts: bool = True


class Penalty(NamedTuple):
    """A regularisation term and the number of weights that carry it."""

    kind: str
    factor: float
    weights: int


class Summary(NamedTuple):
    """What `summarize` shows of a net; rows and totals hold a value for each of `figures`.

    `holders` say where parameters and MACs sit, if that was asked for; `not_counted` are
    the types of layers whose arithmetic is not, or not all, in the MACs; `counted` is the one of
    `figures` that is another tool's count, if that was asked for.
    """

    name: str
    source: str
    variables: Mapping[str, Any]
    settings: Mapping[str, Any]
    layout: str
    batch: int
    inputs: tuple[tuple[str, Shape], ...]
    outputs: tuple[tuple[str, Shape], ...]
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    totals: tuple[Value, ...]
    penalties: tuple[Penalty, ...]
    holders: tuple[Holder, ...]
    not_counted: tuple[str, ...]
    complete: bool = True
    counted: Figure | None = None

    def total(self, key: str) -> Value:
        """The net's value of one of `figures`."""
        return self.totals[self.position(key)]

    def value(self, row: Row, key: str) -> Value:
        """A row's value of one of `figures`."""
        return row.measured.values[self.position(key)]

    def position(self, key: str) -> int:
        """Where the values of a figure stand in rows and totals."""
        return next(at for at, figure in enumerate(self.figures) if figure.key == key)


def summarize(  # noqa: PLR0913 - the options of the command
    network: Network,
    *,
    source: str = "",
    figures: Iterable[str] = (),
    batch: int = 1,
    depth: int | None = None,
    tree: bool = False,
    sort: str | None = None,
    complete: bool = True,
    count: Figure | None = None,
) -> Summary:
    """Summarize a net.

    Args:
        network: the net.
        source: where it came from.
        figures: keys of figures that are wanted beside `COUNTS`.
        batch: samples that the figures are for.
        depth: fold blocks below this level into one row each; None folds none.
        tree: give every block a row of its own, with its subtotals, before its layers, and say
            what holds most.
        sort: order rows by this figure, the largest first, or by `name` or `type`, instead of
            the net's order.
        complete: whether these are all the layers of the net.
        count: the count of another tool, a figure beside the declared ones.
    """
    keys = dict.fromkeys((*COUNTS, *figures, *((sort,) if sort in FIGURES else ())))
    chosen = (*(FIGURES[key] for key in keys), *((count,) if count else ()))
    leaves = _rows(network, chosen, batch)
    totals = _totals(chosen, leaves)
    rows = leaves
    if depth is not None or (tree and any(node.scopes for node in network.layers)):
        rows = _folded(network, leaves, chosen, depth, subtotals=tree and sort is None)
    if sort is not None:
        rows.sort(key=_order(sort, chosen))
    return Summary(
        network.name,
        source,
        network.variables,
        network.settings,
        network.layout,
        batch,
        tuple(network.inputs.items()),
        tuple((name, network.shape_of(name)) for name in network.outputs) if complete else (),
        chosen,
        tuple(rows),
        totals,
        penalties(network),
        _holders(network, leaves, chosen) if tree else (),
        not_counted(network),
        complete,
        count,
    )


def _order(sort: str, figures: Sequence[Figure]) -> Callable[[Row], Any]:
    """What rows are ordered by: words, or numbers with the largest first and None last."""
    if sort in SORT_WORDS:
        return attrgetter(sort)
    at = next(at for at, figure in enumerate(figures) if figure.key == sort)
    return lambda row: _descending(row.measured.values[at])


def _descending(value: Value) -> tuple[float | Fraction, ...]:
    return tuple(inf if number is None else -number for number in numbers_of(value))


def _totals(figures: Sequence[Figure], rows: Sequence[Row]) -> tuple[Value, ...]:
    columns = list(zip(*(row.measured.values for row in rows), strict=True))
    return tuple(
        figure.folded(column)
        for figure, column in zip(figures, columns or [()] * len(figures), strict=True)
    )


def _holders(
    network: Network, rows: Sequence[Row], figures: Sequence[Figure]
) -> tuple[Holder, ...]:
    from cnncalc.analysis.holders import holders  # noqa: PLC0415 - only for the table

    work = "count" if figures[-1].key == "count" else "macs"
    chosen = [at for at, figure in enumerate(figures) if figure.key in ("params", work)]
    values = [row.measured.values for row in rows]
    return tuple(holders(network.layers, figures, values, chosen))


def not_counted(network: Network) -> tuple[str, ...]:
    """The types of layers whose arithmetic the MACs leave out, in the order of the net."""
    layers = {id(node.layer): node.layer for node in network.layers}  # equal ones are one object
    return tuple(dict.fromkeys(layer.type for layer in layers.values() if not layer.counted))


def _rows(network: Network, figures: Sequence[Figure], batch: int) -> list[Row]:
    rows: list[Row] = []
    known: dict[int, Measured] = {}  # layers that share their values are equal
    for node, values in zip(network.layers, values_of(network, figures, batch), strict=True):
        name, layer, inputs, facts, _, traits, _ = node
        measured = known.get(id(values))
        if measured is None:
            measured = known[id(values)] = Measured(
                facts.inputs.shapes, facts.output_shape,
                values if batch == 1 else _of_batch(figures, values, batch), traits.shared_with,
            )  # fmt: skip
        rows.append(Row(name, layer.type, inputs, measured))
    return rows


def _of_batch(figures: Sequence[Figure], values: Sequence[Value], batch: int) -> tuple[Value, ...]:
    return tuple(
        figure.of_batch(value, batch) for figure, value in zip(figures, values, strict=True)
    )


class _Block:
    """A block's row as its layers are added; `inputs` are the rows outside that feed them."""

    __slots__ = ("counts", "inputs", "inside", "leaves", "level", "scope")

    def __init__(self, scope: Scope, level: int, *, counts: bool) -> None:
        self.scope = scope
        self.level = level
        self.counts = counts
        self.inside = f"{scope.name}/"
        self.leaves: list[Measured] = []
        self.inputs: dict[str, Shape] = {}

    def row(self, figures: Sequence[Figure], known: dict[object, Measured]) -> Row:
        """The block as one row; blocks of equal layers share what is `known` of them."""
        leaves, shapes = self.leaves, tuple(self.inputs.values())
        alike = (shapes, *map(id, leaves)) if len(leaves) <= _FEW else id(self)
        measured = known.get(alike)
        if measured is None:
            columns = zip(*(leaf.values for leaf in leaves), strict=True)
            values = tuple(
                figure.folded(column) for figure, column in zip(figures, columns, strict=True)
            )
            measured = known[alike] = Measured(shapes, leaves[-1].output_shape, values)
        return Row(
            self.scope.name, self.scope.type, tuple(self.inputs), measured, self.level,
            len(leaves), self.counts,
        )  # fmt: skip


def _folded(
    network: Network,
    leaves: Sequence[Row],
    figures: Sequence[Figure],
    depth: int | None,
    *,
    subtotals: bool,
) -> list[Row]:
    rows: list[Row | _Block] = []
    blocks: dict[str, _Block] = {}
    seen_as: dict[str, str] = {}  # the row of a block in which a layer is seen
    within = [id(node.scope) for node in network.layers]
    for _, run in groupby(range(len(leaves)), key=within.__getitem__):
        numbers = [*run]
        scopes = network.layers[numbers[0]].scopes
        shown = scopes if depth is None else scopes[:depth]
        together = leaves[numbers[0] : numbers[-1] + 1]
        around: list[_Block] = []
        for level, scope in enumerate(shown):
            last = level + 1 == depth
            if not (subtotals or last):
                continue
            block = blocks.get(scope.name)
            if block is None:
                block = _Block(scope, level if subtotals else 0, counts=last)
                blocks[scope.name] = block
                rows.append(block)
            block.leaves += [leaf.measured for leaf in together]
            around.append(block)
        around.reverse()
        for leaf in together:
            _take_in(around, leaf, seen_as)
        if depth is not None and len(scopes) >= depth:
            seen_as.update(dict.fromkeys([leaf.name for leaf in together], shown[-1].name))
        else:
            rows += _seen(together, seen_as, len(shown) if subtotals else 0)
    known: dict[object, Measured] = {}
    return [row.row(figures, known) if isinstance(row, _Block) else row for row in rows]


def _seen(leaves: Sequence[Row], seen_as: Mapping[str, str], level: int) -> Iterator[Row]:
    """The rows of layers at a level of the tree, which take what is seen."""
    for name, type_, inputs, measured, *_ in leaves:
        taken = tuple([seen_as.get(one, one) for one in inputs]) if seen_as else inputs
        yield Row(name, type_, taken, measured, level)


def _take_in(blocks: Sequence[_Block], leaf: Row, seen_as: Mapping[str, str]) -> None:
    """What feeds a layer feeds all blocks around it, the innermost first, that it is not in."""
    for name, shape in zip(leaf.inputs, leaf.measured.input_shapes, strict=True):
        for block in blocks:
            if name.startswith(block.inside):
                break
            block.inputs.setdefault(seen_as.get(name, name), shape)


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
