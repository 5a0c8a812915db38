"""Python text: expressions, literals, and code laid out as `ruff format` does."""

from __future__ import annotations

import builtins
import re
from itertools import accumulate, count, zip_longest
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.kinds import sequence
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.export.symbols import Symbol

WIDTH = 88
#: As many characters has a name, so that a line has room for it.
_LONGEST = 50
INDENT = "    "


class Bracket(NamedTuple):
    """Items in brackets with what stands before and after: a call, a list, a table.

    Attributes:
        head: up to and with the opening bracket.
        items: what is inside.
        tail: the closing bracket and what follows it.
        one_each: a line for each item, however short.
        literal: a list or table, which has a line for each item where one line is too short.
        notes: a comment after each item, on the line that the item then has; or none.
    """

    head: str
    items: tuple[Code, ...]
    tail: str = ")"
    one_each: bool = False
    literal: bool = False
    notes: tuple[str, ...] = ()


Code = str | Bracket


def flat(code: Code) -> str:
    """Code on one line."""
    if isinstance(code, str):
        return code
    inside = ", ".join(map(flat, code.items))
    return f"{code.head}{inside}{code.tail}"


def is_long(code: Code) -> bool:
    """Whether it must not stand on one line."""
    return isinstance(code, Bracket) and (code.one_each or any(map(is_long, code.items)))


def laid_out(code: Code, indent: int, *, before: str = "", after: str = "") -> list[str]:
    """Lines of code, each as long as it may be.

    Args:
        code: what is to be written.
        indent: how many steps the first line is indented.
        before: what stands on the first line before it, `x = `.
        after: what stands on the last line after it, a comma.
    """
    space = INDENT * indent
    line = f"{space}{before}{flat(code)}{after}"
    if isinstance(code, str) or (len(line) <= WIDTH and not is_long(code)) or not code.items:
        return [line]
    # A tuple of one has a comma on one line, and that of every item on several.
    last = f"{space}{code.tail.removeprefix(',')}{after}"
    first = f"{space}{before}{code.head}"
    if code.tail.startswith(")(") and not is_long(code):
        # A formatter would break the second call, which is short, if the first fits.
        opened = len(line) - len(code.tail) + 2
        code = code._replace(one_each=opened <= WIDTH)
    inside = INDENT * (indent + 1) + ", ".join(map(flat, code.items))
    if not code.literal and len(inside) <= WIDTH and not is_long(code):
        return [first, inside, last]
    lines = [first]
    for item, note in zip_longest(code.items, code.notes, fillvalue=""):
        lines += commented(_item(item, indent + 1), note)
    return [*lines, last]


def commented(lines: list[str], comment: str) -> list[str]:
    """Lines with a comment at their end, where there is room for it."""
    if not comment or len(lines[-1]) + len(comment) + 4 > WIDTH:
        return lines
    return [*lines[:-1], f"{lines[-1]}  # {comment}"]


def _item(item: Code, indent: int) -> list[str]:
    return laid_out(item, indent, after=",")


def structured(line: str) -> Code:
    """Calls and lists in a line of code, so that it can be laid out."""
    opening = next((at for at, one in enumerate(line) if one in "(["), None)
    if opening is None or _closing(line, opening) != len(line) - 1 or '"' in line:
        return line
    items = tuple(structured(part) for part in _parts(line[opening + 1 : -1]))
    literal_ = opening == 0 or line[: opening + 1].rstrip("[").endswith("=")
    return Bracket(line[: opening + 1], items, line[-1], literal=literal_)


def _closing(line: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(line)):
        depth += (line[at] in "([{") - (line[at] in ")]}")
        if not depth:
            return at
    return -1


def _parts(line: str) -> list[str]:
    """What stands between the commas, those in brackets aside."""
    found, depth, start = [], 0, 0
    for at, one in enumerate(line):
        depth += (one in "([{") - (one in ")]}")
        if one == "," and not depth:
            found.append(line[start:at].strip())
            start = at + 1
    last = line[start:].strip()
    return [*found, last] if last else found


# -- literals -----------------------------------------------------------------------------------


def literal(value: Any) -> Code:  # noqa: ANN401 - any plain value
    """A value as Python writes it: lists as tuples."""
    if isinstance(value, dict):
        rows = tuple(keyed(literal_key(key), literal(row)) for key, row in value.items())
        return Bracket("{", rows, "}", literal=True)
    if isinstance(value, (list, tuple, range)):
        items = tuple(map(literal, value))
        if len(items) == 1:
            return Bracket("(", items, ",)", literal=True)
        return Bracket("(", items, ")", literal=True)
    return literal_key(value)


def keyed(key: str, value: Code) -> Code:
    """A row of a table."""
    if isinstance(value, str):
        return f"{key}: {value}"
    return value._replace(head=f"{key}: {value.head}")


def keyword(name: str, value: Code) -> Code:
    """An argument by its name."""
    if isinstance(value, str):
        return f"{name}={value}"
    return value._replace(head=f"{name}={value.head}")


def literal_key(value: Any) -> str:  # noqa: ANN401 - a scalar
    """A number, a truth value, a text or nothing."""
    sizes = sequence(value)
    if isinstance(value, str) and isinstance(sizes, list):
        return f"({', '.join(map(str, sizes))})"  # `3x5`, a size for each axis
    if isinstance(value, str):
        quote = "'" if '"' in value and "'" not in value else '"'
        shown = value.replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\n", "\\n")
        return quote + shown + quote  # what else is hidden is escaped in the whole file
    if value is None or isinstance(value, (bool, int)):
        return repr(value)
    if isinstance(value, float):
        shown = repr(value).replace("e-0", "e-")  # 1e-5, as it is written by hand
        return shown if abs(value) < float("inf") else f'float("{value}")'
    return repr(float(value))  # an exact fraction


