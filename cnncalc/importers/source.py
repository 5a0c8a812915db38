"""What can be imported: which arguments name a model of another tool, and reading it.

Nothing of the readers is imported before it is known that one is needed.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from cnncalc.exhaustive import unreachable
from cnncalc.importers.problems import ImportProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from cnncalc.importers.model import ImportedModel
    from cnncalc.importers.onnx.wire import Data
    from cnncalc.importers.options import Options
    from cnncalc.language.limits import Limits

Kind = Literal["onnx", "keras", "torch"]

_BY_ENDING: dict[str, Kind] = {".onnx": "onnx", ".keras": "keras"}
_SMALL = 8 << 20  # bytes that are read whole
_LARGEST_STREAM = 1 << 31  # bytes: no message of Protocol Buffers is larger
_HEAD = 4096  # bytes that tell what a stream is
_PART = 1 << 20
#: What standard input gave, which gives it once.
_read_before: dict[BinaryIO, Data] = {}


def kind_of(source: str) -> Kind | None:
    """What kind of model a source is by its name, or by the first bytes of standard input.

    None for what is read as a spec.
    """
    if source == "-":
        return _kind_of_stream()
    ending = os.path.splitext(source)[1].lower()  # noqa: PTH122 - start-up
    if ending == ".json":  # which a spec may be, too
        return _kind_of_file(source)
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    module, colon, name = source.partition(":")
    drive = len(module) == 1
    if not colon or drive or source.startswith("zoo:") or os.path.exists(source):  # noqa: PTH110 - start-up
        return None
    words = [*module.split("."), *name.split(".")]
    return "torch" if all(word.isidentifier() for word in words) else None


def _kind_of_file(path: str) -> Kind | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - start-up
            return kind_of_bytes(file.read(_HEAD))
    except (OSError, ValueError):
        return None


def _kind_of_stream() -> Kind | None:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is not None and stream in _read_before:
        return kind_of_bytes(bytes(_read_before[stream][:_HEAD]))
    peek = getattr(stream, "peek", None)
    return kind_of_bytes(peek(_HEAD)[:_HEAD]) if peek is not None else None


def kind_of_bytes(head: bytes) -> Kind | None:
    """What kind of model begins with these bytes; None for a text."""
    if head.startswith(b"PK\x03\x04"):
        return "keras"
    if head.lstrip().startswith(b"{") and b'"class_name"' in head:
        return "keras"
    # A model of ONNX begins with its version, a small number in field 1.
    return "onnx" if head[:1] == b"\x08" and len(head) > 1 else None


def read_model(source: str, kind: Kind, options: Options, limits: Limits) -> ImportedModel:
    """Read a model; raises `ImportProblem` where that cannot be done."""
    if kind == "torch":
        from cnncalc.importers.torch.reader import read as read_torch  # noqa: PLC0415 - by kind

        return read_torch(source, options.shapes, limits)
    with _data(source) as data, _well_formed(kind):
        if kind == "onnx":
            from cnncalc.importers.onnx.reader import read as read_onnx  # noqa: PLC0415 - by kind

            return read_onnx(data, shapes=options.shapes, unfold=options.unfold, limits=limits)
        if kind == "keras":
            from cnncalc.importers.keras.reader import read  # noqa: PLC0415 - by kind

            return read(data, options.shapes, limits)
        raise unreachable(kind)


@contextmanager
def _well_formed(kind: Kind) -> Iterator[None]:
    """Values of other kinds than a reader meets in any model are one error, too."""
    try:
        yield
    except (TypeError, LookupError, ValueError, AttributeError, ArithmeticError, RecursionError):
        writer = {"onnx": "an exporter of ONNX", "keras": "Keras"}.get(kind, kind)
        raise ImportProblem(f"the file is not a model as {writer} writes it") from None


@contextmanager
def _data(source: str) -> Iterator[Data]:
    """The bytes of a source, a large file without reading it."""
    if source == "-":
        yield _standard_input()
        return
    try:
        with open(source, "rb") as file:  # noqa: PTH123 - start-up
            status = os.fstat(file.fileno())
            regular = stat.S_ISREG(status.st_mode)
            if regular:
                with _mapped(file, status.st_size) as data:
                    yield data
            else:
                yield _all_of(file)
    except FileNotFoundError:
        from cnncalc.language.other_files import instead_of  # noqa: PLC0415 - only on errors

        raise ImportProblem(f"there is no file {source}", *instead_of(source)) from None
    except IsADirectoryError:
        raise ImportProblem(f"{source} is a directory, not a model") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ImportProblem(f"cannot read {source}: {reason}") from None


@contextmanager
def _mapped(file: BinaryIO, size: int) -> Iterator[Data]:
    if size <= _SMALL:
        yield file.read(_SMALL + 1)
        return
    import mmap  # noqa: PLC0415 - large files only

    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def _standard_input() -> Data:
    """What standard input gives, each time that it is asked for."""
    stream = sys.stdin.buffer
    if stream not in _read_before:
        _read_before[stream] = _all_of(stream)
    return _read_before[stream]


def _all_of(stream: BinaryIO) -> Data:
    """What a stream gives, in a file of its own if it is much."""
    first = stream.read(_SMALL + 1)
    if len(first) <= _SMALL:
        return first
    import mmap  # noqa: PLC0415 - large streams only
    from tempfile import TemporaryFile  # noqa: PLC0415 - as above

    with TemporaryFile() as file:
        size = file.write(first)
        while part := stream.read(_PART):
            size += file.write(part)
            if size > _LARGEST_STREAM:
                raise ImportProblem("the stream is larger than any model: over 2 GiB")
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
