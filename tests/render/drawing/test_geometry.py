"""The coordinates of pictures: every net of the zoo and every example, at every depth."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from batches import batch
from pictures import (
    NETS,
    check_areas,
    check_ends,
    check_lines,
    check_lines_apart,
    depths,
    loaded,
)

from cnncalc.render.drawing import drawing

#: Advance widths of Helvetica in thousandths of an em, from Adobe's metrics (AFM), for the
#: characters that pictures mostly hold; what is not here counts as an em.
HELVETICA = {
    **dict.fromkeys("abdeghnopqu0123456789_L", 556), **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("ijl", 222), **dict.fromkeys("ft ,./:", 278), **dict.fromkeys("r()-", 333),
    **dict.fromkeys("mM", 833), "w": 722, "%": 889, "=": 584, "×": 584, "…": 1000,
    **dict.fromkeys("ABEKPSVXY", 667), **dict.fromkeys("CDHNRU", 722),
    **dict.fromkeys("FTZ", 611), "I": 278, **dict.fromkeys("GOQ", 778), "W": 944,
}  # fmt: skip


@cache
def drawings(name):
    """A picture at every depth and in both directions."""
    net = loaded(name)
    return tuple(
        drawing(net, depth=depth, direction=direction)
        for direction in ("down", "right")
        for depth in depths(net)
    )


def width(text, size, *, bold=False):
    per_em = sum(HELVETICA.get(char, 1000) for char in text)
    return per_em * size / 1000 * (1.06 if bold else 1)


@pytest.mark.parametrize("name", NETS)
def test_boxes_are_apart_and_lines_run_beside_them(name):
    for made in drawings(name):
        check_areas(made)
        check_lines(made)
        check_lines_apart(made)
        check_ends(made)


@pytest.mark.parametrize("name", NETS)
def test_every_connection_between_what_is_shown_is_drawn_once(name):
    net = loaded(name)
    for depth in depths(net):
        made = drawing(net, depth=depth, unfold=True)
        boxes = {box.number: box.name for box in made.boxes}
        shown = set(boxes.values())
        owner = {one: one for one in net.inputs}
        for node in net.layers:
            paths = [node.name, *(scope.name for scope in reversed(node.scopes))]
            owner[node.name] = next(path for path in paths if path in shown)
        wanted = Counter((owner[one], "") for one in net.outputs)
        closed = set()
        for node in net.layers:
            for source in node.inputs:
                edge = owner[source], owner[node.name]
                if owner[node.name] == node.name:
                    wanted[edge] += 1
                elif edge[0] != edge[1]:
                    closed.add(edge)
        wanted.update(closed)
        assert Counter((boxes[one.source], boxes[one.target]) for one in made.edges) == wanted


@batch("name", NETS)
def test_an_open_layer_of_a_folded_picture_has_a_line_for_each_input(name):
    taken = {node.name: len(node.inputs) for node in loaded(name).layers}
    for made in drawings(name):
        lines = Counter(edge.target for edge in made.edges)
        for box in made.boxes:
            if box.name in taken and box.kind in {"layer", "merge"}:
                assert lines[box.number] == taken[box.name], box


@batch("name", NETS)
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
