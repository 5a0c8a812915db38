"""Explanations as plain text, as Markdown with LaTeX, and as JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.render.columns import PLAIN, Style
from cnncalc.render.text import visible
from cnncalc.render.units import count, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.analysis.explain import Explanation, LayerExplained, Quantity

_RATIO = re.compile(r"(floor|ceil)\(\((.*)\) / (\d+|stride) \+ 1\)")
_BRACKETS = {"floor": ("lfloor", "rfloor"), "ceil": ("lceil", "rceil")}


def text(explanation: Explanation, style: Style = PLAIN, width: int | None = None) -> str:
    """Plain text; with a width, its lines are wrapped to it."""
    if not explanation.layers:
        return f"{visible(explanation.name)}: no layers\n"
    return "\n".join(_layer_text(layer, style, width) for layer in explanation.layers)


def _layer_text(layer: LayerExplained, style: Style, width: int | None) -> str:
    lines = [f"{_strong(_title(layer), style)}: {_shapes(layer)}"]
    formula = ""
    for quantity in layer.quantities:
        lines += _wrapped(f"{quantity.name}: {_equation(quantity, count)}", 2, width)
        if quantity.formula not in ("", formula):  # once for the axes that share it
            below = _wrapped(f"= {quantity.formula}", 4, width)
            lines += [_dim(line, style) for line in below]
        formula = quantity.formula
        if quantity.name == "params" and len(layer.weights) > 1:
            lines += [f"    {_weight(weight)}" for weight in layer.weights]
    for words in _beside(layer):
        lines += _wrapped(words, 2, width)
    return "\n".join(lines) + "\n"


def _wrapped(words: str, indent: int, width: int | None) -> list[str]:
    if width is None or indent + len(words) <= width:
        return [" " * indent + words]
    import textwrap  # noqa: PLC0415 - only on a narrow terminal

    return textwrap.wrap(
        words,
        max(width, 40),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _strong(words: str, style: Style) -> str:
    return f"{style.strong}{words}{style.end}" if style.strong else words


def _title(layer: LayerExplained) -> str:
    return f"{visible(layer.name)} ({layer.type})"


def _shapes(layer: LayerExplained) -> str:
    arriving = " and ".join(shape(sizes) for sizes in layer.input_shapes)
    return f"{arriving} -> {shape(layer.output_shape)}"


def _dim(words: str, style: Style) -> str:
    return f"{style.dim}{words}{style.end}" if style.dim else words


def _weight(weight: Any) -> str:  # noqa: ANN401 - a Weight: name, shape, size, buffer
    kept = ", not learned" if weight.buffer else ""
    sizes = f" {shape(weight.shape)} =" if len(weight.shape) > 1 else ""
    return f"- {weight.name}:{sizes} {count(weight.size)}{kept}"


def _beside(layer: LayerExplained) -> list[str]:
    """The padding, the penalties and the notes: what is said in words."""
    lines = []
    if layer.padding:
        sides = [f"{one.axis} {one.before} before, {one.after} after" for one in layer.padding]
        lines.append(f"padding: {'; '.join(sides)}")
    for term in layer.penalties:
        inner = "sum(abs(w))" if term.kind == "l1" else "sum(w^2)"
        lines.append(f"penalty: {term.factor:g} * {inner} over {count(term.weights)} weights")
    return [*lines, *(f"note: {note}" for note in layer.notes)]


# -- Markdown ---------------------------------------------------------------------------------


def markdown(explanation: Explanation) -> str:
    """Markdown with the formulas in LaTeX, for notes."""
    parts = [f"# {visible(explanation.name)}\n"]
    parts += [_layer_markdown(layer) for layer in explanation.layers]
    return "\n".join(parts)


def _layer_markdown(layer: LayerExplained) -> str:
    lines = [f"## {_title(layer)}", "", _shapes(layer), ""]
    for quantity in layer.quantities:
        lines += [f"- {quantity.name}: ${latex(_equation(quantity, str))}$"]
        if quantity.formula and _is_formula(quantity.formula):
            lines += [f"  from ${latex(quantity.formula)}$"]
        elif quantity.formula:
            lines += [f"  ({quantity.formula})"]
        if quantity.name == "params" and len(layer.weights) > 1:
            lines += [f"  {_weight(weight)}" for weight in layer.weights]
    lines += [f"- {line}" for line in _beside(layer)]
    return "\n".join(lines) + "\n"


def _equation(quantity: Quantity, number: Callable[[int], str]) -> str:
    result = number(quantity.result)
    return f"{quantity.values} = {result}" if quantity.values else result


def _is_formula(words: str) -> bool:
    """Whether it is a formula of single words, not prose."""
    return not re.search(r"[a-z] [a-z]", words)


def latex(formula: str) -> str:
    r"""A formula as LaTeX, without the dollar signs.

    >>> latex("floor((32 - 3 + 2*0) / 1 + 1) = 30")
    '\\left\\lfloor \\frac{32 - 3 + 2 \\cdot 0}{1} + 1 \\right\\rfloor = 30'
    """
    out = _RATIO.sub(_fraction, formula).replace(" * ", "*").replace("*", r" \cdot ")
    return re.sub(
        r"(?<![\\a-z])[a-z]+(_[a-z]+)*",
        lambda m: r"\text{" + m.group().replace("_", r"\_") + "}",
        out,
    )


def _fraction(match: re.Match[str]) -> str:
    left, right = _BRACKETS[match.group(1)]
    top, bottom = match.group(2), match.group(3)
    return rf"\left\{left} \frac{{{top}}}{{{bottom}}} + 1 \right\{right}"


# -- JSON -------------------------------------------------------------------------------------


def as_data(explanation: Explanation) -> dict[str, Any]:
    """The JSON form."""
    return {
        "schema_version": 1,
        "name": explanation.name,
        "source": explanation.source,
        "layers": [_layer_data(layer) for layer in explanation.layers],
    }


def json(explanation: Explanation) -> str:
    """One JSON object."""
    from json import dumps  # noqa: PLC0415 - only for JSON

    return dumps(as_data(explanation), indent=2) + "\n"


def _layer_data(layer: LayerExplained) -> dict[str, Any]:
    return {
        "name": layer.name,
        "type": layer.type,
        "input_shapes": [list(sizes) for sizes in layer.input_shapes],
        "output_shape": list(layer.output_shape),
        "quantities": [quantity._asdict() for quantity in layer.quantities],
        "weights": [
            {"name": one.name, "shape": list(one.shape), "size": one.size, "buffer": one.buffer}
            for one in layer.weights
        ],
        "padding": [side._asdict() for side in layer.padding],
        "penalties": [term._asdict() for term in layer.penalties],
        "notes": list(layer.notes),
    }


# -- codes ------------------------------------------------------------------------------------


def listing(titles: Sequence[tuple[str, str]], style: Style = PLAIN) -> str:
    """Every code with its title, a line each."""
    return "".join(f"{_strong(code, style)}  {title}\n" for code, title in titles)
