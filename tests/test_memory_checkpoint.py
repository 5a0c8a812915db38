"""Gradient checkpointing by stage: peaks against PyTorch, and the stages."""

from __future__ import annotations

import json

import pytest

import cnncalc as api
from cnncalc.analysis.memory.report import MOST_FOR_HELP, Setting, helps, memory
from cnncalc.analysis.memory.stages import stages


def conv(filters: int) -> dict[str, dict[str, int]]:
    return {"conv": {"filters": filters, "kernel": 3, "padding": 1}}


CHAIN = [
    [conv(8), "relu", conv(8), "relu"],
    [conv(8), "sigmoid", conv(4), "relu"],
    [conv(4), "relu", "flatten", {"dense": 10}],
]
GELU = [
    [conv(8), "gelu", conv(8)],
    ["gelu", conv(16), {"maxpool": 2}],
    [conv(16), "flatten", {"dense": 10}],
]
FOUR = [
    [conv(8), "tanh"],
    [conv(16), "tanh", conv(16)],
    [conv(32), "tanh", {"avgpool": 2}],
    ["flatten", {"dense": 10}],
]

#: Stages, batch, and the peaks of forward and backward and what is alive between them, of PyTorch
#: 2.13 on a CPU: every storage that an operator returned, under
#: `torch.utils.checkpoint.checkpoint(stage, x, use_reentrant=False)` for all stages but the last.
MEASURED = [
    (CHAIN, 1, 27648, 19496, 81016), (CHAIN, 3, 82944, 58488, 152856),
    (GELU, 1, 39936, 19496, 114872), (GELU, 3, 119808, 58488, 244056),
    (FOUR, 1, 93184, 35880, 207992), (FOUR, 3, 279552, 107640, 460056),
]  # fmt: skip
OUTPUT = 10 * 4  # bytes of a sample


def net_of(staged):
    return api.parse(json.dumps({"input": "3x16x16", "layers": [{"layers": s} for s in staged]}))


@pytest.mark.parametrize(("staged", "batch", "forward", "between", "backward"), MEASURED)
def test_peaks_are_those_of_pytorch(staged, batch, forward, between, backward):
    found = memory(net_of(staged), Setting(batch, checkpoint=True))
    assert found.peak_forward == forward
    assert found.saved + batch * OUTPUT == between
    assert found.peak_backward == backward


def test_all_stages_but_the_last_run_again():
    net = net_of(CHAIN)
    found = memory(net, Setting(3, checkpoint=True))
    assert [(one.first, one.last) for one in found.recomputed] == [
        ("conv_1", "relu_2"), ("conv_3", "relu_3"),
    ]  # fmt: skip
    # 256 places: 3*9*8 + 8*9*8, then 8*9*8 + 8*9*4
    assert [one.macs for one in found.recomputed] == [3 * 256 * 792, 3 * 256 * 864]


@pytest.mark.parametrize(
    ("layers", "lengths"),
    [
        (["relu"] * 16, [4, 4, 4, 4]),
        (["relu"] * 10, [3, 3, 4]),
        (["relu", "relu", {"layers": ["relu"] * 3}, "relu"], [2, 3, 1]),
        ([{"repeat": 3, "layers": ["relu", "relu"]}, "relu"], [2, 2, 2, 1]),
        ([{"residual": ["relu", "relu"]}, {"residual": ["relu"]}], [3, 2]),
        ([{"layers": ["relu"] * 4}], [2, 2]),
        (["relu"], [1]),
    ],
)
def test_stages_are_parts_at_the_top_or_sqrt_n_segments(layers, lengths):
    found = stages(api.parse(json.dumps({"input": "3x8x8", "layers": layers})))
    assert [len(one) for one in found] == lengths
    assert [index for one in found for index in one] == list(range(sum(lengths)))


def test_the_command_tells_what_runs_again(cnncalc):
    command = ("memory", "zoo:resnet", "--batch", "4", "--format", "json")
    plain = json.loads(cnncalc(*command).stdout)
    found = json.loads(cnncalc(*command, "--checkpoint").stdout)
    assert "checkpoint" not in plain
    again = found["checkpoint"]
    assert again["macs"] == sum(one["macs"] for one in again["segments"])
    assert [one["first"] for one in again["segments"]] == [
        "conv_1", *(f"stage_{number}/bottleneck_1/conv_1" for number in (1, 2, 3, 4)),
    ]  # fmt: skip
    assert found["training"]["saved_bytes"] < plain["training"]["saved_bytes"] / 5
    assert found["training"]["peak_bytes"] < plain["training"]["peak_bytes"]
    assert found["inference"] == plain["inference"]
    table = cnncalc("memory", "zoo:resnet", "--batch", "4").stdout
    assert "--checkpoint" in table
    assert "MACs again" in table


def test_very_long_nets_are_told_that_no_ways_are_computed(cnncalc, tmp_path):
    """One layer fewer has ways."""
    texts = {
        count: f"input: 2x2x2\nlayers: [{{repeat: {count}, layers: [sigmoid]}}]"
        for count in (MOST_FOR_HELP, MOST_FOR_HELP + 1)
    }
    found = {count: api.parse(text) for count, text in texts.items()}
    assert [
        helps(net, memory(net, Setting())) is None for net in found.values()
    ] == [False, True]  # fmt: skip
    path = tmp_path / "long.yaml"
    path.write_text(texts[MOST_FOR_HELP + 1])
    assert (
        "what would help is computed for nets of up to 10,000 layers\n"
        in cnncalc("memory", str(path)).stdout
    )
