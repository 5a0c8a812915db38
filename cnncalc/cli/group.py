"""Errors of usage, which typer writes: what they quote is printable, and not long."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from cnncalc.cli.output import one_line
from cnncalc.diagnostics.listing import concise


class Commands(TyperGroup):
    """The commands; an error may quote a word of the command line, or a name of a spec."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - as typer's
        try:
            return super().make_context(*arguments, **more)
        except Exception as error:
            _make_printable(error)
            raise

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as typer's
        try:
            return super().invoke(ctx)
        except Exception as error:
            _make_printable(error)
            raise


def _make_printable(error: Exception) -> None:
    """The message of an error of usage; other errors have none."""
    message = getattr(error, "message", None)
    if isinstance(message, str):
        error.message = one_line(concise(message))  # type: ignore[attr-defined]
