"""What is wrong with a command line."""

from __future__ import annotations

from cnncalc.diagnostics.listing import concise


class UsageError(Exception):
    """A value on the command line that cannot be used; the command ends with exit code 2.

    It is reported as typer reports its own errors of usage.
    """

    def __init__(self, message: str) -> None:
        super().__init__(concise(message))
