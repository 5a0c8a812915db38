"""A drawing as plain SVG: one style, no script, nothing from elsewhere, the same bytes every time.

Shares are told three times, by a number, by the length of a bar and by a tint that grows
darker (lighter in the dark), so that it reads in grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.render import units
from cnncalc.render.drawing import words
from cnncalc.render.drawing.cells import DETAIL, SHAPE, TITLE
from cnncalc.render.drawing.metric import text_width
from cnncalc.render.html import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.render.drawing.contents import Contents
    from cnncalc.render.drawing.data import Box, Drawing, Edge, Frame, Label, Point

#: What boxes are weighed by, in words.
MEANING: Final = {"params": "parameters", "macs": "MACs", "memory": "memory kept for the backward"}

_LIGHT = {
    "paper": "#ffffff", "ink": "#1f2328", "dim": "#59636e", "line": "#6e7781", "skip": "#bc4c00",
    "edge": "#c2cad2", "frame": "#f6f8fa", "inner": "#eceff3", "bar": "#0a58ca",
    "l0": "#ffffff", "l1": "#eef5fe", "l2": "#d8e8fc", "l3": "#b9d6f9", "l4": "#94c0f5",
    "l5": "#6ba7ef",
}  # fmt: skip
_DARK = {
    "paper": "#0d1117", "ink": "#f0f6fc", "dim": "#b1bac4", "line": "#8b949e", "skip": "#f0883e",
    "edge": "#3d444d", "frame": "#151b23", "inner": "#1c232c", "bar": "#79b8ff",
    "l0": "#0d1117", "l1": "#10213a", "l2": "#13305a", "l3": "#16407b", "l4": "#1a519d",
    "l5": "#1f63bd",
}  # fmt: skip

_RADIUS = 6  # of the corners of lines
_SWATCH = 18
_FULL = 3  # from this level on, all words of a box have the colour of its title
_BASE = 17  # from a box's upper side to the base line of its first line
_INSET = 10
_TIP = 6  # the length of an arrow head


def svg(drawing: Drawing, *, heading: bool = True) -> str:
    """A drawing as the text of an SVG file.

    Args:
        drawing: what is drawn.
        heading: write the net's name above it; a page that embeds the picture has its own.
    """
    top = 0 if heading else 30
    height = drawing.height - top
    boxes = {box.number: box for box in drawing.boxes}
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" class="cnncalc" role="img"',
        f'width="{drawing.width}" height="{height}" viewBox="0 {top} {drawing.width} {height}">',
        f"<title>{escaped(drawing.name)}</title>",
        f"<desc>{escaped(description(drawing))}</desc>",
        f"<style>{style()}</style>",
        f'<rect class="paper" y="{top}" width="{drawing.width}" height="{height}"/>',
        *(_heading(drawing) if heading else ()),
        *(line for frame in drawing.frames for line in _frame(frame)),
        *_edges(drawing),
        *(_frame_title(frame) for frame in drawing.frames),
        *map(_label, drawing.labels),
        *(line for box in boxes.values() for line in _box(box, drawing)),
        *_legend(drawing),
        "</svg>",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def description(drawing: Drawing) -> str:
    """The picture in a sentence, for those who do not see it."""
    inputs = [box for box in drawing.boxes if box.kind == "input"]
    outputs = [box for box in drawing.boxes if box.kind == "output"]
    ends = " to ".join(
        ", ".join(f"{box.title} {box.detail}" for box in some) for some in (inputs, outputs) if some
    )
    return f"Structure of {drawing.name}, from {ends}: {total_of(drawing)}."


def total_of(drawing: Drawing | Contents) -> str:
    """What the net has of the weighed figure, in words."""
    if drawing.weigh == "memory":
        return f"{units.size(drawing.total)} of {MEANING['memory']}"
    return f"{units.count(drawing.total)} {MEANING[drawing.weigh]}"


def style() -> str:
    """The style of every drawing, the same text for all."""
    colours = ";".join(f"--{name}:{value}" for name, value in _LIGHT.items())
    dark = ";".join(f"--{name}:{value}" for name, value in _DARK.items())
    rules = [
        f".cnncalc{{{colours};font-family:Helvetica,Arial,'Liberation Sans',sans-serif}}",
        f"@media (prefers-color-scheme:dark){{.cnncalc{{{dark}}}}}",
        ".cnncalc .paper{fill:var(--paper)}",
        f".cnncalc text{{font-size:{DETAIL}px;fill:var(--dim)}}",
        f".cnncalc .title{{font-size:{TITLE}px;font-weight:bold;fill:var(--ink)}}",
        ".cnncalc .name{font-size:16px;font-weight:bold;fill:var(--ink)}",
        f".cnncalc .shape{{font-size:{SHAPE}px}}",
        ".cnncalc .box{stroke:var(--edge);fill:var(--l0)}",
        *(f".cnncalc .l{n}{{fill:var(--l{n})}}" for n in range(1, 6)),
        ".cnncalc .bar{fill:var(--bar)}",
        ".cnncalc .frame{stroke:var(--edge);fill:var(--frame)}",
        ".cnncalc .inner{fill:var(--inner)}",
        ".cnncalc .head{paint-order:stroke;stroke:var(--frame);stroke-width:5px;fill:var(--dim)}",
        ".cnncalc .head.inner{stroke:var(--inner)}",
        ".cnncalc .full,.cnncalc .full tspan{fill:var(--ink)}",
        ".cnncalc .line{fill:none;stroke:var(--line);stroke-width:1.5}",
        ".cnncalc .skip{stroke:var(--skip)}",
        ".cnncalc .tip{fill:var(--line)}",
        ".cnncalc .tip.skip{fill:var(--skip);stroke:none}",
        ".cnncalc .times{fill:var(--skip)}",
        ".cnncalc .middle{text-anchor:middle}",
        ".cnncalc .end{text-anchor:end}",
    ]
    return "".join(rules)


def _heading(drawing: Drawing) -> Iterator[str]:
    yield f'<text class="name" x="16" y="28">{escaped(drawing.name)}</text>'


def _frame(frame: Frame) -> Iterator[str]:
    """The outline; a second one behind it for several turns."""
    look = "frame inner" if frame.depth % 2 else "frame"
    if frame.times > 1:
        yield (
            f'<rect class="{look}" x="{frame.x + 4}" y="{frame.y + 4}" '
            f'width="{frame.width}" height="{frame.height}" rx="8"/>'
        )
    yield (
        f'<rect class="{look}" x="{frame.x}" y="{frame.y}" '
        f'width="{frame.width}" height="{frame.height}" rx="8"/>'
    )


def _frame_title(frame: Frame) -> str:
    """The title with a rim in the colour of the frame, so that a line may pass behind it."""
    look = "head inner" if frame.depth % 2 else "head"
    at = (frame.x + _INSET, frame.y + _BASE)
    return _words(at, frame.title, frame.times, frame.detail, look)


def _words(at: Point, title: str, times: int, detail: str, look: str = "") -> str:
    """Title, count and detail on one line, each in its own look."""
    x, y = at
    kind = f' class="{look}"' if look else ""
    parts = [f'<tspan class="title">{escaped(title)}</tspan>']
    if times > 1:
        parts.append(f'<tspan class="title times" dx="4">{words.times(times)}</tspan>')
    if detail:
        parts.append(f'<tspan dx="8">{escaped(detail)}</tspan>')
    return f'<text{kind} x="{x}" y="{y}">{"".join(parts)}</text>'


def _box(box: Box, drawing: Drawing) -> Iterator[str]:
    round_ = box.kind in {"input", "output", "merge"}
    radius = min(box.height // 2, 13) if round_ else 4
    place = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="{radius}"'
    tint = f" l{box.level}" if box.level else ""
    if box.times > 1:
        yield (
            f'<rect class="box{tint}" x="{box.x + 3}" y="{box.y + 3}" '
            f'width="{box.width}" height="{box.height}" rx="{radius}"/>'
        )
    yield f'<rect class="box{tint}" {place}/>'
    long = (box.width - 2 * _INSET) * box.weight // drawing.most if box.weight else 0
    if long > 1:
        yield (
            f'<rect class="bar" x="{box.x + _INSET}" y="{box.y + box.height - 4}" '
            f'width="{long}" height="2"/>'
        )
    yield from _texts(box, drawing, centred=round_)


def _texts(box: Box, drawing: Drawing, *, centred: bool) -> Iterator[str]:
    middle, base = box.x + box.width // 2, box.y + _BASE
    right = box.x + box.width - _INSET
    start = middle if centred else box.x + _INSET
    full = " full" if box.level >= _FULL else ""
    look = f"{'middle' if centred else ''}{full}".strip()
    if drawing.direction == "down":
        yield _words((start, base), box.title, box.times, box.detail, look)
    else:
        base = box.y + box.height // 2 + (-4 if box.detail or box.share else 4)
        yield _words((start, base), box.title, box.times, "", look)
        if box.detail:
            kind = f' class="{look}"' if look else ""
            yield f'<text{kind} x="{start}" y="{base + 15}">{escaped(box.detail)}</text>'
    if box.share:
        yield f'<text class="end{full}" x="{right}" y="{base}">{box.share}</text>'


def _edges(drawing: Drawing) -> Iterator[str]:
    """A path for the lines of each result, so that what they share is painted once.

    Skips come first: where one runs together with another line, it looks like that.
    """
    bundles: dict[tuple[bool, int], list[Edge]] = {}
    for edge in drawing.edges:
        bundles.setdefault((edge.skips, edge.source), []).append(edge)
    for skips, source in sorted(bundles, key=lambda one: (not one[0], one[1])):
        bundle = bundles[skips, source]
        look = " skip" if skips else ""
        lines = "".join(_rounded(_before_tip(edge.points)) for edge in bundle)
        tips = "".join(_tip(edge.points) for edge in bundle)
        yield f'<path class="line{look}" d="{lines}"/>'
        yield f'<path class="tip{look}" d="{tips}"/>'


def _label(label: Label) -> str:
    return f'<text class="shape" x="{label.x}" y="{label.y}">{escaped(label.text)}</text>'


def _before_tip(points: tuple[Point, ...]) -> tuple[Point, ...]:
    (x, y), (to_x, to_y) = points[-2], points[-1]
    return (*points[:-1], (to_x - _sign(to_x - x) * _TIP, to_y - _sign(to_y - y) * _TIP))


def _tip(points: tuple[Point, ...]) -> str:
    (x, y), (to_x, to_y) = points[-2], points[-1]
    if x == to_x:
        return f"M{to_x} {to_y}l-3.5 {-_TIP * _sign(to_y - y)}h7z"
    return f"M{to_x} {to_y}l{-_TIP * _sign(to_x - x)} -3.5v7z"


def _rounded(points: tuple[Point, ...]) -> str:
    """A line with rounded corners."""
    made = [f"M{points[0][0]} {points[0][1]}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_RADIUS, _length(before, here) // 2, _length(here, after) // 2)
        made.append(_to(_towards(here, before, radius)))
        x, y = here
        to_x, to_y = _towards(here, after, radius)
        made.append(f"Q{x} {y} {to_x} {to_y}")
    made.append(_to(points[-1]))
    return "".join(made)


def _to(point: Point) -> str:
    return f"L{point[0]} {point[1]}"


def _length(one: Point, other: Point) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(here: Point, there: Point, far: int) -> Point:
    return (
        here[0] + _sign(there[0] - here[0]) * far,
        here[1] + _sign(there[1] - here[1]) * far,
    )


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _legend(drawing: Drawing) -> Iterator[str]:
    y = drawing.height - 30
    x = 16
    text = total_of(drawing)
    yield f'<text x="{x}" y="{y + 10}">{text}</text>'
    if not drawing.most:
        return
    x += text_width(text, DETAIL) + 14
    for level in range(1, 6):
        yield f'<rect class="box l{level}" x="{x}" y="{y}" width="{_SWATCH}" height="12"/>'
        x += _SWATCH
    most = units.share(drawing.most, drawing.total)
    yield f'<text x="{x + 6}" y="{y + 10}">to {most} in one box</text>'
