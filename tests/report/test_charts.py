"""Charts: areas of a treemap are shares, and curves have the heights of the figures."""

from __future__ import annotations

import json
import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import SVG, by_class, every, page_of, parsed

from cnncalc.render.report.charts import levels_up_to
from cnncalc.render.report.treemap import Box, squarified


@given(
    st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=40),
    st.tuples(st.floats(1, 1000), st.floats(1, 1000)),
)
def test_a_treemap_fills_its_box_with_areas_that_are_shares(values, sides):
    values.sort(reverse=True)
    whole = Box(3, 5, *sides)
    boxes = squarified(values, whole)
    assert len(boxes) == len(values)
    area = whole.width * whole.height
    for value, box in zip(values, boxes, strict=True):
        assert box.width * box.height == pytest.approx(
            area * value / sum(values), rel=1e-6, abs=1e-9 * area
        )
        assert whole.x - 1e-6 <= box.x <= box.x + box.width <= whole.x + whole.width + 1e-6
        assert whole.y - 1e-6 <= box.y <= box.y + box.height <= whole.y + whole.height + 1e-6
    for one, two in combinations(boxes, 2):
        across = min(one.x + one.width, two.x + two.width) - max(one.x, two.x)
        down = min(one.y + one.height, two.y + two.height) - max(one.y, two.y)
        assert min(across, down) <= 1e-6 * max(sides)


def test_equal_parts_are_squares():
    boxes = squarified([1.0] * 6, Box(0, 0, 300, 200))
    assert {(round(box.width), round(box.height)) for box in boxes} == {(100, 100)}


@pytest.mark.parametrize("base", [2, 10])
@given(largest=st.integers(2, 10**30))
def test_lines_across_are_few_round_and_within(base, largest):
    levels = [one.value for one in levels_up_to(largest, str, base)]
    assert 2 <= len(levels) <= 4
    assert levels[-1] <= largest < levels[0] * 5
    assert len({after - before for before, after in pairwise([0, *levels])}) == 1
    digits = str(levels[0]).rstrip("0") if base == 10 else bin(levels[0]).rstrip("0")[2:]
    assert digits in ("1", "2", "5")


def percent(text):
    return float(text.removesuffix("%")) / 100


@pytest.mark.parametrize("path", ["examples/resnet18.yaml", "examples/unet.yaml"])
def test_areas_on_the_page_are_shares_of_the_net(cnncalc, path):
    summary = json.loads(cnncalc("summarize", path, "-f", "json").stdout)
    total = summary["totals"]["macs"]
    macs = {one["name"]: one["macs"] for one in summary["layers"]}
    drawn = by_class(parsed(page_of(path)), "map")[1]
    seen = 0
    for rect in every(drawn, "rect", SVG):
        if len(rect) and (name := re.match(r"(\S+) \(", rect[0].text)):
            area = percent(rect.get("width")) * percent(rect.get("height"))
            assert area == pytest.approx(macs[name[1]] / total, abs=2e-4)
            seen += area
    assert seen > 0.95


def test_the_curve_of_inference_has_the_heights_of_memory(cnncalc):
    path = "examples/unet.yaml"
    live = [
        one["live_bytes"]
        for one in json.loads(cnncalc("memory", path, "-f", "json").stdout)["layers"]
    ]
    curve = next(
        one for one in every(parsed(page_of(path)), "path", SVG) if one.get("class") == "course"
    )
    steps = re.findall(r"([LVH])([\d.]+)(?: ([\d.]+))?", curve.get("d"))
    top = max(live) + max(live) // 6
    at, height, heights = 0.0, 200.0, []
    for kind, one, two in steps[:-1]:
        if kind == "H":
            heights += [height] * round((float(one) - at) * len(live) / 1000)
            at = float(one)
        else:
            height = float(two or one)
    assert len(heights) == len(live)
    assert heights == pytest.approx([200 - 200 * one / top for one in live], abs=0.2)
