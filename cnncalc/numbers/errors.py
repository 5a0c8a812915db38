"""What can be wrong with a computation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes

if TYPE_CHECKING:
    from cnncalc.diagnostics.diagnostic import Place


class NotComputedError(Exception):
    """A layer has a setting that has no rule; the message says which."""


class ComputeError(Exception):
    """A net cannot be computed.

    Attributes:
        message: why, as a sentence.
        place: where in the spec, if it is about something written there.
        code: the code of the diagnostic that it becomes.
    """

    def __init__(self, message: str, place: Place | None = None, code: str = codes.VALUES) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.code = code
