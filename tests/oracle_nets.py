"""Nets of the records about memory, conventions and receptive fields, as specs.

A record's `layers` are torch.nn types with their arguments; what PyTorch writes as an
operation on tensors (`add`, `cat` along `dim`, ...) is the merge of that name here. What the
language cannot say is told with its reason by `Unsayable`.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import yaml

import cnncalc

ORACLES = Path(__file__).parent / "data" / "oracles"

Record = dict[str, Any]

#: Operations between tensors, by the entries that stand for them.
OPERATIONS = {
    "add": "add", "torch.add": "add", "iadd": "add", "mul": "multiply", "cat": "Concatenate",
    "matmul": "matmul",
}  # fmt: skip


class UnsayableError(Exception):
    """The language has no words for this."""


def records(name: str) -> list[Record]:
    """The records of a file, without its header."""
    lines = gzip.decompress((ORACLES / name).read_bytes()).decode().splitlines()
    return [json.loads(line) for line in lines[1:]]


def entry(layer: Record) -> Record:
    """One recorded layer as an entry of a spec."""
    kind, arguments = layer["type"], dict(layer["args"])
    if kind in ("cat", "mul", "add", "iadd", "torch.add"):
        written: Record = {OPERATIONS[kind]: {"axis": arguments["dim"]} if kind == "cat" else {}}
        if kind == "iadd":
            written["add"] = {"inplace": True}
    elif kind == "permute":
        written = {"Permute": {"dims": arguments["dims"]}}
    else:
        written = {kind: arguments}
    written |= {"name": layer["name"], "from": layer["from"]}
    if "share" in layer:
        written["share"] = layer["share"]
    return written


def spec(record: Record, shape: list[int] | None = None) -> str:
    """The spec of a small net."""
    outputs = {layer["name"] for layer in record["layers"]}
    outputs -= {name for layer in record["layers"] for name in layer["from"]}
    document = {
        "name": record["net"],
        "inputs": {"input": shape or record["input"]},
        "layers": [entry(layer) for layer in record["layers"]],
    }
    return yaml.safe_dump(document, sort_keys=False)


def load(record: Record, shape: list[int] | None = None) -> cnncalc.Network:
    """The net of a record."""
    return cnncalc.parse(spec(record, shape))
