"""What an analysis found, and the formats that it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from cnncalc.api.given import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Data = TypeVar("Data")


class Result(Generic[Data]):
    """A result that prints itself as the command does; a notebook shows it as a table.

    Attributes:
        data: the frozen result, for further use.
        formats: the names that `to` takes, the one of `str()` first.
    """

    __slots__ = ("_written", "data", "formats")

    def __init__(self, data: Data, written: Mapping[str, Callable[[], str]]) -> None:
        self.data = data
        self.formats = tuple(written)
        self._written = written

    def to(self, format: str) -> str:  # noqa: A002 - the word of the command
        """The result in one of `formats`; raises `ValueError` for another."""
        one_of("format", format, self.formats)
        return self._written[format]()

    def __str__(self) -> str:
        return self.to(self.formats[0])

    def __repr__(self) -> str:
        return str(self).rstrip("\n")

    def _repr_markdown_(self) -> str:
        return self.to("markdown")
