"""`cnncalc conventions`: what other tools would print for a net, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cnncalc.cli.declared import Option
from cnncalc.cli.effort import Effort
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Net, Reader, SetOption
from cnncalc.cli.output import emit, style_of, width_of
from cnncalc.cli.usage import UsageError
from cnncalc.exhaustive import unreachable
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from cnncalc.analysis.check.amounts import Amount

_EFFORT = Effort(1, 18)  # each tool counts each kind of layer
EXAMPLES = (
    "cnncalc conventions net.yaml",
    "cnncalc conventions net.yaml --explain fvcore",
    "cnncalc conventions zoo:resnet --claimed 4089184256",
    "cnncalc conventions zoo:resnet --claimed ~4.1G",
    "cnncalc conventions net.yaml --format json",
)

ExplainOption = Annotated[
    str | None, Option("--explain", metavar="TOOL", help="One tool, layer by layer.")
]
ClaimedOption = Annotated[
    str | None,
    Option("--claimed", metavar="N", help="Whose count is this? ~1.8G is a rounded one."),
]
BatchOption = Annotated[
    int,
    Option(
        "--batch",
        "-b",
        min=1,
        metavar="N",
        help="Samples; ptflops, the counter in training and onnx-tool take one.",
    ),
]
FormatOption = Annotated[
    Literal["table", "json"], Option("--format", "-f", help="How it is written.")
]


def conventions(  # noqa: PLR0913 - the options of the command
    net: Net,
    *,
    explain: ExplainOption = None,
    claimed: ClaimedOption = None,
    batch: BatchOption = 1,
    format: FormatOption = "table",  # noqa: A002 - the option's name
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Show what torchinfo, fvcore, thop, ptflops, calflops, onnx-tool and Keras would print."""
    from cnncalc.analysis.conventions import tools  # noqa: PLC0415 - start-up
    from cnncalc.render import conventions as render  # noqa: PLC0415 - start-up

    if explain is not None and explain not in tools.TOOLS:
        raise UsageError(
            f"--explain: there is no tool {explain!r}; there are {', '.join(tools.TOOLS)}"
        )
    if format == "json" and (explain is not None or claimed is not None):
        raise UsageError("--explain and --claimed are tables: leave --format json out")
    wanted = None if claimed is None else _amount(claimed)
    reader = Reader(sets, inputs, max_layers, max_size)
    reading = reader.read(net, _EFFORT)
    if reading.failed or reading.network is None:
        if format == "json":
            from json import dumps  # noqa: PLC0415 - only for errors

            from cnncalc.render.diagnostics import failed_data  # noqa: PLC0415 - only for errors

            emit(dumps(failed_data(reading.source, reading.diagnostics)) + "\n")
        raise SystemExit(2)
    network = reading.network
    style, width = style_of(sys.stdout), width_of(sys.stdout)
    if explain is not None:
        parts = tools.parts(network, tools.TOOLS[explain], batch)
        emit(render.layers(explain, parts, style=style, width=width))
    elif wanted is not None:
        from cnncalc.analysis.check.amounts import rounded  # noqa: PLC0415 - start-up

        near = rounded(wanted)
        meets = near is not None and tools.matching(network, near, batch)
        found = tools.matching(network, wanted, batch)
        emit(render.claimed(wanted.text, found, near.text if near and meets else ""))
    elif format == "json":
        emit(render.json(network.name, batch, tools.every(network, batch)))
    elif format == "table":
        why = {name: tools.causes(network, tool, batch) for name, tool in tools.TOOLS.items()}
        every = tools.every(network, batch)
        emit(render.table(network.name, every, why, style=style, width=width))
    else:
        raise unreachable(format)


def _amount(claimed: str) -> Amount:
    from cnncalc.analysis.check.amounts import amount  # noqa: PLC0415 - start-up

    try:
        return amount(claimed)
    except ValueError as error:
        raise UsageError(f"--claimed: {error}") from None
