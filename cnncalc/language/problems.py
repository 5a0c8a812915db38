"""How the passes over a spec report: an exception that carries a diagnostic's data and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from cnncalc.diagnostics.diagnostic import Placed, Severity

_LONGEST = 800  # characters of a sentence


class SpecProblem(Exception):  # noqa: N818 - it becomes a diagnostic, error or warning
    """Something is wrong at one place of a spec; a pass turns it into a diagnostic."""

    def __init__(  # noqa: PLR0913 - the parts of a diagnostic
        self,
        code: str,
        message: str,
        at: Placed | None = None,
        *,
        label: str = "",
        notes: tuple[str, ...] = (),
        help: tuple[str, ...] = (),  # noqa: A002 - the word that the diagnostics use
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.at = at
        self.label = label
        self.notes = notes
        self.help = help
        self.others: tuple[SpecProblem, ...] = ()  # further problems of the same entry

    def again(self) -> SpecProblem:
        """The same problem, as new: the notes of one do not get to the other."""
        same = SpecProblem(
            self.code, self.message, self.at, label=self.label, notes=self.notes, help=self.help
        )
        same.others = self.others
        return same

    def diagnostic(self, source: str, severity: Severity = "error") -> Diagnostic:
        """The problem as data."""
        place = self.at.place if self.at is not None else None
        return Diagnostic(
            self.code,
            _shortened(self.message),
            severity,
            place,
            _shortened(self.label),
            tuple(map(_shortened, self.notes)),
            tuple(map(_shortened, self.help)),
            source,
        )


class UnknownShape(Exception):  # noqa: N818 - not an error of its own
    """A value depends on a shape that an earlier error leaves unknown."""


def _shortened(text: str) -> str:
    """A sentence without the middle of what a spec made very long."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 4 :]}"
