"""Every number of a layer with its formula, the values put in, and the result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, overload

from cnncalc.analysis.formula.sight import seen
from cnncalc.analysis.formula.statements import KEPT, counts, equations, quantities, sizes
from cnncalc.analysis.summary import penalties_of
from cnncalc.layers.base.formulas import LAST_DROPPED
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.alike import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.analysis.formula.sight import Seen, Sight
    from cnncalc.analysis.formula.statements import Equation, Quantity
    from cnncalc.analysis.memory.report import Setting
    from cnncalc.analysis.memory.sums import MemorySum
    from cnncalc.analysis.summary import Penalty
    from cnncalc.layers.base.formulas import Size
    from cnncalc.layers.base.tensors import Shape, Weight
    from cnncalc.net.alike import Kind
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


_MOST_KNOWN = 1000  # different layers whose explanations are kept for the alike ones


class AxisPadding(NamedTuple):
    """The padding of one axis as it falls on its two sides."""

    axis: str
    before: int
    after: int


class Total(NamedTuple):
    """A total of the net and what it is the sum of: layers and blocks with their counts."""

    name: str
    terms: tuple[tuple[str, int], ...]
    result: int


class LayerExplained(NamedTuple):
    """One layer and how each of its numbers comes about."""

    name: str
    type: str
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    quantities: tuple[Quantity, ...]
    weights: tuple[Weight, ...]
    padding: tuple[AxisPadding, ...]
    penalties: tuple[Penalty, ...]
    equations: tuple[Equation, ...]
    notes: tuple[str, ...]
    receptive_field: tuple[Sight, ...] = ()


class LayersExplained(Sequence[LayerExplained]):
    """Layers of a net, each explained when it is asked for: a long net is never held whole."""

    __slots__ = ("_chosen", "_network", "_seen", "_symbols")

    def __init__(
        self,
        network: Network,
        chosen: Sequence[Node],
        *,
        symbols: bool = False,
        known: Sequence[Seen] | None = None,
    ) -> None:
        self._network = network
        self._chosen = chosen
        self._symbols = symbols
        self._seen = known

    def __len__(self) -> int:
        return len(self._chosen)

    def __iter__(self) -> Iterator[LayerExplained]:
        chosen = iter(self._chosen)
        wanted = next(chosen, None)
        known: dict[Kind, LayerExplained] = {}  # of alike layers one is worked out
        for node, _, sights in seen(self._network) if self._seen is None else self._seen:
            if node is not wanted:
                continue
            kind = kind_of(node)
            found = known.get(kind)
            if found is None:
                if len(known) >= _MOST_KNOWN:
                    known.clear()
                found = known[kind] = explain_layer(node, symbols=self._symbols)
            yield LayerExplained(node.name, *found[1:-1], sights)
            wanted = next(chosen, None)
            if wanted is None:
                return

    @overload
    def __getitem__(self, index: int) -> LayerExplained: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[LayerExplained, ...]: ...
    def __getitem__(self, index: int | slice) -> LayerExplained | tuple[LayerExplained, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        place = range(len(self))[index]
        return next(islice(self, place, None))


class Explanation(NamedTuple):
    """The layers of a net, or those that were asked for."""

    name: str
    source: str
    layers: Sequence[LayerExplained]
    totals: tuple[Total, ...] = ()
    memory: tuple[MemorySum, ...] = ()


def explain(
    network: Network, wanted: str = "", *, source: str = "", symbols: bool = False
) -> Explanation:
    """Explain a net with its totals, one of its layers, or the layers of one of its blocks.

    Args:
        network: the net.
        wanted: the name of a layer or block; all for "".
        source: where the net came from.
        symbols: write formulas in the letters of tutorials, such as `W_in`.

    Raises:
        KeyError: no layer and no block has this name.
    """
    layers = LayersExplained(network, chosen(network, wanted), symbols=symbols)
    return Explanation(network.name, source, layers, () if wanted else totals(network))


def explain_memory(network: Network, setting: Setting, *, source: str = "") -> Explanation:
    """Explain the memory of a net; raises `ValueError` for an unknown optimizer."""
    from cnncalc.analysis.memory.sums import memory_sums  # noqa: PLC0415 - only for memory

    return Explanation(network.name, source, (), memory=memory_sums(network, setting))


def chosen(network: Network, wanted: str) -> Sequence[Node]:
    """The layers of this name, or inside the block of this name; all for "".

    Raises:
        KeyError: there is none.
    """
    path = wanted.rstrip("/")
    if not path:
        return network.layers
    inside = [
        node
        for node in network.layers
        if node.name == path or any(scope.name == path for scope in node.scopes)
    ]
    if not inside:
        raise KeyError(wanted)
    return inside


def names(network: Network) -> list[str]:
    """Every name that `chosen` takes."""
    scopes = {scope.name: None for node in network.layers for scope in node.scopes}
    return [*(node.name for node in network.layers), *scopes]


def explain_layer(node: Node, *, symbols: bool = False) -> LayerExplained:
    """One layer's numbers, each with what it was computed from."""
    letters = None
    if symbols:
        from cnncalc.analysis.formula.letters import letters_of  # noqa: PLC0415 - start-up

        letters = letters_of(node)
    inputs = node.facts.inputs
    windows, given = node.layer.windows(inputs), node.layer.output_sizes(inputs)
    known = quantities(node)
    changed = [size for size in sizes(node, given, known, letters) if size.formula != KEPT]
    return LayerExplained(
        node.name,
        node.type,
        node.input_shapes,
        node.output_shape,
        (*changed, *counts(node, known, letters)),
        node.weights,
        tuple(AxisPadding(w.axis, w.before, w.after) for w in windows if w.before or w.after),
        tuple(penalties_of(node.facts, node.traits)),
        tuple(equations(node, known)),
        tuple(_notes(node, given)),
    )


# -- totals -----------------------------------------------------------------------------------


def totals(network: Network) -> tuple[Total, ...]:
    """What the totals of a net add up: the counts of its layers, those of one block together."""
    figures = network.totals
    names = _outermost(network)
    return tuple(
        Total(name, _terms(network, name, names), getattr(figures, name))
        for name in ("params", "buffers", "macs")
    )


def _outermost(network: Network) -> list[str]:
    """The names of the blocks that the layers are in, or of those in none."""
    known: dict[int, str] = {}
    names = []
    for node in network.layers:
        of = id(node.scope)
        name = known.get(of)
        if name is None:
            name = known[of] = node.scopes[0].name if node.scopes else ""
        names.append(name or node.name)
    return names


def _terms(network: Network, figure: str, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    terms: dict[str, int] = {}
    known: dict[Kind, int] = {}
    for name, node in zip(names, network.layers, strict=True):
        kind = kind_of(node)
        number = known.get(kind)
        if number is None:
            number = known[kind] = getattr(node, figure)
        terms[name] = terms.get(name, 0) + number
    return tuple((name, number) for name, number in terms.items() if number)


# -- the rest ---------------------------------------------------------------------------------


def _notes(node: Node, sizes_: Iterable[Size]) -> Iterator[str]:
    if node.traits.shared_with:
        yield f"the weights are those of {node.traits.shared_with}, and are counted there"
    elif not node.traits.trainable and node.params:
        yield "frozen: the parameters count, but none is trained"
    for size in sizes_:
        if size.formula.endswith(LAST_DROPPED):
            yield (
                f"along the {size.axis} a last window would start in the padding"
                " after the input: ceil mode drops it"
            )
