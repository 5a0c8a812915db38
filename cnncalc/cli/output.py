"""Where text goes: streams, colour, width, closed pipes."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from cnncalc.render.columns import COLOUR, PLAIN, Style

if TYPE_CHECKING:
    from collections.abc import Iterator


def emit(text: str) -> None:
    """Write a result to standard output, at once and whole."""
    sys.stdout.write(text)
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write diagnostics to standard error."""
    sys.stderr.write(text)
    sys.stderr.flush()


def style_of(stream: TextIO) -> Style:
    """Colour on a terminal only; `NO_COLOR` and `FORCE_COLOR` are honoured."""
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


@contextmanager
def quiet_on_closed_pipe() -> Iterator[None]:
    """A reader that has seen enough (`| head`) is no error."""
    try:
        yield
    except BrokenPipeError:
        # Nothing may be flushed into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
