"""Parts of a Markdown page; texts in them stay texts, whatever signs they hold.

Sources: CommonMark 0.31 (emphasis, code spans, raw HTML, entities), GitHub Flavored Markdown
(tables, strikethrough, links by address).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from cnncalc.render.columns import Line

# Patterns are compiled when a page has a text for them.

#: A code span, whose text is shown as it is; in a table a pipe would end it.
_CODE = r"(?<!`)(`[^`|\\\n]+`)(?!`)"

#: What is more than itself: escapes and entities, code, tags, ends of links, mathematics,
#: beginnings of emphasis, addresses.
_SIGNS = r"""(?xi) \\(?=[!-/:-@\[-`{-~]|$) | &(?=\#?\w+;) | ` | <(?=[A-Za-z/!?]) | \](?=[(\[:]) | \$
    | [*~](?=\S|$) | (?<!\w)_+(?=\S|$) | :(?=//) | (?<=www)\."""
#: What none of these is in needs no change.
_MAYBE = r"(?i)[\\&`<\]*~|@$]|(?<!\w)_|:/|www"
_MENTION = r"(?<!\w)@(?=\w)"  # a person would be told
#: What begins something else than a paragraph: a heading, list, quote, table, or code.
_BLOCK = r" {0,3}(?=[#>+=*_~`|\[-]|\d+[.)])| {3}(?= )"


def inline(text: str) -> str:
    r"""A text within a line; a word between single backticks is code.

    >>> inline("*a* | `w_1 <b>` <b>")
    '&#42;a* \\| `w_1 <b>` &#60;b>'
    """
    if not re.search(_MAYBE, text):
        return text
    parts = re.split(_CODE, text)
    return "".join(part if at % 2 else _plain(part) for at, part in enumerate(parts))


def _plain(text: str) -> str:
    named = re.sub(_SIGNS, _entity, text).replace("|", "\\|")
    return re.sub(_MENTION, "@&#8203;", named)


def _entity(found: re.Match[str]) -> str:
    return "".join(f"&#{ord(char)};" for char in found[0])


def paragraph(text: str) -> str:
    """Lines of text that are no heading, list or code; they end with a line break."""
    return "".join(f"{_line(line)}\n" for line in text.split("\n"))


def _line(text: str) -> str:
    """A line that begins no block."""
    begins = re.match(_BLOCK, text)
    if begins is None:
        return inline(text)
    at = begins.end()
    return f"{text[:at]}&#{ord(text[at])};{inline(text[at + 1 :])}"


def heading(level: int, text: str) -> str:
    """A heading."""
    return f"{'#' * level} {inline(text)}\n"


def item(text: str, level: int = 0) -> str:
    """An item of a list."""
    return f"{'  ' * level}- {_line(text)}"


def fenced(text: str) -> str:
    """A block of text as it is; the fence is longer than any in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}{fence}\n"


def table(heads: Sequence[str], lines: Iterable[Line], right: Collection[int]) -> str:
    """Rows under heads; line breaks in a cell stay, cells that look strong are bold."""
    rule = "|" + "|".join(" ---: " if i in right else " --- " for i in range(len(heads))) + "|"
    rows = [_row(map(_cell, heads)), rule]
    known = _Cells()  # rows of layers that are alike have the same
    for line in lines:
        cells = [known[text] for text in line.cells]
        for at, look in line.looks.items():
            if look == "strong":
                cells[at] = f"**{cells[at]}**"
        rows.append(_row(cells))
    return "\n".join(rows) + "\n"


class _Cells(dict[str, str]):
    """Texts as cells, each made once."""

    def __missing__(self, text: str) -> str:
        self[text] = made = _cell(text)
        return made


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return "<br>".join(map(inline, text.split("\n")))
