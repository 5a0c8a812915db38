"""`cnncalc compute`: the values of a small net, exactly, with every step."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Reader, SetOption
from cnncalc.cli.output import complain, emit, style_of, width_of
from cnncalc.cli.usage import UsageError
from cnncalc.exhaustive import unreachable
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from cnncalc.build.reader import Reading
    from cnncalc.net.network import Network
    from cnncalc.numbers.errors import ComputeError
    from cnncalc.numbers.worked import Worked

EXAMPLES = (
    "cnncalc compute numbers.yaml",
    "cnncalc compute numbers.yaml conv_1 --steps",
    "cnncalc compute numbers.yaml --backward",
    "cnncalc compute numbers.yaml --format json",
)

NumbersFormat = Literal["text", "json"]

NetArgument = Annotated[
    str,
    Argument(
        metavar="NET",
        show_default=False,
        complete="nets",
        help="A spec file with `values`, - for standard input, zoo:NAME for a packaged net.",
    ),
]
LayerArgument = Annotated[
    str | None, Argument(metavar="[LAYER]", help="One layer or input.", complete="layers")
]
LayerOption = Annotated[str | None, Option("--layer", metavar="LAYER", help="The same as LAYER.")]
StepsOption = Annotated[bool, Option("--steps", help="Show how every element is computed.")]
BackwardOption = Annotated[
    bool,
    Option(
        "--backward",
        "-b",
        help="Show the gradients with respect to results, weights and inputs.",
    ),
]
FormatOption = Annotated[NumbersFormat, Option("--format", "-f", help="Output format.")]


def compute(  # noqa: PLR0913 - the options of the command
    net: NetArgument,
    layer: LayerArgument = None,
    *,
    layer_option: LayerOption = None,
    steps: StepsOption = False,
    backward: BackwardOption = False,
    format: FormatOption = "text",  # noqa: A002 - the option's name
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Work out the values of every layer, exactly, from the `values` and `weights` of a spec."""
    network, reading = Reader(sets, inputs, max_layers, max_size).only(net)
    layer = layer or layer_option or ""
    worked = _worked(network, reading, layer, steps=steps, gradients=backward)
    if format == "json":
        from cnncalc.render.numbers.data import json  # noqa: PLC0415 - only for JSON

        emit(json(worked))
    elif format == "text":
        from cnncalc.render.numbers.text import text  # noqa: PLC0415 - only for text

        layout, style = network.layout, style_of(sys.stdout)
        emit(text(worked, layout=layout, style=style, width=width_of(sys.stdout)))
    else:
        raise unreachable(format)


def _worked(
    network: Network, reading: Reading, layer: str, *, steps: bool, gradients: bool
) -> Worked:
    from cnncalc.diagnostics.suggestion import nearest  # noqa: PLC0415 - start-up
    from cnncalc.numbers.errors import ComputeError  # noqa: PLC0415 - start-up
    from cnncalc.numbers.worked import work_out  # noqa: PLC0415 - start-up

    try:
        return work_out(
            network, source=reading.source, steps=steps, gradients=gradients, only=layer
        )
    except ComputeError as error:
        complain(_diagnostic(reading, error))
        raise SystemExit(2) from None
    except KeyError:
        close = nearest(layer, [*network.inputs, *(node.name for node in network.layers)])
        hint = f"; did you mean {close}?" if close else ""
        raise UsageError(f"no layer or input is called {layer}{hint}") from None


def _diagnostic(reading: Reading, error: ComputeError) -> str:
    from cnncalc.diagnostics.diagnostic import Diagnostic  # noqa: PLC0415 - only on errors
    from cnncalc.render.diagnostics import as_text  # noqa: PLC0415 - only on errors

    problem = Diagnostic(error.code, error.message, "error", error.place, source=reading.source)
    return as_text((problem,), text=reading.text, style=style_of(sys.stderr)) + "\n"
