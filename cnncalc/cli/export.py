"""`cnncalc export`: a spec as the code of a framework."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Reader, SetOption
from cnncalc.cli.output import complain, emit
from cnncalc.cli.usage import UsageError
from cnncalc.language.limits import DEFAULT

EXAMPLES = (
    "cnncalc export net.yaml --to pytorch -o net.py",
    "cnncalc export zoo:resnet --set depth=18 > net.py",
)

Net = Annotated[
    str,
    Argument(
        metavar="NET", show_default=False, complete="nets",
        help="A spec file, - for standard input, zoo:NAME for a packaged net.",
    ),
]  # fmt: skip
ToOption = Annotated[Literal["pytorch"], Option("--to", help="The framework.")]
OutputOption = Annotated[
    str | None, Option("--output", "-o", metavar="FILE", help="Where the file is written.")
]
CheckOption = Annotated[bool, Option("--check", help="Run the file, and compare what it makes.")]
PythonOption = Annotated[
    str | None,
    Option("--python", metavar="PATH", help="The interpreter for --check; else the one that runs."),
]


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

    Blocks become classes, loops stay loops, tables tables, conditions conditions;
    variables become arguments. What the framework has not is a stub that raises,
    named on standard error, with exit code 1.
    """
    from cnncalc.export.pytorch.write import write  # noqa: PLC0415 - start-up
    from cnncalc.language.parse import parse  # noqa: PLC0415 - start-up

    assert to == "pytorch"  # noqa: S101 - the only framework so far
    reader = Reader(sets, inputs, max_layers, max_size)
    reading = reader.read(net)
    if reading.failed or reading.network is None:
        raise SystemExit(2)
    exported = write(
        parse(reading.text, reader.limits),
        name=reading.network.name,
        overrides=reader.overrides,
        shapes=reader.shapes,
        limits=reader.limits,
    )
    _write(exported.text, output)
    for one in exported.stubs:
        complain(f"{one}: no counterpart in PyTorch; it raises when it runs\n")
    agreed = True
    if check and not exported.stubs:
        from cnncalc.export.check import check as checked  # noqa: PLC0415 - only for this option

        verdict = checked(exported.text, reading.network, python or sys.executable)
        agreed = verdict.agreed
        for line in verdict.lines:
            complain(f"{line}\n")
    if exported.stubs or not agreed:
        raise SystemExit(1)


def _write(text: str, output: str | None) -> None:
    if output is None:
        emit(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror or error}") from None
