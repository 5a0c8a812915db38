"""Mutants of models of ONNX and Keras: of bytes, of fields at any depth, of the configuration."""

from __future__ import annotations

import json
import tarfile
import zipfile
from functools import cache
from io import BytesIO

from .mutations import ROOT, changed, mutated
from .texts import hostile

_LARGEST = 60_000  # bytes of a model: of larger ones the mutants are as the small ones'
_NUMBERS = (0, 1, 2, 7, 127, 10**6, 2**31, 2**63, 2**64 - 1)


@cache
def _recorded(*archives):
    """The smaller models of archives of recorded files, and the small one beside them."""
    found = []
    for archive in archives:
        path = ROOT / f"tests/data/oracles/{archive}.tar.xz"
        with tarfile.open(path) as tar:
            members = (one for one in tar if one.isfile() and one.size < _LARGEST)
            found += [tar.extractfile(one).read() for one in members if "manifest" not in one.name]
    return found


def _onnx(source):
    small = (ROOT / "tests/data/small.onnx").read_bytes()
    return source.choice([small, source.choice(_recorded("onnx", "onnx_further"))])


def varint(number):
    """A number of variable length; of 64 bits, as one below 0 is."""
    number &= (1 << 64) - 1
    parts = []
    while True:
        parts.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(parts)


def _number(data, at):
    """A number of variable length and where it ends; raises `IndexError` past the end."""
    found, shift = 0, 0
    while True:
        found |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return found, at


_FIXED = {1: 8, 5: 4}  # bytes by the kind of a field


def fields(data):
    """The fields of a message of Protocol Buffers, each its tag and value; None if it is none."""
    found, at = [], 0
    try:
        while at < len(data):
            tag, at = _number(data, at)
            if tag & 7 == 0:
                value, at = _number(data, at)
            else:
                if tag & 7 == 2:
                    size, at = _number(data, at)
                else:
                    size = _FIXED[tag & 7]
                value = data[at : at + size]
                at += size
            found.append((tag, value))
    except (IndexError, KeyError):
        return None
    return found if at == len(data) and all(tag >> 3 for tag, _ in found) else None


def _message(parts):
    return b"".join(
        varint(tag) + (varint(value) if isinstance(value, int) else _length(tag, value) + value)
        for tag, value in parts
    )


def _length(tag, value):
    return varint(len(value)) if tag & 7 == 2 else b""


def _with_a_change(source, parts):
    """A message with one field changed, in it or in a message in it."""
    if not parts:
        return parts
    at = source.randrange(len(parts))
    tag, value = parts[at]
    inner = fields(value) if isinstance(value, bytes) and tag & 7 == 2 else None
    if inner and source.random() < 0.8:
        put = [(tag, _message(_with_a_change(source, inner)))]
    else:
        put = source.choice([
            [],
            [parts[at]] * source.choice([2, 3, 300]),
            [source.choice(parts)],
            [(source.randrange(1, 12) << 3 | tag & 7, value)],
            [(tag, _other(source, value))],
            [(tag, _other(source, value))],
        ])  # fmt: skip
    return [*parts[:at], *put, *parts[at + 1 :]]


def _other(source, value):
    if isinstance(value, int):
        return source.choice(_NUMBERS)
    text = hostile(source).encode("utf-8", "replace")
    return source.choice([text, text * source.choice([1, 50]), value[: len(value) // 2]])


def onnx_bytes(source):
    """Bytes of a model of ONNX are changed, removed, doubled, or cut off."""
    return changed(source, _onnx(source))


def onnx_fields(source):
    """Fields of a model of ONNX are removed, repeated, exchanged, renamed, or get other values."""
    parts = fields(_onnx(source))
    for _ in range(source.choice([1, 1, 2, 5])):
        parts = _with_a_change(source, parts)
    return _message(parts)


def keras_nodes(source):
    """Nodes of the configuration of a model of Keras are removed, exchanged, doubled, replaced."""
    text = source.choice(_recorded("keras_json", "keras_further"))
    tree = mutated(source, json.loads(text))
    try:
        return json.dumps(tree).encode()
    except ValueError:  # a number of too many digits to be written
        return text


def keras_archive(source):
    """The same in an archive, whose bytes may be changed, too."""
    file = BytesIO()
    way = source.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(file, "w", way) as archive:
        archive.writestr("config.json", keras_nodes(source))
        if source.random() < 0.1:
            archive.writestr("a" + hostile(source).replace("\ud800", "?"), b"x" * 100_000)
    data = file.getvalue()
    return changed(source, data) if source.random() < 0.3 else data


KINDS = (onnx_bytes, onnx_fields, keras_nodes, keras_archive)
#: What a file of each is called.
FILES = {
    onnx_bytes: "net.onnx", onnx_fields: "net.onnx",
    keras_nodes: "net.json", keras_archive: "net.keras",
}  # fmt: skip
