"""A comparison as a table or Markdown; `compare_data` has JSON and CSV."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.layers.base import plural
from cnncalc.render import chart, columns, units
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.analysis.compare import ComparedNet, Comparison
    from cnncalc.analysis.connectivity import Saving
    from cnncalc.analysis.differences import Difference, Mark, Side, Step
    from cnncalc.analysis.mlp import Derived
    from cnncalc.analysis.scaling import Point, Scaling

_MARKS: dict[Mark, str] = {"equal": " ", "changed": "~", "removed": "-", "added": "+"}
_METRICS = (
    ("params", "parameters"),
    ("weights", "  weights"),
    ("biases", "  biases"),
    ("buffers", "buffers"),
    ("macs", "MACs"),
    ("activations", "activations"),
    ("layers", "layers"),
    ("dense", "in dense"),
    ("convolution", "in convolution"),
    ("normalisation", "in normalisation"),
    ("attention", "in attention"),
    ("recurrent", "in recurrent layers"),
    ("other", "in other layers"),
)
_MAIN = frozenset({"params", "macs"})
_SHARES = frozenset({"dense", "convolution", "normalisation", "attention", "recurrent", "other"})


class Show(NamedTuple):
    """How a comparison is shown: on which terminal, and how much of it."""

    every: bool = False  # each layer of the layer-by-layer table, nothing folded
    style: Style = PLAIN
    width: int | None = None
    plain: bool = False  # ASCII only


class Table(NamedTuple):
    """A table before it becomes text; `details` go below the row of the same number."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    right: frozenset[int]
    details: tuple[str, ...] = ()
    title: str = ""


def table(comparison: Comparison, show: Show) -> str:
    """The comparison for a terminal, or for a file if the width is None."""
    parts = [_fitting(show, partial(_totals, nets)) for nets in _sets(comparison.nets, show.width)]
    parts += [_mlp_sentence(derived) + "\n" for derived in comparison.derived]
    parts += [_fitting(show, partial(_difference, one, show)) for one in comparison.differences]
    parts += [_savings(label, savings, show) for label, savings in comparison.savings]
    if comparison.scaling:
        parts.append(_scaling(comparison.scaling, show))
    return "\n".join(parts)


def markdown(comparison: Comparison, show: Show) -> str:
    """The comparison in Markdown, to be pasted into a pull request."""
    parts = [_as_markdown(_totals(comparison.nets, units.count))]
    parts += [_mlp_sentence(derived) + "\n" for derived in comparison.derived]
    parts += [
        _as_markdown(_difference(one, show, units.count, join=True))
        for one in comparison.differences
    ]
    for label, savings in comparison.savings:
        parts += [_as_markdown(_saving_table(label, savings, units.count)), _LEGEND]
        parts += ["```\n" + _formulas(saving) + "```\n" for saving in savings]
    if comparison.scaling:
        parts.append(_as_markdown(_point_table(comparison.scaling.points, units.count)))
    return "\n".join(parts)


# -- tables ---------------------------------------------------------------------------------------


def _fitting(show: Show, build: Callable[[Callable[[int], str]], Table]) -> str:
    """The table with exact numbers; with three digits and a unit where those do not fit."""
    text = _as_text(build(units.count), show)
    if show.width is None or columns_of(build(units.count)) <= show.width:
        return text
    return _as_text(build(units.short), show)


def columns_of(made: Table) -> int:
    """The columns that a table takes uncut."""
    cells = [made.heads, *(line.cells for line in made.lines)]
    return sum(max(map(len, column)) + 2 for column in zip(*cells, strict=True)) - 2


def _as_text(made: Table, show: Show) -> str:
    style = show.style
    text = columns.render(made.heads, made.lines, right=made.right, style=style, width=show.width)
    head, rule, *rows = text.splitlines()
    out = [f"{style.head}{visible(made.title)}{style.end}", ""] if made.title else []
    out += [head, rule]
    details = made.details or ("",) * len(rows)
    for row, detail in zip(rows, details, strict=True):
        out.append(_coloured(row, style))
        if detail:
            out += _wrapped(detail, show.width)
    return "\n".join(out) + "\n"


