"""Where nodes of the syntax tree begin and end in their text, for editors.

A node knows where it begins. Where it ends is asked for seldom, so the text is
read once more for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.language.syntax import Node

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIRST_OF_TWO = 0x10000  # from here on, a character takes two units of UTF-16


class Extent(NamedTuple):
    """A stretch of a text, its end excluded; lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


class Extents:
    """The extents of the nodes that were read from a text."""

    def __init__(self, text: str, *, utf16: bool = False) -> None:
        """Find where everything ends.

        Args:
            text: what the nodes were read from.
            utf16: whether columns count units of UTF-16, as the language server
                protocol does by default, and not characters.
        """
        self._lines = text.split("\n") if utf16 else None
        self._ends: dict[tuple[int, int, str], Any] = {}
        loader = _Loader(text)
        try:
            self._find(iter(loader.get_event, None))
        finally:
            loader.dispose()

    def of(self, node: Node) -> Extent | None:
        """Where a node stands; None if it was not read from the text."""
        at: Any = node.at
        mark = getattr(at, "mark", None)
        if mark is None:
            return None
        end = self._ends.get((mark.line, mark.column, type(at).__name__))
        if end is None:
            return None
        return Extent(
            mark.line + 1, self._column(mark.line, mark.column) + 1,
            end[0] + 1, self._column(*end) + 1,
        )  # fmt: skip

    def _find(self, events: Any) -> None:  # noqa: ANN401 - PyYAML has no type for them
        begun: list[Any] = []
        last = (0, 0)  # where the last scalar ended: blocks end there, too
        for event in events:
            if isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
                last = _position(event.end_mark)
                self._keep(event, "Scalar", last)
            elif isinstance(event, yaml.CollectionStartEvent):
                begun.append(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                start = begun.pop()
                if start.flow_style:
                    last = _position(event.end_mark)
                mapping = isinstance(start, yaml.MappingStartEvent)
                self._keep(start, "Mapping" if mapping else "Sequence", last)

    def _keep(self, event: Any, kind: str, end: tuple[int, int]) -> None:  # noqa: ANN401 - as above
        self._ends[(*_position(event.start_mark), kind)] = end

    def _column(self, line: int, column: int) -> int:
        if self._lines is None or line >= len(self._lines):
            return column
        before = self._lines[line][:column]
        return column + sum(ord(character) >= _FIRST_OF_TWO for character in before)


def _position(mark: Any) -> tuple[int, int]:  # noqa: ANN401 - of either loader
    return mark.line, mark.column
