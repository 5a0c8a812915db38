"""A summary as a table, JSON, CSV or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.render import columns, units
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.analysis.summary import Figures, Penalty, Row, Summary

SCHEMA_VERSION = 1
_PART = 1000  # rows that are written at once


class Column(NamedTuple):
    """A column of the table: its head, its cell, whether it is a number."""

    head: str
    cell: Callable[[Row, Summary], str]
    number: bool = False


def _params(row: Row, _: Summary) -> str:
    return (
        f"= {row.figures.shared_with}"
        if row.figures.shared_with
        else units.count(row.figures.params)
    )


COLUMNS: dict[str, Column] = {
    "name": Column("layer", lambda row, _: row.name),
    "type": Column("type", lambda row, _: row.type),
    "inputs": Column("from", lambda row, _: ", ".join(row.inputs)),
    "input": Column("input", lambda row, _: ", ".join(map(units.shape, row.figures.input_shapes))),
    "output": Column("output", lambda row, _: units.shape(row.figures.output_shape)),
    "params": Column("params", _params, number=True),
    "trainable": Column(
        "trainable", lambda row, _: units.count(row.figures.trainable_params), number=True
    ),
    "buffers": Column("buffers", lambda row, _: units.count(row.figures.buffers), number=True),
    "macs": Column("MACs", lambda row, _: units.count(row.figures.macs), number=True),
    "params%": Column(
        "params%",
        lambda row, all_: units.share(row.figures.params, all_.totals.params),
        number=True,
    ),
    "macs%": Column(
        "MACs%", lambda row, net: units.share(row.figures.macs, net.totals.macs), number=True
    ),
    "layers": Column("layers", lambda row, _: str(row.layers), number=True),
}
DEFAULT_COLUMNS = ("name", "type", "output", "params", "macs")


def table(
    summary: Summary,
    names: Sequence[str] = DEFAULT_COLUMNS,
    *,
    style: Style = PLAIN,
    width: int | None = None,
) -> str:
    """The rows, blocks as a tree, with both ways of counting parameters below."""
    chosen = [COLUMNS[name] for name in names]
    lines = list(_inputs(summary, names))
    lines += [Line(_cells(row, summary, names, chosen), _look(row)) for row in summary.rows]
    right = frozenset(i for i, column in enumerate(chosen) if column.number)
    heads = [column.head for column in chosen]
    body = columns.render(heads, lines, right=right, style=style, width=width)
    title = f"{style.head}{visible(summary.name)}{style.end if style.head else ''}\n"
    return title + body + ("\n" + footer(summary) if summary.complete else "")


def _look(row: Row) -> str:
    return "strong" if row.layers > 1 else "plain"


def _inputs(summary: Summary, names: Sequence[str]) -> Iterator[Line]:
    for name, shape in summary.inputs:
        cells = {"name": name, "type": "input", "output": units.shape(shape)}
        yield Line(tuple(cells.get(column, "") for column in names), "dim")


def _cells(
    row: Row, summary: Summary, names: Sequence[str], chosen: Sequence[Column]
) -> tuple[str, ...]:
    cells = [column.cell(row, summary) for column in chosen]
    if row.level and "name" in names:
        at = list(names).index("name")
        cells[at] = "  " * row.level + row.name.rpartition("/")[2]
    return tuple(cells)


def footer(summary: Summary) -> str:
    """The totals in words: parameters in both frameworks' counting, MACs, penalties."""
    totals = summary.totals
    frozen = totals.params - totals.trainable_params
    lines = [("parameters", units.count(totals.params), _parameter_note(frozen, totals.params))]
    if totals.buffers:
        both = units.count(totals.params + totals.buffers)
        lines.append(("buffers", units.count(totals.buffers), f"Keras counts them in: {both}"))
    batch = f"for a batch of {summary.batch}; " if summary.batch > 1 else ""
    lines.append(("MACs", units.count(totals.macs), f"{batch}{_flops(totals.macs)}"))
    lines += [
        (_penalty(penalty), units.count(penalty.weights), "weights carry this penalty")
        for penalty in summary.penalties
    ]
    outputs = ", ".join(f"{name} {units.shape(shape)}" for name, shape in summary.outputs)
    wide = max(len(label) for label, _, _ in lines)
    high = max(len(number) for _, number, _ in lines)
    out = [
        f"{label.ljust(wide)}  {number.rjust(high)}  {note}".rstrip()
        for label, number, note in lines
    ]
    return "\n".join([*out, f"{'output'.ljust(wide)}  {outputs}"]) + "\n"


def _flops(macs: int) -> str:
    number = units.short(2 * macs)
    return f"{number}FLOPs" if " " in number else f"{number} FLOPs"


def _parameter_note(frozen: int, params: int) -> str:
    parts = [f"{units.memory(params)} as float32"] if params else []
    if frozen:
        parts.append(f"{units.count(frozen)} of them frozen")
    return ", ".join(parts)


