"""The shape of an input, as a spec writes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import List
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import sequence
from cnncalc.numerals import DECIMAL, TIMES

if TYPE_CHECKING:
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.tensors import Layout, Shape

AXES: dict[str, tuple[str, ...]] = {
    "channels": ("channels", "features", "bands"),
    "depth": ("depth", "frames"),
    "height": ("height",),
    "width": ("width",),
    "length": ("length", "time", "steps"),
}


def read_shape(written: Value, layout: Layout, value: Any) -> Shape:  # noqa: ANN401 - a plain value
    """An input's shape from a list, `3x32x32` or named axes; `[]` is one number per sample.

    Args:
        written: as the spec has it.
        layout: the order that named axes are put in.
        value: the same as a plain value, expressions computed.

    Raises:
        SpecProblem: it is none of these, or a size is not a whole number of 1 or more.
    """
    if isinstance(value, dict) and value:
        sizes = _ordered_axes(written, layout, value)
    elif isinstance(value, str) and re.fullmatch(TIMES, value.strip()):
        sizes = _sizes(written, value)
    elif isinstance(value, list):
        sizes = value
    elif isinstance(value, int) and not isinstance(value, bool):
        sizes = [value]
    else:
        raise _bad_shape(written, f"a shape is a list of sizes{_unquoted(value)}")
    for position, size in enumerate(sizes):
        at = written.items[position] if isinstance(written, List) else written
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            if size is None and position == 0:
                raise _bad_shape(at, "the batch dimension is never written")
            shown = getattr(at, "text", size)
            wanted = "a size must be a whole number of 1 or more"
            raise _bad_shape(at, f"{wanted}, not {shown}{_unquoted(size)}")
    return tuple(sizes)


def _unquoted(value: object) -> str:
    """What to say of a number in quotes."""
    number = isinstance(value, str) and re.fullmatch(DECIMAL, value.strip())
    return "; write it without quotes" if number else ""


def _sizes(written: Value, text: str) -> list[Any]:
    try:
        return list(sequence(text.strip()))
    except BadValueError as error:
        raise _bad_shape(written, str(error)) from None


def _ordered_axes(written: Value, layout: Layout, value: dict[str, Any]) -> list[Any]:
    sizes: dict[str, Any] = {}
    for given, size in value.items():
        axis = next((axis for axis, names in AXES.items() if given in names), None)
        if axis is None:
            known = ", ".join(name for names in AXES.values() for name in names)
            raise _bad_shape(written, f"unknown axis `{given}`; the axes are {known}")
        sizes[axis] = size
    order = [axis for axis in AXES if axis != "channels" and axis in sizes]
    channels = ["channels"] if "channels" in sizes else []
    order = [*order, *channels] if layout == "channels_last" else [*channels, *order]
    return [sizes[axis] for axis in order]


def _bad_shape(at: Value, message: str) -> SpecProblem:
    return SpecProblem(
        codes.BAD_VALUE, message, at,
        help=("[3, 32, 32], 3x32x32, or {channels: 3, height: 32, width: 32}",),
    )  # fmt: skip