def _coloured(row: str, style: Style) -> str:
    colour = {"+ ": style.good, "- ": style.bad, "~ ": style.strong}.get(row[:2], "")
    return f"{colour}{row}{style.end}" if colour else row


def _wrapped(text: str, width: int | None, indent: str = "      ") -> list[str]:
    if width is None:
        return [indent + text]
    import textwrap  # noqa: PLC0415 - only on a terminal

    room = max(width, len(indent) + 20)
    return textwrap.wrap(text, room, initial_indent=indent, subsequent_indent=indent)


def _as_markdown(made: Table) -> str:
    heading = f"#### {visible(made.title)}\n\n" if made.title else ""
    lines = [Line(tuple(map(_single_spaced, line.cells))) for line in made.lines]
    return heading + columns.markdown([head.strip() for head in made.heads], lines, made.right)


def _single_spaced(cell: str) -> str:
    return " ".join(cell.split())


# -- totals ---------------------------------------------------------------------------------------


def _sets(nets: Sequence[ComparedNet], width: int | None) -> list[Sequence[ComparedNet]]:
    """The nets in as many tables as the width needs, each with the first net in front."""
    others = list(nets[1:])
    count = len(others)
    while (
        width is not None
        and count > 1
        and any(
            columns_of(_totals([nets[0], *part], units.short)) > width
            for part in _chunks(others, count)
        )
    ):
        count -= 1
    return [[*nets[:1], *part] for part in _chunks(others, count)] or [nets]


def _chunks(nets: Sequence[ComparedNet], count: int) -> list[Sequence[ComparedNet]]:
    return [nets[at : at + count] for at in range(0, len(nets), count or 1)]


def _totals(nets: Sequence[ComparedNet], number: Callable[[int], str]) -> Table:
    heads = ["", nets[0].label] if nets else [""]
    for net in nets[1:]:
        heads += [net.label, "ratio"]
    lines = [Line(("input", *_inputs(nets)))]
    lines += [
        Line((title, *_metric(nets, name, number)), "strong" if name in _MAIN else "plain")
        for name, title in _METRICS
        if any(getattr(net.totals, name) for net in nets)
    ]
    return Table(tuple(heads), tuple(lines), frozenset(range(1, len(heads))))


def _inputs(nets: Sequence[ComparedNet]) -> Iterator[str]:
    for at, net in enumerate(nets):
        shapes = [units.shape(shape) for _, shape in net.inputs]
        yield shapes[0] if len(shapes) == 1 else plural(len(shapes), "input")
        if at:
            yield ""


def _metric(nets: Sequence[ComparedNet], name: str, number: Callable[[int], str]) -> Iterator[str]:
    for at, net in enumerate(nets):
        value: int = getattr(net.totals, name)
        share = units.share(value, net.totals.params) if name in _SHARES else ""
        yield f"{number(value)} {share:>6}" if share else number(value)
        if at:
            yield times(net.ratios[net.totals._fields.index(name)])


def times(factor: float | None) -> str:
    """A ratio with three digits: `1.36x`; a dash where there is none."""
    if factor is None:
        return "-"
    for least, digits in ((100, 0), (10, 1), (0.1, 2)):
        if factor >= least:
            return f"{factor:,.{digits}f}x"
    return f"{factor:.2g}x"


