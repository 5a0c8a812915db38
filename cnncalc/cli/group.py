"""Errors of usage, which typer writes: what they quote is printable, and not long."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from cnncalc.cli.output import one_line
from cnncalc.diagnostics.listing import concise

#: How the names of files end that describe a net.
_NETS = (".yaml", ".yml", ".onnx", ".keras")


class Commands(TyperGroup):
    """The commands; an error may quote a word of the command line, or a name of a spec."""

    def make_context(self, info_name: Any, args: list[str], *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as typer's
        bare = not args  # the help is the message then
        try:
            return super().make_context(info_name, args, *rest, **more)
        except Exception as error:
            if not bare:
                _make_printable(error)
            raise

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as typer's
        word = args[0]
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            if word.startswith("zoo:") or word.endswith(_NETS):
                _add(error, f" Did you mean `cnncalc summarize {word}`?")
            raise

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as typer's
        try:
            return super().invoke(ctx)
        except Exception as error:
            _make_printable(error)
            raise


def _add(error: Exception, hint: str) -> None:
    """Add a sentence to the message of an error of usage."""
    message = getattr(error, "message", None)
    if isinstance(message, str):
        error.message = message + hint  # type: ignore[attr-defined]


def _make_printable(error: Exception) -> None:
    """The message of an error of usage; other errors have none."""
    message = getattr(error, "message", None)
    if isinstance(message, str):
        error.message = one_line(concise(message))  # type: ignore[attr-defined]
