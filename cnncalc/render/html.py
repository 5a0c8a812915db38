"""Elements of HTML and SVG. Every text of a net reaches a page through `escaped`, and only there.

What it makes is printable, too: a page's results need not be before.

>>> element("p", "a < b", element("br"), class_="dim")
'<p class="dim">a &lt; b<br></p>'
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from cnncalc.render.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
_VOID: Final = frozenset({"br", "input", "meta"})
#: Elements of SVG that mostly have no content.
_ALONE: Final = frozenset({"circle", "line", "path", "rect"})


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


#: Places in an element that is a pattern: of a text or HTML, and of a number of percent.
SLOT: Final = Markup("{}")
PERCENT: Final = Markup("{:.2f}%")
NEW_LINE: Final = Markup("\n")


def escaped(text: str) -> Markup:
    """A text as HTML shows it, printable, between tags and in attributes."""
    return text if isinstance(text, Markup) else Markup(_escaped(text))


def _escaped(text: str) -> str:
    if type(text) is Markup or (text.isalnum() and text.isascii()):
        return text
    text = printable(text)
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        for sign, entity in _ESCAPES.items():  # of the ampersand first
            text = text.replace(sign, entity)
    return text


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Texts and HTML, one after another."""
    return Markup(_escaped(between).join(map(_escaped, parts)))


def element(
    name: str,
    /,
    *children: str,
    **attributes: str | float | bool | None,
) -> Markup:
    """An element.

    Args:
        name: of the element.
        children: texts, and HTML.
        attributes: without those that are None or False; `class_` is `class`, and other
            underscores are dashes.
    """
    start = "".join([f"<{name}", *map(_attribute, attributes, attributes.values())])
    if name in _ALONE and not children:
        return Markup(f"{start}/>")
    if name in _VOID:
        return Markup(f"{start}>")
    return Markup(f"{start}>{''.join(map(_escaped, children))}</{name}>")


def pattern(made: Markup) -> Callable[..., Markup]:
    """A function that puts texts, HTML and numbers into the slots of an element, in their order.

    For what a page has many times: the element is made once.

    >>> row = pattern(element("p", element("b", SLOT), SLOT))
    >>> row("a < b", element("br"))
    '<p><b>a &lt; b</b><br></p>'
    """
    fill = made.format

    def filled(*values: str | float) -> Markup:
        return Markup(fill(*[_escaped(one) if isinstance(one, str) else one for one in values]))

    return filled


def _attribute(name: str, value: str | float | bool | None) -> str:  # noqa: FBT001 - as above
    if isinstance(value, str):
        return f' {_written(name)}="{_escaped(value)}"'
    if value is None or value is False:
        return ""
    return f" {_written(name)}" if value is True else f' {_written(name)}="{_shown(value)}"'


@cache
def _written(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _shown(value: float) -> str:
    """A number without what rounding leaves: `12.5`, `3`."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
