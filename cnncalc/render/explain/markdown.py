"""Explanations as Markdown with the formulas in LaTeX, for notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import markdown as md
from cnncalc.render.explain.shared import Shared
from cnncalc.render.explain.words import (
    ended,
    remarks,
    shapes,
    sides,
    sights_text,
    terms,
    title,
    weight_text,
    with_news,
)
from cnncalc.render.latex import latex
from cnncalc.render.printable import text_format
from cnncalc.render.units import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.explain import Explanation, LayerExplained, Total
    from cnncalc.analysis.memory.sums import MemorySum


@text_format
def markdown(explanation: Explanation) -> Iterator[str]:
    """Markdown with the formulas in LaTeX, for notes; in parts."""
    yield md.heading(1, explanation.name)
    shared = Shared(_shared_markdown)
    for layer in explanation.layers:
        above, below = shared.of(layer)
        seen = layer.receptive_field
        words = f"{md.item(f'receptive field: {sights_text(seen)}')}\n" if seen else ""
        yield f"\n{md.heading(2, title(layer))}{above}{words}{below}"
    if explanation.totals:
        yield "\n" + _totals_markdown(explanation.totals)
    if explanation.memory:
        yield "\n" + _memory_markdown(explanation.memory)


def _shared_markdown(layer: LayerExplained) -> tuple[str, str]:
    """What is above the receptive field, from the heading on, and what is below."""
    lines = ["", shapes(layer), ""]
    for quantity, is_new in with_news(layer.quantities):
        computed = quantity.values or quantity.formula
        values = f"{latex(computed)} = " if computed else ""
        lines.append(f"- {quantity.name}: ${values}{quantity.result}$")
        if is_new:
            lines.append(f"  from ${latex(quantity.formula)}$")
        if quantity.name == "params" and len(layer.weights) > 1:
            lines += [md.item(weight_text(weight), 1) for weight in layer.weights]
    for equation in layer.equations:
        parts = [latex(side) for side in equation[:3] if side]
        words = f" ({equation.words})" if equation.words else ""
        lines.append(f"- ${' = '.join(parts)}${md.inline(words)}")
    lines += map(md.item, sides(layer))
    return ended(lines), ended(map(md.item, remarks(layer)))


def _totals_markdown(totals: Sequence[Total]) -> str:
    lines = ["## total", ""]
    for total in totals:
        lines += [md.item(f"{total.name}: {count(total.result)}")]
        lines += [md.item(f"{name}: {count(number)}", 1) for name, number in total.terms]
    return "\n".join(lines) + "\n"


def _memory_markdown(sums: Sequence[MemorySum]) -> str:
    lines = ["## memory in bytes", ""]
    for one in sums:
        values = f"{one.values} = " if one.values else ""
        lines.append(md.item(f"{one.name}: {values}{count(one.result)} ({one.formula})"))
        lines += [md.item(term, 1) for term in terms(one)]
    return "\n".join(lines) + "\n"
