"""Claims of any shape about every layer: told as findings, whatever later claims rest on them."""

from __future__ import annotations

import pytest

from cnncalc.analysis.check.report import check
from cnncalc.build.reader import read_text
from cnncalc.layers import registry
from cnncalc.render.diagnostics import as_text

INPUTS = ("[8]", "3x8", "3x8x8", "3x4x8x8", "2x2x3x8x8", "12x4", "16x8x8", "16x16x16", "[400]")
#: Shapes that a tensor has, of every rank, and that none has.
SHAPES = ("[5]", "3x4", "5x6x7", "2x3x4x5", "1x2x3x4x5", "1x1x1x1x1x1", "[]", "[-1]", "[0]",
          "3x0x8", "[3, -1, 8]", "[-7, 8, 8]", f"{'9' * 200}x{'9' * 200}x{'9' * 200}",
          f"[{'9' * 300}]", '"?x8x8"')  # fmt: skip
TYPES = {layer.type: layer.example for layer in registry.types()}


def net(input_, example, shape):
    """A net in which claims about shapes fail above a layer, of it, and below it."""
    entry = example if ":" in example else f"{example}: "
    least, _ = registry.find(entry.partition(":")[0]).layer.arity
    if least > 1:
        entry += f", from: [{', '.join(['above'] * least)}]"
    return (
        f"input: {input_}\nlayers:\n"
        f"  - {{relu: , name: above, expect: {{shape: {shape}, params: 1}}}}\n"
        f"  - {{{entry}, name: layer, expect: {{shape: {shape}, params: 1, macs: 1}}}}\n"
        f"  - {{relu: , name: below, expect: {{shape: [3], macs: 2, output: 5}}}}\n"
        f"expect: {{shape: {shape}, params: 7, macs: 7}}\n"
    )


@pytest.mark.parametrize("type_", TYPES)
def test_a_wrong_shape_is_a_finding(type_):
    example, turn = TYPES[type_], list(TYPES).index(type_)
    taken = [one for one in INPUTS if not read_text(net(one, example, "[5]")).failed]
    for input_ in taken[:1]:
        for shape in ("[-1]", *SHAPES[turn % 5 :: 5]):
            reading = read_text(net(input_, example, shape))
            report = check(reading.network)
            assert len(report.findings) >= 5 or report.invalid, (input_, shape)
            assert as_text(report.findings, text=reading.text)


def test_layers_that_no_input_of_these_fits_are_known():
    refused = {
        type_
        for type_, example in TYPES.items()
        if all(read_text(net(one, example, "[5]")).failed for one in INPUTS)
    }
    assert refused == set()