def markdown(summary: Summary, names: Sequence[str] = DEFAULT_COLUMNS) -> str:
    """The rows as a Markdown table, the totals as its last row."""
    chosen = [COLUMNS[name] for name in names]
    lines = list(_inputs(summary, names))
    lines += [
        Line(tuple(column.cell(row, summary) for column in chosen))
        for row in summary.rows
        if row.counts
    ]
    if summary.complete:
        totals = summary.totals
        cells = {
            "name": "**total**",
            "params": f"**{units.count(totals.params)}**",
            "trainable": units.count(totals.trainable_params),
            "buffers": units.count(totals.buffers),
            "macs": f"**{units.count(totals.macs)}**",
        }
        lines.append(Line(tuple(cells.get(name, "") for name in names)))
    right = frozenset(i for i, column in enumerate(chosen) if column.number)
    heads = [column.head for column in chosen]
    notes = _footer_notes(summary) if summary.complete else ""
    return f"### {visible(summary.name)}\n\n" + columns.markdown(heads, lines, right) + notes


def _footer_notes(summary: Summary) -> str:
    """What the row of totals does not say: buffers, frozen parameters, penalties, as a list."""
    totals = summary.totals
    frozen = totals.params - totals.trainable_params
    notes = [f"{units.count(frozen)} parameters are frozen"] if frozen else []
    if totals.buffers:
        both = units.count(totals.params + totals.buffers)
        notes.append(f"{units.count(totals.buffers)} buffers; Keras counts them in: {both}")
    notes += [
        f"{_penalty(penalty)}: {units.count(penalty.weights)} weights carry it"
        for penalty in summary.penalties
    ]
    return "".join(["\n", *(f"- {note}\n" for note in notes)]) if notes else ""


def _penalty(penalty: Penalty) -> str:
    """`l2 1e-4`, as a spec writes it."""
    return f"{penalty.kind} {penalty.factor:g}".replace("e-0", "e-")


CSV_HEADS = ("name", "type", "inputs", "output_shape", "params", "trainable_params", "buffers",
             "macs", "shared_with")  # fmt: skip


def csv(summaries: Sequence[Summary]) -> str:
    """The rows as CSV, numbers raw; with a first column `net` if there are several nets."""
    import csv as csv_  # noqa: PLC0415 - only for this format
    from io import StringIO  # noqa: PLC0415 - only for this format

    out = StringIO()
    writer = csv_.writer(out, lineterminator="\n")
    several = len(summaries) > 1
    writer.writerow((*(("net",) if several else ()), *CSV_HEADS))
    for summary in summaries:
        for row in summary.rows:
            if row.counts:
                some = row.figures
                cells = (row.name, row.type, " ".join(row.inputs), units.shape(some.output_shape),
                         some.params, some.trainable_params, some.buffers, some.macs,
                         some.shared_with)  # fmt: skip
                writer.writerow((*((summary.name,) if several else ()), *cells))
    return out.getvalue()


def json(summary: Summary) -> Iterator[str]:
    """The JSON of the contract, one object, a line a layer; in parts, since nets may be long."""
    from itertools import islice  # noqa: PLC0415 - only for this format
    from json import dumps  # noqa: PLC0415 - only for this format

    head = {
        "schema_version": SCHEMA_VERSION,
        "name": summary.name,
        "source": summary.source,
        "layout": summary.layout,
        "batch": summary.batch,
        "inputs": [{"name": name, "shape": shape} for name, shape in summary.inputs],
        "outputs": [{"name": name, "shape": shape} for name, shape in summary.outputs],
    }
    tail: dict[str, Any] = {"totals": summary.totals._asdict()}
    if summary.penalties:
        tail["regularizers"] = [penalty._asdict() for penalty in summary.penalties]
    yield f'{dumps(head)[:-1]},\n "layers": ['
    rows = _json_rows(summary.rows)
    between = "\n  "
    while part := ",\n  ".join(islice(rows, _PART)):
        yield between + part
        between = ",\n  "
    yield f"\n ],\n {dumps(tail)[1:]}"


def _json_rows(rows: Sequence[Row]) -> Iterator[str]:
    """Rows as JSON texts; what follows the names is the same for equal layers, and kept."""
    from json.encoder import encode_basestring_ascii as quoted  # noqa: PLC0415 - only for JSON

    tails: dict[int, str] = {}
    for name, type_, inputs, figures, _, layers, counts in rows:
        if not counts:
            continue
        rest = tails.get(id(figures))
        if rest is None:
            rest = tails[id(figures)] = _json_tail(figures, layers)
        names = quoted(inputs[0]) if len(inputs) == 1 else ", ".join(map(quoted, inputs))
        yield f'{{"name": {quoted(name)}, "type": "{type_}", "inputs": [{names}], {rest}'


def _json_tail(figures: Figures, layers: int) -> str:
    from json import dumps  # noqa: PLC0415 - only for JSON

    data: dict[str, Any] = figures._asdict()
    if not figures.shared_with:
        del data["shared_with"]
    if layers > 1:
        data["layers"] = layers
    return dumps(data)[1:]
