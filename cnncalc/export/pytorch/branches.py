"""Residuals and parallel branches as one module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.entries import branches, joining, results_of
from cnncalc.export.places import Unsaid
from cnncalc.export.python import Bracket
from cnncalc.export.pytorch.layers import LayerWriter
from cnncalc.export.pytorch.made import Made
from cnncalc.export.statements import Module
from cnncalc.layers.base.code import Joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.python import Code
    from cnncalc.export.pytorch.classes import Body
    from cnncalc.export.statements import Statement
    from cnncalc.export.trace import Done

_IN_A_ROW = 40  # operands; Python's compiler recurses at each, and ends after hundreds


def residual_of(
    owner: Body, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
) -> Made:
    """A residual as one module."""
    runs = [done.runs for done in dones]
    body = owner.modules([one[0] for one in runs], places, tensor)
    before, body_code = owner.sequence(body, "body")
    shortcut_code: Code = ""
    ends = [tensor, body.tensor]
    if len(runs[0]) > 1:
        shortcut = owner.modules([one[1] for one in runs], places, tensor)
        further, code = owner.sequence(shortcut, "shortcut")
        before += further
        if shortcut.items:
            shortcut_code = code
        ends[0] = shortcut.tensor
    names = results_of(dones)
    joined, result = merged(dones, places, ends, names)
    kinds = {"+": "Residual", "*": "Gate"}
    if joined.operator in kinds and not shortcut_code:
        made = Bracket(f"{kinds[joined.operator]}(", (body_code,))
        if isinstance(body_code, Bracket) and body_code.head == "nn.Sequential(":
            made = body_code._replace(head=made.head)
    elif joined.operator == "+":
        made = Bracket("Sum(", (body_code, shortcut_code))
    elif joined.function == "torch.cat":
        dim = concat_dim(joined, ends[0])
        made = Bracket("Concat(", (shortcut_code or "nn.Identity()", body_code, *dim))
    else:
        raise Unsaid("joined in another way")
    return Made([*before, Module(made, "residual")], result)


def concat_dim(joined: Joined, tensor: Tensor) -> tuple[Code, ...]:
    """The axis of a `torch.cat`, left out where it is the channels."""
    found = joined_dim(joined, tensor)
    return () if found == 1 else (f"dim={found}",)


def parallel_of(
    owner: Body, dones: Sequence[Done], places: Sequence[Place], tensor: Tensor
) -> Made:
    """A parallel as one module."""
    before: list[Statement] = []
    parts: list[Code] = []
    ends: list[Tensor] = []
    for runs, here, values in branches(dones, places):
        with owner.binding(values):
            made = owner.modules(runs, here, tensor)
        further, code = owner.sequence(made, f"branch_{len(parts) + 1}")
        before += further
        parts.append(code if made.items else "nn.Identity()")
        ends.append(made.tensor)
    joined, result = merged(dones, places, ends, results_of(dones))
    if joined.operator == "+":
        made_ = Bracket("Sum(", tuple(parts))
    elif joined.function == "torch.cat":
        made_ = Bracket("Concat(", (*parts, *concat_dim(joined, ends[0])))
    else:
        raise Unsaid("joined in another way")
    return Made([*before, Module(made_, "branches")], result)


def merged(
    dones: Sequence[Done],
    places: Sequence[Place],
    ends: Sequence[Tensor],
    names: tuple[str, ...],
) -> tuple[Joined, Tensor]:
    """How branches are joined, and what that gives."""
    merges = joining(dones)
    if len({end.moved for end in ends}) > 1:
        raise Unsaid("branches with several orders of axes")
    writer = LayerWriter(merges, places, tuple(ends))
    code = writer.code()
    if not isinstance(code, Joined):
        raise Unsaid("joined by a module")
    return code, writer.result(names, "x", moved=ends[0].moved)


def joined_dim(joined: Joined, tensor: Tensor) -> int:
    """The axis along which tensors are joined, as PyTorch counts it."""
    axis = next(option.value for option in joined.options if option.name == "dim")
    at = int(getattr(axis, "axis", 0))
    if tensor.moved and len(tensor.sizes) > 1:
        return 1 if at == len(tensor.sizes) - 1 else at + 2
    return at + 1


def join_text(joined: Joined, texts: list[str], tensor: Tensor) -> str:
    """Inputs joined in an expression."""
    if joined.transposed:
        pairs = zip(texts, joined.transposed, strict=True)
        texts = [f"{text}.mT" if turned else text for text, turned in pairs]
    if joined.mean:
        return f"({_chained('+', texts)}) / {len(texts)}"
    if joined.operator:
        return _chained(joined.operator, texts)
    if joined.function == "torch.cat":
        return f"torch.cat([{', '.join(texts)}], dim={joined_dim(joined, tensor)})"
    return _applied(joined.function, texts)


def _chained(operator: str, texts: Sequence[str]) -> str:
    """Operands with an operator between them, no more in a row than Python's compiler takes."""
    while len(texts) > _IN_A_ROW:
        groups = (texts[at : at + _IN_A_ROW] for at in range(0, len(texts), _IN_A_ROW))
        texts = [f"({_chained(operator, group)})" for group in groups]
    return f" {operator} ".join(texts)


def _applied(function: str, texts: Sequence[str]) -> str:
    """A function of two applied to all, not nested deeper than Python's compiler takes."""
    if len(texts) > _IN_A_ROW:
        half = len(texts) // 2
        return f"{function}({_applied(function, texts[:half])}, {_applied(function, texts[half:])})"
    found = texts[0]
    for one in texts[1:]:
        found = f"{function}({found}, {one})"
    return found
