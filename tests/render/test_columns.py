"""Tables in columns: aligned in any script, and as wide as they may be."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cnncalc.render.columns import COLOUR, Line, render, room_for
from cnncalc.render.text import width_of

NAMES = st.text("abc_字", min_size=1, max_size=24)
ROWS = st.lists(st.tuples(NAMES, NAMES, st.integers(0, 10**9).map(str)), min_size=1, max_size=6,
                unique_by=lambda row: row[0])  # fmt: skip
HEADS = ("name", "type", "number")


def lines_of(rows):
    return [Line(row) for row in rows]


@given(ROWS)
def test_without_a_width_nothing_is_cut_and_numbers_end_together(rows):
    head, rule, *shown = render(HEADS, lines_of(rows), right={2}).splitlines()
    assert [line.split() for line in shown] == [list(row) for row in rows]
    assert {width_of(line) for line in (head, rule, *shown)} == {len(rule)}
    start = {
        width_of(line[: line.rindex(row[1] + " ")]) for line, row in zip(shown, rows, strict=True)
    }
    assert len(start) == 1


@given(ROWS, st.integers(10, 70))
def test_what_is_said_to_fit_fits_with_its_names_apart(rows, width):
    lines = lines_of(rows)
    count = room_for(HEADS, lines, width, (0, 1))
    cut = [line._replace(cells=line.cells[:count]) for line in lines]
    shown = render(HEADS[:count], cut, right={2}, width=width, names=range(min(count, 2)))
    _, rule, *body = shown.splitlines()
    names = [line.split()[0] for line in body]
    assert len(set(names)) == len(rows)
    if count > 1:
        assert len(rule) <= width
    if count == 3:
        assert [line.split()[-1] for line in body] == [row[2] for row in rows]
    if len(render(HEADS, lines, right={2}).splitlines()[1]) <= width:
        assert count == 3
        assert shown == render(HEADS, lines, right={2})


def test_all_columns_have_room_where_there_is_no_width():
    assert room_for(HEADS, [Line(("a" * 99, "b", "1"))], None) == 3


def test_of_two_columns_the_one_is_cut_of_which_fewer_cells_are_long():
    rows = [Line(("a" * 20, "b" * 9, "1"))] + [Line((f"{at}", "b" * 18, "1")) for at in range(5)]
    shown = render(("x", "y", "z"), rows, right={2}, width=40, names=(0, 1)).splitlines()
    assert "b" * 18 in shown[3]
    assert "…" in shown[2]


def test_names_keep_14_columns_and_other_texts_8():
    lines = [Line((f"{at}" + "a" * 30, "b" * 20, "12345")) for at in range(3)]
    least = 14 + 8 + 5 + 2 * 2
    heads = ("x", "y", "z")
    assert room_for(heads, lines, least, (0, 1)) == 3
    assert room_for(heads, lines, least - 1, (0, 1)) == 2
    shown = render(heads, lines, right={2}, width=least, names=(0, 1)).splitlines()
    assert [len(part) for part in shown[2].split()] == [14, 8, 5]


def test_a_look_of_a_cell_adds_codes_and_nothing_else():
    looked = Line(("a", "b", ""), "strong", {1: "dim"})
    (plain, coloured) = (
        render(HEADS, [looked], right={1}, style=style).splitlines()[2]
        for style in (COLOUR._replace(end=""), COLOUR)
    )
    assert coloured == "\x1b[1ma   \x1b[0m  \x1b[2m   b\x1b[0m"
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == re.sub(r"\x1b\[[0-9;]*m", "", plain)
