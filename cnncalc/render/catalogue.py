"""The catalogue of layer types, all of it from their declarations."""

from __future__ import annotations

from inspect import cleandoc
from textwrap import fill, indent
from typing import TYPE_CHECKING

from cnncalc.layers.base.argument import REQUIRED, describe_default
from cnncalc.layers.base.documentation import documentation
from cnncalc.render import columns
from cnncalc.render.columns import PLAIN, Line, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Layer

_READABLE = 100
_COLUMN = 17  # of the names, with the spaces after them
_ROOM_FOR_NAMES = 120  # the columns of a terminal that also hold the frameworks' names


def listing(types: Sequence[type[Layer]], style: Style = PLAIN, width: int | None = None) -> str:
    """One line per type, by families: its name, what it does, its names in the frameworks."""
    lines: list[Line] = []
    family = ""
    for layer in types:
        if layer.family != family:
            family = layer.family
            lines.append(Line((family.replace("_", " "), "", ""), "strong"))
        names = " ".join(name.text for name in layer.names if name.dialect != "own")
        lines.append(Line((f"  {layer.type}", headline(layer), names)))
    heads = ("type", "what it does", "in torch.nn and keras.layers")
    if width is None:
        return columns.render(heads, lines, style=style)
    from cnncalc.render import prose  # noqa: PLC0415 - only on a terminal

    shown = len(heads) if width >= _ROOM_FOR_NAMES else 2
    lines = [Line(line.cells[:shown], line.look) for line in lines]
    return prose.table(heads[:shown], lines, width, colour=bool(style.end))


def headline(layer: type[Layer]) -> str:
    """The first sentence of a type's documentation."""
    return cleandoc(layer.__doc__ or "").split("\n\n")[0].replace("\n", " ").rstrip(".")


def page(layer: type[Layer], style: Style = PLAIN, width: int | None = None) -> str:
    """Everything about one type: documentation, arguments with bounds and defaults, names."""
    wide = min(width or _READABLE, _READABLE)
    head, end = style.head, style.end if style.head else ""
    column = max([_COLUMN, *(len(name) + 2 for name in layer.arguments)])
    out = [f"{head}{layer.type}{end}", "", _documentation(layer, wide), ""]
    if layer.arguments:
        out += [f"{head}Arguments{end}", ""]
        out += [_argument(layer, name, column, wide) for name in layer.arguments]
        out.append("")
    out += [f"{head}Accepted, without effect on the figures{end}", "", _inert(layer, wide), ""]
    out += _names(layer, head, end, column, wide)
    if layer.example:
        out += [f"{head}Example{end}", "", f"  - {layer.example}", ""]
    return "\n".join(out)


def _documentation(layer: type[Layer], width: int) -> str:
    """The documentation, its lines as they are written where they fit."""
    lines = indent(documentation(layer), "  ").splitlines()
    return "\n".join(line if len(line) <= width else _continued(line, width) for line in lines)


def _continued(line: str, width: int) -> str:
    margin = " " * (len(line) - len(line.lstrip()))
    return fill(line.strip(), width, initial_indent=margin, subsequent_indent=margin + "  ")


def _argument(layer: type[Layer], name: str, column: int, width: int) -> str:
    spec = layer.arguments[name]
    default = describe_default(spec)
    shown = default if spec.default is REQUIRED or spec.declared else f"default {default}"
    others = [other for other in spec.names if other != name]
    text = f"{spec.help}; {spec.kind.describe()}; {shown}"
    text += f"; also {', '.join(others)}" if others else ""
    text += "; `type: value` gives it" if name == layer.main else ""
    return _beside(name, text, column, width)


def _beside(label: str, text: str, column: int, width: int) -> str:
    """A text beside its label, and under itself."""
    margin = " " * (2 + column)
    return fill(text, width, initial_indent=f"  {label:<{column}}", subsequent_indent=margin)


def _inert(layer: type[Layer], width: int) -> str:
    names = ", ".join(name for spec in layer.inert.values() for name in spec.names)
    return fill(names, width, initial_indent="  ", subsequent_indent="  ")


def _names(layer: type[Layer], head: str, end: str, column: int, width: int) -> list[str]:
    groups = {"here": "own", "torch.nn": "torch", "keras.layers": "keras", "both": None}
    out = [f"{head}Names{end}", ""]
    for label, dialect in groups.items():
        names = [name.text for name in layer.names if name.dialect == dialect]
        if names:
            text = ", ".join(names)
            out.append(_beside(label, text, column, width))
    return [*out, ""]
