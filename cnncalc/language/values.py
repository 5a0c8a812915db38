"""Values of the syntax tree: read from YAML as a person means them, and as plain values."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import (
    Choice,
    Expression,
    Key,
    List,
    Literal,
    Malformed,
    Map,
    Template,
    Value,
)
from cnncalc.language.tree import Mapping, Scalar, Sequence, Tree, not_pairs
from cnncalc.numerals import MOST_DIGITS, TooLongError, number

if TYPE_CHECKING:
    from collections.abc import Callable

#: Arithmetic of numbers; compiled when it is first looked for.
_OPERATION = r"[\d).]\s*(?:[*/%+]| -\s)[\s*/]*[-\d(.]"
_NUMBERS = r"[-+*/%()\d_.\s]+"
DEFAULT_ROW = "default"
_GROUP = 3  # digits between the commas of a large number
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
    try:
        value = number(text)
    except TooLongError as error:
        raise SpecProblem(codes.LIMIT, str(error), scalar) from None
    return text if value is None else value


def value_of(tree: Tree) -> Value:
    """A tree as a typed value; what is not one is `Malformed`, and told when it is needed."""
    try:
        if isinstance(tree, Scalar):
            text = tree.text
            if not text.isdecimal() and ("$" in text or is_arithmetic(tree)):
                return Expression(text, tree)
            return Literal(scalar_value(tree), tree, text)
        if isinstance(tree, Sequence):
            return List(tuple([value_of(item) for item in tree.items]), tree)
        check_not_a_set(tree)
        return map_of(tree) if tree.get("by") is None else choice_of(tree, value_of)
    except SpecProblem as problem:
        return Malformed(problem)


def map_of(tree: Mapping) -> Map:
    """A mapping with typed values."""
    return Map(tuple([(Key(key.text, key), value_of(value)) for key, value in tree.pairs()]), tree)


def choice_of(tree: Mapping, row_of: Callable[[Tree], Value]) -> Choice:
    """A table `{by: $variable, value: row, ...}`; its default row comes last."""
    by: Value = Literal(None)
    rows: list[tuple[Literal, Value]] = []
    for key, value in tree.pairs():
        if key.text == "by":
            by = value_of(value)
        else:
            rows.append((Literal(scalar_value(key), key, key.text), row_of(value)))
    rows.sort(key=lambda row: row[0].value == DEFAULT_ROW)
    return Choice(by, tuple(rows), tree)


def is_arithmetic(scalar: Scalar) -> bool:
    """Whether this is arithmetic of numbers alone, `2 * 64`; in quotes it is a text."""
    text = scalar.text
    return (
        not scalar.quoted
        and not text.isidentifier()
        and re.search(_OPERATION, text) is not None
        and re.fullmatch(_NUMBERS, text) is not None
    )


def template_of(tree: Tree) -> Template | Malformed:
    """A name, variables in it or not."""
    if isinstance(tree, Scalar) and tree.text and not is_null(tree):
        return Template(tree.text, tree)
    return Malformed(SpecProblem(codes.WRONG_TYPE, "a name must be a word", tree))


def is_null(tree: Tree | None) -> bool:
    """Whether nothing is written there, or `null`, `~` and the like, as a YAML dumper does."""
    return tree is None or (
        isinstance(tree, Scalar)
        and not tree.quoted
        and tree.text in _WORDS
        and _WORDS[tree.text] is None
    )


def is_empty(tree: Tree | None) -> bool:
    """Whether nothing is written there."""
    return tree is None or (isinstance(tree, Scalar) and not tree.text and not tree.quoted)


def plain(
    value: Value,
    evaluate: Callable[[Expression | Choice], Any],
    read: Callable[[Literal], Any] = attrgetter("value"),
) -> Any:  # noqa: ANN401 - any plain value
    """A value as Python has it; expressions and choices go through `evaluate`.

    Args:
        value: the value.
        evaluate: what an expression or a choice comes to.
        read: what a literal comes to.

    Raises:
        SpecProblem: it is malformed.
    """
    if isinstance(value, Literal):
        return read(value)
    if isinstance(value, (Expression, Choice)):
        return evaluate(value)
    if isinstance(value, List):
        return [plain(item, evaluate, read) for item in value.items]
    if isinstance(value, Map):
        return {key.text: plain(part, evaluate, read) for key, part in value.pairs}
    if isinstance(value, Malformed):
        raise value.problem()
    return value.text


def exact_number(literal: Literal) -> Any:  # noqa: ANN401 - any plain value
    """A literal with its decimals as they are written: 0.7 is seven tenths."""
    if not isinstance(literal.value, float):
        return literal.value
    from fractions import Fraction  # noqa: PLC0415 - only for worked numbers

    return Fraction(literal.text.replace("_", ""))


def check_not_a_set(tree: Mapping) -> None:
    """Refuse `{3, 5}` and a comma torn out of parentheses, with what was meant.

    Raises:
        SpecProblem: the mapping is not what its author takes it for.
    """
    keys = tree.parts[::2]
    if keys and keys[0].text.lstrip("-").isdigit():
        bare = all(is_empty(value) for _, value in tree.pairs())
        if bare and all(key.text.lstrip("-").isdigit() for key in keys):
            raise not_pairs(keys, tree.mark)
    for before, key, value in zip(tree.parts[1::2], keys[1:], tree.parts[3::2], strict=False):
        if len(key.text) == _GROUP and key.text.isdecimal() and is_empty(value):
            _check_not_a_group(before, key)
    for key in keys:
        if ")" in key.text and key.text.count(")") > key.text.count("("):
            raise SpecProblem(
                codes.WRONG_TYPE, "inside braces and brackets a comma ends the value", key,
                help=("a list is written `[1, 2]`", "quote an expression with commas"),
            )  # fmt: skip


def _check_not_a_group(before: Tree, key: Scalar) -> None:
    """Refuse `{filters: 2,048}`, in which the comma ends the value; raises `SpecProblem`."""
    if isinstance(before, Scalar) and before.text.isdecimal() and not before.quoted:
        raise SpecProblem(
            codes.WRONG_TYPE, "inside braces and brackets a comma ends the value", key,
            help=(f"write {before.text}{key.text} or {before.text}_{key.text}",),
        )  # fmt: skip


def require_text(tree: Tree, what: str) -> str:
    """The text of a scalar; raises `SpecProblem` for anything else."""
    if isinstance(tree, Scalar) and tree.text and not is_null(tree):
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
        codes.WRONG_TYPE, f"{what} must be a list", tree, help=(_items(tree),)
    )  # fmt: skip


def _items(tree: Tree | None) -> str:
    """How what should be a list is written as one."""
    first = tree.parts[0].text if isinstance(tree, Mapping) and tree.parts else ""
    if len(first) > 1 and first.startswith("-"):
        return f"a blank follows the dash: `- {first[1:]}:`"
    return "begin each item with `- `"
