"""SVG: well-formed, of few kinds of elements, small, the same every time, and inert."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from pictures import NETS, loaded
from test_inert import net, texts

import cnncalc
from cnncalc.render.drawing import drawing, svg

SVG = "{http://www.w3.org/2000/svg}"
#: The elements that a picture has, with their attributes; nothing that runs, loads or links.
ELEMENTS = {
    "svg": {"class", "role", "width", "height", "viewBox"},
    "title": set(),
    "desc": set(),
    "style": set(),
    "rect": {"class", "x", "y", "width", "height", "rx"},
    "path": {"class", "d"},
    "text": {"class", "x", "y"},
    "tspan": {"class", "dx"},
}
#: Characters that XML 1.0 takes (section 2.2).
LEGAL = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
PATH = re.compile(r"(?:[MLQlhvz](?:-?\d+(?:\.\d+)?(?: -?\d+(?:\.\d+)?)*)?)+")


def checked(text):
    """The root of a picture's text, all of which has been looked at."""
    assert LEGAL.fullmatch(text)
    root = ET.fromstring(text)  # noqa: S314 - our own text
    for element in root.iter():
        name = element.tag.removeprefix(SVG)
        assert set(element.attrib) <= ELEMENTS[name], name
        for key in {"x", "y", "width", "height", "rx", "dx"} & set(element.attrib):
            assert element.attrib[key].isdigit(), element.attrib
        if name == "path":
            assert PATH.fullmatch(element.attrib["d"])
    assert root.attrib["role"] == "img"
    assert [child.tag.removeprefix(SVG) for child in root][:3] == ["title", "desc", "style"]
    style = root[2].text
    assert "@media (prefers-color-scheme:dark)" in style
    assert not re.search(r"@import|url\(|expression", style)
    return root


@pytest.mark.parametrize("name", NETS)
def test_a_picture_is_svg_of_known_elements_and_under_200_kb(name):
    text = svg(drawing(loaded(name)))
    assert len(text.encode()) < 200_000
    assert text == svg(drawing(loaded(name)))
    checked(text)


@pytest.mark.parametrize("name", ["zoo:unet", "zoo:nasnet_mobile", "examples/two_inputs.yaml"])
@pytest.mark.parametrize("weigh", ["params", "macs", "memory"])
def test_every_edge_has_one_line_and_one_tip(name, weigh):
    made = drawing(loaded(name), depth=2, weigh=weigh, direction="right")
    paths = checked(svg(made)).iter(f"{SVG}path")
    found = {"line": 0, "tip": 0}
    for path in paths:
        kind = path.attrib["class"].split()[0]
        found[kind] += path.attrib["d"].count("M")
    assert found == {"line": len(made.edges), "tip": len(made.edges)}


@pytest.mark.parametrize("seed", range(20))
def test_names_stay_texts(seed):
    made = drawing(cnncalc.parse(net(texts(seed, 10))), depth=1 + seed % 3)
    root = checked(svg(made))
    shown = [element.text or "" for element in root.iter(f"{SVG}tspan")]
    assert [box.title for box in made.boxes if box.title not in shown] == []


def test_hostile_texts_are_what_the_test_thinks():
    assert any(not LEGAL.fullmatch(text) for seed in range(20) for text in texts(seed, 10))


def test_shared_weights_are_named_where_they_are_used():
    spec = "input: 4\nlayers:\n  - {dense: 4, name: one}\n  - {share: one, name: two}\n"
    assert "weights of one" in svg(drawing(cnncalc.parse(spec)))
    assert "weights of one" not in svg(
        drawing(cnncalc.parse(spec.replace("share: one", "dense: 4")))
    )
