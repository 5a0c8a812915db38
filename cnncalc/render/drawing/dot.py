"""A picture in the language of Graphviz, for its layouts and for other tools."""

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

_DIRECTIONS: Final = {"down": "TB", "right": "LR"}
_TINTS: Final = ("#ffffff", "#eef5fe", "#d8e8fc", "#b9d6f9", "#94c0f5", "#6ba7ef")


@text_format
def dot(shown: Contents, *, direction: Direction = "down") -> str:
    """The text of a directed graph: blocks as clusters, skips as dashed lines."""
    lines = [
        "digraph {",
        f"  graph [label={_quoted(shown.name)}, rankdir={_DIRECTIONS[direction]}];",
        '  graph [labelloc=t, fontname="Helvetica"];',
        '  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="Helvetica"];',
        '  edge [fontname="Helvetica", fontsize=10];',
    ]
    most = max((box.weight for box in shown.boxes), default=0)
    lines += _items(shown, shown.items, 1, most)
    for one in labelled_edges(shown):
        looks = [f"label={_quoted(one.label)}"] if one.label else []
        looks += ["style=dashed"] if one.skips else []
        told = f" [{', '.join(looks)}]" if looks else ""
        lines.append(f"  n{one.source} -> n{one.target}{told};")
    return "\n".join((*lines, "}", ""))


def _items(shown: Contents, items: Iterable[Item], depth: int, most: int) -> Iterator[str]:
    indent = "  " * depth
    for item in items:
        words = [title_of(item), detail_of(item)]
        if item.kind == "frame":
            yield f"{indent}subgraph cluster_{depth}_{item.first} {{"
            yield f"{indent}  label={_quoted('  '.join(one for one in words if one))};"
            yield from _items(shown, item.children, depth + 1, most)
            yield f"{indent}}}"
            continue
        words.append(share_of(item, shown.total))
        label = "\\n".join(_escaped(one) for one in words if one)
        looks = f'label="{label}"'
        level = level_of(item.weight, most)
        if level:
            looks += f', fillcolor="{_TINTS[level]}"'
        if item.kind in {"input", "output", "merge"}:
            looks += ", shape=ellipse"
        yield f"{indent}n{item.first} [{looks}];"


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    r"""A text between quotes: no quote ends it, no `\n` or `&amp;` is read as another character."""
    return text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
