"""A summary as JSON and CSV: numbers raw, nothing folded that was not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

from cnncalc.render import units
from cnncalc.render.json_text import json_text, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.summary import Measured, Row, Summary

SCHEMA_VERSION = 1
_PART = 1000  # rows that are written at once


def csv(summaries: Sequence[Summary]) -> str:
    """The rows as CSV, numbers raw; with a first column `net` if there are several nets."""
    from cnncalc.render.csv import csv as written  # noqa: PLC0415 - only for this format

    return written(_csv_rows(summaries, several=len(summaries) > 1))


def _csv_rows(summaries: Sequence[Summary], *, several: bool) -> Iterator[tuple[object, ...]]:
    heads = [figure.key for figure in summaries[0].figures]
    yield (*(("net",) if several else ()), "name", "type", "inputs", "output_shape", *heads,
           "shared_with")  # fmt: skip
    for summary in summaries:
        for row in summary.rows:
            if row.counts:
                some = row.measured
                yield (*((summary.name,) if several else ()), row.name, row.type,
                       " ".join(row.inputs), units.shape(some.output_shape),
                       *map(units.raw, some.values), some.shared_with)  # fmt: skip


def json(summary: Summary, warnings: Sequence[dict[str, Any]] = ()) -> Iterator[str]:
    """The JSON of the contract, one object, a line per layer; in parts, since nets may be long.

    Args:
        summary: the net.
        warnings: what was said of it on standard error, as data.
    """
    from itertools import islice  # noqa: PLC0415 - only for this format

    head = {
        "schema_version": SCHEMA_VERSION,
        "name": summary.name,
        "source": summary.source,
        "variables": _plain(summary.variables),
        "layout": summary.layout,
        "batch": summary.batch,
        "inputs": [{"name": name, "shape": shape} for name, shape in summary.inputs],
        "outputs": [{"name": name, "shape": shape} for name, shape in summary.outputs],
    }
    if summary.counted:
        head["count_of"] = summary.counted.meaning
    keys = [figure.key for figure in summary.figures]
    totals = zip(summary.figures, summary.totals, strict=True)
    tail: dict[str, Any] = {"totals": {one.key: total for one, total in totals if not one.detail}}
    tail["not_counted"] = summary.not_counted
    if summary.penalties:
        tail["regularizers"] = [penalty._asdict() for penalty in summary.penalties]
    yield f'{json_text(head)[:-1]},\n "layers": ['
    rows = _json_rows(summary.rows, keys)
    between = "\n  "
    while part := ",\n  ".join(islice(rows, _PART)):
        yield between + part
        between = ",\n  "
    if warnings:
        tail["warnings"] = warnings
    yield f"\n ],\n {json_text(tail)[1:]}"


def _plain(value: object) -> object:
    """A value of a spec as JSON can say it; fractions, and numbers without end, as texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return value if isinstance(value, float) and isfinite(value) else str(value)


def _json_rows(rows: Sequence[Row], keys: Sequence[str]) -> Iterator[str]:
    """Rows as JSON texts; what follows the names is the same for equal layers, and kept."""
    tails: dict[int, str] = {}
    written = _Tails(keys)
    for name, type_, inputs, measured, _, layers, counts in rows:
        if not counts:
            continue
        rest = tails.get(id(measured))
        if rest is None:
            rest = tails[id(measured)] = written.of(measured, layers)
        names = quoted(inputs[0]) if len(inputs) == 1 else ", ".join(map(quoted, inputs))
        yield f'{{"name": {quoted(name)}, "type": {quoted(type_)}, "inputs": [{names}], {rest}'


class _Tails:
    """Writes what follows the names of a row; the shapes of unlike layers are often the same."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._heads = [f"{quoted(key)}: " for key in keys]
        self._shapes: dict[tuple[object, ...], str] = {}

    def of(self, measured: Measured, layers: int) -> str:
        """The members of a row from its shapes on, and the end of the object."""
        shapes = self._shapes.get(measured[:2])
        if shapes is None:
            data = {"input_shapes": measured.input_shapes, "output_shape": measured.output_shape}
            shapes = self._shapes[measured[:2]] = json_text(data)[1:-1]
        values = ", ".join(
            [
                f"{head}{value if type(value) is int else json_text(value)}"
                for head, value in zip(self._heads, measured.values, strict=True)
            ]
        )
        shared = f', "shared_with": {quoted(measured.shared_with)}' if measured.shared_with else ""
        folded = f', "layers": {layers}' if layers > 1 else ""
        return f"{shapes}, {values}{shared}{folded}}}"
