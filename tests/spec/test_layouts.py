"""`layout: channels_last`: other shapes, the same parameters and MACs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cnncalc

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
_SIZES = re.compile(
    r"^(?P<key> *(?:input|image|measurements):) *(?P<sizes>[\dx]+|\[[\d, ]+\])", re.MULTILINE
)


LAST = "layout: channels_last\n"


def to_last(shape):
    return (*shape[1:], shape[0])


def to_first(shape):
    return (shape[-1], *shape[:-1])


def transposed(text: str) -> str:
    """The same spec in the other layout, the sizes of each input turned round."""
    turn = to_first if LAST in text else to_last

    def turned(match: re.Match[str]) -> str:
        sizes = turn(re.findall(r"\d+", match["sizes"]))
        return f"{match['key']} [{', '.join(sizes)}]"

    text = text.replace(LAST, "") if LAST in text else LAST + text
    return _SIZES.sub(turned, text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_the_same_figures_in_both_layouts(path):
    text = path.read_text(encoding="utf-8")
    nets = cnncalc.parse(text), cnncalc.parse(transposed(text))
    first, last = sorted(nets, key=lambda net: net.layout)
    assert (first.layout, last.layout) == ("channels_first", "channels_last")
    assert last.inputs == {name: to_last(shape) for name, shape in first.inputs.items()}
    assert last.totals == first.totals
    for one, other in zip(first.layers, last.layers, strict=True):
        assert (other.name, other.output_shape) == (one.name, to_last(one.output_shape))
        assert (other.params, other.buffers, other.macs) == (one.params, one.buffers, one.macs)


def test_named_axes_are_put_in_the_order_of_the_layout(net):
    shape = "{channels: 3, height: 8, width: 9}"
    assert net("- relu", shape).inputs["input"] == (3, 8, 9)
    assert net("- relu", shape, "layout: channels_last").inputs["input"] == (8, 9, 3)


def test_the_channels_are_the_last_axis(net):
    found = net(
        """
        - conv: {filters: 10, kernel: 3}
        - batchnorm
        - maxpool: 2
        - residual: {body: [conv: {filters: 4, kernel: 1}], merge: concat}
        - global_avgpool
        """,
        "[32, 32, 3]",
        "layout: channels_last",
    )
    assert [node.output_shape for node in found.layers] == [
        (30, 30, 10), (30, 30, 10), (15, 15, 10), (15, 15, 4), (15, 15, 10 + 4), (14,),
    ]  # fmt: skip
    assert found.totals.params == (3 * 3 * 3 * 10 + 10) + (10 + 10) + (10 * 4 + 4)
    assert found.totals.buffers == 10 + 10
    assert found.totals.macs == 30 * 30 * 10 * 3 * 3 * 3 + 15 * 15 * 4 * 10


def test_a_layer_may_differ_from_the_layout(net):
    found = net("- Conv2D: {filters: 4, kernel_size: 3, data_format: channels_last}", "[8, 9, 3]")
    assert found["conv_1"].output_shape == (6, 7, 4)
    assert found["conv_1"].params == 3 * 3 * 3 * 4 + 4


@pytest.mark.parametrize("layout", ["NHWC", "last", "3", "[channels_last]"])
def test_another_layout_is_refused(refusal, layout):
    assert refusal("- relu", head=f"layout: {layout}")[0] in ("E107", "E102")