def _mlp_sentence(derived: Derived) -> str:
    if derived.origin == "matched" and not derived.width:
        return (
            f"{derived.net}: its {units.count(derived.budget)} parameters buy no hidden layer:\n"
            f"  one unit between {units.count(derived.sizes[0])} inputs and "
            f"{units.count(derived.sizes[-1])} outputs costs more"
        )
    chain = " -> ".join(map(str, derived.sizes))
    what = f"{derived.label}: {chain}, {units.count(derived.params)} parameters"
    if derived.origin == "matched":
        inputs, width, outputs = derived.sizes
        return (
            f"{what}\n  {units.count(derived.budget)} parameters buy one hidden layer of "
            f"{width}:\n  floor(({derived.budget} - {outputs}) / ({inputs} + 1 + {outputs}))"
        )
    if derived.origin == "given":
        return what
    hidden = len(derived.sizes) > 2  # noqa: PLR2004 - more than inputs and outputs
    if hidden:
        return f"{what}\n  the hidden layers are those of the net's own dense head"
    return f"{what}\n  no hidden layer: the net's own head has none"


# -- layer by layer -------------------------------------------------------------------------------


def _difference(
    made: Difference, show: Show, number: Callable[[int], str], *, join: bool = False
) -> Table:
    steps = made.steps if show.every else made.folded
    counts = ", ".join(f"{made.count(mark)} {mark}" for mark in _MARKS if made.count(mark))
    lines, details = [], []
    for step in steps:
        detail = _detail(step)
        cells = _step_cells(step, number)
        if join and detail:
            cells = (f"{cells[0]} ({detail})", *cells[1:])
        lines.append(Line(cells, "dim" if step.mark == "equal" else "plain"))
        details.append(detail)
    return Table(
        ("  layer", "type", "output", *_heads(made)),
        tuple(lines),
        frozenset({3, 4}),
        () if join else tuple(details),
        f"{made.before} -> {made.after}: {counts}",
    )


_LABEL_ROOM = 14


def _heads(made: Difference) -> tuple[str, str]:
    """Over the parameters the nets' names, where they leave the numbers below them room."""
    if max(len(made.before), len(made.after)) <= _LABEL_ROOM:
        return made.before, made.after
    return "old params", "new params"


def _step_cells(step: Step, number: Callable[[int], str]) -> tuple[str, ...]:
    before, after = step.before, step.after
    shown = after or before
    assert shown is not None  # noqa: S101 - a step has at least one side
    return (
        f"{_MARKS[step.mark]} {_step_name(step)}",
        _pair(before, after, lambda side: side.type),
        _pair(before, after, lambda side: units.shape(side.output_shape)) if shown.name else "",
        number(before.params) if before else "",
        number(after.params) if after else "",
    )


def _step_name(step: Step) -> str:
    side = step.before or step.after
    assert side is not None  # noqa: S101 - a step has at least one side
    if step.layers == 1:
        return side.name
    if side.name:
        return f"{side.name} ({plural(step.layers, 'layer')})"
    if step.mark == "equal":
        return f"... {plural(step.layers, 'equal layer')}"
    return f"... {plural(step.layers, 'layer')}, only shapes differ"


def _pair(before: Side | None, after: Side | None, text: Callable[[Side], str]) -> str:
    texts = dict.fromkeys(text(side) for side in (before, after) if side)
    return " -> ".join(texts)


def _detail(step: Step) -> str:
    parts = [f"{one.what} {one.before} -> {one.after}" for one in step.changes]
    if step.mark == "changed" and step.before and step.after:
        names = step.before.name, step.after.name
        if names[0] != names[1]:
            parts.append(f"now named {names[1]}")
    return ", ".join(parts)


# -- what each convolution saves ------------------------------------------------------------------


_LEGEND = """\
dense: every input to every output; local: windows only, with their own weights
at each position; shared: one set of weights for all positions, the convolution
"""


def _savings(label: str, savings: Sequence[Saving], show: Show) -> str:
    if not savings:
        return f"{label}: no convolution\n"
    text = _fitting(show, lambda number: _saving_table(label, savings, number))
    return "\n".join([text, _LEGEND, *map(_formulas, savings)])


