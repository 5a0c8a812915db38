"""What is said about a spec: a code, a sentence, a place, the ways out. Rendering is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "info"]


class Place(NamedTuple):
    """A stretch of one line of a source; line and column count from 1."""

    line: int
    column: int
    length: int = 1


class Placed(Protocol):
    """Anything of a source that knows where it is."""

    @property
    def place(self) -> Place:
        """Where it is."""
        ...


class Diagnostic(NamedTuple):
    """One finding about a spec.

    `message` is a sentence without a full stop, `label` is printed under the
    place, `notes` say how the values came about, `help` names ways out.
    """

    code: str
    message: str
    severity: Severity = "error"
    place: Place | None = None
    label: str = ""
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    source: str = ""


def unplaced(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same of a text that is in no file, where a place would name a line of another."""
    return tuple(one._replace(place=None, label="") for one in found)
