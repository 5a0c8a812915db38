"""What every picture must hold, on its coordinates and on its characters."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import cnncalc
from cnncalc.zoo import names

ROOT = Path(__file__).parent.parent
NETS = [
    *(f"zoo:{name}" for name in names()),
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("examples/**/*.yaml"))),
]
TITLE = 22  # the height of a frame's title


@cache
def loaded(name):
    return cnncalc.load(name if name.startswith("zoo:") else ROOT / name)


def depths(net):
    """Every depth at which a picture is another, and the default."""
    return (*range(1, 2 + max(len(node.scopes) for node in net.layers)), None)


class Near:
    """The boxes that may touch a stripe of the picture."""

    def __init__(self, boxes):
        self.stripes = defaultdict(list)
        for box in boxes:
            for stripe in range(box.y // 50, (box.y + box.height) // 50 + 1):
                self.stripes[stripe].append(box)

    def __call__(self, low, high):
        stripes = range(low // 50, high // 50 + 1)
        return list(dict.fromkeys(box for one in stripes for box in self.stripes[one]))


def overlap(one, other):
    """Whether two areas share more than a border."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def inside(inner, outer):
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def segments(edge):
    return list(zip(edge.points, edge.points[1:], strict=False))


def crosses(segment, box):
    """Whether a line runs through the inside of a box."""
    (x, y), (to_x, to_y) = segment
    return (
        min(x, to_x) < box.x + box.width
        and max(x, to_x) > box.x
        and min(y, to_y) < box.y + box.height
        and max(y, to_y) > box.y
    )


def check_areas(made):
    """Boxes are apart, frames around or beside each other, and their titles free."""
    near = Near(made.boxes)
    for box in made.boxes:
        assert [one for one in near(box.y, box.y + box.height) if overlap(one, box)] == [box]
    for one, other in combinations(made.frames, 2):
        assert not overlap(one, other) or inside(other, one), (made.depth, one, other)
        assert not overlap(other, one._replace(height=TITLE)), (made.depth, one, other)
    for frame in made.frames:
        for box in near(frame.y, frame.y + frame.height):
            assert not overlap(box, frame) or inside(box, frame)
            assert not overlap(box, frame._replace(height=TITLE)), (made.depth, box, frame)


def check_lines(made):
    """Lines have right angles, stay in the picture, and run through no box."""
    near = Near(made.boxes)
    for segment in {segment for edge in made.edges for segment in segments(edge)}:
        (x, y), (to_x, to_y) = segment
        assert (x == to_x) != (y == to_y)
        assert 0 <= min(x, to_x) <= max(x, to_x) <= made.width
        assert 0 <= min(y, to_y) <= max(y, to_y) <= made.height
        for box in near(*sorted((y, to_y))):
            assert not crosses(segment, box), (made.depth, segment, box)


def check_lines_apart(made):
    """Lines of different results never run on top of each other."""
    lanes = {}
    for edge in made.edges:
        for (x, y), (to_x, to_y) in segments(edge):
            key = ("x", x) if x == to_x else ("y", y)
            low, high = sorted((y, to_y) if x == to_x else (x, to_x))
            lanes.setdefault(key, []).append((low, high, edge.source))
    for runs in lanes.values():
        reached = {}  # how far each result has run, of all that begin before
        for low, high, source in sorted(runs):
            others = [end for one, end in reached.items() if one != source]
            assert max(others, default=low) <= low, (made.depth, source)
            reached[source] = max(high, reached.get(source, high))


def check_ends(made):
    """Every line runs from the border of its source to the border of its target."""
    boxes = {box.number: box for box in made.boxes}
    assert sorted(boxes) == list(range(len(boxes)))
    for edge in made.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        (x, y), (to_x, to_y) = edge.points[0], edge.points[-1]
        if made.direction == "down":
            assert (y, to_y) == (source.y + source.height, target.y)
            assert source.x < x < source.x + source.width
            assert target.x < to_x < target.x + target.width
        else:
            assert (x, to_x) == (source.x + source.width, target.x)
            assert source.y < y < source.y + source.height
            assert target.y < to_y < target.y + target.height


def edges_of_text(picture):
    """The connections that a reader of a picture in characters sees, by the numbers of boxes."""
    lines = picture.splitlines()[2:-2]
    boxes = {}  # the number of each box, by its line
    out = {}  # and by the line from which its arc starts
    stems = []
    for at, line in enumerate(lines):
        bare = line.lstrip("│ ")
        if bare[:1] in ("├", "┌", "└", "╶"):
            boxes[at] = out[at] = len(stems)
            stems.append(bare[0])
        elif bare[:1] == "╰":  # a result on its way out, or the last line of a frame
            out[at] = len(stems) - 1
    found = [(number - 1, number) for number, stem in enumerate(stems) if number and stem in "├└"]
    for at, number in boxes.items():
        start = lines[at].find(" ◂─")
        for column in range(start + 3, len(lines[at]) if start >= 0 else 0):
            if lines[at][column] in "╯┴┤":
                found.append((out[_top(lines, at, column)], number))
                if lines[at][column] == "╯":
                    break
            elif lines[at][column] not in "─┼":
                break
    return sorted(found)


def _top(lines, at, column):
    """Where the arc begins that comes down in this column."""
    while True:
        at -= 1
        glyph = lines[at][column]
        if glyph == "╮":
            return at
        assert glyph in "│┼┤", (glyph, lines[at])
