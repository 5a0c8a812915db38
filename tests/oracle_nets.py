"""Nets of the records about memory, conventions and receptive fields, as specs.

A record's `layers` are torch.nn types with their arguments; what PyTorch writes as an
operation on tensors (`add`, `cat` along `dim`, ...) is the merge of that name here. What the
language cannot say is told with its reason by `Unsayable`.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dumps import dump

import cnncalc

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.net.network import Network

ORACLES = Path(__file__).parent / "data" / "oracles"

Record = dict[str, Any]

#: Operations between tensors, by the entries that stand for them.
OPERATIONS = {
    "add": "add", "torch.add": "add", "iadd": "iadd", "mul": "multiply", "cat": "cat",
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
    if kind in OPERATIONS:
        written: Record = {OPERATIONS[kind]: arguments}
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
    document = {
        "name": record["net"],
        "inputs": {"input": shape or record["input"]},
        "layers": [entry(layer) for layer in record["layers"]],
    }
    return dump(document)


def load(record: Record, shape: list[int] | None = None) -> Network:
    """The net of a small record, or of a model of torchvision by its graph."""
    return cnncalc.parse(spec(record, shape) if record.get("layers") else traced(record))


# Models of torchvision: every operator in the order in which it ran, modules as groups.

#: Functions of tensors by the entries that stand for them, with what their arguments say.
FUNCTIONS: dict[str, Callable[[Record], Record]] = {
    "iadd": lambda _: {"iadd": {}},
    "add": lambda _: {"add": {}},
    "mul": lambda _: {"multiply": {}},
    "relu": lambda kwargs: {"ReLU": {"inplace": kwargs.get("inplace", False)}},
    "flatten": lambda _: {"Flatten": {}},
    "cat": lambda _: {"cat": {"dim": 1}},
    "mean": lambda _: {"mean": {"axis": [1, 2]}},
    "adaptive_avg_pool2d": lambda _: {"AdaptiveAvgPool2d": {"output_size": 1}},
    "avg_pool2d": lambda kwargs: {"AvgPool2d": kwargs},
    "max_pool2d": lambda kwargs: {"MaxPool2d": {"kernel_size": 3, "stride": kwargs["stride"]}},
    "interpolate": lambda kwargs: {"Upsample": {
        name: kwargs[name] for name in ("size", "mode", "align_corners")}},
    "view": lambda _: {}, "transpose": lambda _: {}, "contiguous": lambda _: {},
    "chunk": lambda _: {}, "getitem": lambda _: {},
}  # fmt: skip
SHUFFLE = ["view", "transpose", "contiguous", "view"]


def traced(record: Record) -> str:
    """The spec of a recorded graph; raises `UnsayableError` for an operator without words."""
    graph = record["graph"]
    if graph is None:
        raise UnsayableError("no graph was recorded")
    given, *nodes = graph
    root: list[Record] = []
    open_groups: list[tuple[str, str, list[Record]]] = [("", "", root)]  # module, path, layers
    paths = {given["name"]: given["name"]}  # where each value is found
    counts: dict[tuple[str, str], int] = {}
    for index, node in enumerate(nodes):
        written = _written(node, nodes, index)
        if written is None:
            continue
        scope = node.get("scope", "")
        while open_groups[-1][0] and not f"{scope}.".startswith(f"{open_groups[-1][0]}."):
            open_groups.pop()
        while (module := open_groups[-1][0]) != scope:
            inner = scope.removeprefix(module).strip(".").partition(".")[0]
            counts[module, inner] = counts.get((module, inner), 0) + 1
            name = f"module_{inner}_{counts[module, inner]}"
            group: Record = {"name": name, "layers": []}
            open_groups[-1][2].append(group)
            path = f"{open_groups[-1][1]}{name}/"
            open_groups.append((f"{module}.{inner}".strip("."), path, group["layers"]))
        sources = [paths[name] for name in written.pop("from")]
        open_groups[-1][2].append({**written, "from": sources, "name": node["name"]})
        paths[node["name"]] = open_groups[-1][1] + node["name"]
    return dump({"name": record["net"], "inputs": {given["name"]: given["out"]}, "layers": root})


def _written(node: Record, nodes: list[Record], index: int) -> Record | None:
    """An operator as an entry; None for a part of what another one stands for."""
    op, source = node["op"], node["from"]
    if "path" in node:
        return {op: node["args"], "from": source}
    if op not in FUNCTIONS:
        raise UnsayableError(f"no entry for {op}")
    before = [one["op"] for one in nodes[max(0, index - 3) : index + 1]]
    if before == SHUFFLE:
        start = nodes[index - 3]
        return {"channel_shuffle": {"groups": start["args"]["args"][2]}, "from": start["from"]}
    if op == "getitem":
        chunk = next(one for one in nodes if one["name"] == source[0])
        part = {"chunks": chunk["args"]["args"][1], "index": node["args"]["args"][1]}
        return {"chunk": part, "from": chunk["from"]}
    found = FUNCTIONS[op](node["args"]["kwargs"])
    return {**found, "from": source} if found else None
