"""`cnncalc check`: expectations, budgets and design lints, for people and for CI."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cnncalc.cli.budgets import BudgetOptions, budgets_of
from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.effort import PLAIN, Effort
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Reader, SetOption
from cnncalc.cli.output import emit, style_of, write_file
from cnncalc.cli.usage import UsageError
from cnncalc.diagnostics.diagnostic import unplaced
from cnncalc.language.limits import DEFAULT
from cnncalc.render.findings import FindingsFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.analysis.check.against import Model
    from cnncalc.analysis.check.report import Report, Requirements
    from cnncalc.render.findings import Checked

_AGAINST = Effort(4, 18)  # of a net and the one that it has to be
EXAMPLES = (
    "cnncalc check net.yaml",
    "cnncalc check nets/ --max-params 5M",
    "cnncalc check net.yaml --ignore L401 --select L421",
    "cnncalc check net.yaml --against model.onnx",
    "cnncalc check nets/ --format github --fail-on error",
    "cnncalc check nets/ --output findings.sarif --exit-zero",
)

Specs = Annotated[
    list[str],
    Argument(
        metavar="NET...", show_default=False, complete="nets",
        help="Spec files, folders (every spec below them), - for standard input, zoo:NAME.",
    ),
]  # fmt: skip
_ENDINGS: Final[dict[str, FindingsFormat]] = {
    ".json": "json", ".jsonl": "jsonl", ".md": "markdown", ".sarif": "sarif",
}  # fmt: skip
Format = Annotated[
    FindingsFormat | None,
    Option("--format", "-f", help="Output format; else by the ending of FILE, else text."),
]
#: Severities from the mildest, which opinions have.
FailOn = Literal["info", "warning", "error"]

OutputOption = Annotated[
    str | None,
    Option("--output", "-o", metavar="FILE", help="Write the findings to a file."),
]
AgainstOption = Annotated[
    str | None,
    Option(
        metavar="MODEL",
        help="Hold the net to a model, layer by layer: an ONNX or Keras file, or another spec. "
        "An ONNX file is taken with the batch norms that were folded in it and as it is; "
        "the comparison with fewer findings counts.",
        complete="nets",
    ),
]
IgnoreOption = Annotated[
    list[str] | None,
    Option(metavar="CODES", help="Codes to switch off: L401,L412; L4; ALL.", complete="codes"),
]
SelectOption = Annotated[
    list[str] | None,
    Option(
        metavar="CODES", help="Codes to switch on, opinions included: L421; L42.", complete="codes"
    ),
]
FailOnOption = Annotated[
    FailOn,
    Option(help="The least severe finding that gives exit code 1; opinions are info."),
]
ExitZeroOption = Annotated[
    bool, Option("--exit-zero", help="Exit with code 0 even if there are findings.")
]


def check(  # noqa: PLR0913 - the options of the command
    nets: Specs,
    *,
    format: Format = None,  # noqa: A002 - the option's name
    output: OutputOption = None,
    against: AgainstOption = None,
    ignore: IgnoreOption = None,
    select: SelectOption = None,
    fail_on: FailOnOption = "info",
    exit_zero: ExitZeroOption = False,
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
    **limits: BudgetOptions,
) -> None:
    """Check nets against their expectations and budgets, and lint their design.

    A budget is a number such as 5M or 1.5G, or a limit such as '< 5M'.
    Exit code 0 without findings, 1 with any (see `--fail-on`), 2 where a spec
    cannot be read, with `--exit-zero` too. `--ignore` and `--select` switch lints
    (L) and warnings (W); `cnncalc explain CODE` explains one.
    """
    from cnncalc.analysis.check.report import Requirements as Wanted  # noqa: PLC0415 - start-up
    from cnncalc.render.findings import render  # noqa: PLC0415 - start-up

    reader = Reader(sets, inputs, max_layers, max_size)
    demands = Wanted(
        budgets_of(limits), _codes("ignore", ignore), _codes("select", select),
        _model(against, Reader(None, None, max_layers, max_size)),
    )  # fmt: skip
    specs = list(reader.expanded(nets))
    checked = [_checked(reader, net, demands) for net in specs]
    chosen = format or _by_ending(output)
    if output is None:
        emit(render(checked, chosen, style_of(sys.stdout)))
    else:
        write_file(output, render(checked, chosen), [*specs, against or ""])
    code = _exit_code([one.report for one in checked], fail_on, exit_zero=exit_zero)
    if code:
        raise SystemExit(code)


def _by_ending(output: str | None) -> FindingsFormat:
    name = (output or "").lower()
    return next((one for ending, one in _ENDINGS.items() if name.endswith(ending)), "text")


def _model(against: str | None, reader: Reader) -> Model | None:
    """The net that the others have to be; ends with code 2 where it cannot be read."""
    if against is None:
        return None
    from cnncalc.analysis.check.against import Model as Made  # noqa: PLC0415 - start-up
    from cnncalc.importers.source import kind_of  # noqa: PLC0415 - start-up

    network = reader.only(against, _AGAINST, unfold=True)[0]
    folded = reader.look(against).network if kind_of(against) == "onnx" else None
    return Made(against, network, folded)


def _exit_code(reports: Iterable[Report], fail_on: FailOn, *, exit_zero: bool) -> int:
    severities = ("info", "warning", "error")
    failing = severities[severities.index(fail_on) :]
    code = 0
    for report in reports:
        if report.invalid:
            return 2
        severities_found = {*(one.severity for one in report.findings), *report.left_out}
        if not exit_zero and not severities_found.isdisjoint(failing):
            code = 1
    return code


def _codes(option: str, given: list[str] | None) -> tuple[str, ...]:
    if not given:
        return ()
    from cnncalc.analysis.check.selection import known, unknown_code  # noqa: PLC0415 - start-up

    names = [name.strip().upper() for text in given for name in text.split(",")]
    for name in names:
        if not known(name):
            raise UsageError(f"--{option}: {unknown_code(name)}")
    return tuple(names)


def _checked(reader: Reader, net: str, demands: Requirements) -> Checked:
    from cnncalc.analysis.check.report import check as analyse  # noqa: PLC0415 - start-up
    from cnncalc.analysis.check.report import unreadable  # noqa: PLC0415 - start-up
    from cnncalc.render.findings import Checked as Result  # noqa: PLC0415 - start-up

    reading = reader.within(reader.look(net), PLAIN if demands.against is None else _AGAINST)
    reader.remark(reading)
    if reading.failed or reading.network is None:
        reader.report(reading)
        return Result(unreadable(reading.source, reading.diagnostics), reading.text)
    report = analyse(reading.network, demands, source=reading.source, warnings=reading.diagnostics)
    if report.invalid:
        reader.report(reading._replace(diagnostics=report.findings))
    if reading.imported:
        report = report._replace(findings=unplaced(report.findings))
    return Result(report, reading.text)
