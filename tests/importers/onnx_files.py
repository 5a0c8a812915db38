"""Writes small ONNX files, message by message, by the field numbers of onnx.proto."""

from __future__ import annotations

import struct
from math import prod

from fuzz.models import varint

FLOAT, INT64 = 1, 7


def field(number, value):
    """A field: an integer as a number of variable length, text and bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def message(*fields):
    return b"".join(field(number, value) for number, value in fields)


def tensor(name, dims, values=None, dtype=FLOAT):
    """A tensor; without values its data are in another file, as exporters write large ones."""
    fields = [*((1, size) for size in dims), (2, dtype), (8, name)]
    if values is None:
        entry = message((1, "location"), (2, "weights.bin"))
        fields += [(13, entry), (14, 1)]
    else:
        code = {FLOAT: "f", INT64: "q"}[dtype]
        fields.append((9, struct.pack(f"<{len(values)}{code}", *values)))
    return message(*fields)


def filled(name, dims):
    """A tensor with its values in the file."""
    return tensor(name, dims, [0.5] * prod(dims))


def integers(name, values):
    return tensor(name, [len(values)], values, INT64)


def info(name, dims):
    """A tensor of the graph; an axis may have a name in place of its size, or neither."""
    axes = b"".join(
        field(1, message((1, size)) if isinstance(size, int) else message((2, size)))
        for size in dims
    )
    return message((1, name), (2, message((1, message((1, FLOAT), (2, axes))))))


def attribute(name, value):
    if isinstance(value, float):
        return message((1, name)) + b"\x15" + struct.pack("<f", value)
    if isinstance(value, (list, tuple)):
        return message((1, name), *((8, one) for one in value))
    if isinstance(value, bytes):
        return message((1, name), (5, value))
    return message((1, name), (3, value) if isinstance(value, int) else (4, value))


def node(op, inputs, outputs, name="", metadata=None, domain="", **attributes):
    return message(
        *((1, one) for one in inputs), *((2, one) for one in outputs), (3, name), (4, op),
        *((5, attribute(key, value)) for key, value in attributes.items()), (7, domain),
        *((9, message((1, key), (2, value))) for key, value in (metadata or {}).items()),
    )  # fmt: skip


def chained(steps):
    """Nodes of steps, each an operator with its inputs: names, or the places of other steps."""
    last = len(steps) - 1
    return [
        node(
            op,
            [one if isinstance(one, str) else f"t{one}" for one in inputs],
            ["y" if at == last else f"t{at}"],
        )
        for at, (op, *inputs) in enumerate(steps)
    ]


def function(name, domain, inputs, outputs, nodes):
    return message(
        (1, name), *((4, one) for one in inputs), *((5, one) for one in outputs),
        *((7, one) for one in nodes), (10, domain),
    )  # fmt: skip


def graph(nodes, tensors=(), inputs=(), outputs=(), infos=(), metadata=None):
    return message(
        *((1, one) for one in nodes), (2, "main_graph"), *((5, one) for one in tensors),
        *((11, one) for one in inputs), *((12, one) for one in outputs),
        *((13, one) for one in infos),
        *((16, message((1, key), (2, value))) for key, value in (metadata or {}).items()),
    )  # fmt: skip


def model(nodes, tensors=(), inputs=(), outputs=(), infos=(), functions=(), metadata=None):
    """A whole file of one graph."""
    return message(
        (1, 8), (2, "pytorch"), (7, graph(nodes, tensors, inputs, outputs, infos, metadata)),
        (8, message((1, ""), (2, 17))), *((25, one) for one in functions),
    )  # fmt: skip


def simple(nodes, tensors=(), shape=(1, 3, 8, 8), out="y", **parts):
    """A file with one input `x` and one output, whose shape it does not say."""
    output = message((1, out))
    return model(nodes, tensors, [info("x", shape)], [output], **parts)
