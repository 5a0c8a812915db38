"""Where text goes: streams, colour, width, closed pipes."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, nullcontext, suppress
from io import TextIOBase, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.render.columns import Style


class OutputLostError(Exception):
    """Standard output takes no more; without a text, because its reader has seen enough."""


class _Closed(TextIOBase):
    """Stands for a standard output that was closed before the start."""

    def write(self, _: str) -> int:
        raise OSError(errno.EBADF, "standard output is closed")


def prepare_streams() -> None:
    """Make the streams usable in any shell: closed ones, and encodings that lack a character."""
    # Python has None for what is closed; typing tells nothing of it.
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def emit(text: str) -> None:
    """Write a result to standard output, at once and whole; raises `OutputLostError`."""
    try:
        sys.stdout.write(_inert(text))
        sys.stdout.flush()
    except BrokenPipeError:
        raise OutputLostError from None
    except OSError as error:
        raise OutputLostError(error.strerror) from None


def _inert(text: str) -> str:
    """A result without commands to who collects a log, where a file may be shown, too."""
    if "##" not in text:
        return text
    from cnncalc.render.printable import in_log  # noqa: PLC0415 - hardly ever

    return in_log(text)


def write_file(path: str, text: str, read: Iterable[str]) -> None:
    """Write a result to a file; raises `OutputLostError`.

    Args:
        path: where; `-` is standard output.
        text: the result.
        read: the files that it is made of, which it may not take the place of.
    """
    if path == "-":
        emit(text)
        return
    if any(_same_file(path, source) for source in read):
        raise OutputLostError(f"{path}: it is the file that was read")
    try:
        data = _inert(text).encode()
        special = os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113 - start-up
        with nullcontext() if special else _whole(), open(path, "wb") as file:  # noqa: PTH123 - as above
            file.write(data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise OutputLostError(f"{path}: {reason}") from None


@contextmanager
def _whole() -> Iterator[None]:
    """Let an interrupt wait until a file is written whole, which takes no time.

    What is no file, such as a pipe, may take as long as who reads it.
    """
    from signal import SIGINT, signal  # noqa: PLC0415 - start-up

    waiting: list[int] = []
    before = signal(SIGINT, lambda number, _: waiting.append(number))
    try:
        yield
    finally:
        signal(SIGINT, before)
    if waiting and callable(before):  # else interrupts are ignored, as in the background
        before(SIGINT, None)


def _same_file(one: str, other: str) -> bool:
    try:
        return os.path.isfile(one) and os.path.samefile(one, other)  # noqa: PTH113, PTH121 - start-up
    except (OSError, ValueError):
        return False


def one_line(text: str) -> str:
    """What a message quotes, printable."""
    from cnncalc.render.printable import printable  # noqa: PLC0415 - only on errors

    return printable(text)


def complain(text: str) -> None:
    """Write diagnostics to standard error, if anything takes them."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Let the rest of a stream go nowhere: Python would fail on it as it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def exit_on_lost_output() -> Iterator[None]:
    """A reader that has seen enough (`| head`) is no error; a full disk is, with exit code 2."""
    try:
        yield
    except OutputLostError as lost:
        reason = str(lost)
    except OSError as error:  # help, and errors of usage, are written by typer
        reason = error.strerror or str(error)
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        return
    _discard(sys.stdout)
    if reason:
        complain(f"cannot write the result: {one_line(reason)}\n")
    sys.exit(2 if reason else 0)


def style_of(stream: TextIO) -> Style:
    """Colour on a terminal only; `NO_COLOR` and `FORCE_COLOR` are honoured."""
    from cnncalc.render.columns import COLOUR, PLAIN  # noqa: PLC0415 - not for JSON and CSV

    if os.environ.get("NO_COLOR"):
        return PLAIN
    if os.environ.get("FORCE_COLOR"):
        return COLOUR
    if os.environ.get("TERM") == "dumb" or not stream.isatty():
        return PLAIN
    return COLOUR


def width_of(stream: TextIO) -> int | None:
    """The columns of a terminal; None for a pipe or file, where nothing is cut."""
    if not stream.isatty():
        return None
    import shutil  # noqa: PLC0415 - only on a terminal

    return shutil.get_terminal_size().columns


def ascii_only(stream: TextIO) -> bool:
    """Whether a stream can write no characters of pictures: blocks and lines."""
    try:
        "█▏│╭◂".encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return True
    return False
