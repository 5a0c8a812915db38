"""Random wirings: whatever a net is, its picture holds what the pictures of known nets hold."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pictures import check_areas, check_ends, check_lines, check_lines_apart, edges_of_text

import cnncalc
from cnncalc.render.drawing import drawing
from cnncalc.render.drawing.contents import contents
from cnncalc.render.drawing.text import text
from cnncalc.render.text import width_of


@st.composite
def wirings(draw):
    """A spec of up to 16 layers, each of which takes what any others before it give."""
    lines = ["inputs: {x: 2x4x4, y: 2x4x4}", "layers:"]
    known = ["x", "y"]
    grouped = draw(st.booleans())
    for number in range(draw(st.integers(1, 16))):
        sources = draw(st.lists(st.sampled_from(known[-8:]), min_size=1, max_size=4))
        entry = f"{{add: , from: [{', '.join(sources)}], name: n{number}}}"
        if len(sources) == 1:
            entry = f"{{relu: , from: {sources[0]}, name: n{number}}}"
        if grouped and draw(st.integers(0, 3)) == 0:
            lines += [f"  - name: g{number}", "    layers:", f"      - {entry}"]
            known.append(f"g{number}/n{number}")
            lines += [f"      - {{relu: , from: n{number}, name: m{number}}}"]
        else:
            lines.append(f"  - {entry}")
            known.append(f"n{number}")
    return "\n".join(lines) + "\n"


@settings(max_examples=60)
@given(wirings(), st.sampled_from(["down", "right"]), st.integers(1, 2))
@example(
    "inputs: {x: 2x4x4, y: 2x4x4}\nlayers:\n  - {relu: , from: x, name: a}\n"
    "  - {relu: , from: y, name: b}\n  - {add: , from: [b, a], name: c}\n"
    "  - {add: , from: [a, b], name: d}\n  - {add: , from: [d, c], name: e}\n",
    "down",
    1,
)
@example(  # one result into two entries of a frame, and another between them
    "inputs: {x: 2x4x4, y: 2x4x4}\nlayers:\n  - {add: , from: [x, y], name: a}\n  - name: g\n"
    "    layers:\n      - {add: , from: [x, a, x], name: b}\n"
    "  - {add: , from: [a, x, x], name: c}\n"
    "  - {add: , from: [c, g/b], name: d}\n",
    "down",
    2,
)
def test_any_wiring_has_a_picture(spec, direction, depth):
    net = cnncalc.parse(spec)
    made = drawing(net, direction=direction, depth=depth)
    check_areas(made)
    check_lines(made)
    check_lines_apart(made)
    check_ends(made)
    shown = contents(net, depth=depth)
    wanted = sorted((one, box.first) for box in shown.boxes for one in box.takes)
    assert sorted((edge.source, edge.target) for edge in made.edges) == wanted
    assert edges_of_text(text(shown)) == sorted(set(wanted))
    assert max(map(width_of, text(shown, width=80).splitlines())) <= 80


def nested(levels, skips):
    """Groups in groups, each with skips in skips around the next one."""
    before, after = [], []
    for level in range(levels):
        indent = " " * (4 * level + 2)
        before += [f"{indent}- {{relu: , name: d{level}_{one}}}" for one in range(skips)]
        before += [f"{indent}- name: g{level}", f"{indent}  layers:"]
        inner = f"g{level}"
        found = []
        for one in reversed(range(skips)):
            found.append(
                f"{indent}- {{add: , from: [d{level}_{one}, {inner}], name: u{level}_{one}}}"
            )
            inner = f"u{level}_{one}"
        after = found + after
    centre = f"{' ' * (4 * levels + 2)}- relu"
    return "\n".join(["input: [2, 2, 2]", "layers:", *before, centre, *after]) + "\n"


@pytest.mark.parametrize(("levels", "skips"), [(2, 45), (8, 12), (25, 2)])
@pytest.mark.parametrize("direction", ["down", "right"])
def test_deep_nesting_has_a_picture(levels, skips, direction):
    net = cnncalc.parse(nested(levels, skips))
    made = drawing(net, depth=99, direction=direction)
    check_areas(made)
    check_lines(made)
    check_lines_apart(made)
    check_ends(made)
    assert len(made.frames) == levels
