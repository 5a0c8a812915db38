"""The memory of a net in words and columns: the sums, what makes the peak, its course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import chart, columns, units
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.memory.report import Help, Memory, Phase

_MOST = 5  # rows of what is largest
_LAST = {"output": "the end"}  # of what no layer needs any more
_POINTS = 12  # bars of the course
_UNKNOWN = "and what no arithmetic knows: workspace, blocks of the allocator, the framework"


def table(
    memory: Memory,
    ways: Sequence[Help] = (),
    *,
    style: Style = PLAIN,
    width: int | None = None,
) -> str:
    """All that is told of a net, one part after another; `ways` are what would help."""
    right = frozenset({1, 2})
    heads = (_title(memory), "inference", "training")
    lines = list(_sums(memory))
    parts = [columns.render(heads, lines, right=right, style=style) + _UNKNOWN + "\n"]
    parts += [
        _alive("alive at the peak of inference", memory.inference, style),
        _alive("alive at the peak of training", memory.training, style),
        _savers(memory, style),
        _ways(ways, style),
        _course(memory, width),
    ]
    return "\n".join(part for part in parts if part)


def markdown(memory: Memory) -> str:
    """The sums as a Markdown table."""
    heads = (_title(memory), "inference", "training")
    rows = columns.markdown(heads, list(_sums(memory)), frozenset({1, 2}))
    return f"### {visible(memory.name)}\n\n{rows}"


def _title(memory: Memory) -> str:
    setting = memory.setting
    words = [visible(memory.name), f"batch {setting.batch}", setting.dtype]
    if setting.optimizer != "none":
        words.append(setting.optimizer)
    if setting.accumulate > 1:
        words.append(f"in {setting.accumulate} parts")
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


def _alive(title: str, phase: Phase, style: Style) -> str:
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
    head = f"{title}: {units.size(phase.peak)} at {phase.at}\n"
    return head + columns.render(
        ("made by", "size", "what", "needed until"), lines, right=frozenset({1}), style=style
    )


def _savers(memory: Memory, style: Style) -> str:
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
    return head + columns.render(heads, lines, right=frozenset({1, 2}), style=style)


def _ways(ways: Sequence[Help], style: Style) -> str:
    if not ways:
        return ""
    lines = [Line((one.what, units.size(one.total))) for one in ways]
    heads = ("what would help", "sum in training")
    return columns.render(heads, lines, right=frozenset({1}), style=style)


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
