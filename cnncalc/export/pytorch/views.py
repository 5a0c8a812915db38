"""Modules that `forward` writes as an expression: views of what arrives, learned tensors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.export.python import Bracket, flat
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.export.python import Code

#: What a method or an index may follow.
_POSTFIX = re.compile(r"[\w.]+(\([^()]*\)|\[[^\[\]]*\]|\.\w+)*")
_NUMBER = re.compile(r"(dim=)?(-?\d+|None)")
_VIEWS = frozenset({"Permute(", "Chunk(", "Slice("})
_LEARNED = frozenset({"ClassToken(", "PositionEmbedding("})


class Learned(NamedTuple):
    """A tensor that is learned, and what is made of it and of what arrives.

    Attributes:
        role: what it is called.
        code: how it is made.
        joined: the expression, with `x` for what arrives and `self.role` for the tensor.
    """

    role: str
    code: Code
    joined: str


def is_view(code: Code) -> bool:
    """Whether a module only takes a view, by numbers: `forward` has no arguments of `__init__`."""
    return (
        isinstance(code, Bracket)
        and code.head in _VIEWS
        and all(_NUMBER.fullmatch(flat(item)) for item in code.items)
    )


def is_learned(code: Code) -> bool:
    """Whether a module only joins a learned tensor to what arrives."""
    return isinstance(code, Bracket) and code.head in _LEARNED


def is_operand(text: str) -> bool:
    """Whether a method or an index may follow an expression as it stands."""
    return _POSTFIX.fullmatch(text) is not None


def operand(text: str) -> str:
    """An expression that a method or an index may follow."""
    return text if is_operand(text) else f"({text})"


def viewed(code: Code, text: str) -> str:
    """A view of a result, as an expression."""
    assert isinstance(code, Bracket)  # noqa: S101 - asked by the caller
    source = operand(text)
    items = [flat(item) for item in code.items]
    if code.head == "Permute(":
        return f"{source}.permute(0, {', '.join(items)})"
    dim = next((item.removeprefix("dim=") for item in items[2:]), "1")
    if code.head == "Chunk(":
        return f"{source}.chunk({items[0]}, dim={dim})[{items[1]}]"
    start, stop = (one if one not in {"0", "None"} else "" for one in items[:2])
    return f"{source}[{':, ' * int(dim)}{start}:{stop}]"


def learned(code: Code) -> Learned:
    """A learned tensor, and the expression that joins it."""
    assert isinstance(code, Bracket)  # noqa: S101 - asked by the caller
    if code.head == "ClassToken(":
        features, *count = (flat(item).removeprefix("count=") for item in code.items)
        made = f"nn.Parameter(torch.zeros(1, {count[0] if count else 1}, {features}))"
        first = "self.class_token.expand(x.shape[0], -1, -1)"
        return Learned("class_token", made, f"torch.cat([{first}, x], dim=1)")
    drawn = f"0.02 * torch.randn({', '.join(('1', *map(flat, code.items)))})"
    return Learned("position", Bracket("nn.Parameter(", (drawn,)), "x + self.position")


_PART = re.compile(r"\b(\w+)\.chunk\((\d+), dim=(\d+)\)\[(\d+)\]")


def parted(text: str, taken: set[str]) -> tuple[str, str]:
    """An expression of all equal parts of a tensor, and the line that takes it apart before."""
    found = list(_PART.finditer(text)) if ".chunk(" in text else []
    if not found or len({one.group(1, 2, 3) for one in found}) > 1:
        return text, ""
    source, count, dim = found[0].group(1, 2, 3)
    names = [f"{source}{number}" for number in range(1, int(count) + 1)]
    if {int(one[4]) for one in found} != set(range(int(count))) or taken & set(names):
        return text, ""
    before = f"{', '.join(names)} = {source}.chunk({count}, dim={dim})"
    return _PART.sub(lambda one: names[int(one[4])], text), before
