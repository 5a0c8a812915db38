"""A picture as a flowchart of Mermaid, which README files on GitHub and elsewhere show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.render.drawing.cells import detail_of, title_of
from cnncalc.render.drawing.graph import labelled_edges
from cnncalc.render.drawing.layout import level_of, share_of
from cnncalc.render.printable import text_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.render.drawing.contents import Contents, Item
    from cnncalc.render.drawing.data import Direction

#: Everything else is written as its code: quotes end a label, `#`, `:` and backticks have meanings.
_PLAIN: Final = frozenset(" ,.-_=/×…()+*%")
_DIRECTIONS: Final = {"down": "TD", "right": "LR"}
_TINTS: Final = ("#eef5fe", "#d8e8fc", "#b9d6f9", "#94c0f5", "#6ba7ef")


@text_format
def mermaid(shown: Contents, *, direction: Direction = "down") -> str:
    """The text of a flowchart: blocks as subgraphs, skips as dotted lines."""
    lines = [f"flowchart {_DIRECTIONS[direction]}"]
    lines += _items(shown, shown.items, 1)
    for one in labelled_edges(shown):
        arrow = "-.->" if one.skips else "-->"
        label = f'|"{_escaped(one.label)}"|' if one.label else ""
        lines.append(f"  n{one.source} {arrow}{label} n{one.target}")
    lines += _tints(shown)
    return "\n".join(lines) + "\n"


def _items(shown: Contents, items: Iterable[Item], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for item in items:
        words = [title_of(item), detail_of(item)]
        if item.kind == "frame":
            label = _escaped("  ".join(one for one in words if one))
            yield f'{indent}subgraph f{depth}_{item.first}["{label}"]'
            yield from _items(shown, item.children, depth + 1)
            yield f"{indent}end"
            continue
        words.append(share_of(item, shown.total))
        label = "<br/>".join(_escaped(one) for one in words if one)
        opened, closed = ("([", "])") if item.kind in {"input", "output", "merge"} else ("[", "]")
        yield f'{indent}n{item.first}{opened}"{label}"{closed}'


def _tints(shown: Contents) -> Iterator[str]:
    most = max((box.weight for box in shown.boxes), default=0)
    for level, tint in enumerate(_TINTS, 1):
        nodes = [f"n{box.first}" for box in shown.boxes if level_of(box.weight, most) == level]
        if nodes:
            yield f"  classDef l{level} fill:{tint},stroke:#59636e,color:#1f2328"
            yield f"  class {','.join(nodes)} l{level}"


def _escaped(text: str) -> str:
    """A label with the code of every character that Mermaid could read as more.

    Source: Mermaid's documentation of flowcharts, "Entity codes to escape characters".
    """
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)
