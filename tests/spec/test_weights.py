"""What stands beside a type about its weights: share, trainable, regularizer."""

from __future__ import annotations

import json

import pytest

FIRST = 3 * 3 * 3 * 3 + 3


def test_shared_weights_count_once(net):
    found = net(
        """
        - {conv: {filters: 3, kernel: 3, padding: 1}, name: first}
        - {conv: {filters: 3, kernel: 3, padding: 1}, share: first}
        - {share: first, name: third}
        """
    )
    assert [node.params for node in found.layers] == [FIRST, 0, 0]
    assert found.totals.params == found.totals.trainable_params == FIRST
    assert found.totals.macs == 3 * (3 * 8 * 8 * 3 * 3 * 3)
    assert [node.traits.shared_with for node in found.layers] == ["", "first", "first"]
    assert found["third"].layer == found["first"].layer


def test_sharing_with_one_that_shares_leads_to_the_owner(net):
    found = net("- {dense: 4, name: a}\n- {share: a, name: b}\n- {share: b, name: c}", "[4]")
    assert found["c"].traits.shared_with == "a"
    assert found.totals.params == 4 * 4 + 4


def test_buffers_are_shared_too(net):
    found = net("- {batchnorm: , name: a}\n- {share: a}")
    assert [(node.params, node.buffers) for node in found.layers] == [(3 + 3, 3 + 3), (0, 0)]
    assert (found.totals.params, found.totals.buffers) == (3 + 3, 3 + 3)


SHARED = "input: [4]\nlayers: [{dense: 4, name: a}, {share: a, name: b}]\n"


def test_the_row_of_a_shared_layer_says_so(cnncalc):
    done = cnncalc("summarize", "-", stdin=SHARED)
    (row,) = [line for line in done.stdout.splitlines() if line.split()[:1] == ["b"]]
    assert "= a" in row
    layers = json.loads(cnncalc("summarize", "-", "--format", "json", stdin=SHARED).stdout)[
        "layers"
    ]
    assert [layer.get("shared_with") for layer in layers] == [None, "a"]
    assert [layer["params"] for layer in layers] == [4 * 4 + 4, 0]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ("{dense: 5, share: a}", "E211"),
        ("{conv: {filters: 4, kernel: 1}, share: a}", "E211"),
        ("{share: nobody}", "E110"),
        ("{share: }", "E102"),
    ],
)
def test_weights_that_do_not_fit_cannot_be_shared(refusal, second, code):
    assert refusal(f"- {{dense: 4, name: a}}\n- {second}", "[2, 4]") == [code]


def test_an_input_has_no_weights_to_share(refusal):
    assert refusal("- {dense: 4, share: input}", "[4]")[0] in ("E110", "E211")


@pytest.mark.parametrize("word", ["false", "no", "off", "$frozen", "1 > $one"])
def test_frozen_weights_are_parameters_that_are_not_trained(net, word):
    if word.startswith("1"):
        word = f"'{word}'"
    found = net(
        f"- {{conv: {{filters: 4, kernel: 3}}, trainable: {word}}}\n- dense: 2",
        head="variables: {frozen: false, one: 1}",
    )
    frozen, trained = 3 * 3 * 3 * 4 + 4, 6 * 2 + 2
    assert found["conv_1"].params == frozen
    assert found["conv_1"].trainable_params == 0
    assert found.totals.params == frozen + trained
    assert found.totals.trainable_params == trained


@pytest.mark.parametrize(
    "group",
    ["{layers: [dense: 3, dense: 3], trainable: false}",
     "{name: stem, layers: [dense: 3, dense: 3], trainable: false}",
     "{pair: , trainable: false}", "{residual: [dense: 4, dense: 4], trainable: false}",
     "{dense: 3, repeat: 2, trainable: false}",
     "{trainable: false, layers: [{dense: 3, trainable: true}, dense: 3]}"],
)  # fmt: skip
def test_trainable_on_a_group_or_block_holds_for_all_of_it(net, group):
    head = "blocks: {pair: [dense: 3, dense: 3]}"
    found = net(f"- {group}\n- dense: 2", "[4]", head)
    last = found.layers[-1]
    assert last.trainable_params == last.params > 0
    assert found.totals.trainable_params == last.params
    assert found.totals.params > last.params


def test_trainable_among_the_arguments_is_understood_as_in_keras(net):
    found = net("- Dense: {units: 3, trainable: false}", "[4]")
    assert (found.totals.params, found.totals.trainable_params) == (4 * 3 + 3, 0)


@pytest.mark.parametrize("word", ["3", "maybe", "[true]", "~"])
def test_trainable_must_be_true_or_false(refusal, word):
    assert refusal(f"- {{dense: 3, trainable: {word}}}", "[4]") == ["E107"]


@pytest.mark.parametrize(
    ("written", "penalties"),
    [
        ("{l2: 1e-4}", {"l2": 0.0001}),
        ("{l1: 0.5}", {"l1": 0.5}),
        ("{l1: 1e-5, l2: 0.01}", {"l1": 0.00001, "l2": 0.01}),
        ("{l1: 0, l2: 1}", {"l2": 1}),
        ("l1", {"l1": 0.01}),
        ("l2", {"l2": 0.01}),
        ("L2", {"l2": 0.01}),
        ("l1_l2", {"l1": 0.01, "l2": 0.01}),
        ("L1L2", {"l1": 0.01, "l2": 0.01}),
        ("{l2: $decay}", {"l2": 0.25}),
        ("{l2: $decay / 2}", {"l2": 0.125}),
    ],
)
def test_a_regularizer_beside_the_type_or_among_the_arguments(net, written, penalties):
    head = "variables: {decay: 0.25}"
    beside = net(f"- {{dense: 3, regularizer: {written}}}", "[4]", head)
    for key in ("regularizer", "kernel_regularizer"):
        inside = net(f"- dense: {{units: 3, {key}: {written}}}", "[4]", head)
        assert inside.layers[0].traits.regularizer == penalties
    assert beside.layers[0].traits.regularizer == penalties
    assert beside.totals.params == 4 * 3 + 3


def test_a_regularizer_leaves_other_layers_alone(net):
    found = net("- {dense: 3, regularizer: l2}\n- dense: 3\n- dense: {units: 3}", "[4]")
    assert [node.traits.regularizer for node in found.layers] == [{"l2": 0.01}, None, None]


@pytest.mark.parametrize("written", ["{l3: 1}", "3", "l3", "{l2: -1}", "{l2: a}", "{}", "[l2]"])
def test_a_malformed_regularizer_is_refused(refusal, written):
    assert refusal(f"- {{dense: 3, regularizer: {written}}}", "[4]") == ["E107"]


def test_the_summary_counts_the_weights_that_carry_a_penalty(cnncalc):
    spec = (
        "input: 3x8x8\nlayers:\n"
        "  - {conv: {filters: 4, kernel: 3}, regularizer: {l2: 1e-4}}\n"
        "  - conv: {filters: 5, kernel: 3}\n"
        "  - {dense: 7, regularizer: {l2: 1e-4}}\n"
    )
    done = cnncalc("summarize", "-", "--format", "json", stdin=spec)
    # Kernels only: no bias, and nothing of the layer between.
    weights = 3 * 3 * 3 * 4 + 4 * 7
    penalty = {"kind": "l2", "factor": 0.0001, "weights": weights}
    assert json.loads(done.stdout)["regularizers"] == [penalty]
