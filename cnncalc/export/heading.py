"""The beginning and the end of a file: its title, and numbers as they read well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.export.python import WIDTH, class_name

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a description says of the command line.
SETTING = re.compile(r"[,;]? ?\([^()]*--set[^()]*\)")


def sentence(text: str) -> str:
    """The first line of a text as the sentence of a docstring."""
    found = text.strip().splitlines()[0] if text.strip() else ""
    found = in_docstring(found.strip('"'))
    return f"{found[:1].upper()}{found[1:]}" + ("" if found.endswith(".") else ".")


def in_docstring(text: str) -> str:
    """A text that cannot end the docstring that it stands in, and means itself there."""
    return text.replace("\\", "\\\\").replace('"""', "'''")


def docstring(  # noqa: PLR0913 - what there may be to say
    name: str,
    description: object,
    facts: str,
    *,
    order: str | None,
    flattened: bool,
    structure: str | None,
    fixed: Sequence[str],
) -> str:
    """The docstring of a file, in which no text of the spec can end it.

    Args:
        name: the net's, where it has no description.
        description: the spec's, a literal or nothing.
        facts: its input and its totals.
        order: where the channels are in another place than in the spec: what is said of it.
        flattened: whether something is flattened in another order than the spec's.
        structure: what is said of loops and blocks that are not kept.
        fixed: the spec's variables that are written as their values, as the spec names them.
    """
    title = getattr(description, "value", None)
    named = in_docstring(f"{name}.")
    first = sentence(SETTING.sub("", title)) if isinstance(title, str) else named
    lines = [
        *_wrapped(f'"""{first}'),
        "",
        *_wrapped(in_docstring(facts), hyphens=False),
    ]
    if order is not None:
        lines.append(order)
    if flattened:
        lines.append("What is flattened is in another order than the spec's, so that the weights")
        lines.append("of the dense layer after it must be put in order before they are taken over.")
    if structure is not None:
        lines.append(structure)
    if fixed:
        named = ", ".join(in_docstring(one) for one in fixed)
        lines += _wrapped(f"Variables of the spec that are written as their values: {named}.")
    return "\n".join([*lines, '"""'])


def _wrapped(text: str, *, hyphens: bool = True) -> list[str]:
    """The lines of a text; words with hyphens may be parted at them."""
    words = text.split(" ")
    plain = text.isprintable() and all(words) and max(map(len, words)) <= WIDTH
    if not plain or (hyphens and "-" in text and len(text) > WIDTH):
        from textwrap import wrap  # noqa: PLC0415 - start-up

        return wrap(text, WIDTH, break_on_hyphens=hyphens)
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def titled(words: str, description: object) -> str:
    """A net's name as that of a class, in the capitals that its description has."""
    title = getattr(description, "value", None)
    wanted = _letters(words.lower())
    written_so = _letters(title)[: len(wanted)] if isinstance(title, str) else ""
    if written_so.lower() == wanted and written_so[:1].isupper() and written_so.isascii():
        return written_so
    return class_name(words)


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


def grouped(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:_}" if number >= 10_000 else str(number)  # noqa: PLR2004 - as PEP 515 reads