def _saving_table(label: str, savings: Sequence[Saving], number: Callable[[int], str]) -> Table:
    lines = [
        Line(
            (
                _short_names(one.name),
                number(one.dense),
                number(one.local),
                number(one.shared),
                times(one.by_locality),
                f"{units.count(one.by_sharing)}x",
            )
        )
        for one in savings
    ]
    heads = ("layer", "dense", "local", "shared", "locality", "sharing")
    title = f"{label}: weights between the same two tensors, and the factors saved"
    return Table(heads, tuple(lines), frozenset(range(1, 6)), title=title)


def _short_names(names: str) -> str:
    first, *others = names.split(", ")
    return f"{first} + {len(others)} alike" if others else first


def _formulas(saving: Saving) -> str:
    """The counts and factors of one convolution, with the values put in."""
    kernel = " * ".join(map(str, saving.kernel_shape))
    rows = [
        ("dense", f"{saving.inputs} inputs * {saving.outputs} outputs",
         saving.dense, saving.neuron_biases),
        ("local", f"({kernel}) weights * {_positions(saving)}",
         saving.local, saving.neuron_biases),
        ("shared", f"{kernel} weights", saving.shared, saving.biases),
    ]  # fmt: skip
    shapes = f"{units.shape(saving.input_shape)} -> {units.shape(saving.output_shape)}"
    out = [f"{saving.name}: {saving.type}, {shapes}"]
    for name, formula, weights, biases in rows:
        out.append(f"  {name.ljust(8)}  {formula} = {units.count(weights)}")
        if biases:
            noun = "bias" if biases == 1 else "biases"
            out.append(f"{'':12}+ {biases} {noun} = {units.count(weights + biases)}")
    out.append(f"  locality  dense / local = {_locality(saving)} = {times(saving.by_locality)}")
    factor = units.count(saving.by_sharing)
    out.append(f"  sharing   local / shared = {_positions(saving)} = {factor}x")
    return "\n".join(out) + "\n"


def _positions(saving: Saving) -> str:
    return plural(saving.positions, "position")


def _locality(saving: Saving) -> str:
    window, rest = divmod(saving.local, saving.outputs)
    if rest:  # a transposed convolution, whose outputs have windows of several sizes
        return f"{saving.dense} / {saving.local}"
    return f"{saving.inputs} inputs / {window} in a window"


# -- growth with the input ------------------------------------------------------------------------


def _scaling(scaling: Scaling, show: Show) -> str:
    made = _fitting(show, lambda number: _point_table(scaling.points, number, join=False))
    charts = [
        f"{title}\n" + _chart(scaling, name, show)
        for name, title in (("params", "parameters"), ("macs", "MACs"))
    ]
    return "\n".join([made, *charts])


def _point_table(
    points: Sequence[Point], number: Callable[[int], str], *, join: bool = True
) -> Table:
    """One row a size and net; the reason why it cannot be is in the row, or below it."""
    lines = [
        Line(
            (point.size, point.net, point.reason if join else "cannot", "-")
            if point.reason
            else (point.size, point.net, number(point.params), number(point.macs))
        )
        for point in points
    ]
    details = () if join else tuple(point.reason for point in points)
    return Table(("input", "net", "parameters", "MACs"), tuple(lines), frozenset({2, 3}), details)


def _chart(scaling: Scaling, figure: str, show: Show) -> str:
    """A bar for each point; the nets at one size stand together."""
    wide = max(map(len, scaling.sizes))
    groups = [
        [_bar(point, figure, wide) for point in scaling.points if point.size == size]
        for size in scaling.sizes
    ]
    if len(scaling.nets) == 1:
        groups = [[bar for group in groups for bar in group]]
    return chart.bars(groups, width=show.width, plain=show.plain)


def _bar(point: Point, figure: str, wide: int) -> chart.Bar:
    value: int = getattr(point, figure)
    text = "cannot" if point.reason else units.short(value)
    return chart.Bar(f"{point.size.ljust(wide)}  {point.net}", value, text)
