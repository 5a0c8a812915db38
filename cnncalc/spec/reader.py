"""From a path or text to a net: the steps, in order."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.diagnostics import Diagnostic, codes, nearest
from cnncalc.spec.document import read_document
from cnncalc.spec.expand import expand
from cnncalc.spec.limits import DEFAULT, Limits
from cnncalc.spec.problems import SpecProblem
from cnncalc.spec.tree import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.graph import Network
    from cnncalc.layers.base import Shape

ZOO = "zoo:"


class Reading(NamedTuple):
    """A spec as read: its net as far as it could be built, and all diagnostics.

    `network` is None where not even the top level could be read; with errors
    it holds the layers above the first of them.
    """

    source: str
    text: str
    network: Network | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


def read_path(
    path: str,
    *,
    overrides: Mapping[str, Any] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    limits: Limits = DEFAULT,
) -> Reading:
    """Read a net from a file, from standard input (`-`), or from the zoo (`zoo:NAME`)."""
    try:
        text = text_of(path, limits)
    except SpecProblem as problem:
        return Reading(path, "", None, (problem.diagnostic(path),))
    return read_text(text, source=path, overrides=overrides, shapes=shapes, limits=limits)


def read_text(
    text: str,
    *,
    source: str = "<text>",
    overrides: Mapping[str, Any] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    limits: Limits = DEFAULT,
) -> Reading:
    """Read a net from the text of a spec."""
    with _without_collector():
        try:
            if len(text) > limits.size:
                raise _too_large(limits)
            document = read_document(parse(text, limits), _stem(source))
        except SpecProblem as problem:
            return Reading(source, text, None, (problem.diagnostic(source),))
        network, diagnostics = expand(
            document, source=source, overrides=overrides or {}, shapes=shapes or {}, limits=limits
        )
        return Reading(source, text, network, diagnostics)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Building a net makes no cycles, only objects to be kept: collecting finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _stem(source: str) -> str:
    if source.startswith(ZOO):
        return source[len(ZOO) :]
    return Path(source).stem if source not in ("-", "<text>") else "net"


def text_of(path: str, limits: Limits) -> str:
    """The text of a spec; raises `SpecProblem` if it cannot be read."""
    data = _bytes(path, limits)
    if len(data) > limits.size:
        raise _too_large(limits)
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SpecProblem(codes.NOT_TEXT, "the file is binary, not a YAML text")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecProblem(
            codes.NOT_TEXT, f"the file is not UTF-8 text: byte {error.start + 1}, in line {line}",
            help=("save it as UTF-8",),
        ) from None  # fmt: skip


def _too_large(limits: Limits) -> SpecProblem:
    return SpecProblem(
        codes.LIMIT, f"the spec is larger than {limits.size:,} bytes",
        help=("`--max-size` raises the limit",),
    )  # fmt: skip


def _bytes(path: str, limits: Limits) -> bytes:
    if path == "-":
        if sys.stdin is None:
            raise SpecProblem(codes.UNREADABLE, "standard input is closed")
        return sys.stdin.buffer.read(limits.size + 1)
    if not path:
        raise SpecProblem(codes.UNREADABLE, "the name of the file is empty")
    file = _zoo_file(path) if path.startswith(ZOO) else Path(path)
    try:
        with file.open("rb") as stream:
            return stream.read(limits.size + 1)
    except FileNotFoundError:
        raise SpecProblem(
            codes.UNREADABLE, f"there is no file {path}",
            help=("`cnncalc new` prints a spec to start from",),
        ) from None  # fmt: skip
    except IsADirectoryError:
        raise SpecProblem(codes.UNREADABLE, f"{path} is a directory, not a spec") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SpecProblem(codes.UNREADABLE, f"cannot read {path}: {reason}") from None


def _zoo_file(path: str) -> Path:
    from cnncalc import zoo  # noqa: PLC0415 - only where a zoo net is asked for

    name = path[len(ZOO) :]
    try:
        return zoo.file(name)
    except KeyError:
        close = nearest(name, zoo.names())
        raise SpecProblem(
            codes.UNREADABLE, f"the zoo has no net `{name}`",
            help=(f"did you mean `zoo:{close}`?" if close else "`cnncalc new --list` lists them",),
        ) from None  # fmt: skip
