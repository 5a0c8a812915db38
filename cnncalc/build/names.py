"""Names with `$variables` in them: `conv$i`, `${2 * $n}`, and the several of a `from`."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import INDEX, RANGE, Evaluator, Variables
from cnncalc.diagnostics import codes
from cnncalc.language.limits import MOST_NAMES
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Choice, List, Template
from cnncalc.language.values import plain
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Value

_VARIABLE = re.compile(r"\$(?:\{([^{}]*)\}|(\w+))")


class _Part(NamedTuple):
    """A variable or an expression of a name, and what follows before the next."""

    written: str
    variable: str  # empty for an expression
    expression: str
    following: str


class _Parts(NamedTuple):
    """A name, taken apart.

    Attributes:
        first: what is before the first variable.
        parts: the variables and expressions.
        whole: whether every `$` begins one.
    """

    first: str
    parts: tuple[_Part, ...]
    whole: bool


@lru_cache(1000)  # each turn of a loop fills the same names
def _parts_of(text: str) -> _Parts:
    matches = [*_VARIABLE.finditer(text)]
    ends = [*(match.start() for match in matches[1:]), len(text)]
    first = text[: matches[0].start()] if matches else text
    parts = tuple(
        _Part(match[0], match[2] or "", match[1] or "", text[match.end() : end])
        for match, end in zip(matches, ends, strict=False)
    )
    return _Parts(
        first, parts, not any("$" in one for one in (first, *(p.following for p in parts)))
    )


def name_of(written: Value, evaluator: Evaluator) -> str:
    """A name with its `$variables` filled in; raises `SpecProblem`."""
    if isinstance(written, Template):
        text = written.text
        return filled(text, written, evaluator) if "$" in text else text
    plain(written, evaluator.expression)
    raise SpecProblem(codes.WRONG_TYPE, "a name must be a word", written)


def names_in_turns(written: Value, evaluator: Evaluator, turns: range) -> list[str]:
    """What `name_of` gives in turns of a `repeat`, in which `$i` alone changes.

    `evaluator` is that around the loop. Raises `SpecProblem` as `name_of` does in one of them.
    """

    def inside(turn: int) -> Evaluator:
        variables = Variables({}, evaluator.variables, turn)
        return Evaluator(variables, evaluator.layout, evaluator.shape, evaluator.account)

    if isinstance(written, Template) and len(turns) > 1:
        texts = _around_the_index(written, inside(turns[0]))
        if texts is not None:
            return [str(turn).join(texts) for turn in turns]
    return [name_of(written, inside(turn)) for turn in turns]


def _around_the_index(written: Template, evaluator: Evaluator) -> list[str] | None:
    """The texts of a name that the number of a turn stands between.

    None where it is more than put in, or what else the name has is not part of one.
    """
    first, parts, whole = _parts_of(written.text)
    if not whole or not evaluator.variables.counting:
        return None
    texts = [first]
    for part in parts:
        if INDEX in (part.variable, part.expression):
            texts.append(part.following)
            continue
        value, read = evaluator.variables.reading(partial(_value, part, written, evaluator))
        if INDEX in read or isinstance(value, bool) or not isinstance(value, (int, str)):
            return None
        texts[-1] += f"{value}{part.following}"
    return texts


def names_of(written: Value, evaluator: Evaluator) -> list[str]:
    """The names that one of a `from` stands for: several, with a range, list or table in it.

    Raises:
        SpecProblem: it is no name, or stands for too many.
    """
    if isinstance(written, Choice):
        row = evaluator.row(written, "`from`")
        items = row.items if isinstance(row, List) else (row,)
        return [one for item in items for one in names_of(item, evaluator)]
    if not isinstance(written, Template) or "$" not in written.text:
        return [name_of(written, evaluator)]
    values = _values(written.text, written, evaluator)
    several = [value for value in values if isinstance(value, (list, range))]
    if not several:
        return [_joined(written.text, values, written, evaluator)]
    if len(several) > 1:
        raise SpecProblem(codes.EXPRESSION, "a name has one range or list at most", written)
    if len(several[0]) > MOST_NAMES:
        raise SpecProblem(
            codes.LIMIT, f"a name that stands for more than {MOST_NAMES:,} names", written
        )
    return [
        _joined(
            written.text,
            [one if value is several[0] else value for value in values],
            written,
            evaluator,
        )
        for one in several[0]
    ]


def filled(text: str, at: Placed, evaluator: Evaluator) -> str:
    """A text with its `$variables` filled in; raises `SpecProblem`."""
    return _joined(text, _values(text, at, evaluator), at, evaluator)


def _joined(text: str, values: list[Any], at: Placed, evaluator: Evaluator) -> str:
    """A name with values in the places of its variables; raises `SpecProblem`."""
    evaluator.account.text(
        at, len(text) + sum([len(one) for one in values if isinstance(one, str)])
    )
    first, parts, _ = _parts_of(text)
    found = [first]
    for (written, _, _, following), value in zip(parts, values, strict=True):
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise SpecProblem(codes.EXPRESSION, f"`{written}` is not part of a name", at)
        found.append(f"{value}{following}")
    return "".join(found)


def _values(text: str, at: Placed, evaluator: Evaluator) -> list[Any]:
    """What is for each `$name` and `${expression}` of a name; raises `SpecProblem`."""
    _, parts, whole = _parts_of(text)
    if not whole:
        raise SpecProblem(
            codes.EXPRESSION, f"a `$` of `{text}` begins no variable and no expression", at,
            help=("`$name`, or `${expression}` without braces in it",),
        )  # fmt: skip
    return [_value(part, at, evaluator) for part in parts]


def _value(part: _Part, at: Placed, evaluator: Evaluator) -> Any:  # noqa: ANN401 - any plain value
    """What a variable or an expression of a name comes to."""
    if part.variable:
        return evaluator.lookup(part.variable, at)
    return _computed(part.expression, at, evaluator)


def _computed(expression: str, at: Placed, evaluator: Evaluator) -> Any:  # noqa: ANN401 - any plain value
    """What an expression of a name comes to."""
    if RANGE in expression:
        return evaluator.range(expression, at, bare=True)
    return evaluator.part(expression, at)
