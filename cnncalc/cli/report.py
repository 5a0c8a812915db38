"""`cnncalc report`: a page about nets, one file of HTML."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from cnncalc.cli.budgets import BudgetOptions, budgets_of
from cnncalc.cli.declared import Option
from cnncalc.cli.effort import Effort
from cnncalc.cli.options import Dtype, InputOption, MaxLayers, MaxSize, Nets, Reader, SetOption
from cnncalc.cli.output import emit, write_file
from cnncalc.cli.patterns import compiled_when_used
from cnncalc.cli.settings import BatchOption, setting_of
from cnncalc.cli.usage import UsageError
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.check.report import Requirements
    from cnncalc.analysis.memory.report import Setting
    from cnncalc.analysis.report.page import Page
    from cnncalc.build.reader import Reading

_EFFORT, _OF_SEVERAL = Effort(10, 40), Effort(20, 80)  # all analyses, of two nets at least
EXAMPLES = (
    "cnncalc report net.yaml -o report.html",
    "cnncalc report old.yaml new.yaml -o report.html",
    "cnncalc report net.yaml --batch 32 --max-params 5M > report.html",
)

OutputOption = Annotated[
    str | None,
    Option("--output", "-o", metavar="FILE", help="Where the page is written; else a pipe."),
]
DtypeOption = Annotated[
    Dtype | None, Option("--dtype", help="Type of all numbers, for memory; else as the net says.")
]
OptimizerOption = Annotated[
    str, Option("--optimizer", metavar="NAME", help="Of the training step, as `memory` takes it.")
]
DateOption = Annotated[
    str | None, Option("--date", metavar="TEXT", help="Printed at the end of the page; else none.")
]


def report(  # noqa: PLR0913 - the options of the command
    nets: Nets,
    *,
    output: OutputOption = None,
    batch: BatchOption = 1,
    dtype: DtypeOption = None,
    optimizer: OptimizerOption = "none",
    date: DateOption = None,
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
    **limits: BudgetOptions,
) -> None:
    """Write a page about nets: drawing, tables, charts, formulas, findings, and their comparison.

    One file of HTML that needs no network and can be read without its script. Of several nets
    those that cannot be read are left out, with exit code 2.
    """
    if output is None and sys.stdout.isatty():
        raise UsageError("a page is for a browser: name its file, as in -o report.html, or pipe it")
    if output is not None and not _may_hold_html(output):
        raise UsageError(f"--output {output}: the page is HTML; end the file's name in .html")
    with compiled_when_used():
        from cnncalc.analysis.check.report import Requirements as Wanted  # noqa: PLC0415 - start-up
        from cnncalc.render.report.page import html  # noqa: PLC0415 - start-up
        from cnncalc.render.report.picture import drawn  # noqa: PLC0415 - start-up

    demands = Wanted(budgets_of(limits))
    setting = setting_of(
        batch, dtype, None, optimizer, eager=False, master=False, accumulate=1, checkpoint=False
    )
    reader = Reader(sets, inputs, max_layers, max_size)
    effort = _EFFORT if len(nets) == 1 else _OF_SEVERAL
    readings = [reader.within(reader.look(net), effort) for net in nets]
    for reading in readings:
        reader.remark(reading)
    good = [one for one in readings if one.network is not None and not one.failed]
    for one in readings:
        if one not in good:
            reader.report(one)
    if good:
        text = html(
            _page(good, setting, demands),
            specs=[one.text for one in good],
            drawings=[drawn(one.network) for one in good if one.network is not None],
            date=date or "",
        )
        if output is None:
            emit(text)
        else:
            write_file(output, text, nets)
    if reader.failed:
        raise SystemExit(2)


def _may_hold_html(output: str) -> bool:
    _, dot, _ = output.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return not dot or output.lower().endswith((".html", ".htm", ".xhtml"))


def _page(readings: Sequence[Reading], setting: Setting, demands: Requirements) -> Page:
    with compiled_when_used():
        from cnncalc.analysis.compare.comparison import Entrant  # noqa: PLC0415 - start-up
        from cnncalc.analysis.report.net import net_report  # noqa: PLC0415 - start-up
        from cnncalc.analysis.report.page import page  # noqa: PLC0415 - start-up

    entrants, found = [], []
    for one in readings:
        network = one.network
        assert network is not None  # noqa: S101 - the caller has chosen those with a net
        entrants.append(Entrant(network, one.source, network.settings, imported=one.imported))
        try:
            found.append(
                net_report(
                    network, setting=setting, demands=demands, source=one.source,
                    warnings=one.diagnostics,
                )
            )  # fmt: skip
        except ValueError as error:
            raise UsageError(f"--optimizer: {error}") from None
    return page(entrants, found)
