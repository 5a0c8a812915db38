"""The configuration of a model: a JSON text, or one in the archive of a `.keras` file.

Source: https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cnncalc.importers.problems import ImportProblem

if TYPE_CHECKING:
    from cnncalc.importers.onnx.wire import Data
    from cnncalc.language.limits import Limits

_ARCHIVE = b"PK\x03\x04"
_CONFIG = "config.json"
_END = b"PK\x05\x06"  # of the list of files in an archive; all of one without files
_LONGEST_END = 66_000  # bytes
_LARGEST_LIST = 1 << 22  # bytes of the list of files


def config_of(data: Data, limits: Limits) -> dict[str, Any]:
    """The configuration of a model; raises `ImportProblem` if there is none."""
    text = _member(data, limits) if data[:4] in {_ARCHIVE, _END} else bytes(data[: limits.size + 1])
    if len(text) > limits.size:
        raise ImportProblem(
            f"the configuration of the model is larger than {limits.size:,} bytes",
            "`--max-size` raises the limit",
        )
    if not text.strip():
        raise ImportProblem("the file is not the JSON of a model: it is empty")
    try:
        config = json.loads(text)
    except RecursionError:
        raise ImportProblem("the JSON of the model is nested too deep") from None
    except UnicodeDecodeError:
        raise ImportProblem("the file is not the JSON of a model: it is not UTF-8") from None
    except ValueError as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "a number is too long"
        raise ImportProblem(f"the file is not the JSON of a model: {reason}") from None
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise ImportProblem(
            "the JSON is not that of a Keras model: it has no `class_name` and `config`",
            "`model.to_json()` writes one",
        )
    return config


def _member(data: Data, limits: Limits) -> bytes:
    """The configuration in an archive, no more of it than the limit allows."""
    tail = data[max(len(data) - _LONGEST_END, 0) :]
    at = tail.rfind(_END)
    if at < 0 or int.from_bytes(tail[at + 12 : at + 16], "little") > _LARGEST_LIST:
        raise ImportProblem("the archive is damaged, or is not that of a Keras model")
    damaged: tuple[type[Exception], ...] = (
        zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError,
        *_errors_of_compression(),
    )  # fmt: skip
    try:
        with (
            zipfile.ZipFile(io.BufferedReader(_File(data))) as archive,
            archive.open(_CONFIG) as file,
        ):
            return file.read(limits.size + 1)
    except KeyError:
        raise ImportProblem(f"the archive has no {_CONFIG}: not a Keras model") from None
    except damaged:
        raise ImportProblem("the archive is damaged, or is not that of a Keras model") from None


def _errors_of_compression() -> tuple[type[Exception], ...]:
    """What the modules raise that `zipfile` could import; a Python may be built without them."""
    found: list[type[Exception]] = []
    with suppress(ImportError):
        import zlib  # noqa: PLC0415 - optional

        found.append(zlib.error)
    with suppress(ImportError):
        import lzma  # noqa: PLC0415 - optional

        found.append(lzma.LZMAError)
    return tuple(found)


class _File(io.RawIOBase):
    """Data as a file that can be read."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: len(self.data)}[whence]
        self.at = max(base + offset, 0)
        return self.at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as in `io`
        part = self.data[self.at : self.at + len(buffer)]
        buffer[: len(part)] = part
        self.at += len(part)
        return len(part)
