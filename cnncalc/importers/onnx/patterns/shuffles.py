"""Movements of elements that have a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.importers.onnx.steps import Step, Steps

_PAIR = 2
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
    """The end of an axis before its beginning: elements move round, no shape changes."""
    if step.type != "concat" or len(step.inputs) != _PAIR:
        return None
    parts = [steps.only(name) for name in step.inputs]
    first, second = parts
    if first is None or second is None or first.type != "slice" or second.type != "slice":
        return None
    whole = steps.get(first.inputs[0])
    if first.inputs != second.inputs or (whole is not None and whole.shape != step.shape):
        return None
    if first.arguments.get("axis") != second.arguments.get("axis"):
        return None
    if first.arguments.get("start") != second.arguments.get("stop"):
        return None
    taken = first.inputs
    if whole is not None and whole.type == ":Roll" and steps.uses.get(whole.output) == _PAIR:
        taken = whole.inputs
    return step._replace(type=":Roll", arguments={}, inputs=taken)


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
