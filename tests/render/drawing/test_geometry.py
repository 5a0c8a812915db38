"""The coordinates of pictures: every net of the zoo and every example, at every depth."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

import cnncalc
from cnncalc.render.drawing import drawing
from cnncalc.zoo import names

ROOT = Path(__file__).parents[3]
NETS = [
    *(f"zoo:{name}" for name in names()),
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("examples/**/*.yaml"))),
]
#: Advance widths of Helvetica in thousandths of an em, from Adobe's metrics (AFM), for the
#: characters that pictures mostly hold; what is not here counts as an em.
HELVETICA = {
    **dict.fromkeys("abdeghnopqu0123456789_LΓ", 556), **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("ijl", 222), **dict.fromkeys("ft ,./:", 278), **dict.fromkeys("r()-", 333),
    **dict.fromkeys("mM", 833), "w": 722, "%": 889, "=": 584, "×": 584, "…": 1000,
    **dict.fromkeys("ABEKPSVXY", 667), **dict.fromkeys("CDHNRU", 722),
    **dict.fromkeys("FTZ", 611), "I": 278, **dict.fromkeys("GOQ", 778), "W": 944,
}  # fmt: skip


@cache
def drawings(name):
    """A picture at every depth and in both directions."""
    return tuple(made_of(name))


def made_of(name):
    net = cnncalc.load(name if name.startswith("zoo:") else ROOT / name)
    levels = 1 + max(len(node.scopes) for node in net.layers)
    for direction in ("down", "right"):
        for depth in (*range(1, levels + 1), None):
            yield drawing(net, depth=depth, direction=direction)


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


def segments(edge):
    return list(zip(edge.points, edge.points[1:], strict=False))


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


def crosses(segment, box):
    """Whether a line runs through the inside of a box."""
    (x, y), (to_x, to_y) = segment
    return (
        min(x, to_x) < box.x + box.width
        and max(x, to_x) > box.x
        and min(y, to_y) < box.y + box.height
        and max(y, to_y) > box.y
    )


def width(text, size, *, bold=False):
    per_em = sum(HELVETICA.get(char, 1000) for char in text)
    return per_em * size / 1000 * (1.06 if bold else 1)


@pytest.mark.parametrize("name", NETS)
def test_pictures_keep_boxes_apart_and_lines_beside_them(name):
    for made in drawings(name):
        near = Near(made.boxes)
        for box in made.boxes:
            assert [one for one in near(box.y, box.y + box.height) if overlap(one, box)] == [box]
        for one, other in combinations(made.frames, 2):
            assert not overlap(one, other) or inside(other, one), (made.depth, one, other)
        for frame in made.frames:
            for box in near(frame.y, frame.y + frame.height):
                assert not overlap(box, frame) or inside(box, frame)
                assert not overlap(box, frame._replace(height=22)), "on the frame's title"
            for inner in made.frames:
                if frame is not inner and inside(inner, frame):
                    assert not overlap(inner, frame._replace(height=22)), "on the frame's title"
        for segment in {segment for edge in made.edges for segment in segments(edge)}:
            (x, y), (to_x, to_y) = segment
            assert (x == to_x) != (y == to_y)
            assert 0 <= min(x, to_x) <= max(x, to_x) <= made.width
            assert 0 <= min(y, to_y) <= max(y, to_y) <= made.height
            for box in near(*sorted((y, to_y))):
                assert not crosses(segment, box), (made.depth, segment, box)


@pytest.mark.parametrize("name", NETS)
def test_lines_of_different_results_never_run_on_top_of_each_other(name):
    for made in drawings(name):
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


@pytest.mark.parametrize("name", NETS)
def test_every_edge_is_drawn_once_from_its_source_into_its_target(name):
    for made in drawings(name):
        boxes = {box.number: box for box in made.boxes}
        assert sorted(boxes) == list(range(len(boxes)))
        for edge in made.edges:
            source, target = boxes[edge.source], boxes[edge.target]
            (x, y), (to_x, to_y) = edge.points[0], edge.points[-1]
            if made.direction == "down":
                assert y == source.y + source.height
                assert to_y == target.y
                assert source.x < x < source.x + source.width
                assert target.x < to_x < target.x + target.width
            else:
                assert x == source.x + source.width
                assert to_x == target.x
                assert source.y < y < source.y + source.height
                assert target.y < to_y < target.y + target.height


@pytest.mark.parametrize("name", NETS)
def test_an_open_picture_has_the_connections_of_the_net(name):
    net = cnncalc.load(name if name.startswith("zoo:") else ROOT / name)
    made = drawing(net, depth=99, unfold=True)
    boxes = {box.number: box.name for box in made.boxes}
    drawn = Counter((boxes[edge.source], boxes[edge.target]) for edge in made.edges)
    wanted = Counter((source, node.name) for node in net.layers for source in node.inputs)
    wanted.update((source, "") for source in net.outputs)
    assert drawn == wanted


@pytest.mark.parametrize("name", NETS)
def test_texts_fit_their_boxes(name):
    for made in drawings(name):
        for box in made.boxes:
            title = f"{box.title} ×{box.times}" if box.times > 1 else box.title
            parts = [width(title, 12, bold=True), width(box.detail, 11), width(box.share, 11)]
            if made.direction == "down":
                assert sum(parts) + 8 * (sum(map(bool, parts)) - 1) <= box.width, box
            else:
                assert max(parts[0] + parts[2], parts[1]) <= box.width, box
        for frame in made.frames:
            title = f"{frame.title} ×{frame.times}" if frame.times > 1 else frame.title
            assert width(title, 12, bold=True) + width(frame.detail, 11) + 8 <= frame.width, frame
        for label in made.labels:
            assert label.x + width(label.text, 10) <= made.width
