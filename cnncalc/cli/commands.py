"""The commands, and the two ways to one: plain lines at once, all others by typer."""

from __future__ import annotations

import os
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

from cnncalc.cli import plain
from cnncalc.cli.patterns import compiled_when_used
from cnncalc.cli.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.cli.declared import Command

#: In the order of the help; each is a function of its name in a module of its name.
COMMANDS: Final = (
    "summarize", "compare", "explain", "check", "memory", "conventions", "solve", "compute",
    "draw", "report", "export", "import", "layers", "schema", "new",
)  # fmt: skip

#: Set by a shell that asks for completions.
COMPLETING: Final = "_CNNCALC_COMPLETE"


def run(words: Sequence[str]) -> None:
    """Run the command that the words name; ends in `SystemExit` unless all went well."""
    if list(words) in (["--version"], ["-V"]):
        print_version()
        return
    if COMPLETING in os.environ:
        from cnncalc.cli.completion import run as complete  # noqa: PLC0415 - only for a shell

        complete(lambda: _typer(words))
        return
    if words and words[0] in COMMANDS:
        command = command_of(words[0])
        given = plain.read(command, words[1:])
        if given is not None:
            _run(command, given, words)
            return
    _typer(words)


def print_version() -> None:
    """Write what `--version` asks for."""
    from cnncalc.cli.output import emit  # noqa: PLC0415 - only for this option
    from cnncalc.version import __version__  # noqa: PLC0415 - only for this option

    emit(f"cnncalc {__version__}\n")


def command_of(name: str) -> Command:
    """The function of a command; one that is a word of Python has a `_` behind its name."""
    plain = f"{name}_" if iskeyword(name) else name
    with compiled_when_used():
        found: Command = getattr(import_module(f"cnncalc.cli.{plain}"), plain)
    return found


def _run(command: Command, given: dict[str, object], words: Sequence[str]) -> None:
    try:
        command(**given)
    except UsageError as error:
        failed = error
    else:
        return

    def refuse(**_: object) -> None:
        raise failed

    _typer(words, refuse)


def _typer(words: Sequence[str], instead: Command | None = None) -> None:
    from cnncalc.cli.app import run as run_app  # noqa: PLC0415 - imports typer

    run_app(words, instead)
