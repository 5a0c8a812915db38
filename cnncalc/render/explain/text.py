"""Explanations as plain text, and the list of the codes of findings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnncalc.render.columns import PLAIN, Style
from cnncalc.render.explain.shared import Shared
from cnncalc.render.explain.words import (
    ended,
    equality_text,
    equation_text,
    remarks,
    shapes,
    sides,
    sights_text,
    terms,
    title,
    weight_text,
    with_news,
)
from cnncalc.render.printable import text_format
from cnncalc.render.units import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.explain import Explanation, LayerExplained, Total

_SHOWN_TERMS = 12  # of a total; the largest, where there are more


@text_format
def text(
    explanation: Explanation, *, style: Style = PLAIN, width: int | None = None
) -> Iterator[str]:
    """Plain text, in parts; with a width, its lines are wrapped to it."""
    if explanation.memory:
        yield _memory_text(explanation, style, width)
    elif not explanation.layers:
        yield f"{explanation.name}: no layers\n"
    else:
        shared = Shared(partial(_shared_text, style=style, width=width))
        between = ""
        for layer in explanation.layers:
            above, below = shared.of(layer)
            seen = _seen_text(layer, width) if layer.receptive_field else ""
            yield f"{between}{_strong(title(layer), style)}{above}{seen}{below}"
            between = "\n"
        if explanation.totals:
            yield between + _totals_text(explanation.totals, style, width)


def _seen_text(layer: LayerExplained, width: int | None) -> str:
    return ended(_wrapped(f"receptive field: {sights_text(layer.receptive_field)}", 2, width))


def _shared_text(layer: LayerExplained, style: Style, width: int | None) -> tuple[str, str]:
    """What is above the receptive field, from the title on, and what is below."""
    lines = [f": {shapes(layer)}"]
    for quantity, is_new in with_news(layer.quantities):
        lines += _wrapped(f"{quantity.name}: {equality_text(quantity)}", 2, width)
        if is_new:
            below = _wrapped(f"= {quantity.formula}", 4, width)
            lines += [_dim(line, style) for line in below]
        if quantity.name == "params" and len(layer.weights) > 1:
            lines += [f"    - {weight_text(weight)}" for weight in layer.weights]
    for equation in layer.equations:
        lines += _wrapped(equation_text(equation), 2, width)
    for words in sides(layer):
        lines += _wrapped(words, 2, width)
    below = [line for words in remarks(layer) for line in _wrapped(words, 2, width)]
    return ended(lines), ended(below)


def _totals_text(totals: Sequence[Total], style: Style, width: int | None) -> str:
    lines = [_strong("total", style)]
    for total in totals:
        values = " + ".join(_sum_of(total))
        equality = f"{values} = {count(total.result)}" if values else count(total.result)
        lines += _wrapped(f"{total.name}: {equality}", 2, width)
    return "\n".join(lines) + "\n"


def _memory_text(explanation: Explanation, style: Style, width: int | None) -> str:
    lines = [_strong(f"{explanation.name}: memory in bytes", style)]
    for one in explanation.memory:
        values = f"{one.values} = " if one.values else ""
        lines += _wrapped(f"{one.name}: {values}{count(one.result)}", 2, width)
        lines += [_dim(line, style) for line in _wrapped(f"= {one.formula}", 4, width)]
        lines += [f"    - {term}" for term in terms(one)]
    return "\n".join(lines) + "\n"


def _sum_of(total: Total) -> list[str]:
    """The terms of a total, equal neighbours together; of many, the largest and what is left."""
    runs = _runs(total.terms)
    largest = sorted((number * len(names) for names, number in runs), reverse=True)
    least = largest[_SHOWN_TERMS - 1] if len(largest) > _SHOWN_TERMS else 0
    shown = [_run(names, number) for names, number in runs if number * len(names) >= least]
    rest = [(names, number) for names, number in runs if number * len(names) < least]
    if rest:
        left = sum(number * len(names) for names, number in rest)
        shown.append(f"{count(left)} ({sum(len(names) for names, _ in rest)} others)")
    return shown


def _runs(terms: Sequence[tuple[str, int]]) -> list[tuple[list[str], int]]:
    runs: list[tuple[list[str], int]] = []
    for name, number in terms:
        if runs and runs[-1][1] == number:
            runs[-1][0].append(name)
        else:
            runs.append(([name], number))
    return runs


def _run(names: Sequence[str], number: int) -> str:
    """`280 (conv_1)`, or `12 * 7,087,872 (encoder_1 to encoder_12)`."""
    if len(names) == 1:
        return f"{count(number)} ({names[0]})"
    return f"{len(names)} * {count(number)} ({names[0]} to {names[-1]})"


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


def _dim(words: str, style: Style) -> str:
    return f"{style.dim}{words}{style.end}" if style.dim else words


def listing(titles: Sequence[tuple[str, str]], style: Style = PLAIN) -> str:
    """Every code with its title, a line each."""
    return "".join(f"{_strong(code, style)}  {title}\n" for code, title in titles)
