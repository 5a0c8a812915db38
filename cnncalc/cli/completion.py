"""Completion in the shell: typer answers it, and of bash most questions are answered without.

Bash is told values alone; for what zsh and fish are told beside them typer needs rich.
"""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Final

from cnncalc.cli import plain
from cnncalc.cli.commands import COMMANDS, COMPLETING, command_of
from cnncalc.cli.completers import Before, finder
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_BREAKS: Final = (":", "=")  # where bash splits a word in two
_QUOTES: Final = frozenset("'\"\\")  # typer reads them as a shell does
_MARKS: Final = ("-", "=")  # of an option, and of its value


class Words(NamedTuple):
    """The words of a command line up to the cursor, as typer reads them.

    `prefix` is the part of the last one that bash keeps, since it takes what follows a colon
    or an equals sign for a word of its own.
    """

    words: tuple[str, ...]
    prefix: str = ""


def rejoined(words: Iterable[str]) -> Words:
    """Put together what bash has split.

    >>> rejoined(["cnncalc", "explain", "zoo", ":", "res"])
    Words(words=('cnncalc', 'explain', 'zoo:res'), prefix='zoo:')
    """
    out: list[str] = []
    prefix = ""
    glued = False
    for word in words:
        if out and (glued or word in _BREAKS):
            prefix = out[-1] + word if word in _BREAKS else prefix
            out[-1] += word
            glued = word in _BREAKS
        else:
            out.append(word)
            prefix = ""
    return Words(tuple(out), prefix)


def run(by_typer: Callable[[], object]) -> None:
    """Write what the word at the cursor may become, for the shell that asks in the environment.

    Args:
        by_typer: runs typer, which writes it and ends the process.
    """
    if os.environ[COMPLETING] != "complete_bash" or "COMP_WORDS" not in os.environ:
        by_typer()
        return
    cursor = int(os.environ["COMP_CWORD"])
    words = os.environ["COMP_WORDS"].split("\n")
    words += [""] * (cursor + 1 - len(words))
    joined = rejoined(words[: cursor + 1])
    os.environ["COMP_WORDS"] = "\n".join(joined.words)
    os.environ["COMP_CWORD"] = str(len(joined.words) - 1)
    offered = _plain(joined.words)
    if offered is not None:
        _write(offered, joined.prefix)
        return
    written = StringIO()
    try:
        with redirect_stdout(written):
            by_typer()
    finally:
        _write(written.getvalue().split(), joined.prefix)


def _write(offered: Iterable[str], prefix: str) -> None:
    sys.stdout.writelines(f"{one.removeprefix(prefix)}\n" for one in offered)


def _plain(words: Sequence[str]) -> list[str] | None:
    """What the last word may become as an argument of a command; None is left to typer."""
    line, cursor = " ".join(words), len(words) - 1
    if not (line.isascii() and line.isprintable()) or _QUOTES & set(line):
        return None
    typed = line.split()[1:]
    before, word = typed[: cursor - 1], "".join(typed[cursor - 1 : cursor])
    if not before or before[0] not in COMMANDS or word[:1] in _MARKS:
        return None
    reached = plain.reached(command_of(before[0]), before[1:])
    if reached is None:
        return None
    given, argument = reached
    if argument.declared.complete is None:
        return None
    found = finder(argument.declared.complete)(Before(given), word)
    values = (one if isinstance(one, str) else one[0] for one in found)
    return [value for value in values if value.startswith(word)]
