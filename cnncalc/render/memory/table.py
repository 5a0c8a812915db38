"""The memory of a net in words and columns: the sums, what makes the peak, its course."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import chart, columns, units
from cnncalc.render import markdown as md
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.printable import text_format
from cnncalc.render.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.analysis.memory.device import Device
    from cnncalc.analysis.memory.report import Help, Memory, Phase

    Draw = Callable[[Sequence[str], Sequence[Line]], str]

_MOST = 5  # rows of what is largest
_LAST = {"output": "the end"}  # of what no layer needs any more
_DEVICE = ("microcontroller, tensors alone", "needed", "there is", "")
#: What is said of the other order.
_SEARCHES = {
    "exact": "the best order of all",
    "bounded": "the best order that was found",
    "none": "",  # too many layers
}
_POINTS = 12  # bars of the course
_UNKNOWN = "and what no arithmetic knows: workspace, blocks of the allocator, the framework"


@text_format
def table(
    memory: Memory,
    ways: Sequence[Help] | None = (),
    device: Device | None = None,
    *,
    style: Style = PLAIN,
    width: int | None = None,
) -> str:
    """All that is told of a net, one part after another.

    `ways` are what would help (None: not computed, the net is too long), `device` what a
    microcontroller needs.
    """
    right = frozenset({1, 2})
    heads = (_title(memory), "inference", "training")
    lines = list(_sums(memory))
    draw = partial(columns.fitted, right=right, style=style, width=width)
    parts = [draw(heads, lines) + _UNKNOWN + "\n", _again(memory)]
    if device:
        parts.append(draw(_DEVICE, list(_needs(device))))
    parts += [
        _alive("alive at the peak of inference", memory.inference, style, width),
        _alive("alive at the peak of training", memory.training, style, width),
        _savers(memory, draw),
        _ways(ways, draw),
        _course(memory, width),
    ]
    return "\n".join(part for part in parts if part)


@text_format
def markdown(memory: Memory, device: Device | None = None) -> str:
    """The sums as a Markdown table, and one of what a microcontroller needs."""
    heads = (_title(memory), "inference", "training")
    right = frozenset({1, 2})
    rows = md.table(heads, list(_sums(memory)), right)
    more = "\n" + md.table(_DEVICE, list(_needs(device)), right) if device else ""
    return f"{md.heading(3, memory.name)}\n{rows}{more}"


def _needs(device: Device) -> Iterator[Line]:
    """Flash and RAM, and whether there is so much."""
    size, room = units.size, device.room
    yield Line(("flash: parameters and buffers", size(device.flash),
                *_room(room.flash, device.fits_flash)))  # fmt: skip
    own = None if room.ram is None else device.ram <= room.ram
    yield Line(("RAM: activations, in the order of the net", size(device.ram),
                *_room(room.ram, own)))  # fmt: skip
    if told := _SEARCHES[device.search]:
        yield Line((f"RAM: activations, in {told}", size(device.best),
                    *_room(room.ram, device.fits_ram)))  # fmt: skip


def _room(room: int | None, fits: bool | None) -> tuple[str, str]:  # noqa: FBT001 - a finding
    if room is None:
        return "-", ""
    return units.size(room), "fits" if fits else "does not fit"


def _title(memory: Memory) -> str:
    setting = memory.setting
    words = [memory.name, f"batch {setting.batch}", setting.dtype]
    if setting.optimizer != "none":
        words.append(setting.optimizer)
    if setting.accumulate > 1:
        words.append(f"in {setting.accumulate} parts")
    if setting.checkpoint:
        words.append("checkpointed")
    return ", ".join(words)


def _sums(memory: Memory) -> Iterator[Line]:
    size = units.size
    training = memory.training.peak - memory.gradients_at_peak
    yield Line(("parameters and buffers", size(memory.constant), size(memory.constant)))
    yield Line(("gradients that exist at the peak", "-", size(memory.gradients_at_peak)))
    state = "float32 weights and optimizer state" if memory.setting.master else "optimizer state"
    yield Line((state, "-", size(memory.optimizer)))
    yield Line(("activations at the peak", size(memory.inference.peak), size(training)))
    total = (size(memory.total_inference), size(memory.total_training))
    yield Line(("sum", *total), "strong")
    if memory.setting.fits is not None:
        batches = map(str, (memory.largest_inference, memory.largest_training))
        yield Line((f"largest batch in {size(memory.setting.fits)}", *batches), "strong")


def _again(memory: Memory) -> str:
    """What checkpointing costs."""
    if not memory.setting.checkpoint:
        return ""
    stages = plural(len(memory.recomputed), "stage")
    macs = units.short(sum(one.macs for one in memory.recomputed))
    return f"run again in the backward: {stages}, {macs} MACs\n"


def _alive(title: str, phase: Phase, style: Style, width: int | None) -> str:
    if not phase.alive:
        return ""
    lines = [
        Line((one.layer, units.size(one.bytes), one.what, one.until or _LAST.get(one.what, "")))
        for one in phase.alive[:_MOST]
    ]
    rest = phase.alive[_MOST:]
    if rest:
        more = units.size(sum(one.bytes for one in rest))
        lines.append(Line((f"{len(rest)} more", more, "", ""), "dim"))
    head = "\n".join(wrapped(f"{title}: {units.size(phase.peak)} at {phase.at}", width, "  "))
    heads = ("made by", "size", "what", "needed until")
    return f"{head}\n" + columns.fitted(
        heads, lines, right=frozenset({1}), style=style, width=width, names=(0, 3)
    )


def _savers(memory: Memory, draw: Draw) -> str:
    largest = sorted(memory.layers, key=lambda one: -one.saved)[:_MOST]
    lines = [
        Line((one.name, units.size(one.saved), units.share(one.saved, memory.saved)))
        for one in largest
        if one.saved
    ]
    if not lines:
        return ""
    head = f"saved for the backward: {units.size(memory.saved)}, most by\n"
    heads = ("layer", "saved", "share")
    return head + draw(heads, lines)


def _ways(ways: Sequence[Help] | None, draw: Draw) -> str:
    if ways is None:
        from cnncalc.analysis.memory.report import MOST_FOR_HELP  # noqa: PLC0415 - for few nets

        return f"what would help is computed for nets of up to {MOST_FOR_HELP:,} layers\n"
    if not ways:
        return ""
    again = any(one.macs for one in ways)
    lines = [
        Line((one.what, units.size(one.total), *((_macs(one.macs),) if again else ())))
        for one in ways
    ]
    heads = ("what would help", "sum in training", *(("MACs again",) if again else ()))
    return draw(heads, lines)


def _macs(count: int) -> str:
    return units.short(count) if count else ""


def _course(memory: Memory, width: int | None) -> str:
    """Live memory over the layers: the largest of each stretch."""
    layers = memory.layers
    if not layers:
        return ""
    step = -(-len(layers) // _POINTS)
    stretches = [layers[at : at + step] for at in range(0, len(layers), step)]
    bars = [
        chart.Bar(peak.name, peak.live, units.size(peak.live))
        for stretch in stretches
        for peak in [max(stretch, key=lambda one: one.live)]
    ]
    return "live memory in inference, the largest of each stretch of layers\n" + chart.bars(
        [bars], width=width, plain=False
    )
