"""What a layer knows of the spec that it comes from: the chain of its scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cnncalc
from cnncalc import zoo
from cnncalc.build.reader import read_text
from cnncalc.net.structure import structure

if TYPE_CHECKING:
    from cnncalc.net.network import Network


def net_of(text: str) -> Network:
    reading = read_text(f"input: 8x16x16\n{text}")
    assert not reading.failed, reading.diagnostics
    assert reading.network is not None
    return reading.network


def kinds(network: Network, name: str) -> list[str]:
    scope = network[name].scope
    return [one.kind for one in scope.chain] if scope is not None else []


def test_a_layer_outside_of_everything_has_no_scope() -> None:
    node = net_of("layers: [relu]").layers[0]
    assert node.scope is None
    assert node.scopes == ()


def test_a_block_knows_its_name_and_the_values_of_its_arguments() -> None:
    network = net_of("""
variables: {width: 12}
blocks:
  unit: {args: {filters: , kernel: 3, padding: same}, layers: [{conv: {filters: $filters,
    kernel: $kernel, padding: $padding}}]}
layers:
  - unit: {filters: 2 * $width}
""")
    scope = network["unit_1/conv_1"].scope
    assert scope is not None
    assert (scope.kind, scope.block, scope.type, scope.name) == ("block", "unit", "unit", "unit_1")
    assert dict(scope.arguments) == {"filters": 24, "kernel": 3, "padding": "same"}


def test_residuals_know_body_shortcut_and_merge() -> None:
    network = net_of("""
layers:
  - residual: {body: [{conv: {filters: 8, kernel: 1}}], shortcut: [batchnorm]}
  - relu
""")
    assert kinds(network, "conv_1") == ["residual", "body"]
    assert kinds(network, "batchnorm_1") == ["residual", "shortcut"]
    assert kinds(network, "add_1") == ["residual"]
    assert kinds(network, "relu_1") == []


def test_branches_with_and_without_a_name() -> None:
    network = net_of("layers: [{parallel: {branches: {left: [relu], right: [tanh]}}}]")
    assert kinds(network, "left/relu_1") == ["parallel", "branch"]
    network = net_of("layers: [{parallel: {branches: [[relu], [relu, tanh]]}}]")
    assert kinds(network, "relu_1") == kinds(network, "tanh_1") == ["parallel", "branch"]
    assert network["relu_2"].scope is network["tanh_1"].scope
    assert network["relu_1"].scope != network["relu_2"].scope
    assert kinds(network, "concat_1") == ["parallel"]


def test_loops_know_their_turns() -> None:
    network = net_of("""
layers:
  - for: [filters, kernel]
    in: [[4, 1], [6, 3]]
    layers:
      - repeat: 2
        layers: [conv: {filters: $filters, kernel: $kernel}, relu]
""")
    convs = [node for node in network.layers if node.type == "conv"]
    chains = [node.scope.chain for node in convs if node.scope is not None]
    assert [[one.kind for one in chain] for chain in chains] == [["loop", "turn"] * 2] * 4
    assert [(chain[1].turn, chain[3].turn) for chain in chains] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    row = chains[2][1].arguments
    assert (row["filters"], row["kernel"]) == (6, 3)
    assert len({id(chain[0]) for chain in chains}) == 1
    assert len({id(chain[2]) for chain in chains}) == 2


@pytest.mark.parametrize("entry", ["relu: ", "layers: [relu]", "dropout: 0.1 * $i"])
def test_a_loop_of_single_layers_has_a_turn_for_each(entry: str) -> None:
    network = net_of(f"layers: [tanh, {{repeat: 3, {entry}}}, tanh]")
    assert [node.scope.kind for node in network.layers if node.scope is not None] == ["loop"] * 3
    (loop,) = (part for part in structure(network).children if part.kind == "loop")
    turns = [turn for part in loop.children for turn in (part, *part.alike)]
    assert [turn.kind for turn in turns] == ["turn"] * 3
    assert [(one.scope.turn, one.scope.start) for one in turns if one.scope] == [
        (1, 1), (2, 2), (3, 3),
    ]  # fmt: skip
    assert [node.name for turn in turns for node in turn.layers(folded=True)] == [
        node.name for node in network.layers[1:4]
    ]


def test_a_loop_over_blocks_and_named_groups() -> None:
    network = net_of("""
blocks: {unit: {layers: [relu]}}
layers:
  - {repeat: 2, unit: }
  - {repeat: 2, name: part$i, layers: [tanh]}
""")
    assert kinds(network, "unit_2/relu_1") == ["loop", "turn", "block"]
    assert kinds(network, "part2/tanh_1") == ["loop", "turn", "group"]


def test_groups_without_a_name_change_no_path_and_no_row() -> None:
    plain = net_of("layers: [relu, tanh, relu]")
    grouped = net_of("layers: [{layers: [relu, {when: true, layers: [tanh]}]}, relu]")
    assert [node.name for node in plain.layers] == [node.name for node in grouped.layers]
    assert kinds(grouped, "relu_1") == ["group"]
    assert kinds(grouped, "tanh_1") == ["group", "group"]
    assert all(node.scopes == () for node in grouped.layers)


def test_groups_side_by_side_are_told_apart_by_where_they_start() -> None:
    network = net_of("layers: [{layers: [relu]}, {layers: [relu]}]")
    first, second = (node.scope for node in network.layers)
    assert first is not None
    assert second is not None
    assert first != second
    assert (first.start, second.start) == (0, 1)


@pytest.mark.parametrize("name", zoo.names())
def test_the_layers_of_a_scope_share_one_object_and_follow_one_another(name: str) -> None:
    network = cnncalc.load(f"zoo:{name}")
    places: dict[int, list[int]] = {}
    objects = {}
    for place, node in enumerate(network.layers):
        for scope in node.scope.chain if node.scope is not None else ():
            places.setdefault(id(scope), []).append(place)
            objects[id(scope)] = scope
    for key, found in places.items():
        assert found == list(range(objects[key].start, objects[key].start + len(found)))
    identities = [(len(scope.chain), scope.start) for scope in objects.values()]
    assert len(set(identities)) == len(identities)
