"""A scalar's text as the value that a person means by it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Mapping, Scalar, Sequence, Tree, not_pairs
from cnncalc.layers.base.kinds import MOST_DIGITS

if TYPE_CHECKING:
    from collections.abc import Callable

_INTEGER = re.compile(r"[-+]?\d[\d_]*")
_REAL = re.compile(r"[-+]?(\d[\d_]*\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?")
_WORDS: dict[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "None": None, "~": None, "": None,
}  # fmt: skip


def scalar_value(scalar: Scalar) -> Any:  # noqa: ANN401 - int, float, bool, None or str
    """The value of a scalar: a whole number, a number, a truth value, nothing, or a text.

    Digits are decimal, leading zeros or not (`017` is seventeen); `1e-4` is a
    number; `1_000` a thousand. `yes`, `no`, `on`, `off` stay words: an
    argument that wants a truth value understands them.
    """
    text = scalar.text
    if scalar.quoted:
        return text
    if text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        if len(text) > MOST_DIGITS:
            raise SpecProblem(codes.LIMIT, f"a number of {len(text):,} digits", scalar)
        return int(text.replace("_", ""))
    if _REAL.fullmatch(text):
        return float(text.replace("_", ""))
    return text


def plain(tree: Tree, evaluate: Callable[[Scalar], Any]) -> Any:  # noqa: ANN401 - any plain value
    """A tree as plain Python values; texts with `$` go through `evaluate`."""
    if isinstance(tree, Scalar):
        return evaluate(tree) if "$" in tree.text else scalar_value(tree)
    if isinstance(tree, Sequence):
        return [plain(item, evaluate) for item in tree.items]
    check_not_a_set(tree)
    return {key.text: plain(value, evaluate) for key, value in tree.pairs()}


def check_not_a_set(tree: Mapping) -> None:
    """Refuse `{3, 5}` and a comma torn out of parentheses, with what was meant.

    Raises:
        SpecProblem: the mapping is not what its author takes it for.
    """
    keys = [key for key, _ in tree.pairs()]
    bare = all(isinstance(value, Scalar) and not value.text for _, value in tree.pairs())
    if keys and bare and all(key.text.lstrip("-").isdigit() for key in keys):
        raise not_pairs(keys, tree.mark)
    torn = next((key for key in keys if key.text.count(")") > key.text.count("(")), None)
    if torn is not None:
        raise SpecProblem(
            codes.WRONG_TYPE, "inside braces and brackets a comma ends the value", torn,
            help=("a list is written `[1, 2]`", "quote an expression with commas"),
        )  # fmt: skip


def require_text(tree: Tree, what: str) -> str:
    """The text of a scalar; raises `SpecProblem` for anything else."""
    if isinstance(tree, Scalar) and tree.text:
        return tree.text
    raise SpecProblem(codes.WRONG_TYPE, f"{what} must be a word", tree)


def require_mapping(tree: Tree | None, what: str) -> Mapping:
    """A mapping; raises `SpecProblem` for anything else."""
    if isinstance(tree, Mapping):
        return tree
    raise SpecProblem(codes.WRONG_TYPE, f"{what} must be a mapping, `key: value`", tree)


def require_list(tree: Tree | None, what: str) -> list[Tree]:
    """The items of a list; raises `SpecProblem` for anything else."""
    if isinstance(tree, Sequence):
        return tree.items
    raise SpecProblem(
        codes.WRONG_TYPE, f"{what} must be a list", tree, help=("begin each item with `- `",)
    )
