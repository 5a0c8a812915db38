"""The text of a spec: from a file, from standard input, or from the zoo."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from typing import BinaryIO

    from cnncalc.language.limits import Limits


ZOO = "zoo:"
_PART = 1 << 20  # bytes that are read at once


def text_of(path: str, limits: Limits) -> str:
    """The text of a spec; raises `SpecProblem` if it cannot be read."""
    data = _bytes(path, limits)
    if len(data) > limits.size:
        raise too_large(limits)
    if path.endswith(".py"):
        raise _other_file(path, "the file is Python, not a YAML text")
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _other_file(path, "the file is binary, not a YAML text")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecProblem(
            codes.NOT_TEXT, f"the file is not UTF-8 text: byte {error.start + 1}, in line {line}",
            help=("save it as UTF-8",),
        ) from None  # fmt: skip


def _other_file(path: str, message: str) -> SpecProblem:
    from cnncalc.language.other_files import in_place_of  # noqa: PLC0415 - only on errors

    instead = in_place_of(path)
    return SpecProblem(codes.NOT_TEXT, message, help=(instead,) if instead else ())


def specs_below(folder: str, limits: Limits) -> list[str]:
    """The specs in a folder and below it, in order: the YAML files with `layers` at the top.

    What is hidden, and what cannot be decoded, is left out; other YAML (workflows, data
    sets) is no spec.
    """
    found = []
    for where, below, files in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(where, name)  # noqa: PTH118 - keeps `./nets` as it is written
            if name.lower().endswith((".yaml", ".yml")) and _has_layers(path, limits):
                found.append(path)
    return found


def _has_layers(path: str, limits: Limits) -> bool:
    """Whether the top level has the key `layers`, in block style or in flow style."""
    try:
        text = text_of(path, limits)
    except SpecProblem:
        return False
    return bool(re.search(r"^(?:\{.*)?['\"]?layers['\"]?\s*:", text, re.MULTILINE))


def too_large(limits: Limits) -> SpecProblem:
    """The error for a spec over the limit on its size."""
    return SpecProblem(
        codes.LIMIT, f"the spec is larger than {limits.size:,} bytes",
        help=("`--max-size` raises the limit",),
    )  # fmt: skip


def _up_to(most: int, stream: BinaryIO) -> bytes:
    """What a stream holds, no more than so many bytes; memory is taken for what there is."""
    parts: list[bytes] = []
    while most > 0 and (part := stream.read(min(most, _PART))):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _bytes(path: str, limits: Limits) -> bytes:
    if path == "-":
        if sys.stdin is None:
            raise SpecProblem(codes.UNREADABLE, "standard input is closed")
        return _up_to(limits.size + 1, sys.stdin.buffer)
    if not path:
        raise SpecProblem(codes.UNREADABLE, "the name of the file is empty")
    file = _zoo_file(path) if path.startswith(ZOO) else path
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - start-up
            return _up_to(limits.size + 1, stream)
    except FileNotFoundError:
        from cnncalc.language.other_files import instead_of  # noqa: PLC0415 - only on errors

        raise SpecProblem(
            codes.UNREADABLE, f"there is no file {path}", help=instead_of(path)
        ) from None  # fmt: skip
    except IsADirectoryError:
        raise SpecProblem(codes.UNREADABLE, f"{path} is a directory, not a spec") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SpecProblem(codes.UNREADABLE, f"cannot read {path}: {reason}") from None


def _zoo_file(path: str) -> str:
    from cnncalc import zoo  # noqa: PLC0415 - only where a zoo net is asked for

    name = path[len(ZOO) :]
    try:
        return zoo.path(name)
    except KeyError:
        close = _size_in_name(name) or nearest(name, zoo.names())
        raise SpecProblem(
            codes.UNREADABLE, f"the zoo has no net `{name}`",
            help=(f"did you mean `zoo:{close}`?" if close else "`cnncalc new --list` lists them",),
        ) from None  # fmt: skip


def _size_in_name(name: str) -> str:
    """`resnet50` as the packaged net and the variable of its sizes: `resnet --set depth=50`."""
    from cnncalc import zoo  # noqa: PLC0415 - only where a net is not found

    for net in sorted(zoo.names(), key=len, reverse=True):
        size = name[len(net) :].lstrip("_-")
        if name.startswith(net) and size:
            with open(zoo.path(net), encoding="utf-8") as file:  # noqa: PTH123 - start-up
                tables = re.findall(r"\bby: \$(\w+)([^{}]*)", file.read())
            for variable, rows in tables:
                if re.search(rf"(?:^|[\s,]){re.escape(size)}:", rows):
                    return f"{net} --set {variable}={size}"
    return ""
