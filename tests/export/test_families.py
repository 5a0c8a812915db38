"""Nets of families that are not packaged: published totals, and code that keeps what they write."""

from __future__ import annotations

import pytest
from specs import FAMILIES, exported, text_of_net

from cnncalc.build.reader import read_text

#: Parameters, with as many digits as are published, and the source.
PUBLISHED = {
    "convmixer": ("21.11", "timm's table of results, convmixer_768_32"),
    "mlp_mixer": ("59.88", "timm's table of results, mixer_b16_224"),
    "res2net50": ("25.70", "timm's table of results, res2net50_26w_4s"),
    "se_resnext50": ("27.56", "timm's table of results, seresnext50_32x4d"),
    "shufflenet_v1": ("1.87", "Zhang et al. (2017) by pytorchcv's table, shufflenet_g3_w1"),
    "yolov3": ("61.95", "the 61,949,149 parameters of YOLOv3 for the 80 classes of COCO"),
}
#: MACs in thousands of millions: the papers' own, and half of the published FLOPs of YOLOv3.
MACS = {"se_resnext50": "4.2", "yolov3": "32.9"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_totals_are_those_published(name):
    totals = read_text(text_of_net(f"tests/data/families/{name}.yaml")).network.totals
    assert f"{totals.params / 1e6:.2f}" == PUBLISHED[name][0]
    if name in MACS:
        assert f"{totals.macs / 1e9:.1f}" == MACS[name]


@pytest.mark.parametrize("framework", ["pytorch", "keras"])
@pytest.mark.parametrize("net", FAMILIES)
def test_the_code_keeps_blocks_and_loops(net, framework):
    text = text_of_net(net)
    found = exported(text, framework)
    assert (found.flat, found.stubs) == (False, ())
    assert len(found.text.splitlines()) < 3 * len(text.splitlines())
