"""The window of a convolution where its call would have a line for each argument.

Kernel, stride and padding go by their places, and a padding that is computed is a variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.python import INDENT, WIDTH, Bracket, flat
from cnncalc.export.statements import Assign, Line, with_inside_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement

#: The arguments after the channels and the kernel, in their order.
_PLACED = ("stride", "padding")
_FIRST = 3


def with_short_windows(
    statements: Sequence[Statement], indent: int, taken: set[str]
) -> list[Statement]:
    """Statements whose convolutions have few lines.

    Args:
        statements: of a constructor.
        indent: how many steps they are indented.
        taken: the names that are not free.
    """
    found: list[Statement] = []
    named = "padding" in taken
    for one in statements:
        if isinstance(one, Line):
            code = one.code
            value = next(_computed(code, indent, len(one.before)), None)
            if value is not None and not named:
                found.append(Assign("padding", value))
                code, named = _replaced(code, f"padding={value}", "padding=padding"), True
            found.append(one._replace(code=placed(code, indent, len(one.before))))
            continue
        found.append(
            with_inside_at(one, lambda inside, at: with_short_windows(inside, at, taken), indent)
        )
    return found


def _computed(code: Code, indent: int, before: int) -> Iterator[str]:
    """The paddings that are computed in calls which do not fit on a line."""
    if not isinstance(code, Bracket):
        return
    if _is_convolution(code) and len(INDENT) * indent + before + len(flat(code)) >= WIDTH:
        for item in code.items:
            if isinstance(item, str) and item.startswith("padding=") and " " in item:
                yield item.removeprefix("padding=")
    for item in code.items:
        yield from _computed(item, indent + 1, 0)


def _replaced(code: Code, item: str, other: str) -> Code:
    if not isinstance(code, Bracket):
        return other if code == item else code
    return code._replace(items=tuple(_replaced(one, item, other) for one in code.items))


def placed(code: Code, indent: int, before: int) -> Code:
    """The code with arguments by their places in calls that are too long otherwise."""
    if not isinstance(code, Bracket):
        return code
    if _is_convolution(code):
        if len(INDENT) * indent + before + len(flat(code)) < WIDTH:
            return code
        inside = len(INDENT) * (indent + 1)
        short = code._replace(items=_by_places(code.items))
        named = inside + len(", ".join(map(flat, code.items))) <= WIDTH
        fits = inside + len(", ".join(map(flat, short.items))) <= WIDTH
        computed = "padding=padding" in code.items
        return short if (fits and not named) or computed else code
    return code._replace(items=tuple(placed(one, indent + 1, 0) for one in code.items))


def _by_places(items: tuple[Code, ...]) -> tuple[Code, ...]:
    """Stride and padding without their names, as far as all before them are there."""
    found = list(items)
    for at, name in enumerate(_PLACED, _FIRST):
        if at >= len(found) or "=" in "".join(map(flat, found[:at])):
            break
        item = found[at]
        head = item.head if isinstance(item, Bracket) else item
        if not head.startswith(f"{name}=") and name == "padding":
            break
        bare = head.removeprefix(f"{name}=")
        found[at] = item._replace(head=bare) if isinstance(item, Bracket) else bare
    return tuple(found)


def _is_convolution(code: Bracket) -> bool:
    return code.head.startswith("nn.Conv")
