"""How the parts of an explanation are said, in every format for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.render.units import count, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.analysis.explain import LayerExplained
    from cnncalc.analysis.formula.sight import Sight
    from cnncalc.analysis.formula.statements import Equation, Quantity
    from cnncalc.analysis.memory.sums import MemorySum
    from cnncalc.analysis.summary import Penalty

_SHOWN_TERMS = 12  # the largest, where there are more


def title(layer: LayerExplained) -> str:
    """`conv_1 (conv)`."""
    return f"{layer.name} ({layer.type})"


def shapes(layer: LayerExplained) -> str:
    """`3x32x32 -> 10x30x30`."""
    arriving = " and ".join(shape(sizes) for sizes in layer.input_shapes)
    return f"{arriving} -> {shape(layer.output_shape)}"


def with_news(quantities: Sequence[Quantity]) -> list[tuple[Quantity, bool]]:
    """Each with whether its formula has a line of its own: once for the axes that share it."""
    formulas = ["", *(quantity.formula for quantity in quantities)]
    return [
        (quantity, bool(quantity.values) and quantity.formula != before)
        for before, quantity in zip(formulas, quantities, strict=False)
    ]


def equality_text(quantity: Quantity) -> str:
    """`floor((32 - 3 + 2*0) / 1 + 1) = 30`, or the result alone."""
    computed = quantity.values or quantity.formula
    result = count(quantity.result)
    return f"{computed} = {result}" if computed not in {"", result} else result


def equation_text(equation: Equation) -> str:
    """A step of what a layer computes, with its values put in."""
    sides = [equation.name, equation.formula, equation.values]
    words = f" ({equation.words})" if equation.words else ""
    return " = ".join(side for side in sides if side) + words


def weight_text(weight: Any) -> str:  # noqa: ANN401 - a Weight: name, shape, size, buffer
    """`kernel: 10x3x3x3 = 270`."""
    kept = ", not learned" if weight.buffer else ""
    sizes = f" {shape(weight.shape)} =" if len(weight.shape) > 1 else ""
    return f"{weight.name}:{sizes} {count(weight.size)}{kept}"


def sides(layer: LayerExplained) -> Iterator[str]:
    """The padding in words, above what the layer sees."""
    if layer.padding:
        sides = [f"{one.axis} {one.before} before, {one.after} after" for one in layer.padding]
        yield f"padding: {'; '.join(sides)}"


def remarks(layer: LayerExplained) -> Iterator[str]:
    """The penalties and the notes, below it."""
    yield from map(penalty_text, layer.penalties)
    yield from (f"note: {note}" for note in layer.notes)


def sights_text(sights: Sequence[Sight]) -> str:
    """What is alike along several axes is said once."""
    axes: dict[str, list[str]] = {}
    for sight in sights:
        axes.setdefault(_sight(sight), []).append(sight.axis)
    return "; ".join(f"{' and '.join(names)} {words}" for words, names in axes.items())


def _sight(sight: Sight) -> str:
    if sight.result is None:
        return "the whole input"
    values = f"{sight.formula} = {sight.values} = " if sight.values else ""
    words = "" if sight.values else f" ({sight.formula})"
    holes = sight.seen is not None and sight.seen < sight.result
    seen = f", sees {sight.seen} of {sight.result}" if holes else ""
    return f"{values}{sight.result}{words}{seen}"


def penalty_text(term: Penalty) -> str:
    """A regularisation term and its gradient."""
    inner, gradient = {
        "l1": ("sum(abs(w))", f"{term.factor:g}*sign(w)"),
        "l2": ("sum(w^2)", f"2*{term.factor:g}*w"),
    }[term.kind]
    weights = f"over {count(term.weights)} weights"
    return f"penalty: {term.factor:g} * {inner} {weights}; its gradient: {gradient} for each"


def terms(one: MemorySum) -> list[str]:
    """The tensors of a peak, the largest first; of many the largest and what is left."""
    shown = []
    for term in one.terms[:_SHOWN_TERMS]:
        values = f"{term.values} = " if term.values else ""
        shown.append(f"{term.layer}, {term.what}: {values}{count(term.result)}")
    rest = one.terms[_SHOWN_TERMS:]
    if rest:
        shown.append(f"{len(rest)} others: {count(sum(term.result for term in rest))}")
    return shown


def ended(lines: Iterable[str]) -> str:
    """Lines with their ends."""
    return "".join([f"{line}\n" for line in lines])
