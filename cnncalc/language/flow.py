"""Values of the syntax tree as YAML on one line: quotes where they are needed, flow style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.exhaustive import unreachable
from cnncalc.language.syntax import (
    Choice,
    Expression,
    List,
    Literal,
    Malformed,
    Map,
    Template,
)
from cnncalc.language.tree import Position, Scalar
from cnncalc.language.values import is_arithmetic, is_null, scalar_value
from cnncalc.visible import escaped, visible

if TYPE_CHECKING:
    from cnncalc.language.syntax import Value

#: What a scalar without quotes may begin with, and what it may hold.
_PLAIN = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=[\w$(.]))[^\n\t]*")
_FLOW = re.compile(r"[,\[\]{}]")
_ENDS = re.compile(r": |:$| #|[ ]$")
_QUOTES = str.maketrans({"\\": "\\\\", '"': '\\"'})
_ESCAPED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def flow(value: Value, *, inside: bool = False) -> str:
    """A value on one line.

    Args:
        value: any value.
        inside: whether it stands in brackets or braces, where commas and brackets end it.
    """
    if isinstance(value, (Expression, Template)):
        return quoted_if_needed(value.text, inside=inside)
    if isinstance(value, Literal):
        return _literal(value, inside=inside)
    if isinstance(value, List):
        return f"[{', '.join(flow(item, inside=True) for item in value.items)}]"
    if isinstance(value, Map):
        pairs = [pair(key.text, part) for key, part in value.pairs]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, Choice):
        rows = [
            f"{_literal(key, inside=True)}: {flow(row, inside=True)}" for key, row in value.rows
        ]
        return "{" + ", ".join([pair("by", value.by), *rows]) + "}"
    if isinstance(value, Malformed):
        raise ValueError(f"cannot be written: {value.message}")  # noqa: TRY004 - a right type
    raise unreachable(value)


def pair(key: str, value: Value | None) -> str:
    """`key: value` in braces; None leaves the value out, as for a required argument."""
    text = flow(value, inside=True) if value is not None else ""
    return f"{quoted_if_needed(key, inside=True)}: {text}"


def quoted_if_needed(text: str, *, inside: bool = False) -> str:
    """A text as a scalar, in quotes only where YAML needs them."""
    plain = visible(text) and _PLAIN.fullmatch(text) and not _ENDS.search(text)
    null = is_null(Scalar(text, Position(), quoted=False))
    if not plain or null or text in ("<<", "...") or (inside and _FLOW.search(text)):
        return _quoted(text)
    return text


def _literal(value: Literal, *, inside: bool) -> str:
    plain = value.value
    if plain is None:
        return "null"
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, (int, float)):
        return _number(plain)
    text = quoted_if_needed(plain, inside=inside)
    bare = Scalar(text, Position(), quoted=False)
    if text == plain and (scalar_value(bare) != plain or is_arithmetic(bare)):
        return _quoted(plain)  # a text that looks like a number, `true` or `null`
    return text


def _number(value: float) -> str:
    """The shortest text that is read as the same number."""
    if isinstance(value, int):
        return str(value)
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}" if exponent else text


def _quoted(text: str) -> str:
    return f'"{escaped(text.translate(_QUOTES), _escaped)}"'


def _escaped(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 - two digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - four digits
