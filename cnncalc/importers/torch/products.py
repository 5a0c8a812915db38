"""Sums of products of two tensors (`torch.einsum`) that are products of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.naming import NotKnownError

if TYPE_CHECKING:
    from collections.abc import Sequence

_TURNS = ((False, False), (False, True), (True, False), (True, True))


def matmul_of(equation: Any, ranks: Sequence[int]) -> dict[str, Any]:  # noqa: ANN401 - whatever is given
    """The arguments of the `matmul` that an equation is.

    Args:
        equation: `bhid, bhjd -> bhij`; the first letter is the batch.
        ranks: of the two tensors, for one sample.

    Raises:
        NotKnownError: it is another sum, or its axes are in an order that `matmul` has not.
    """
    operands, arrow, result = str(equation).replace(" ", "").partition("->")
    terms = operands.split(",")
    if not arrow or not "".join([*terms, result]).isalpha():
        raise NotKnownError
    if [len(term) - 1 for term in terms] != list(ranks) or min(ranks) < 2:  # noqa: PLR2004 - matrices
        raise NotKnownError
    for turned in _TURNS:
        one, other = (
            _turned(term) if turn else term for term, turn in zip(terms, turned, strict=True)
        )
        outer, row, inner, column = one[:-2], one[-2], one[-1], other[-1]
        distinct = len({*one, column}) == len(one) + 1
        if distinct and other == outer + inner + column and result == outer + row + column:
            names = ("transpose_a", "transpose_b")
            return {name: True for name, turn in zip(names, turned, strict=True) if turn}
    raise NotKnownError


def _turned(letters: str) -> str:
    """The last two axes exchanged."""
    return letters[:-2] + letters[:-3:-1]
