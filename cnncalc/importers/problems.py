"""How a reader says that a file cannot be imported."""

from __future__ import annotations


class ImportProblem(Exception):  # noqa: N818 - it becomes a diagnostic
    """A file cannot be imported; `help` says what would change that."""

    def __init__(self, message: str, *help: str) -> None:  # noqa: A002 - as in diagnostics
        super().__init__(message)
        self.message = message
        self.help = help
