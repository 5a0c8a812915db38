"""`cnncalc summarize`: one row per layer, and the totals."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cnncalc.analysis.summary import SORT_WORDS
from cnncalc.analysis.summary import summarize as analysed
from cnncalc.cli.declared import Option
from cnncalc.cli.options import (
    InputOption,
    MaxLayers,
    MaxSize,
    Nets,
    Reader,
    SetOption,
)
from cnncalc.cli.output import emit, style_of, width_of
from cnncalc.cli.usage import UsageError
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.exhaustive import unreachable
from cnncalc.figures import DATA, DETAILS, FIGURES
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from cnncalc.analysis.summary import Summary
    from cnncalc.build.reader import Reading
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.figures.figure import Figure
    from cnncalc.net.network import Network

EXAMPLES = (
    "cnncalc summarize net.yaml",
    "cnncalc summarize net.yaml --depth 1 --columns name,output,params,params%",
    "cnncalc summarize zoo:resnet --set depth=50 --format json",
    "cnncalc summarize net.yaml --count fvcore",
    "test $(cnncalc summarize net.yaml --total) -lt 5000000",
)

Format = Literal["table", "json", "jsonl", "csv", "markdown"]

_WITH_COLUMNS = ("table", "markdown")
_FIGURES = ", ".join(FIGURES)

FormatOption = Annotated[
    Format,
    Option("--format", "-f", help="Output format; jsonl: always one object per line."),
]
DepthOption = Annotated[
    int | None,
    Option("--depth", "-d", min=1, metavar="N", help="Fold blocks below this level into one row."),
]
ColumnsOption = Annotated[
    str | None,
    Option(
        "--columns",
        "-c",
        metavar="NAMES",
        complete="columns",
        help="Columns of the table, with commas: "
        f"name, type, inputs, input, output; {_FIGURES}; and shares, as params%.",
    ),
]
SortOption = Annotated[
    str | None,
    Option(
        "--sort",
        metavar="FIGURE",
        complete="orders",
        help="Order the rows, the largest number first; also name, type.",
    ),
]
BatchOption = Annotated[
    int,
    Option("--batch", "-b", min=1, metavar="N", help="Samples that MACs are counted for."),
]
TotalOption = Annotated[bool, Option("--total", help="Print only the number of parameters.")]
TotalOfOption = Annotated[
    str | None,
    Option("--total-of", metavar="FIGURE", complete="figures", help="Print only this total."),
]
CountOption = Annotated[
    str | None,
    Option(
        "--count",
        metavar="TOOL",
        complete="tools",
        help="Show what another tool counts, such as fvcore, in place of MACs.",
    ),
]


def summarize(  # noqa: PLR0913 - the options of the command
    nets: Nets,
    *,
    format: FormatOption = "table",  # noqa: A002 - the option's name
    depth: DepthOption = None,
    columns: ColumnsOption = None,
    sort: SortOption = None,
    sets: SetOption = None,
    inputs: InputOption = None,
    batch: BatchOption = 1,
    total: TotalOption = False,
    total_of: TotalOfOption = None,
    count: CountOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Show every layer with its output shape, parameters and MACs, and the totals."""
    counted = _tool(count) if count else None
    names = _chosen(columns, counted) if columns or format in _WITH_COLUMNS else ()
    further = (counted.key,) if counted else ()
    _check("--sort", sort, (*FIGURES, *further, *SORT_WORDS))
    _check("--total-of", total_of, (*FIGURES, *further))
    reader = Reader(sets, inputs, max_layers, max_size)
    readings = reader.read_all(nets)
    if total or total_of:
        wanted = counted if counted and total_of == counted.key else FIGURES[total_of or "params"]
        for reading in readings:
            if not reading.failed and reading.network is not None:
                emit(f"{_total(reading.network, wanted, batch)}\n")
    else:
        asked = {"json": (*DATA, *DETAILS), "jsonl": (*DATA, *DETAILS), "csv": DATA}
        figures = (*asked.get(format, ()), *(_figures(names) if names else ()))
        analyse = partial(
            analysed, figures=figures, batch=batch, depth=depth, sort=sort,
            tree=format == "table", count=counted,
        )  # fmt: skip
        _write([(reading, _summary(reading, analyse)) for reading in readings], format, names)
    if reader.failed:
        raise SystemExit(2)


