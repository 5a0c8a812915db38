"""How every number comes about: by type of layer, what has the same numbers once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.report.formulas import MOST_NAMED
from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.explain import (
    equality_text,
    equation_text,
    penalty_text,
    sights_text,
    weight_text,
    with_news,
)
from cnncalc.render.html import Markup, element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.explain import LayerExplained
    from cnncalc.analysis.report.formulas import Explained, Formulas


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
    arriving = " and ".join(map(units.shape, layer.input_shapes))
    shapes = f"{arriving} → {units.shape(layer.output_shape)}"
    others = f" and {plural(one.layers - 1, 'other')}" if one.layers > 1 else ""
    summary = element("summary", element("b", layer.name), f"{others} ", element("small", shapes))
    parts = [element("dl", *_quantities(layer))]
    if one.layers > 1:
        parts.insert(0, _names(one))
    steps = [equation_text(each) for each in layer.equations]
    if steps:
        parts.append(element("p", *_lines(element("code", step) for step in steps)))
    if beside := [*_beside(one)]:
        parts.append(element("ul", *(element("li", words) for words in beside)))
    return element("details", summary, element("div", *parts), id=f"{prefix}f{place}")


def _names(one: Formulas) -> Markup:
    rest = one.layers - len(one.names)
    more = f" and {plural(rest, 'more')}" if rest else ""
    return element("p", f"{', '.join(one.names)}{more}", class_="names")


def _quantities(layer: LayerExplained) -> Iterator[Markup]:
    for quantity, is_new in with_news(layer.quantities):
        yield element("dt", quantity.name)
        said = [element("code", equality_text(quantity))]
        if is_new:
            said.append(element("code", f"= {quantity.formula}", class_="dim"))
        if quantity.name == "params" and len(layer.weights) > 1:
            said += [element("code", weight_text(one), class_="dim") for one in layer.weights]
        yield element("dd", *_lines(said))


def _lines(parts: Iterator[Markup] | list[Markup]) -> Iterator[Markup]:
    for at, part in enumerate(parts):
        if at:
            yield element("br")
        yield part


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
