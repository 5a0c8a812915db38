"""CSV as a spreadsheet reads it."""

from __future__ import annotations

import csv as reader
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.render.csv import csv
from cnncalc.render.printable import printable

TEXTS = st.one_of(st.text(max_size=20), st.text("=+-@\t\r\n,\"' a1", max_size=8))


@given(st.lists(st.tuples(TEXTS, st.integers(), TEXTS), max_size=4))
def test_rows_are_read_as_written_and_no_text_is_a_formula(rows):
    text = csv(rows)
    assert text.count("\n") == len(rows)
    read = [*reader.reader(StringIO(text), strict=True)]
    assert len(read) == len(rows)
    for (first, number, last), cells in zip(rows, read, strict=True):
        assert cells[1] == str(number)
        for given_, cell in ((first, cells[0]), (last, cells[2])):
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
            assert cell.removeprefix("'") == printable(given_).removeprefix("'")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "\\t=1"),
        (-3, "-3"),
        ("conv-1", "conv-1"),
    ],
)
def test_what_begins_like_a_formula_is_text(cell, written):
    assert csv([[cell]]) == f"{written}\n"
