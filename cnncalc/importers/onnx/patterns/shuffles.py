"""Movements of elements that have a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.importers.onnx.steps import Step, Steps

_PAIR = 2
_SEQUENCE = 2  # axes
_PATCH = 4  # of 2x2


def shuffle(step: Step, steps: Steps) -> Step | None:
    """(channels) as (groups, rest), turned, and joined again."""
    if step.type not in {"reshape", "flatten"}:
        return None
    chain = steps.chain(step.output, (step.type, "permute", "reshape"))
    rank = len(step.shape) + 1
    if chain is None or len(chain[2].shape) != rank:
        return None
    _, turned, grouped = chain
    if list(turned.arguments["dims"]) != [1, 0, *range(2, rank)]:
        return None
    groups, rest = grouped.shape[:2]
    if (groups * rest, *grouped.shape[2:]) != step.shape:
        return None
    before = steps.get(grouped.inputs[0])
    if before is not None and before.shape != step.shape:
        return None
    return step._replace(
        type="channel_shuffle", arguments={"groups": groups}, inputs=grouped.inputs
    )


def roll(step: Step, steps: Steps) -> Step | None:
    """The end of an axis before its beginning, by one axis after the other."""
    if step.type != "concat" or len(step.inputs) != _PAIR:
        return None
    first, second = (steps.only(name) for name in step.inputs)
    if first is None or second is None or first.inputs != second.inputs:
        return None
    taken = first.inputs
    whole = steps.get(taken[0])
    shape = steps.inputs.get(taken[0]) if whole is None else whole.shape
    axis = _axis(step)
    if shape != step.shape or axis != _axis(first) or axis != _axis(second):
        return None
    start, stop = _span(first, shape[axis]), _span(second, shape[axis])
    if start is None or stop is None or (start[0], start[1], stop[0]) != (stop[1], shape[axis], 0):
        return None
    shift = min(-start[0], shape[axis] - start[0], key=abs)
    arguments: dict[str, Any] = {"shifts": shift, "axis": axis}
    if whole is not None and whole.type == "roll" and steps.uses.get(whole.output) == _PAIR:
        arguments = {key: [*_several(whole.arguments[key]), arguments[key]] for key in arguments}
        taken = whole.inputs
    return step._replace(type="roll", arguments=arguments, inputs=taken)


def _several(value: Any) -> list[int]:  # noqa: ANN401 - one number or a list
    return value if isinstance(value, list) else [value]


def _axis(step: Step) -> int:
    """The axis of a slice or a concatenation: the channels, where it names none."""
    return int(step.arguments.get("axis", 0 if len(step.shape) != _SEQUENCE else 1))


def _span(step: Step, size: int) -> tuple[int, int] | None:
    """The first element of an axis that a step takes, and the one after the last."""
    if step.type == "slice":
        return step.arguments.get("start", 0), step.arguments.get("stop", size)
    if step.type == "chunk":
        part = size // step.arguments["chunks"]
        index = step.arguments.get("index", 0)
        return index * part, (index + 1) * part
    return None


def patches(step: Step, steps: Steps) -> Step | None:
    """Every second row and column, four times, as channels (the merging of patches in Swin)."""
    if step.type != "concat" or len(step.inputs) != _PATCH:
        return None
    origins = set()
    for name in step.inputs:
        part = steps.only(name)
        while part is not None and part.type == ":Slice":
            name = part.inputs[0]  # noqa: PLW2901 - one step back
            part = steps.get(name)
        origins.add(name)
    if len(origins) != 1:
        return None
    (taken,) = origins
    origin = steps.get(taken)
    if origin is None or len(origin.shape) != 3:  # noqa: PLR2004 - height, width, channels
        return None
    height, width, channels = origin.shape
    if step.shape != (height // 2, width // 2, 4 * channels):
        return None
    arguments = {"factor": 2, "data_format": "channels_last"}
    return step._replace(type="pixel_unshuffle", arguments=arguments, inputs=(taken,))
