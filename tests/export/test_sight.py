"""Uses of blocks that are alike are followed once: the code is that of following every use."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from batches import batch

sys.path.insert(0, str(Path(__file__).parent))
from random_specs import random_spec
from specs import FRAMEWORKS, exported, text_of_net

from cnncalc.export.follow import Follower
from cnncalc.export.sight import Sight
from cnncalc.language.limits import DEFAULT
from cnncalc.language.parse import parse

#: Settings that differ only in counts, in the sign of what arrives in a block, in a variable of
#: the spec that a block reads, or that the block inside it reads.
OWN = {
    "counts": """
        input: 3x32x32
        variables: {depth: 1, counts: {by: $depth, 1: 2, 2: 5, 3: 9}}
        blocks: {unit: {args: {width: }, layers: [conv: {filters: $width, kernel: 1}, relu]}}
        layers: [{repeat: $counts, layers: [unit: 8]}]
        """,
    "sign": """
        input: 3x32x32
        variables: {kind: a}
        blocks: {shrink: {layers: [maxpool: {kernel: 3, stride: 2, padding: 1}, relu]}}
        layers:
          - conv: {filters: 8, kernel: 3}
          - {relu: , when: $kind == 'a'}
          - shrink
          - {conv: {filters: 2, kernel: 1}, when: $kind == 'b'}
        """,
    "variable": """
        input: 3x32x32
        variables: {width: 8, rate: 2}
        blocks:
          inner: {layers: [conv: {filters: $width, kernel: 1}]}
          outer: {layers: [inner, relu, conv: {filters: $rate, kernel: 1}]}
        layers: [conv: {filters: 4, kernel: 1}, outer, {repeat: 3, layers: [outer]}]
        """,
    "index": """
        input: 3x32x32
        variables: {depth: 2}
        blocks: {unit: {layers: [conv: {filters: 8 * $i, kernel: 1}]}}
        layers: [{repeat: $depth, layers: [unit, relu]}]
        """,
}
SPECS = {
    **{name: "\n".join(line[8:] for line in text.splitlines()) for name, text in OWN.items()},
    **{name: text_of_net(name) for name in ("zoo:resnet", "zoo:mobilenet_v2")},
    **{str(number): random_spec(number) for number in range(8)},
}


@batch("name", SPECS)
def test_the_code_is_that_of_following_every_use(name, monkeypatch):
    for framework in FRAMEWORKS:
        followed = exported(SPECS[name], framework)
        with monkeypatch.context() as every:
            every.setattr(Sight, "of", lambda *_: object())
            every.setattr(Sight, "of_turn", lambda *_: None)
            assert followed == exported(SPECS[name], framework)


LOOPS = {
    "alike": ("conv: {filters: 3, kernel: 1, padding: 0}", 1),
    "that change at first": ("conv: {filters: 5, kernel: 1}", 2),
    "that shrink": ("conv: {filters: 3, kernel: 2}", 20),
    "that count": ("conv: {filters: 3 * $i, kernel: 1}", 20),
}


@pytest.mark.parametrize("what", LOOPS)
def test_of_turns_that_are_alike_one_is_followed(what):
    layer, unlike = LOOPS[what]
    text = f"input: 3x32x32\nvariables: {{n: 2}}\nlayers: [{{repeat: $n, layers: [{layer}]}}]"
    parsed = parse(text, DEFAULT)
    for whole, layers in ((True, 20), (False, unlike)):
        trace = Follower().trace(
            parsed, name="net", overrides={"n": 20}, shapes={}, limits=DEFAULT, whole=whole
        )
        assert len(trace.network) == layers
        assert len(trace.root.done[0].merges) == 20