def _figures(names: Sequence[str]) -> Sequence[str]:
    from cnncalc.render.summary.columns import figures_of  # noqa: PLC0415 - not for JSON and CSV

    return figures_of(names)


def _tool(name: str) -> Figure:
    """The count of a tool."""
    from cnncalc.analysis.conventions.tools import TOOLS, figure  # noqa: PLC0415 - start-up

    _check("--count", name, TOOLS)
    return figure(TOOLS[name])


def _chosen(columns: str | None, count: Figure | None) -> tuple[str, ...]:
    from cnncalc.render.summary.columns import COUNT, keys  # noqa: PLC0415 - start-up
    from cnncalc.render.summary.columns import DEFAULT as USUAL  # noqa: PLC0415 - start-up
    from cnncalc.render.summary.columns import counted as with_count  # noqa: PLC0415 - start-up

    if columns is None:
        return with_count(USUAL) if count else USUAL
    known = (*keys(), COUNT, f"{COUNT}%") if count else keys()
    names = tuple(name.strip() for name in columns.split(","))
    for name in names:
        _check("--columns", name, known)
    return names


def _check(option: str, name: str | None, known: Collection[str]) -> None:
    """Refuse a name that is not one of these."""
    if name is None or name in known:
        return
    close = nearest(name, known)
    hint = f"did you mean {close}?" if close else f"there are {', '.join(known)}"
    raise UsageError(f"{option}: unknown name {name!r}; {hint}")


def _total(network: Network, figure: Figure, batch: int) -> str:
    from cnncalc.figures.figure import total_of  # noqa: PLC0415 - only for this option
    from cnncalc.render import units  # noqa: PLC0415 - only for this option

    return str(units.raw(total_of(network, figure, batch)))


def _summary(reading: Reading, analyse: Callable[..., Summary]) -> Summary | None:
    if reading.network is None:
        return None
    return analyse(reading.network, source=reading.source, complete=not reading.failed)


def _write(
    results: list[tuple[Reading, Summary | None]], format_: Format, names: tuple[str, ...]
) -> None:
    good = [summary for reading, summary in results if summary and not reading.failed]
    if format_ == "json" or format_ == "jsonl":  # noqa: PLR1714 - mypy narrows no tuple
        for part in _json(results, lines=format_ == "jsonl"):
            emit(part)
    elif format_ == "csv":
        from cnncalc.render.summary.data import csv  # noqa: PLC0415 - only for this format

        emit(csv(good) if good else "")
    elif format_ == "markdown":
        from cnncalc.render.summary.markdown import markdown  # noqa: PLC0415 - only for this format

        emit("\n".join(markdown(summary, names) for summary in good))
    elif format_ == "table":
        emit(_tables([summary for _, summary in results if summary], names))
    else:
        raise unreachable(format_)


def _tables(summaries: list[Summary], names: tuple[str, ...]) -> str:
    from cnncalc.render.summary.table import table  # noqa: PLC0415 - only for this format

    style, width = style_of(sys.stdout), width_of(sys.stdout)
    shown = [one for one in summaries if one.rows or one.complete]
    return "\n".join(table(one, names, style=style, width=width) for one in shown)


def _json(results: list[tuple[Reading, Summary | None]], *, lines: bool) -> Iterator[str]:
    """One object for one net, an array of them for several; or always one object per line."""
    array = len(results) > 1 and not lines
    for index, (reading, summary) in enumerate(results):
        yield ",\n" if array and index else "[" if array else ""
        for part in _object(reading, summary):
            # The texts in it have their line ends escaped.
            yield part.replace("\n", "") if lines else part
        yield "" if array else "\n"
    yield "]\n" if array else ""


def _object(reading: Reading, summary: Summary | None) -> Iterator[str]:
    if reading.failed or summary is None:
        from json import dumps  # noqa: PLC0415 - only for JSON

        from cnncalc.render.diagnostics import failed_data  # noqa: PLC0415 - only for errors

        yield dumps(failed_data(reading.source, reading.diagnostics))
    else:
        from cnncalc.render.summary.data import json  # noqa: PLC0415 - only for this format

        yield from json(summary, _warnings(reading.diagnostics))


def _warnings(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    if not diagnostics:
        return []
    from cnncalc.render.diagnostics import as_data  # noqa: PLC0415 - only for warnings

    return [as_data(one) for one in diagnostics]
