"""How numbers, shapes and shares are written; the one place that formats units."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.figures.figure import Unit, Value

#: Units with their sizes, the largest first, and from where on they are used: what rounds to
#: 1000 of one is 1 of the next.
_STEPS = tuple((one - one // 2000, one, unit) for one, unit in
               ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")))  # fmt: skip
_BYTES = tuple((one - one // 20480, one, unit) for one, unit in
               ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")))  # fmt: skip


def count(number: int) -> str:
    """`25,557,032`."""
    return f"{number:,}"


def short(number: int) -> str:
    """Three digits and a unit: `25.6 M`; below a thousand as it is."""
    for least, size, unit in _STEPS:
        if number >= least:
            whole = number // size
            digits = 2 if whole < 10 else 1 if whole < 100 else 0  # noqa: PLR2004 - three digits
            scaled = (number * 10**digits * 2 + size) // (2 * size)
            text = str(scaled)
            return f"{text[:-digits]}.{text[-digits:]} {unit}" if digits else f"{text} {unit}"
    return str(number)


def memory(elements: int) -> str:
    """The memory of 32-bit floats: `97.5 MiB`."""
    return size(elements * 4)


def size(number: int) -> str:
    """Bytes, from 1,024 of them in larger units: `97.5 MiB`."""
    for least, step, unit in _BYTES:
        if number >= least:
            tenths = (number * 10 + step // 2) // step
            return f"{tenths // 10:,}.{tenths % 10} {unit}"
    return f"{number} bytes"


def value(number: Value, unit: Unit = "count") -> str:
    """The value of a figure; a dash where it is not counted."""
    if number is None:
        return "-"
    if isinstance(number, tuple):
        return _per_axis(number)
    return size(number) if unit == "bytes" else count(number)


def raw(value: Value) -> int | str:
    """A value as CSV and scripts take it: `280`, `211x211`, nothing where it is not counted."""
    if isinstance(value, int):
        return value
    return "" if value is None else _per_axis(value)


def _per_axis(numbers: Sequence[int | str | None]) -> str:
    """`211x211`, `3xall`; `all` where no axis has a bound."""
    if all(one is None for one in numbers):
        return "all"
    return "x".join("all" if one is None else str(one) for one in numbers)


def shape(sizes: Sequence[int]) -> str:
    """`64x56x56`."""
    return "x".join(map(str, sizes))


def share(part: int, whole: int) -> str:
    """A share in percent with one decimal, in integers: `12.3%`."""
    if not whole:
        return ""
    tenths = (part * 1000 * 2 + whole) // (whole * 2)
    return f"{tenths // 10}.{tenths % 10}%"
