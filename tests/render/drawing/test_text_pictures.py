"""Pictures in characters: they are read back, and fit the terminal."""

from __future__ import annotations

import pytest
from pictures import NETS, depths, edges_of_text, loaded

from cnncalc.render.columns import COLOUR
from cnncalc.render.drawing.contents import contents
from cnncalc.render.drawing.text import text
from cnncalc.render.text import width_of


@pytest.mark.parametrize("name", NETS)
def test_a_reader_sees_every_connection(name):
    for depth in depths(loaded(name)):
        shown = contents(loaded(name), depth=depth)
        wanted = sorted({(one, box.first) for box in shown.boxes for one in box.takes})
        assert edges_of_text(text(shown)) == wanted, depth


@pytest.mark.parametrize("name", NETS)
def test_a_picture_fits_80_columns(name):
    for depth in depths(loaded(name)):
        picture = text(contents(loaded(name), depth=depth), width=80)
        assert max(map(width_of, picture.splitlines())) <= 80, depth


@pytest.mark.parametrize("name", ["zoo:resnet", "zoo:nasnet_mobile", "zoo:unet"])
def test_ascii_has_a_character_for_each(name):
    shown = contents(loaded(name), depth=2)
    plain = text(shown, plain=True)
    assert plain.isascii()
    assert [*map(len, plain.splitlines())] == [*map(len, text(shown).splitlines())]


def test_colour_adds_nothing_else():
    shown = contents(loaded("zoo:unet"))
    coloured = text(shown, style=COLOUR)
    for code in {*COLOUR} - {""}:
        coloured = coloured.replace(code, "")
    assert [*map(str.rstrip, coloured.splitlines())] == text(shown).splitlines()
