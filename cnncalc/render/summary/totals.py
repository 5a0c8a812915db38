"""What stands below the rows of a summary: totals in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.summary import Penalty, Summary


def footer(summary: Summary) -> str:
    """The totals in words: parameters in both frameworks' counting, MACs, penalties."""
    params, macs = _number(summary, "params"), _number(summary, "macs")
    lines = [("parameters", units.count(params), _parameter_note(summary))]
    if buffers := _number(summary, "buffers"):
        both = units.count(params + buffers)
        lines.append(("buffers", units.count(buffers), f"Keras counts them in: {both}"))
    batch = f"for a batch of {summary.batch}; " if summary.batch > 1 else ""
    lines.append(("MACs", units.count(macs), f"{batch}{_flops(macs)}"))
    lines += [
        (_penalty(penalty), units.count(penalty.weights), "weights carry this penalty")
        for penalty in summary.penalties
    ]
    outputs = ", ".join(f"{name} {units.shape(shape)}" for name, shape in summary.outputs)
    wide = max(len(label) for label, _, _ in lines)
    high = max(len(number) for _, number, _ in lines)
    out = [
        f"{label.ljust(wide)}  {number.rjust(high)}  {note}".rstrip()
        for label, number, note in lines
    ]
    return "\n".join([*out, f"{'output'.ljust(wide)}  {outputs}"]) + "\n"


def notes(summary: Summary) -> Iterator[str]:
    """What a row of totals does not say: frozen parameters, buffers, penalties."""
    params, buffers = _number(summary, "params"), _number(summary, "buffers")
    if frozen := params - _number(summary, "trainable_params"):
        yield f"{units.count(frozen)} parameters are frozen"
    if buffers:
        both = units.count(params + buffers)
        yield f"{units.count(buffers)} buffers; Keras counts them in: {both}"
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
