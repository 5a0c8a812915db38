"""The tensors of an ONNX file: constants, with values where they are few, and infos on others.

Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.importers.onnx import wire
from cnncalc.importers.onnx.proto import Info, Tensor
from cnncalc.importers.problems import ImportProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.importers.onnx.bounded import Bounded

_FEW = 64  # elements of a tensor whose values are kept: shapes, axes, bounds
_MOST_AXES = 64
_TENSOR_TYPE = _DIM = 0x0A  # tags: field 1
#: The types of elements whose values are read: their codes in `struct`.
_CODES = {1: "f", 2: "B", 3: "b", 5: "h", 6: "i", 7: "q", 9: "B", 10: "e", 11: "d"}
_HALF = 10  # floating point of 16 bits, whose bits may stand in a field of integers


def tensor(data: Bounded, start: int, stop: int) -> Tensor:
    """A tensor: its shape, and its values where they are few and stand in the file."""
    name, dtype = "", 0
    dims: list[int] = []
    places: dict[int, tuple[int, int]] = {}
    outside = False
    for tag, a, b in data.fields(start, stop):
        match tag:
            case 0x08:
                dims.append(wire.signed(a))
            case 0x0A:
                dims += data.packed(a, b)
            case 0x10:
                dtype = a
            case 0x42:
                name = data.text(a, b)
            case 0x70:
                outside = a == 1
            case 0x22 | 0x2A | 0x3A | 0x4A | 0x52:
                places[tag] = (a, b)
    data.spend(8 * len(dims))
    if len(dims) > _MOST_AXES or any(size < 0 for size in dims):
        raise ImportProblem(f"the tensor `{name}` has a shape that is none: {dims[:8]}")
    values = None if outside else _values(data, tuple(dims), dtype, places)
    return Tensor(name, tuple(dims), dtype, values)


def sparse(data: Bounded, start: int, stop: int) -> Tensor:
    """A sparse tensor: the shape that it stands for, under the name of its values."""
    name, dtype = "", 0
    dims: list[int] = []
    for tag, a, b in data.fields(start, stop):
        match tag:
            case 0x0A:
                values = tensor(data, a, b)
                name, dtype = values.name, values.dtype
            case 0x18:
                dims.append(wire.signed(a))
            case 0x1A:
                dims += data.packed(a, b)
    return Tensor(name, tuple(dims), dtype, None)


def _values(
    data: Bounded, dims: tuple[int, ...], dtype: int, places: Mapping[int, tuple[int, int]]
) -> tuple[float, ...] | None:
    size = product(dims)
    if size > _FEW or dtype not in _CODES:
        return None
    found: list[float] = []
    for tag, (a, b) in places.items():
        if b - a > 10 * _FEW:
            return None
        match tag:
            case 0x4A:
                found = wire.numbers(data.data, a, b, _CODES[dtype])
            case 0x22:
                found = wire.numbers(data.data, a, b, "f")
            case 0x52:
                found = wire.numbers(data.data, a, b, "d")
            case _ if dtype == _HALF:
                bits = [one & 0xFFFF for one in wire.packed(data.data, a, b)]
                found = list(struct.unpack(f"<{len(bits)}e", struct.pack(f"<{len(bits)}H", *bits)))
            case _:
                found = list(wire.packed(data.data, a, b))
    return tuple(found) if len(found) == size else None


def info(data: Bounded, start: int, stop: int) -> Info:
    """What a graph says of a tensor: the type of its elements, and its axes."""
    name, dtype = "", 0
    dims: tuple[int | str, ...] | None = None
    for tag, a, b in data.fields(start, stop):
        match tag:
            case 0x0A:
                name = data.text(a, b)
            case 0x12:
                for kind, c, d in data.fields(a, b):
                    if kind == _TENSOR_TYPE:
                        dtype, dims = _tensor_type(data, c, d)
    return Info(name, dtype, dims)


def _tensor_type(data: Bounded, start: int, stop: int) -> tuple[int, tuple[int | str, ...] | None]:
    dtype, dims = 0, None
    for tag, a, b in data.fields(start, stop):
        match tag:
            case 0x08:
                dtype = a
            case 0x12:
                axes = [c for c in data.fields(a, b) if c[0] == _DIM]
                dims = tuple(_dim(data, c, d) for _, c, d in axes)
    return dtype, dims


def _dim(data: Bounded, start: int, stop: int) -> int | str:
    size: int | str = ""
    for tag, a, b in data.fields(start, stop):
        match tag:
            case 0x08:
                size = wire.signed(a)
            case 0x12:
                size = data.text(a, b)
    data.spend(8)
    return size
