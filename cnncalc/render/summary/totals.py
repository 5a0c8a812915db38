"""What is below the rows of a summary: totals in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics.listing import concise
from cnncalc.render import units
from cnncalc.render.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.holders import Holder
    from cnncalc.analysis.summary import Penalty, Summary


def title_of(summary: Summary) -> str:
    """The name of the net, with what was given in place of the spec's: `resnet (depth=101)`."""
    told = settings_of(summary)
    name = f"{summary.name} ({told})" if told else summary.name
    return f"{name}, {summary.counted.meaning}" if summary.counted else name


def settings_of(summary: Summary) -> str:
    """What was given in place of the spec's variables and inputs; of much the beginning."""
    return concise(", ".join(f"{name}={_setting(one)}" for name, one in summary.settings.items()))


def _setting(value: object) -> str:
    return units.shape(value) if isinstance(value, tuple) else str(value)


def footer(summary: Summary, width: int | None = None) -> str:
    """The totals in words: parameters in both frameworks' counting, MACs, penalties, outputs."""
    params = _number(summary, "params")
    lines = [("parameters", units.count(params), _parameter_note(summary))]
    if buffers := _number(summary, "buffers"):
        both = units.count(params + buffers)
        lines.append(("buffers", units.count(buffers), f"Keras counts them in: {both}"))
    lines.append(_work(summary))
    lines += [
        (_penalty(penalty), units.count(penalty.weights), "weights carry this penalty")
        for penalty in summary.penalties
    ]
    told = [*_told(summary)]
    wide = max(len(label) for label, *_ in (*lines, *told))
    high = max(len(number) for _, number, _ in lines)
    out = []
    for label, number, note in lines:
        line = f"{label.ljust(wide)}  {number.rjust(high)}  {note}".rstrip()
        out += wrapped(line, width, " " * (wide + high + 4))
    for label, text in told:
        out += wrapped(f"{label.ljust(wide)}  {text}", width, " " * (wide + 2))
    return "\n".join(out) + "\n"


def _work(summary: Summary) -> tuple[str, str, str]:
    """The MACs, or the count of another tool with the MACs beside it."""
    macs = _number(summary, "macs")
    batch = f"for a batch of {summary.batch}" if summary.batch > 1 else ""
    if (count := summary.counted) is None:
        return "MACs", units.count(macs), f"{batch}{'; ' if batch else ''}{_flops(macs)}"
    note = f"{count.meaning}; textbook MACs {units.count(macs)} {batch}".rstrip()
    return count.heading, units.count(_number(summary, count.key)), note


def _told(summary: Summary) -> Iterator[tuple[str, str]]:
    """What is said in words below the numbers."""
    if summary.not_counted and summary.counted is None:
        yield "not counted", ", ".join(summary.not_counted)
    if summary.holders:
        held = (_held(summary, one, one.name, one.part) for one in summary.holders)
        yield "most in", "; ".join(held)
    if places := [one for one in summary.holders if one.place]:
        yield "", "; ".join(_held(summary, one, one.place, one.place_part) for one in places)
    outputs = (f"{name} {units.shape(shape)}" for name, shape in summary.outputs)
    yield "output", ", ".join(outputs)


def _held(summary: Summary, holder: Holder, name: str, part: int) -> str:
    """`dense 99.9 % of the parameters`."""
    figure = summary.figures[summary.position(holder.key)]
    percent = units.share(part, holder.whole).replace("%", " %")
    return f"{name} {percent} of the {figure.title or figure.heading}"


def notes(summary: Summary) -> Iterator[str]:
    """What a row of totals does not say: frozen parameters, buffers, penalties."""
    params, buffers = _number(summary, "params"), _number(summary, "buffers")
    if frozen := params - _number(summary, "trainable_params"):
        yield f"{units.count(frozen)} parameters are frozen"
    if buffers:
        both = units.count(params + buffers)
        yield f"{units.count(buffers)} buffers; Keras counts them in: {both}"
    if summary.not_counted:
        yield f"MACs leave out {', '.join(summary.not_counted)}"
    for penalty in summary.penalties:
        yield f"{_penalty(penalty)}: {units.count(penalty.weights)} weights carry it"


def _number(summary: Summary, key: str) -> int:
    """A total that is a count; 0 where nothing is counted."""
    total = summary.total(key)
    return total if isinstance(total, int) else 0


def _flops(macs: int) -> str:
    number = units.short(2 * macs)
    return f"{number}FLOPs" if " " in number else f"{number} FLOPs"


def _parameter_note(summary: Summary) -> str:
    params = _number(summary, "params")
    frozen = params - _number(summary, "trainable_params")
    parts = [f"{units.memory(params)} as float32"] if params else []
    if frozen:
        parts.append(f"{units.count(frozen)} of them frozen")
    return ", ".join(parts)


def _penalty(penalty: Penalty) -> str:
    """`l2 1e-4`, as a spec writes it."""
    return f"{penalty.kind} {penalty.factor:g}".replace("e-0", "e-")
