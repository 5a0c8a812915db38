"""`cnncalc explain`: every number with its formula; every code with its examples."""

from __future__ import annotations

import re
import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.effort import MEMORY, PLAIN, Effort
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Reader, SetOption
from cnncalc.cli.output import emit, style_of, width_of
from cnncalc.cli.settings import (
    AccumulateOption,
    BatchOption,
    CheckpointOption,
    DtypeOption,
    EagerOption,
    MasterOption,
    OptimizerOption,
    WeightsDtypeOption,
    setting_of,
)
from cnncalc.cli.usage import UsageError
from cnncalc.exhaustive import unreachable
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from cnncalc.analysis.explain import Explanation
    from cnncalc.analysis.memory.report import Setting
    from cnncalc.net.network import Network

_EFFORT = Effort(2, 26)  # the formulas of all layers
_PART = 500  # layers that are written at once
EXAMPLES = (
    "cnncalc explain net.yaml",
    "cnncalc explain net.yaml conv_1",
    "cnncalc explain net.yaml conv_1 --symbols",
    "cnncalc explain net.yaml --format markdown > notes.md",
    "cnncalc explain net.yaml conv_1 --picture",
    "cnncalc explain net.yaml --memory --batch 32 --optimizer adam",
    "cnncalc explain E203",
    "cnncalc explain --list",
)

TextFormat = Literal["text", "markdown", "json"]

_CODE = r"[A-Za-z]\d{3}"

NetArgument = Annotated[
    str | None,
    Argument(
        metavar="NET|CODE",
        show_default=False,
        complete="nets_and_codes",
        help="A spec or a model, - or zoo:NAME; or the code of a finding, such as E203.",
    ),
]
LayerArgument = Annotated[
    str | None,
    Argument(metavar="[LAYER]", help="One layer, or a block with its layers.", complete="layers"),
]
PictureOption = Annotated[
    bool,
    Option("--picture", help="Draw which inputs individual outputs of LAYER read."),
]
ListOption = Annotated[bool, Option("--list", "-l", help="List the codes of all findings.")]
FormatOption = Annotated[TextFormat, Option("--format", "-f", help="Output format.")]
SymbolsOption = Annotated[
    bool, Option("--symbols", help="Write formulas in letters: W_in, F_W, P_W, S_W.")
]
MemoryOption = Annotated[
    bool,
    Option(
        "--memory", help="Show the sums behind the memory of NET, as `memory` is told to run it."
    ),
]


def explain(  # noqa: PLR0913 - the options of the command
    net: NetArgument = None,
    layer: LayerArgument = None,
    *,
    picture: PictureOption = False,
    list_: ListOption = False,
    format: FormatOption = "text",  # noqa: A002 - the option's name
    symbols: SymbolsOption = False,
    memory: MemoryOption = False,
    batch: BatchOption = 1,
    dtype: DtypeOption = None,
    weights_dtype: WeightsDtypeOption = None,
    optimizer: OptimizerOption = "none",
    eager: EagerOption = False,
    master: MasterOption = False,
    accumulate: AccumulateOption = 1,
    checkpoint: CheckpointOption = False,
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Show how every number is computed: formula, values, result; or explain a code."""
    if list_:
        emit(_listing())
    elif net is None:
        raise UsageError("name a net, or a code such as E203; --list lists the codes")
    elif layer is None and re.fullmatch(_CODE, net):
        emit(_page(net.upper()))
    elif picture:
        if layer is None:
            raise UsageError("--picture needs a layer: cnncalc explain NET LAYER --picture")
        if format != "text":
            raise UsageError("--picture is text: leave --format out")
        emit(_picture(Reader(sets, inputs, max_layers, max_size), net, layer))
    elif memory:
        if layer is not None:
            raise UsageError("--memory is of a whole net: cnncalc explain NET --memory")
        reader = Reader(sets, inputs, max_layers, max_size)
        setting = setting_of(
            batch, dtype, weights_dtype, optimizer,
            eager=eager, master=master, accumulate=accumulate, checkpoint=checkpoint,
        )  # fmt: skip
        _emit(_memory(reader, net, setting), format)
    else:
        reader = Reader(sets, inputs, max_layers, max_size)
        _emit(_explained(reader, net, layer or "", symbols=symbols), format)


def _listing() -> str:
    from cnncalc.analysis.check.rules import titles  # noqa: PLC0415 - start-up
    from cnncalc.render.explain.text import listing  # noqa: PLC0415 - start-up

    return listing(list(titles().items()), style_of(sys.stdout))


def _page(code: str) -> str:
    from cnncalc.analysis.check import rules  # noqa: PLC0415 - start-up

    try:
        page = rules.page(code)
    except KeyError:
        raise UsageError(f"there is no code {code}; --list lists all") from None
    width = width_of(sys.stdout)
    if width is None:
        return page
    from cnncalc.render import prose  # noqa: PLC0415 - only on a terminal

    return prose.markdown(page, width, colour=bool(style_of(sys.stdout).end))


def _explained(reader: Reader, net: str, wanted: str, *, symbols: bool) -> Explanation:
    from cnncalc.analysis.explain import explain as analyse  # noqa: PLC0415 - start-up

    network, reading = reader.only(net, PLAIN if wanted else _EFFORT)
    try:
        return analyse(network, wanted, source=reading.source, symbols=symbols)
    except KeyError:
        raise _unknown(network, wanted) from None


def _memory(reader: Reader, net: str, setting: Setting) -> Explanation:
    from cnncalc.analysis.explain import explain_memory  # noqa: PLC0415 - start-up

    network, reading = reader.only(net, MEMORY)
    try:
        return explain_memory(network, setting, source=reading.source)
    except ValueError as error:
        raise UsageError(f"--optimizer: {error}") from None


def _picture(reader: Reader, net: str, wanted: str) -> str:
    from cnncalc.analysis.locality import NoPlaceError, locality  # noqa: PLC0415 - start-up
    from cnncalc.render.locality import text  # noqa: PLC0415 - start-up

    network, _ = reader.only(net)
    try:
        return text(locality(network, wanted), width=width_of(sys.stdout))
    except NoPlaceError as error:
        raise UsageError(str(error)) from None
    except KeyError:
        raise _unknown(network, wanted) from None


def _unknown(network: Network, wanted: str) -> UsageError:
    from cnncalc.analysis.explain import names  # noqa: PLC0415 - only on errors
    from cnncalc.diagnostics.suggestion import named_inside  # noqa: PLC0415 - only on errors

    close = named_inside(wanted, names(network))
    hint = f"; did you mean {close}?" if close else "; `cnncalc summarize` lists them"
    return UsageError(f"no layer or block is called {wanted}{hint}")


def _emit(explanation: Explanation, format_: TextFormat) -> None:
    if format_ == "json":
        from cnncalc.render.explain.json import json  # noqa: PLC0415 - only for this format

        parts = json(explanation)
    elif format_ == "markdown":
        from cnncalc.render.explain.markdown import markdown  # noqa: PLC0415 - as above

        parts = markdown(explanation)
    elif format_ == "text":
        from cnncalc.render.explain.text import text  # noqa: PLC0415 - as above

        style, width = style_of(sys.stdout), width_of(sys.stdout)
        parts = text(explanation, style=style, width=width)
    else:
        raise unreachable(format_)
    while part := "".join(islice(parts, _PART)):
        emit(part)
