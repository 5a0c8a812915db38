"""`cnncalc export`: a spec as the code of a framework."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cnncalc.cli.declared import Option
from cnncalc.cli.effort import Effort
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Net, Reader, SetOption
from cnncalc.cli.output import complain, emit, one_line, write_file
from cnncalc.cli.patterns import compiled_when_used
from cnncalc.cli.usage import UsageError
from cnncalc.diagnostics import codes
from cnncalc.exhaustive import unreachable
from cnncalc.language.limits import DEFAULT
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from cnncalc.export.exported import Exported
    from cnncalc.language.parse import Parsed
    from cnncalc.net.network import Network

_FOLLOWING = Effort(5)  # of following an entry to its code, beside placing a layer
_WRITING = 25  # of writing the code of an entry, beside placing a layer
EXAMPLES = (
    "cnncalc export net.yaml --to pytorch -o net.py",
    "cnncalc export zoo:resnet --set depth=18 > net.py",
)

ToOption = Annotated[
    Literal["pytorch", "keras"],
    Option(
        "--to", help="The framework.",
        meant={"torch": "pytorch", "pt": "pytorch", "tf": "keras", "tensorflow": "keras"},
    ),
]  # fmt: skip
OutputOption = Annotated[
    str | None, Option("--output", "-o", metavar="FILE", help="Where the file is written.")
]
CheckOption = Annotated[bool, Option("--check", help="Run the file, and compare what it makes.")]
PythonOption = Annotated[
    str | None,
    Option("--python", metavar="PATH", help="The interpreter for --check; else the one that runs."),
]


_CLEAR = "\r\x1b[K"  # the line on which the terminal is told what goes on


def _waiting(seconds: int) -> None:
    """Tell the terminal how long the file has been running."""
    complain(f"{_CLEAR}running the file: {seconds} s")


def _agrees(
    exported: Exported, network: Network, to: Literal["pytorch", "keras"], python: str
) -> bool:
    """Whether the file, run by this interpreter, makes what the net is; tells what it makes."""
    from cnncalc.export.check import check  # noqa: PLC0415 - only for this option

    if exported.stubs:
        complain("not checked: a file with stubs raises when it runs\n")
        return False
    wait = _waiting if sys.stderr.isatty() else None
    verdict = check(exported.text, network, to, python, wait)
    complain(_CLEAR if wait else "")
    for line in verdict.lines:
        complain(f"{one_line(line)}\n")
    return verdict.agreed


def _refuse_long(parsed: Parsed, most: int) -> None:
    """Raise `SpecProblem` where a spec has too many entries to write each as code."""
    from cnncalc.export.settings import entries_in  # noqa: PLC0415 - start-up

    lists = [parsed.spec.entries, *(block.entries for block in parsed.spec.blocks.values())]
    entries = sum(1 for one in lists for _ in entries_in(one))
    if entries > most:
        raise SpecProblem(
            codes.LIMIT,
            f"a spec of {entries:,} entries is too long for this; the limit is {most:,}",
            help=(f"`--max-layers {entries * _WRITING}` takes it",),
        )  # fmt: skip


def export(  # noqa: PLR0913 - the options of the command
    net: Net,
    *,
    to: ToOption = "pytorch",
    output: OutputOption = None,
    check: CheckOption = False,
    python: PythonOption = None,
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Write a net as the file that an engineer would have written.

    Blocks become classes, in Keras functions; loops stay loops, tables tables,
    conditions conditions; variables become arguments. What the framework has not is
    a stub that raises, named on standard error, with exit code 1.
    """
    if python is not None and not check:
        raise UsageError("--python names the interpreter for --check, which is not given")
    from cnncalc.render.printable import in_code  # noqa: PLC0415 - start-up

    with compiled_when_used():
        from cnncalc.export.aside import left_out  # noqa: PLC0415 - start-up
        from cnncalc.export.follow import Follower  # noqa: PLC0415 - start-up

        if to == "pytorch":
            from cnncalc.export.pytorch.write import write  # noqa: PLC0415 - start-up
        elif to == "keras":
            from cnncalc.export.keras.write import write  # noqa: PLC0415 - start-up
        else:
            raise unreachable(to)
    framework = {"pytorch": "PyTorch", "keras": "Keras"}[to]
    reader = Reader(sets, inputs, max_layers, max_size)
    follower = Follower()
    reader.expander = follower.within(reader.most // _FOLLOWING.layer)
    network, _ = reader.only(net, _FOLLOWING)
    follower.own = follower.trace_of(network)
    try:
        _refuse_long(follower.parsed, reader.most // _WRITING)
        exported = write(
            follower.parsed,
            name=network.name,
            overrides=reader.overrides,
            shapes=reader.shapes,
            limits=reader.limits,
            follower=follower,
        )
    except SpecProblem as problem:
        reader.fail(net, problem)
    code = in_code(exported.text)
    if output is None:
        emit(code)
    else:
        write_file(output, code, (net,))
    for stub in exported.stubs:
        lacks = f"no counterpart in {framework} ({one_line(stub.why)})"
        complain(f"{one_line(stub.name)}: {lacks}; it raises when it runs\n")
    for one in exported.unused:
        complain(
            f"{one_line(one)}: left out, since no output needs it, and a {framework} model has only"
            " the layers between its inputs and its outputs\n"
        )
    for one, count in left_out(network).items():
        layers = "1 layer" if count == 1 else f"{count} layers"
        complain(f"note: `{one}` of {layers} is left out: it does not change what the net gives\n")
    agreed = not check or _agrees(exported, network, to, python or sys.executable)
    if exported.stubs or exported.unused or not agreed:
        raise SystemExit(1)
