"""Charts as SVG that takes the width of its place: shapes are stretched, texts are not.

Lengths are percentages, so that a text keeps its size on a narrow screen; curves lie in a box
of `WIDE` by `HIGH` that is stretched. Numbers of any size are put into scale as integers.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from cnncalc.named_tuple import NamedTuple
from cnncalc.render.html import Markup, element, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WIDE: Final = 1000
HIGH: Final = 200


class Curve(NamedTuple):
    """Values from left to right, each for a step of equal width, under a class of the style."""

    values: Sequence[int]
    look: str


class Mark(NamedTuple):
    """A point with words: where it is, as the index of a step of all curves, and its value."""

    step: int
    value: int
    words: str


class Level(NamedTuple):
    """A line across the chart at a value."""

    value: int
    words: str


def percent(part: int, whole: int) -> float:
    """A share in percent, in hundredths, for numbers of any size."""
    return (part * 10_000 // whole) / 100 if whole else 0.0


def bar(part: int, whole: int, look: str = "") -> Markup:
    """A bar whose length is a share; something for all but 0."""
    wide = max(percent(part, whole), 0.5) if part else 0
    filled = element("rect", class_=look or None, width=f"{wide:g}%", height="100%", rx=2)
    return element("svg", filled, class_="bar", aria_hidden="true")


def plot(  # noqa: PLR0913 - what is in a chart
    curves: Sequence[Curve],
    *,
    title: str,
    levels: Sequence[Level],
    top: int,
    mark: Mark | None = None,
    line: bool = False,
) -> Markup:
    """Curves side by side on one scale, filled or as a line.

    Args:
        curves: the values, with no gap between one curve and the next.
        title: what is seen, in a sentence.
        levels: lines across.
        top: the value at the upper edge.
        mark: a point to be named.
        line: draw lines instead of areas.
    """
    steps = sum(len(one.values) for one in curves)
    parts = [element("title", title), *(_level(one, top) for one in levels)]
    shapes = _shapes(curves, steps, top, line=line)
    box = {"viewBox": f"0 0 {WIDE} {HIGH}", "preserveAspectRatio": "none"}
    parts.append(element("svg", *shapes, width="100%", height="100%", **box))
    if mark is not None:
        parts.append(_mark(mark, steps, top))
    return element("svg", *parts, class_="plot", role="img")


def _shapes(curves: Sequence[Curve], steps: int, top: int, *, line: bool) -> Iterator[Markup]:
    start = 0
    for curve in curves:
        path = "".join(_stairs(curve.values, start, steps, top))
        if line:
            yield element("path", class_=f"line {curve.look}", d=f"M{path[1:]}")
        else:
            left, right = _across(start, steps), _across(start + len(curve.values), steps)
            yield element("path", class_=curve.look, d=f"M{left} {HIGH}{path}L{right} {HIGH}Z")
        start += len(curve.values)


def _stairs(values: Sequence[int], start: int, steps: int, top: int) -> Iterator[str]:
    """A step per value; equal neighbours are one."""
    at = start
    for height, run in groupby([_up(value, top) for value in values]):
        yield f"V{height:g}" if at > start else f"L{_across(at, steps)} {height:g}"
        at += len(list(run))
        yield f"H{_across(at, steps)}"


def _across(step: int, steps: int) -> str:
    return f"{WIDE * step / steps:.1f}".removesuffix(".0")


def _up(value: int, top: int) -> float:
    return round(HIGH - HIGH * percent(value, top) / 100, 1)


def _level(level: Level, top: int) -> Markup:
    height = f"{100 - percent(level.value, top):g}%"
    line = element("line", class_="level", x1="0", x2="100%", y1=height, y2=height)
    place = {"y": height, "dx": "-8", "dy": "4", "text-anchor": "end"}
    return joined((line, element("text", level.words, class_="level", x="0", **place)))


def _mark(mark: Mark, steps: int, top: int) -> Markup:
    """The point, with its words on the side where there is more room."""
    across = (mark.step + 0.5) / steps * 100
    height = f"{100 - percent(mark.value, top):g}%"
    right = across > 50  # noqa: PLR2004 - the middle
    return joined((
        element("circle", class_="mark", cx=f"{across:.2f}%", cy=height, r="4"),
        element(
            "text", mark.words, class_="mark", x=f"{across:.2f}%", y=height,
            dx="-9" if right else "9", dy="4", text_anchor="end" if right else None,
        ),
    ))  # fmt: skip


def levels_up_to(largest: int, words: Callable[[int], str], base: int = 2) -> list[Level]:
    """Two to four lines at round values: a power of the base, or five or two tenths of one."""
    step = 1
    while step * base * 2 <= largest:
        step *= base
    if base == 10:  # noqa: PLR2004 - decimal
        step = next((one for one in (5 * step, 2 * step) if one * 2 <= largest), step)
    return [Level(value, words(value)) for value in range(step, largest + 1, step)][:4]
