"""Explanations as plain text, as Markdown with LaTeX, and as JSON."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cnncalc.analysis.formula.sight import Sight
from cnncalc.render import markdown as md
from cnncalc.render.columns import PLAIN, Style
from cnncalc.render.json_text import indented, json_text, quoted
from cnncalc.render.latex import latex
from cnncalc.render.printable import text_format
from cnncalc.render.units import count, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cnncalc.analysis.explain import Explanation, LayerExplained, Total
    from cnncalc.analysis.formula.statements import Equation, Quantity
    from cnncalc.analysis.memory.sums import MemorySum
    from cnncalc.analysis.summary import Penalty

Written = TypeVar("Written")

_MOST_KNOWN = 1000  # different layers whose texts are kept for the alike ones
_SHOWN_TERMS = 12  # of a total; the largest, where there are more


class _Shared(Generic[Written]):
    """Keeps what is written of the parts that alike layers share, by the identity of these."""

    def __init__(self, write: Callable[[LayerExplained], Written]) -> None:
        self._write = write
        self._known: dict[tuple[int, ...], tuple[LayerExplained, Written]] = {}

    def of(self, layer: LayerExplained) -> Written:
        """What is written of a layer beside its name and its receptive field."""
        key = tuple(map(id, layer[1:-1]))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = layer, self._write(layer)
        return known[1]


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
        shared = _Shared(partial(_shared_text, style=style, width=width))
        between = ""
        for layer in explanation.layers:
            above, below = shared.of(layer)
            seen = _seen_text(layer, width) if layer.receptive_field else ""
            yield f"{between}{_strong(_title(layer), style)}{above}{seen}{below}"
            between = "\n"
        if explanation.totals:
            yield between + _totals_text(explanation.totals, style, width)


def _seen_text(layer: LayerExplained, width: int | None) -> str:
    return _ended(_wrapped(f"receptive field: {sights_text(layer.receptive_field)}", 2, width))


def _shared_text(layer: LayerExplained, style: Style, width: int | None) -> tuple[str, str]:
    """What is above the receptive field, from the title on, and what is below."""
    lines = [f": {_shapes(layer)}"]
    for quantity, is_new in with_news(layer.quantities):
        lines += _wrapped(f"{quantity.name}: {equality_text(quantity)}", 2, width)
        if is_new:
            below = _wrapped(f"= {quantity.formula}", 4, width)
            lines += [_dim(line, style) for line in below]
        if quantity.name == "params" and len(layer.weights) > 1:
            lines += [f"    - {weight_text(weight)}" for weight in layer.weights]
    for equation in layer.equations:
        lines += _wrapped(equation_text(equation), 2, width)
    for words in _sides(layer):
        lines += _wrapped(words, 2, width)
    below = [line for words in _remarks(layer) for line in _wrapped(words, 2, width)]
    return _ended(lines), _ended(below)


def _ended(lines: Iterable[str]) -> str:
    return "".join([f"{line}\n" for line in lines])


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
        lines += [f"    - {term}" for term in _terms(one)]
    return "\n".join(lines) + "\n"


def _terms(one: MemorySum) -> list[str]:
    """The tensors of a peak, the largest first; of many the largest and what is left."""
    shown = []
    for term in one.terms[:_SHOWN_TERMS]:
        values = f"{term.values} = " if term.values else ""
        shown.append(f"{term.layer}, {term.what}: {values}{count(term.result)}")
    rest = one.terms[_SHOWN_TERMS:]
    if rest:
        shown.append(f"{len(rest)} others: {count(sum(term.result for term in rest))}")
    return shown


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


def _title(layer: LayerExplained) -> str:
    return f"{layer.name} ({layer.type})"


def _shapes(layer: LayerExplained) -> str:
    arriving = " and ".join(shape(sizes) for sizes in layer.input_shapes)
    return f"{arriving} -> {shape(layer.output_shape)}"


def _dim(words: str, style: Style) -> str:
    return f"{style.dim}{words}{style.end}" if style.dim else words


def weight_text(weight: Any) -> str:  # noqa: ANN401 - a Weight: name, shape, size, buffer
    """`kernel: 10x3x3x3 = 270`."""
    kept = ", not learned" if weight.buffer else ""
    sizes = f" {shape(weight.shape)} =" if len(weight.shape) > 1 else ""
    return f"{weight.name}:{sizes} {count(weight.size)}{kept}"


def _sides(layer: LayerExplained) -> Iterator[str]:
    """The padding in words, above what the layer sees."""
    if layer.padding:
        sides = [f"{one.axis} {one.before} before, {one.after} after" for one in layer.padding]
        yield f"padding: {'; '.join(sides)}"


def _remarks(layer: LayerExplained) -> Iterator[str]:
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


# -- Markdown ---------------------------------------------------------------------------------


@text_format
def markdown(explanation: Explanation) -> Iterator[str]:
    """Markdown with the formulas in LaTeX, for notes; in parts."""
    yield md.heading(1, explanation.name)
    shared = _Shared(_shared_markdown)
    for layer in explanation.layers:
        above, below = shared.of(layer)
        seen = layer.receptive_field
        words = f"{md.item(f'receptive field: {sights_text(seen)}')}\n" if seen else ""
        yield f"\n{md.heading(2, _title(layer))}{above}{words}{below}"
    if explanation.totals:
        yield "\n" + _totals_markdown(explanation.totals)
    if explanation.memory:
        yield "\n" + _memory_markdown(explanation.memory)


def _shared_markdown(layer: LayerExplained) -> tuple[str, str]:
    """What is above the receptive field, from the heading on, and what is below."""
    lines = ["", _shapes(layer), ""]
    for quantity, is_new in with_news(layer.quantities):
        computed = quantity.values or quantity.formula
        values = f"{latex(computed)} = " if computed else ""
        lines.append(f"- {quantity.name}: ${values}{quantity.result}$")
        if is_new:
            lines.append(f"  from ${latex(quantity.formula)}$")
        if quantity.name == "params" and len(layer.weights) > 1:
            lines += [md.item(weight_text(weight), 1) for weight in layer.weights]
    for equation in layer.equations:
        sides = [latex(side) for side in equation[:3] if side]
        words = f" ({equation.words})" if equation.words else ""
        lines.append(f"- ${' = '.join(sides)}${md.inline(words)}")
    lines += map(md.item, _sides(layer))
    return _ended(lines), _ended(map(md.item, _remarks(layer)))


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
        lines += [md.item(term, 1) for term in _terms(one)]
    return "\n".join(lines) + "\n"


# -- JSON -------------------------------------------------------------------------------------


def json(explanation: Explanation) -> Iterator[str]:
    """One JSON object, in parts of one layer or total each, since nets may be long."""
    head = {"schema_version": 1, "name": explanation.name, "source": explanation.source}
    yield indented(head, 2)[: -len("\n}")]
    memory = (
        {**one._asdict(), "terms": [term._asdict() for term in one.terms]}
        for one in explanation.memory
    )
    yield from _listed("layers", _layers_json(explanation.layers))
    yield from _listed("totals", map(_item, map(_total_data, explanation.totals)))
    yield from _listed("memory", map(_item, memory))
    yield "\n}\n"


def _listed(key: str, items: Iterable[str]) -> Iterator[str]:
    """A further member of the object: a list, in parts of one item each."""
    yield f',\n  "{key}": ['
    before = "\n    "
    for item in items:
        yield before + item
        before = ",\n    "
    yield "\n  ]" if before[0] == "," else "]"


def _item(value: object, line: str = "\n    ") -> str:
    """The JSON of a value whose lines begin so."""
    return indented(value, 2).replace("\n", line)


def _layers_json(layers: Iterable[LayerExplained]) -> Iterator[str]:
    """Each layer: its name, what alike ones share, what it sees."""
    shared = _Shared(lambda layer: _item(_layer_data(layer))[1 : -len("\n    }")])
    for layer in layers:
        seen = f",{_LINE}".join(map(_sight_json, layer.receptive_field))
        field = f"[{_LINE}{seen}\n      ]" if seen else "[]"
        yield (
            f'{{\n      "name": {quoted(layer.name)},{shared.of(layer)},'
            f'\n      "receptive_field": {field}\n    }}'
        )


_LINE = "\n        "  # of an item in a list of a layer


def _sight_json(sight: Sight) -> str:
    members = zip(Sight._fields, sight, strict=True)
    inside = ",".join([f'{_LINE}  "{key}": {json_text(value)}' for key, value in members])
    return f"{{{inside}{_LINE}}}"


def _total_data(total: Total) -> dict[str, Any]:
    terms = [{"name": name, "value": number} for name, number in total.terms]
    return {"name": total.name, "terms": terms, "result": total.result}


def _layer_data(layer: LayerExplained) -> dict[str, Any]:
    """What alike layers share."""
    return {
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
        "equations": [equation._asdict() for equation in layer.equations],
        "notes": list(layer.notes),
    }


# -- codes ------------------------------------------------------------------------------------


def listing(titles: Sequence[tuple[str, str]], style: Style = PLAIN) -> str:
    """Every code with its title, a line each."""
    return "".join(f"{_strong(code, style)}  {title}\n" for code, title in titles)
