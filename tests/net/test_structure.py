"""The tree of a net as its spec wrote it, with equal turns folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cnncalc
from cnncalc import zoo
from cnncalc.net.structure import structure

if TYPE_CHECKING:
    from cnncalc.net.network import Network
    from cnncalc.net.structure import Part


def tree_of(text: str) -> Part:
    return structure(cnncalc.parse(f"input: 8x16x16\n{text}"))


def shown(part: Part) -> str:
    """A part on one line: `loop(turn x2(conv relu))`."""
    if part.node is not None:
        return part.node.type
    times = f" x{part.times}" if part.times > 1 else ""
    return f"{part.kind}{times}({' '.join(map(shown, part.children))})"


def zoo_net(name: str) -> Network:
    return cnncalc.load(f"zoo:{name}")


@pytest.mark.parametrize("name", zoo.names())
def test_every_layer_of_a_net_is_in_its_tree_once_and_in_order(name: str) -> None:
    network = zoo_net(name)
    assert list(structure(network).layers()) == list(network.layers)


@pytest.mark.parametrize("name", zoo.names())
def test_what_is_folded_has_the_same_types_and_settings(name: str) -> None:
    stack = [structure(zoo_net(name))]
    while stack:
        part = stack.pop()
        stack += part.children
        first = [node.layer for node in part._replace(alike=()).layers()]
        for other in part.alike:
            assert [node.layer for node in other.layers()] == first


def test_resnet_folds_to_its_table() -> None:
    """He et al. 2015, table 1: ResNet-50 has 3, 4, 6 and 3 bottlenecks, the first of each alone."""
    tree = structure(zoo_net("resnet"))
    loop = next(part for part in tree.children if part.kind == "loop")
    stages = [turn.children[0] for turn in loop.children]
    assert [stage.scope.name for stage in stages if stage.scope] == [
        "stage_1", "stage_2", "stage_3", "stage_4",
    ]  # fmt: skip
    repeated = [stage.children[1].children[0] for stage in stages]
    assert [turn.times for turn in repeated] == [2, 3, 5, 2]
    assert [len(stage.children[1].children) for stage in stages] == [1] * 4


def test_parts_of_a_spec() -> None:
    assert shown(tree_of("layers: [relu, {layers: [relu, tanh]}]")) == "net(relu group(relu tanh))"
    text = "layers: [{residual: {body: [relu], shortcut: [tanh]}}, relu]"
    assert shown(tree_of(text)) == "net(residual(body(relu) shortcut(tanh) add) relu)"
    text = "layers: [{parallel: {branches: [[relu], [tanh, relu]], merge: add}}]"
    assert shown(tree_of(text)) == "net(parallel(branch(relu) branch(tanh relu) add))"


def test_loops_in_loops_are_folded_from_within() -> None:
    text = "layers: [{repeat: 3, layers: [relu, {repeat: 2, tanh: }]}]"
    assert shown(tree_of(text)) == "net(loop(turn x3(relu loop(turn x2(tanh)))))"


def test_turns_with_other_settings_stay_apart() -> None:
    text = "layers: [{for: f, in: [8, 8, 4, 4, 4], layers: [{conv: {filters: $f, kernel: 1}}]}]"
    assert shown(tree_of(text)) == "net(loop(turn x2(conv) turn x3(conv)))"
    text = "layers: [{repeat: 3, layers: [{when: $i == 2, layers: [tanh]}, relu]}]"
    assert shown(tree_of(text)) == "net(loop(turn(relu) turn(group(tanh) relu) turn(relu)))"


def test_frozen_and_trainable_turns_stay_apart() -> None:
    text = "layers: [{repeat: 3, conv: {filters: 8, kernel: 1}, trainable: $i > 1}]"
    assert shown(tree_of(text)) == "net(loop(turn(conv) turn x2(conv)))"


def test_shapes_may_differ_between_equal_turns() -> None:
    text = (
        "layers: [{repeat: 4, residual: {body: [{conv: {filters: 4, kernel: 1}}], merge: concat}}]"
    )
    assert shown(tree_of(text)) == "net(loop(turn x4(residual(body(conv) concat))))"


WIRED = """
layers:
  - {relu: , name: stem}
  - {tanh: , name: other}
  - repeat: 4
    layers:
      - {conv: {filters: 8, kernel: 1}, name: a$i}
      - {add: , from: [%s], name: b$i}
"""


@pytest.mark.parametrize(
    ("sources", "folded"),
    [
        ("a$i, other", "turn(conv add) turn x3(conv add)"),  # the first takes it twice
        ("a$i, stem", "turn x4(conv add)"),  # from outside of the loop, the same in every turn
        ("a$i, a1", "turn(conv add) turn x3(conv add)"),  # only the first is its own source
        ("a$i, a$i", "turn x4(conv add)"),
    ],
)
def test_turns_that_are_wired_otherwise_stay_apart(sources: str, folded: str) -> None:
    assert shown(tree_of(WIRED % sources)) == f"net(relu tanh loop({folded}))"


def test_a_turn_that_looks_two_turns_back_is_like_the_next() -> None:
    text = """
layers:
  - {relu: , name: x0}
  - {tanh: , name: x1}
  - for: [to, one, two]
    in: [[x2, x1, x0], [x3, x2, x1], [x4, x3, x2], [x5, x4, x3]]
    layers: [{add: , from: [$one, $two], name: $to}]
"""
    assert shown(tree_of(text)) == "net(relu tanh loop(turn x4(add)))"


def test_many_turns_take_time_in_proportion() -> None:
    tree = tree_of("layers: [{repeat: 30000, layers: [relu, {layers: [tanh]}]}]")
    assert shown(tree) == "net(loop(turn x30000(relu group(tanh))))"
    assert sum(1 for _ in tree.layers()) == 60_000
    assert sum(1 for _ in tree.layers(folded=True)) == 2
