"""`cnncalc summarize`: a row a layer, and the totals."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cnncalc.cli.options import (
    FormatOption,
    InputOption,
    MaxLayers,
    MaxSize,
    Nets,
    Reader,
    SetOption,
)
from cnncalc.cli.output import emit, style_of, width_of
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.summary import Summary
    from cnncalc.build.reader import Reading
    from cnncalc.cli.options import Format

EXAMPLES = (
    "cnncalc summarize net.yaml",
    "cnncalc summarize net.yaml --depth 1 --columns name,output,params,params%",
    "cnncalc summarize zoo:resnet --set depth=50 --format json",
    "test $(cnncalc summarize net.yaml --total) -lt 5000000",
)

Sort = Literal["params", "macs", "buffers", "name", "type"]
Total = Literal["params", "trainable", "buffers", "macs", "layers"]


def summarize(  # noqa: PLR0913 - the options of the command
    nets: Nets,
    *,
    format: FormatOption = "table",  # noqa: A002 - the option's name
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth", "-d", min=1, metavar="N", help="Fold blocks below this level into one row."
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", "-c", metavar="NAMES", help="Columns of the table, with commas: "
                     "name, type, inputs, input, output, params, trainable, buffers, macs, "
                     "params%, macs%, layers."),
    ] = None,
    sort: Annotated[
        Sort | None, typer.Option("--sort", help="Order the rows, the largest number first.")
    ] = None,
    sets: SetOption = None,
    inputs: InputOption = None,
    batch: Annotated[
        int,
        typer.Option(
            "--batch", "-b", min=1, metavar="N", help="Samples that MACs are counted for."
        ),
    ] = 1,
    total: Annotated[
        bool, typer.Option("--total", help="Print only the number of parameters.")
    ] = False,
    total_of: Annotated[
        Total | None, typer.Option("--total-of", help="Print only this total.")
    ] = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:  # fmt: skip
    """Show every layer with its output shape, parameters and MACs, and the totals."""
    names = _chosen(columns)
    reader = Reader(sets, inputs, max_layers, max_size)
    readings = reader.read_all(nets)
    if total or total_of:
        for reading in readings:
            if not reading.failed and reading.network is not None:
                emit(f"{_total(reading, total_of or 'params', batch)}\n")
    else:
        tree = format == "table"
        summaries = (
            (reading, _summary(reading, batch, depth, sort, tree=tree)) for reading in readings
        )
        _write(list(summaries), format, names)
    if reader.failed:
        raise typer.Exit(2)


def _chosen(columns: str | None) -> tuple[str, ...]:
    from cnncalc.render.summary import COLUMNS, DEFAULT_COLUMNS  # noqa: PLC0415 - start-up

    if columns is None:
        return DEFAULT_COLUMNS
    names = tuple(name.strip() for name in columns.split(","))
    for name in names:
        if name not in COLUMNS:
            raise typer.BadParameter(
                f"--columns: no column {name!r}; there are {', '.join(COLUMNS)}"
            )
    return names


def _total(reading: Reading, what: Total, batch: int) -> int:
    network = reading.network
    assert network is not None  # noqa: S101 - the caller has checked
    totals = network.totals
    return {
        "params": totals.params,
        "trainable": totals.trainable_params,
        "buffers": totals.buffers,
        "macs": totals.macs * batch,
        "layers": len(network.layers),
    }[what]


def _summary(
    reading: Reading, batch: int, depth: int | None, sort: Sort | None, *, tree: bool
) -> Summary | None:
    from cnncalc.analysis.summary import summarize as analyse  # noqa: PLC0415 - start-up

    if reading.network is None:
        return None
    return analyse(
        reading.network, source=reading.source, batch=batch, depth=depth, tree=tree, sort=sort,
        complete=not reading.failed,
    )  # fmt: skip


def _write(
    results: list[tuple[Reading, Summary | None]], format_: Format, names: tuple[str, ...]
) -> None:
    from cnncalc.render import summary as render  # noqa: PLC0415 - start-up

    good = [summary for reading, summary in results if summary and not reading.failed]
    if format_ == "json":
        for part in _json(results):
            emit(part)
    elif format_ == "csv":
        if good:
            emit(render.csv(good))
    elif format_ == "markdown":
        emit("\n".join(render.markdown(summary, names) for summary in good))
    else:
        style, width = style_of(sys.stdout), width_of(sys.stdout)
        shown = [
            summary for _, summary in results if summary and (summary.rows or summary.complete)
        ]
        emit("\n".join(render.table(one, names, style=style, width=width) for one in shown))


def _json(results: list[tuple[Reading, Summary | None]]) -> Iterator[str]:
    """One object for one net, an array of them for several."""
    from json import dumps  # noqa: PLC0415 - only for JSON

    from cnncalc.render import summary as render  # noqa: PLC0415 - start-up
    from cnncalc.render.diagnostics import as_data  # noqa: PLC0415 - only for JSON

    several = len(results) > 1
    for index, (reading, summary) in enumerate(results):
        yield ",\n" if index else "[" if several else ""
        if reading.failed or summary is None:
            found = [as_data(diagnostic) for diagnostic in reading.diagnostics]
            yield dumps({"source": reading.source, "diagnostics": found})
        else:
            yield from render.json(summary)
    yield "]\n" if several else "\n"
