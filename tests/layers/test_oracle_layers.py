"""Every recorded single layer of PyTorch and Keras, written as a spec and held against its answer.

A record becomes a spec by dropping the batch dimension: Keras's None; PyTorch's first, for a
recurrent or attention layer without `batch_first` its second; an input of one dimension (two for
those layers) has none. Nothing is left out: a record that cannot be written as a spec fails.
"""

from __future__ import annotations

import gzip
import json
from math import prod
from pathlib import Path
from typing import Any

import pytest
from dumps import dump
from stated import false_statements

from cnncalc.build.reader import read_text

ORACLES = Path(__file__).parent.parent / "data" / "oracles"
SEQUENCES = ("LSTM", "GRU", "RNN", "MultiheadAttention")


def records(name: str) -> list[dict[str, Any]]:
    lines = gzip.decompress((ORACLES / name).read_bytes()).decode().splitlines()
    return [json.loads(line) for line in lines[1:]]


def by_type(name: str) -> list[Any]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records(name):
        groups.setdefault(record["layer"], []).append(record)
    return [pytest.param(group, id=f"{kind}-{len(group)}") for kind, group in groups.items()]


def batch_axis(record: dict[str, Any]) -> int | None:
    sequence = record["layer"] in SEQUENCES
    if len(record["input"]) == (2 if sequence else 1):
        return None
    return 1 if sequence and not record["args"].get("batch_first") else 0


def without(shape: list[int], axis: int | None) -> list[int]:
    return [size for index, size in enumerate(shape) if index != axis]


def spec(record: dict[str, Any], shape: list[int], **more: Any) -> str:
    arguments = record["args"]
    entry: dict[str, Any] = {record["layer"]: arguments}
    document: dict[str, Any] = {"input": shape, "layers": [entry], **more}
    widths = [arguments.get(name) or shape[-1] for name in ("kdim", "vdim")] if shape else []
    if record["layer"] == "MultiheadAttention" and widths != [shape[-1]] * 2:
        del document["input"]
        document["inputs"] = {
            "query": shape, "key": [*shape[:-1], widths[0]], "value": [*shape[:-1], widths[1]],
        }  # fmt: skip
        entry["from"] = ["query", "key", "value"]
    return dump(document)


def disagreement(text: str, expected: dict[str, Any] | None) -> str:
    """What is wrong with our answer, or nothing; expected None means refused."""
    reading = read_text(text)
    if expected is None:
        return "" if reading.failed else f"accepted, but the framework refuses:\n{text}"
    if reading.failed or reading.network is None:
        return f"refused: {[one.message for one in reading.diagnostics]}\n{text}"
    node = reading.network.layers[0]
    ours = {
        "out": list(node.output_shape),
        "params": node.params,
        "buffers": node.buffers,
        "macs": node.macs,
    }
    wrong = {key: (ours[key], value) for key, value in expected.items() if ours[key] != value}
    if wrong:
        return f"(ours, theirs): {wrong}\n{text}"
    return "\n".join([*false, text]) if (false := false_statements(node)) else ""


def pytorch(record: dict[str, Any]) -> str:
    axis = batch_axis(record)
    text = spec(record, without(record["input"], axis))
    out = record["out"]
    if out is None:
        return disagreement(text, None)
    batch = 1 if axis is None else record["input"][axis]
    expected = {"params": record["params"], "buffers": record["buffers"]}
    if record["macs"] is not None:
        assert record["macs"] % batch == 0
        expected["macs"] = record["macs"] // batch
    if merges_batch(record):
        # The batch, which a spec never has, went into the first axis: one sample's share is ours.
        assert out[0] % batch == 0
        return disagreement(text, {"out": [out[0] // batch, *out[1:]], **expected})
    # A tensor without axes holds one value, as one of size 1 does.
    return disagreement(text, {"out": without(out, axis) or [1], **expected})


def merges_batch(record: dict[str, Any]) -> bool:
    """Whether a Flatten's range begins at the batch and goes beyond it."""
    if record["layer"] != "Flatten":
        return False
    rank = len(record["input"])
    start, end = (record["args"].get(k, d) % rank for k, d in (("start_dim", 1), ("end_dim", -1)))
    return start == 0 < end


@pytest.mark.parametrize("group", by_type("layers_pytorch.jsonl.gz"))
def test_pytorch_layers_agree(group):
    failures = [f"{r['id']}: {why}" for r in group if (why := pytorch(r))]
    assert not failures, "\n".join([f"{len(failures)} of {len(group)}", *failures])


def keras(record: dict[str, Any]) -> str:
    text = spec(record, record["input"][1:], layout="channels_last")
    if record["out"] is None:
        return disagreement(text, None)
    expected = {
        "out": record["out"][1:] or [1],
        "params": record["trainable"],
        "buffers": record["non_trainable"],
    }
    if record["macs"] is not None:
        expected["macs"] = record["macs"]
    return disagreement(text, expected)


@pytest.mark.parametrize("group", by_type("layers_keras.jsonl.gz"))
def test_keras_layers_agree(group):
    failures = [f"{r['id']}: {why}" for r in group if (why := keras(r))]
    assert not failures, "\n".join([f"{len(failures)} of {len(group)}", *failures])


def test_all_records_are_run():
    assert len(records("layers_pytorch.jsonl.gz")) == 3521
    assert len(records("layers_keras.jsonl.gz")) == 1464


def test_a_wrong_answer_is_found():
    record = {"layer": "Linear", "args": {"in_features": 4, "out_features": 3}, "input": [2, 4],
              "out": [2, 3], "params": 16, "buffers": 0, "macs": None}  # fmt: skip
    assert "params" in pytorch(record)
    assert not pytorch({**record, "params": prod([3, 5])})
