"""How every number comes about: by type of layer, what has the same numbers once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.analysis.report.formulas import MOST_NAMED
from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.explain.words import (
    equality_text,
    equation_text,
    penalty_text,
    sights_text,
    weight_text,
    with_news,
)
from cnncalc.render.html import SLOT, Markup, element, joined, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.explain import LayerExplained
    from cnncalc.analysis.report.formulas import Explained, Formulas
    from cnncalc.layers.base.tensors import Shape


_MOST_ARRIVING: Final = 20  # shapes of what one layer takes

_SUMMARY: Final = pattern(
    element("summary", element("b", SLOT), SLOT, element("small", SLOT, Markup(" → "), SLOT))
)
_DETAILS: Final = pattern(element("details", SLOT, element("div", SLOT), id=SLOT))
_NAMES: Final = pattern(element("p", SLOT, class_="names"))
_LIST: Final = pattern(element("dl", SLOT))
_ITEM: Final = pattern(element("li", SLOT))
_TERM: Final = pattern(element("dt", SLOT))
_MEANING: Final = pattern(element("dd", SLOT))
_CODE: Final = pattern(element("code", SLOT))
_DIM: Final = pattern(element("code", SLOT, class_="dim"))
_BREAK: Final = element("br")


def formulas(explained: Explained, prefix: str) -> Markup:
    """A list to be unfolded per type of layer; `prefix` begins the ids."""
    by_type: dict[str, list[tuple[int, Formulas]]] = {}
    for place, one in enumerate(explained.formulas, 1):
        by_type.setdefault(one.layer.type, []).append((place, one))
    parts = [_of_type(type_, found, prefix) for type_, found in by_type.items()]
    if not explained.complete:
        more = "This net has more layers: `cnncalc explain` has the formulas of each."
        parts.append(element("p", more, class_="note"))
    return element("div", *parts, class_="formulas")


def _of_type(type_: str, found: list[tuple[int, Formulas]], prefix: str) -> Markup:
    layers = sum(one.layers for _, one in found)
    told = plural(layers, "layer")
    if len(found) not in (1, layers):
        told += f", {len(found)} different"
    summary = element("summary", element("b", type_), " ", element("small", told))
    return element("details", summary, *(_one(place, one, prefix) for place, one in found))


def _one(place: int, one: Formulas, prefix: str) -> Markup:
    layer = one.layer
    arriving = _arriving(layer.input_shapes)
    others = f" and {plural(one.layers - 1, 'other')}" if one.layers > 1 else ""
    summary = _SUMMARY(layer.name, f"{others} ", arriving, units.shape(layer.output_shape))
    parts = [_LIST(joined(_quantities(layer)))]
    if one.layers > 1:
        parts.insert(0, _names(one))
    steps = [equation_text(each) for each in layer.equations]
    if steps:
        parts.append(element("p", joined(map(_CODE, steps), _BREAK)))
    if beside := [*_beside(one)]:
        parts.append(element("ul", *map(_ITEM, beside)))
    return _DETAILS(f"{prefix}f{place}", summary, joined(parts))


def _arriving(shapes: Sequence[Shape]) -> str:
    """The shapes that a layer takes: the first of them, and how many more there are."""
    shown = " and ".join(map(units.shape, shapes[:_MOST_ARRIVING]))
    more = len(shapes) - _MOST_ARRIVING
    return f"{shown} and {more:,} more" if more > 0 else shown


def _names(one: Formulas) -> Markup:
    rest = one.layers - len(one.names)
    more = f" and {plural(rest, 'more')}" if rest else ""
    return _NAMES(f"{', '.join(one.names)}{more}")


def _quantities(layer: LayerExplained) -> Iterator[Markup]:
    for quantity, is_new in with_news(layer.quantities):
        yield _TERM(quantity.name)
        said = [_CODE(equality_text(quantity))]
        if is_new:
            said.append(_DIM(f"= {quantity.formula}"))
        if quantity.name == "params" and len(layer.weights) > 1:
            said += map(_DIM, map(weight_text, layer.weights))
        yield _MEANING(joined(said, _BREAK))


def _beside(one: Formulas) -> Iterator[str]:
    """The padding, the receptive fields, the penalties and the notes."""
    layer = one.layer
    if layer.padding:
        sides = [f"{side.axis} {side.before} before, {side.after} after" for side in layer.padding]
        yield f"padding: {'; '.join(sides)}"
    for name, field in one.fields:
        of = f" of {name}" if one.layers > 1 else ""
        yield f"receptive field{of}: {sights_text(field)}"
    if one.layers > MOST_NAMED and one.fields:
        yield "the receptive fields of the others are in the table of layers"
    yield from map(penalty_text, layer.penalties)
    yield from (f"note: {note}" for note in layer.notes)
