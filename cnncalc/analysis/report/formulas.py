"""How the numbers of a net's layers come about, layers with the same numbers together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.explain import LayersExplained
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.alike import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.explain import LayerExplained
    from cnncalc.analysis.formula.sight import Seen, Sight
    from cnncalc.net.alike import Kind
    from cnncalc.net.network import Network

#: Different explanations that are kept.
MOST_FORMULAS = 400
#: Layers whose names, and whose receptive fields, are kept of those that are explained alike.
MOST_NAMED = 12
#: Layers of a net that are explained.
_MOST_LAYERS = 20_000


class Formulas(NamedTuple):
    """One explanation, and the layers that it is of.

    Attributes:
        layer: the first of them.
        names: of the first ones.
        layers: how many there are.
        fields: how the receptive fields of the first ones come about, each as (layer, field).
    """

    layer: LayerExplained
    names: tuple[str, ...]
    layers: int
    fields: tuple[tuple[str, tuple[Sight, ...]], ...]


class Explained(NamedTuple):
    """The explanations of a net, the place of each layer's, and whether layers are left out."""

    formulas: tuple[Formulas, ...] = ()
    places: dict[str, int] = {}  # noqa: RUF012 - the default of a frozen field
    complete: bool = True


def formulas(network: Network, known: Sequence[Seen]) -> Explained:
    """Explain the layers of a net, given what they see; those with the same numbers once."""
    if len(network.layers) > _MOST_LAYERS:
        return Explained(complete=False)
    found: list[list[LayerExplained]] = []
    places: dict[str, int] = {}
    of_kind: dict[Kind, int | None] = {}
    of_numbers: dict[LayerExplained, int] = {}
    every = LayersExplained(network, network.layers, known=known)
    for node, one in zip(network.layers, every, strict=True):
        kind = kind_of(node)
        if kind not in of_kind:
            numbers = one._replace(name="", receptive_field=())
            place = of_numbers.get(numbers)
            if place is None and len(found) < MOST_FORMULAS:
                place = of_numbers[numbers] = len(found)
                found.append([])
            of_kind[kind] = place
        place = of_kind[kind]
        if place is not None:
            found[place].append(one)
            places[one.name] = place
    complete = len(places) == len(network.layers)
    return Explained(tuple(map(_together, found)), places, complete)


def _together(alike: list[LayerExplained]) -> Formulas:
    first = alike[:MOST_NAMED]
    names = tuple(one.name for one in first)
    fields = tuple((one.name, one.receptive_field) for one in first if one.receptive_field)
    return Formulas(alike[0], names, len(alike), fields)
