"""Texts on a terminal: their widths, cuts and lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.render.text import padded, shortened, width_of, wrapped

#: Letters of one and two columns, a combining accent, and the space.
TEXTS = st.text("ab_/1é畳み込층한字\u0301Ａ ", max_size=30)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("conv", 4),
        ("畳み込み", 8),
        ("결과", 4),
        ("e\u0301", 1),
        ("Ａ", 2),
        ("ｱ", 1),
        ("×…", 2),
    ],
)  # fmt: skip
def test_width(text, width):
    assert width_of(text) == width


@given(TEXTS)
def test_width_is_that_of_rich(text):
    from rich.cells import cell_len

    assert width_of(text) == cell_len(text)


@given(TEXTS, st.booleans())
def test_padding_fills_up_to_a_width(text, right):
    filled = padded(text, 60, right=right)
    assert width_of(filled) == 60
    assert (filled.endswith(text) if right else filled.startswith(text)) is True
    assert filled.replace(" ", "") == text.replace(" ", "")


@given(TEXTS, st.integers(8, 40))
def test_a_cut_text_keeps_its_ends_and_fits(text, width):
    text = text.strip()
    cut = shortened(text, width)
    assert width_of(cut) <= width
    if width_of(text) <= width:
        assert cut == text
    else:
        head, tail = cut.split("…")
        assert text.startswith(head)
        assert text.endswith(tail)
        # A wide character at either end may leave a column empty.
        assert width_of(cut) >= width - 2


def test_the_indentation_is_not_cut():
    assert shortened("    global_avgpool_1", 14) == "    glob…ool_1"


@given(st.lists(st.text("ab字", min_size=1, max_size=8), max_size=12), st.integers(20, 40))
def test_wrapped_lines_fit_and_have_every_word(words, width):
    lines = wrapped(" ".join(words), width, "  ")
    assert " ".join(lines).split() == words
    assert all(width_of(line) <= width for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])
    assert wrapped(" ".join(words), None) == [" ".join(words)]


def test_a_word_that_is_too_long_stays_whole():
    assert wrapped("a bbbbbbbb c", 4, " ") == ["a", " bbbbbbbb", " c"]