# -- expressions --------------------------------------------------------------------------------

_PRIORITIES = {
    "if": 0, "or": 1, "and": 2, "not": 3,
    "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "negative": 7, "**": 8,
}  # fmt: skip
_ATOM = 9
#: An operand beside which a formatter leaves no space before or after `**`.
_SIMPLE = re.compile(r"-?[\w.]+(\*\*-?[\w.]+)*")
_CALLS = {"ceil": "math.ceil", "floor": "math.floor"}


def expression(symbol: Symbol) -> Code:
    """An expression of the language as Python has it."""
    operation, *parts = symbol
    if operation == "list":
        items = tuple(expression(part) for part in parts)
        return Bracket("(", items, ",)" if len(items) == 1 else ")", literal=True)
    if operation == "map":
        rows = tuple(keyed(literal_key(key), expression(part)) for key, part in parts)
        return Bracket("{", rows, "}", literal=True)
    if operation == "choice":
        by, *rows_ = parts
        rows = tuple(keyed(literal_key(key), expression(part)) for key, part in rows_)
        table = Bracket("{", rows, "}", literal=True)
        default = next((expression(part) for key, part in rows_ if key == "default"), None)
        if default is None:
            return table._replace(tail=f"}}[{flat(expression(by))}]")
        return table._replace(tail=f"}}.get({flat(expression(by))}, {flat(default)})")
    if operation == "value":
        return literal(parts[0])
    return _inline(symbol)


def _inline(symbol: Symbol, least: int = 0) -> str:
    operation, *parts = symbol
    priority = _PRIORITIES.get(operation, _ATOM)
    found = _written(operation, parts, priority)
    if operation == "value" and found.startswith("-"):
        priority = _PRIORITIES["negative"]
    return f"({found})" if priority < least else found


def _written(operation: str, parts: list[Any], priority: int) -> str:  # noqa: PLR0911 - one an operation
    if operation == "variable":
        return str(parts[0])
    if operation == "if":
        condition, yes, no = (_inline(part, 1) for part in parts)
        return f"{yes} if {condition} else {no}"
    if operation == "not":
        if parts[0][0] == "in":
            return f"{_inline(parts[0][1], 5)} not in {_inline(parts[0][2], 5)}"
        return f"not {_inline(parts[0], priority)}"
    if operation == "negative":
        return f"-{_inline(parts[0], _ATOM if parts[0][0] == '**' else priority)}"
    if operation == "call":
        inside = ", ".join(_inline(part) for part in parts[1:])
        return f"{_CALLS.get(parts[0], parts[0])}({inside})"
    if operation == "item":
        return f"{_inline(parts[0], _ATOM)}[{_inline(parts[1])}]"
    if operation in {"value", "list", "map", "choice"}:
        return flat(expression((operation, *parts)))
    if operation == "**":
        base, exponent = _inline(parts[0], priority + 1), _inline(parts[1], priority)
        close = _SIMPLE.fullmatch(base) and _SIMPLE.fullmatch(exponent)
        return f"{base}**{exponent}" if close else f"{base} ** {exponent}"
    right = priority + 1
    return f"{_inline(parts[0], priority + (priority == 4))} {operation} {_inline(parts[1], right)}"  # noqa: PLR2004 - comparisons


# -- names --------------------------------------------------------------------------------------


def identifier(words: str) -> str:
    """A name of Python in small letters, from any text."""
    kept = "".join(one if one.isalnum() and one.isascii() else "_" for one in words)
    snake = "".join(
        f"_{one.lower()}" if one.isupper() and at and kept[at - 1].islower() else one.lower()
        for at, one in enumerate(kept)
    )
    found = "_".join(_few([part for part in snake.split("_") if part])) or "net"
    found = f"n{found}" if found[0].isdigit() else found
    return f"{found}_" if iskeyword(found) else found


def _few(words: list[str]) -> list[str]:
    """As many words as fit in a name; of a first one that is too long, its beginning."""
    lengths = accumulate(len(one) + 1 for one in words)
    fitting = sum(length - 1 <= _LONGEST for length in lengths)
    return words[:fitting] or [one[:_LONGEST] for one in words[:1]]


def class_name(words: str) -> str:
    """A name of a class, from any text."""
    return "".join(part[:1].upper() + part[1:] for part in identifier(words).split("_") if part)


def fresh_class(wanted: str, what: str, taken: Iterable[str]) -> str:
    """The name of a class, with what the class is behind it if it is taken, and then a number.

    The names of Python are taken, too.
    """
    known = set(taken)
    if wanted in known or iskeyword(wanted) or hasattr(builtins, wanted):
        wanted = f"{wanted}{what}"
    if wanted not in known:
        return wanted
    return next(name for name in map(f"{wanted}{{}}".format, count(2)) if name not in known)


def fresh(wanted: str, taken: Iterable[str]) -> str:
    """The name, with a number if it is taken."""
    known = taken if isinstance(taken, (set, frozenset, dict)) else set(taken)
    if wanted not in known:
        return wanted
    number = step = 1  # where numbers up to one are taken, it is found in few steps
    while f"{wanted}_{number + step}" in known:
        number, step = number + step, 2 * step
    while step > 1:
        step //= 2
        if f"{wanted}_{number + step}" in known:
            number += step
    return f"{wanted}_{number + 1}"
