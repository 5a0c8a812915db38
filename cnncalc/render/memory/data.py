"""The memory of a net as JSON and CSV: bytes, nothing rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.memory.device import Device
    from cnncalc.analysis.memory.report import Memory, Phase

SCHEMA_VERSION = 1


def json(memory: Memory, device: Device | None = None) -> str:
    """The JSON of the contract, one object, a line per layer."""
    from json import dumps  # noqa: PLC0415 - only for this format

    setting = memory.setting
    training = _phase(memory.training)
    head: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "name": memory.name,
        "batch": setting.batch,
        "dtype": setting.dtype,
        "optimizer": setting.optimizer,
        "parameters_bytes": memory.parameters,
        "buffers_bytes": memory.buffers,
        "gradients_bytes": memory.gradients,
        "optimizer_bytes": memory.optimizer,
        "inference": {
            "peak_bytes": memory.inference.peak,
            "peak_released_bytes": memory.peak_released,
            **_phase(memory.inference),
        },
        "training": {
            "saved_bytes": memory.saved,
            "peak_forward_bytes": memory.peak_forward,
            "peak_backward_bytes": memory.peak_backward,
            "peak_bytes": memory.training.peak,
            **training,
        },
        "largest_batch": {
            "inference": memory.largest_inference,
            "training": memory.largest_training,
        },
    }
    if setting.checkpoint:
        head["checkpoint"] = {
            "segments": [one._asdict() for one in memory.recomputed],
            "macs": sum(one.macs for one in memory.recomputed),
        }
    if device:
        head["device"] = {
            "flash_bytes": device.flash,
            "ram_bytes": device.ram,
            "ram_best_bytes": device.best,
            "search": device.search,
            "order": device.order,
            "fits_flash": device.fits_flash,
            "fits_ram": device.fits_ram,
        }
    rows = ",\n  ".join(
        dumps({
            "name": one.name, "output_bytes": one.output, "saved_bytes": one.saved,
            "live_bytes": one.live,
        })
        for one in memory.layers
    )  # fmt: skip
    return f'{dumps(head)[:-1]},\n "layers": [\n  {rows}\n ]}}'


def _phase(phase: Phase) -> dict[str, Any]:
    alive = [
        {"layer": one.layer, "bytes": one.bytes, "what": one.what, "until": one.until or None}
        for one in phase.alive
    ]
    return {"at": phase.at, "alive": alive}


def csv(memories: Sequence[Memory]) -> str:
    """A row per layer; with a first column `net` if there are several nets."""
    from cnncalc.render.csv import csv as written  # noqa: PLC0415 - only for this format

    return written(_csv_rows(memories, several=len(memories) > 1))


def _csv_rows(memories: Sequence[Memory], *, several: bool) -> Iterator[tuple[object, ...]]:
    heads = ("name", "output_bytes", "saved_bytes", "live_bytes")
    yield (*(("net",) if several else ()), *heads)
    for memory in memories:
        for one in memory.layers:
            yield (*((memory.name,) if several else ()), *one)
