"""`cnncalc check`: expectations, budgets and design lints, for people and for CI."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cnncalc.cli.budgets import budgets_of, takes_budgets
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Nets, Reader, SetOption
from cnncalc.cli.output import emit, style_of
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from cnncalc.analysis.check.report import Report, Requirements
    from cnncalc.build.reader import Reading

EXAMPLES = (
    "cnncalc check net.yaml",
    "cnncalc check nets/*.yaml --max-params 5M",
    "cnncalc check net.yaml --ignore L401 --select L421",
    "cnncalc check net.yaml --format github",
)

FindingsFormat = Literal["text", "json", "github", "sarif"]

Codes = Annotated[
    list[str] | None, typer.Option(metavar="CODES", help="With commas: L401,L412; L4; ALL.")
]


@takes_budgets
def check(  # noqa: PLR0913 - the options of the command
    nets: Nets,
    *,
    format: Annotated[  # noqa: A002 - the option's name
        FindingsFormat, typer.Option("--format", "-f", help="How the findings are written.")
    ] = "text",
    ignore: Codes = None,
    select: Codes = None,
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
    **limits: str | None,
) -> None:
    """Hold nets to their expectations and budgets, and look for slips of design.

    A budget is a number such as 5M or 1.5G, or a limit such as '< 5M'. Exit
    code 1 on a finding, 2 where a spec cannot be read. `--ignore` and
    `--select` switch codes off and on; `cnncalc explain CODE` explains one.
    """
    from cnncalc.analysis.check.report import Requirements as Wanted  # noqa: PLC0415 - start-up

    demands = Wanted(budgets_of(limits), _codes(ignore), _codes(select))
    reader = Reader(sets, inputs, max_layers, max_size)
    checked = [_checked(reader, net, demands) for net in nets]
    _write(checked, format)
    reports = [report for _, report in checked]
    if any(report.invalid for report in reports):
        raise typer.Exit(2)
    if any(report.findings for report in reports):
        raise typer.Exit(1)


def _codes(given: list[str] | None) -> tuple[str, ...]:
    from cnncalc.analysis.check.selection import known, unknown_code  # noqa: PLC0415 - start-up

    names = [name.strip().upper() for text in given or () for name in text.split(",")]
    for name in names:
        if not known(name):
            raise typer.BadParameter(unknown_code(name))
    return tuple(names)


def _checked(reader: Reader, net: str, demands: Requirements) -> tuple[Reading, Report]:
    from cnncalc.analysis.check.report import Report as Made  # noqa: PLC0415 - start-up
    from cnncalc.analysis.check.report import check as analyse  # noqa: PLC0415 - start-up

    reading = reader.look(net)
    if reading.failed or reading.network is None:
        reader.report(reading)
        return reading, Made(reading.source, reading.diagnostics, invalid=True)
    report = analyse(reading.network, demands, source=reading.source, warnings=reading.diagnostics)
    if report.invalid:
        reader.report(reading._replace(diagnostics=report.findings))
    return reading, report


def _write(checked: list[tuple[Reading, Report]], format_: FindingsFormat) -> None:
    from cnncalc.render import findings as render  # noqa: PLC0415 - start-up

    reports = [report for _, report in checked]
    if format_ == "json":
        emit(render.json(reports))
    elif format_ == "github":
        emit(render.github(reports))
    elif format_ == "sarif":
        from cnncalc import __version__  # noqa: PLC0415 - only for SARIF

        emit(render.sarif(reports, __version__))
    else:
        style = style_of(sys.stdout)
        for reading, report in checked:
            if not report.invalid:
                emit(render.text(report, reading.text, style))
