"""The wire format of Protocol Buffers, as far as ONNX uses it.

A message is a run of fields. Each begins with a tag (its number times 8, plus its
kind), and is a number of variable length, 4 or 8 bytes, or bytes with their length
before them. Nothing is copied before it is asked for: what is not wanted is passed
over by its length.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeAlias

from cnncalc.importers.problems import ImportProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

Data: TypeAlias = "bytes | mmap"

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
_MORE = 0x80  # the bit of a byte that another one follows
_LAST_SHIFT = 63
_SIGN = 1 << 63


def fields(data: Data, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The fields of a message, as (tag, a, b).

    A number is `a` itself; anything else lies in the data from a to b.

    Raises:
        ImportProblem: a field does not end where the message ends, or is of no known kind.
    """
    at = start
    while at < stop:
        tag, at = varint(data, at, stop)
        kind = tag & 7
        if kind == BYTES:
            length, at = varint(data, at, stop)
            end = at + length
        elif kind == VARINT:
            number, at = varint(data, at, stop)
            yield tag, number, 0
            continue
        elif kind in {FOUR, EIGHT}:
            end = at + (4 if kind == FOUR else 8)
        else:
            raise _malformed(at)
        if end > stop or tag < 8:  # noqa: PLR2004 - no field has the number 0
            raise _malformed(at)
        yield tag, at, end
        at = end


def varint(data: Data, at: int, stop: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    number = shift = 0
    while at < stop:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < _MORE:
            return number, at
        shift += 7
        if shift > _LAST_SHIFT:
            break
    raise _malformed(at)


def signed(number: int) -> int:
    """A number as the 64 bits of a signed one."""
    return number - (1 << 64) if number & _SIGN else number


def text(data: Data, start: int, stop: int) -> str:
    """Bytes as UTF-8."""
    return data[start:stop].decode("utf-8", "replace")


def packed(data: Data, start: int, stop: int) -> list[int]:
    """Numbers of variable length without tags, as signed."""
    found, at = [], start
    while at < stop:
        number, at = varint(data, at, stop)
        found.append(signed(number))
    return found


def numbers(data: Data, start: int, stop: int, code: str) -> list[float]:
    """Numbers of fixed length, by their code in `struct` (little-endian)."""
    size = struct.calcsize(code)
    count = (stop - start) // size
    return list(struct.unpack(f"<{count}{code}", data[start : start + count * size]))


def _malformed(at: int) -> ImportProblem:
    return ImportProblem(f"the file is damaged or not an ONNX model: byte {at + 1} makes no sense")
