"""`cnncalc memory`: what a net needs in inference and in training, and the batch that fits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cnncalc.cli.declared import Option
from cnncalc.cli.effort import MEMORY
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Nets, Reader, SetOption
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
    from collections.abc import Mapping

    from cnncalc.analysis.memory.device import Device
    from cnncalc.analysis.memory.report import Memory, Setting
    from cnncalc.build.reader import Reading

EXAMPLES = (
    "cnncalc memory net.yaml --batch 32 --optimizer adam",
    "cnncalc memory zoo:resnet --batch 32 --dtype float16 --fits 24GiB",
    "cnncalc memory net.yaml --dtype int8 --flash 1MiB --ram 256KiB",
    "cnncalc memory net.yaml --depth 1 --format csv",
)

MemoryFormat = Literal["table", "json", "csv", "markdown"]

FitsOption = Annotated[
    str | None,
    Option("--fits", metavar="SIZE", help="Find the largest batch, such as in 24GiB."),
]
FlashOption = Annotated[
    str | None,
    Option("--flash", metavar="SIZE", help="Of a microcontroller, for the weights."),
]
RamOption = Annotated[
    str | None,
    Option(
        "--ram",
        metavar="SIZE",
        help="Of a microcontroller, for activations; the best order of the layers is searched.",
    ),
]
DepthOption = Annotated[
    int | None,
    Option("--depth", "-d", min=1, metavar="N", help="Fold blocks below this level into one row."),
]
FormatOption = Annotated[MemoryFormat, Option("--format", "-f", help="How the result is written.")]


def memory(  # noqa: PLR0913 - the options of the command
    nets: Nets,
    *,
    batch: BatchOption = 1,
    dtype: DtypeOption = None,
    weights_dtype: WeightsDtypeOption = None,
    optimizer: OptimizerOption = "none",
    fits: FitsOption = None,
    flash: FlashOption = None,
    ram: RamOption = None,
    eager: EagerOption = False,
    master: MasterOption = False,
    accumulate: AccumulateOption = 1,
    checkpoint: CheckpointOption = False,
    depth: DepthOption = None,
    format: FormatOption = "table",  # noqa: A002 - the option's name
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Tell the memory of inference and of a training step, to the byte, as PyTorch runs the net.

    The peak of activations is that of liveness over the net; allocator blocks and
    kernel workspace are not in it.
    """
    setting = setting_of(
        batch, dtype, weights_dtype, optimizer,
        eager=eager, master=master, accumulate=accumulate, checkpoint=checkpoint,
        fits=_size(fits, "--fits"),
    )  # fmt: skip
    room = _size(flash, "--flash"), _size(ram, "--ram")
    reader = Reader(sets, inputs, max_layers, max_size)
    readings = reader.read_all(nets, MEMORY)
    results = [(reading, _of(reading, setting, depth)) for reading in readings]
    devices = {
        id(found): _device(reading, setting, room)
        for reading, found in results
        if found is not None and room != (None, None)
    }
    _write(results, format, devices)
    if reader.failed:
        raise SystemExit(2)


def _size(text: str | None, option: str) -> int | None:
    if text is None:
        return None
    from cnncalc.analysis.check.amounts import limit  # noqa: PLC0415 - only for this option

    try:
        most = limit(text, "max").high
    except ValueError:
        most = None
    if not most or most < 1:
        raise UsageError(f"{option} {text}: expected a size such as 24GiB, 512MB or 300000")
    return most


def _of(reading: Reading, setting: Setting, depth: int | None) -> Memory | None:
    from cnncalc.analysis.memory.report import memory as analyse  # noqa: PLC0415 - start-up

    if reading.failed or reading.network is None:
        return None
    try:
        found = analyse(reading.network, setting)
    except ValueError as error:
        raise UsageError(f"--optimizer: {error}") from None
    if depth is None:
        return found
    from cnncalc.analysis.memory.folding import folded  # noqa: PLC0415 - only for this option

    return folded(reading.network, found, depth)


def _device(reading: Reading, setting: Setting, room: tuple[int | None, int | None]) -> Device:
    from cnncalc.analysis.memory.device import Room, device  # noqa: PLC0415 - few ask for it

    assert reading.network is not None  # noqa: S101 - its memory was found
    return device(reading.network, setting, Room(*room))


def _write(
    results: list[tuple[Reading, Memory | None]],
    format_: MemoryFormat,
    devices: Mapping[int, Device],
) -> None:
    good = [found for _, found in results if found is not None]
    if format_ == "json":
        emit(_json(results, devices))
    elif format_ == "csv":
        from cnncalc.render.memory.data import csv  # noqa: PLC0415 - start-up

        emit(csv(good))
    elif format_ == "markdown":
        from cnncalc.render.memory.table import markdown  # noqa: PLC0415 - start-up

        emit("\n".join(markdown(one, devices.get(id(one))) for one in good))
    elif format_ == "table":
        from cnncalc.analysis.memory.report import helps  # noqa: PLC0415 - start-up
        from cnncalc.render.memory.table import table  # noqa: PLC0415 - start-up

        style, width = style_of(sys.stdout), width_of(sys.stdout)
        emit(
            "\n".join(
                table(
                    found,
                    helps(reading.network, found),
                    devices.get(id(found)),
                    style=style,
                    width=width,
                )
                for reading, found in results
                if found is not None and reading.network is not None
            )
        )
    else:
        raise unreachable(format_)


def _json(results: list[tuple[Reading, Memory | None]], devices: Mapping[int, Device]) -> str:
    """One object for one net, an array of them for several."""
    from json import dumps  # noqa: PLC0415 - only for JSON

    from cnncalc.render.diagnostics import failed_data  # noqa: PLC0415 - only for JSON
    from cnncalc.render.memory.data import json  # noqa: PLC0415 - start-up

    texts = [
        json(found, devices.get(id(found)))
        if found is not None
        else dumps(failed_data(reading.source, reading.diagnostics))
        for reading, found in results
    ]
    return texts[0] + "\n" if len(texts) == 1 else "[" + ",\n".join(texts) + "]\n"
