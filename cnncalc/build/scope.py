"""Variables and where they are seen: the spec's own, a block's arguments, loop values, shapes."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from cnncalc.build.nesting import Nesting, levels_of
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import listed
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.expressions import evaluate
from cnncalc.language.limits import LONGEST_RANGE, VALUES_A_STEP, VARIABLE_STEPS
from cnncalc.language.operations import ExpressionError
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.syntax import Choice, Expression, Literal, Malformed, Map
from cnncalc.language.values import DEFAULT_ROW, exact_number, plain
from cnncalc.layers.base.dtype import WIDTHS
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import Flag, show
from cnncalc.layers.base.layout import channels_of, spatial_of
from cnncalc.layers.base.tensors import show_shape
from cnncalc.net.node import Stated

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as MappingType

    from cnncalc.build.account import Account
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.tensors import Layout, Shape

Made = TypeVar("Made")

FLAG = Flag()
INDEX = "i"
RANGE = ".."
_LONGEST_CHAIN = 40
_MOST_LEVELS = 200  # of lists and operations, of all the variables in a chain
_NAME = re.compile(r"\s*\$(\w+)\s*")

#: The variables that the graph knows, each with its meaning.
SHAPE_VARIABLES = {
    "in_channels": "channels of the input",
    "in_depth": "depth of the input (3D)",
    "in_height": "height of the input",
    "in_width": "width of the input",
    "in_length": "length of the input (1D)",
    "in_features": "size of the input's last axis, which a dense layer acts on",
}


class Variables:
    """Values by name; what is not here is looked for further out.

    `index` is what `$i` counts here, for want of a variable that is called so: a name
    that a spec gives wins over the automatic one, and the inner over the outer.

    Attributes:
        nesting: of the values of all variables of the spec.
        read: the names that were looked for, of all variables of the spec.
    """

    __slots__ = ("index", "nesting", "outer", "read", "values")

    def __init__(
        self,
        values: MappingType[str, Any],
        outer: Variables | None = None,
        index: int | None = None,
    ) -> None:
        self.values = values
        self.outer = outer
        self.index = index
        self.nesting: Nesting = Nesting() if outer is None else outer.nesting
        self.read: set[str] = set() if outer is None else outer.read

    @property
    def outermost(self) -> Variables:
        """The spec's own variables."""
        here = self
        while here.outer is not None:
            here = here.outer
        return here

    def find(self, name: str) -> tuple[bool, Any]:
        """Whether the name is known, and its value."""
        here: Variables | None = self
        while here is not None:
            if name in here.values:
                return True, here.values[name]
            here = here.outer
        return self._counted() if name == INDEX else (False, None)

    @property
    def counting(self) -> bool:
        """Whether `$i` is what is counted: no variable is called so."""
        here: Variables | None = self
        while here is not None:
            if INDEX in here.values:
                return False
            here = here.outer
        return True

    def reading(self, make: Callable[[], Made]) -> tuple[Made, frozenset[str]]:
        """What is made, and the variables that are looked for in it; `read` stays as it was."""
        read = self.read
        around = read.copy()
        read.clear()
        try:
            return make(), frozenset(read)
        finally:
            read.clear()
            read |= around

    def _counted(self) -> tuple[bool, Any]:
        here: Variables | None = self
        while here is not None:
            if here.index is not None:
                return True, here.index
            here = here.outer
        return False, None

    def computed(self) -> dict[str, Any]:
        """The values that were given or have been used, by name."""
        values = self.values.items()
        lazy = {name: one for name, one in values if isinstance(one, LazyValue)}
        known = {name: one.value for name, one in lazy.items() if one.known}
        return {
            name: known.get(name, one) for name, one in values if name in known or name not in lazy
        }

    def names(self) -> list[str]:
        """Every known name, the innermost first."""
        found: list[str] = []
        here: Variables | None = self
        while here is not None:
            found += here.values
            if here.index is not None and INDEX not in found:
                found.append(INDEX)
            here = here.outer
        return found


class Evaluator:
    """Computes the values of one entry: its variables, and the shape that arrives there.

    `shape` gives that shape, to the variable that asks for it.
    """

    __slots__ = ("account", "layout", "shape", "variables")

    def __init__(
        self,
        variables: Variables,
        layout: Layout,
        shape: Callable[[str], Shape] | None,
        account: Account,
    ) -> None:
        self.variables = variables
        self.layout = layout
        self.shape = shape
        self.account = account

    def value(self, written: Value) -> Any:  # noqa: ANN401 - any plain value
        """What is written, as a plain value, expressions computed; raises `SpecProblem`."""
        found = plain(written, self.expression)
        if isinstance(found, (list, dict)):
            self.account.value(written, found)
            self.variables.nesting.check(found, written)
        return found

    def expression(self, written: Expression | Choice) -> Any:  # noqa: ANN401 - any plain value
        """The value of `$name`, or of an arithmetic expression; raises `SpecProblem`."""
        if isinstance(written, Choice):
            return self.chosen(written)
        alone = _NAME.fullmatch(written.text)
        if alone:
            return self.lookup(alone[1], written)
        return self.computed(written)

    def computed(self, written: Expression | Literal) -> Any:  # noqa: ANN401 - any plain value
        """The value of a text that is an expression, with or without `$`."""
        try:
            return evaluate(
                written.text, partial(self.lookup, place=written), self._compared(written)
            )
        except ExpressionError as error:
            raise SpecProblem(
                codes.EXPRESSION, str(error), written, help=self._ways_out(written.text)
            ) from None

    def _ways_out(self, text: str) -> tuple[str, ...]:
        """What to say of an expression that has no value: its braces, and its texts."""
        bare = re.sub(r"\$\{(\w+)\}", r"$\1", text)
        if bare != text:
            return (f"a variable has no braces here: `{bare}`",)
        found = ((name, self.variables.find(name)[1]) for name in re.findall(r"\$(\w+)", text))
        return tuple(f"`${name}` is the text `{value}`"
                     for name, value in dict(found).items() if isinstance(value, str))  # fmt: skip

    def range(self, text: str, at: Placed, *, bare: bool = False) -> range:
        """The whole numbers from one to another, both included: `1..$n`; raises `SpecProblem`."""
        first, _, last = text.partition(RANGE)
        ends = [self.part(end, at, bare=bare) for end in (first, last)]
        for end in ends:
            if isinstance(end, bool) or not isinstance(end, int):
                raise SpecProblem(
                    codes.EXPRESSION, f"a range is of whole numbers, not {show(end)}", at,
                    help=("`1..3` is 1, 2, 3",),
                )  # fmt: skip
        if ends[1] - ends[0] >= LONGEST_RANGE:
            raise SpecProblem(codes.LIMIT, f"a range of more than {LONGEST_RANGE:,} numbers", at)
        return range(ends[0], ends[1] + 1)

    def chosen(self, table: Choice, what: str = "the table") -> Any:  # noqa: ANN401 - any plain value
        """The value of the row of a table `{by: $variable, value: row, ...}`."""
        return self.value(self.row(table, what))

    def row(self, table: Choice, what: str) -> Value:
        """The row of a table that its `by` chooses; raises `SpecProblem` if there is none."""
        wanted = self.value(table.by)
        for key, value in table.rows:
            if key.value == wanted:
                return value
        if table.rows[-1:] and table.rows[-1][0].value == DEFAULT_ROW:
            return table.rows[-1][1]
        raise SpecProblem(
            codes.EXPRESSION,
            f"{what} has no row for {wanted}", table.by,
            help=(f"it has {listed(key.text for key, _ in table.rows)}",),
        )  # fmt: skip

    def condition(self, when: Value) -> bool:
        """The value of a `when`; raises `SpecProblem` unless it is true or false."""
        value: Any = None
        if isinstance(when, Literal):
            value = when.value
            if isinstance(value, str) and not is_flag(value):
                value = self.computed(when)
        elif isinstance(when, Expression):
            value = self.computed(when)
        elif isinstance(when, Choice):
            value = self.chosen(when)
        elif isinstance(when, Malformed):
            raise when.problem()
        if isinstance(value, bool):
            return value
        if not is_flag(value):
            raise SpecProblem(codes.EXPRESSION, "`when` must be true or false", when)
        return FLAG.parse(value)

    def _compared(self, at: Placed) -> Callable[[int], None]:
        """Charges for the values that an expression compares."""
        return lambda values: self.account.charge(at, values // VALUES_A_STEP)

    def part(self, text: str, at: Placed, *, bare: bool = True) -> Any:  # noqa: ANN401 - any plain value
        """The value of what is in `${...}`, where words are variables, or of a range's end."""
        try:
            return evaluate(text, partial(self.lookup, place=at), self._compared(at), bare=bare)
        except ExpressionError as error:
            raise SpecProblem(codes.EXPRESSION, str(error), at) from None

    def lookup(self, name: str, place: Placed) -> Any:  # noqa: ANN401 - any plain value
        """The value of a variable; raises `SpecProblem` if there is none."""
        self.variables.read.add(name)
        known, value = self.variables.find(name)
        if known:
            return value() if isinstance(value, LazyValue) else value
        if name in SHAPE_VARIABLES and self.shape is not None:
            return self.size(name, place, self.shape(name))
        everything = [*self.variables.names(), *SHAPE_VARIABLES]
        close = nearest(name, everything)
        raise SpecProblem(
            codes.EXPRESSION, f"unknown variable `${name}`", place,
            label=f"did you mean `${close}`?" if close else "",
            help=(f"known here: {listed(everything, mark='$')}",),
        )  # fmt: skip

    def size(self, name: str, place: Placed | None, shape: Shape) -> int:
        """The value of one of `SHAPE_VARIABLES`; raises `SpecProblem` if the shape has none."""
        if not shape:
            raise SpecProblem(codes.EXPRESSION, f"one number per sample has no `${name}`", place)
        if name == "in_features":
            return shape[-1]
        if name == "in_channels":
            return channels_of(shape, self.layout)
        sizes = spatial_of(shape, self.layout)
        axes = {1: ("in_length",), 2: ("in_height", "in_width"),
                3: ("in_depth", "in_height", "in_width")}.get(len(sizes), ())  # fmt: skip
        if name in axes:
            return sizes[axes.index(name)]
        raise SpecProblem(
            codes.EXPRESSION, f"the input {show_shape(shape)} has no `${name}`", place
        )


class LazyValue:
    """A variable of the spec, computed when it is first used, from others if need be.

    `running` holds the variables that are being computed with the levels that each is
    written with, the same for all.
    """

    def __init__(
        self, name: str, written: Value, evaluator: Evaluator, running: dict[str, int]
    ) -> None:
        self.name = name
        self.written = written
        self.evaluator = evaluator
        self.running = running
        self.known = False
        self.value: Any = None

    def __call__(self) -> Any:  # noqa: ANN401 - any plain value
        """The value; raises `SpecProblem` if it needs itself, or too many others."""
        if self.known:
            return self.value
        if self.name in self.running:
            raise SpecProblem(codes.RECURSION, f"`${self.name}` is defined by itself", self.written)
        levels = levels_of(self.written)
        if (
            len(self.running) >= _LONGEST_CHAIN
            or sum(self.running.values()) + levels > _MOST_LEVELS
        ):
            raise SpecProblem(
                codes.LIMIT,
                f"`${self.name}` ends a chain of over {_LONGEST_CHAIN} variables, "
                f"or of {_MOST_LEVELS} levels of lists and operations in all",
                self.written,
            )  # fmt: skip
        self.running[self.name] = levels
        try:
            if isinstance(self.written, Choice):
                self.value = self.evaluator.chosen(self.written, f"`{self.name}`")
            else:
                self.value = self.evaluator.value(self.written)
        finally:
            del self.running[self.name]
        self.known = True
        return self.value


def is_flag(value: object) -> bool:
    """Whether this is true or false, or a word for it (`on`, `no`)."""
    try:
        FLAG.parse(value)
    except BadValueError:
        return False
    return True


def unknown_shape() -> Shape:
    """Stands where the shape is unknown because of an earlier error."""
    raise UnknownShape


def variables_of(
    given: MappingType[str, Value],
    layout: Layout,
    overrides: MappingType[str, Any],
    account: Account,
) -> Variables:
    """The spec's variables, each computed when it is first used.

    Raises:
        SpecProblem: an override is of no variable, or there are too many variables.
    """
    for name in overrides:
        if name not in given:
            close = nearest(name, given)
            raise SpecProblem(
                codes.UNKNOWN_KEY, f"the spec has no variable `{name}`",
                label=f"did you mean `{close}`?" if close else "",
                help=(f"its variables are {listed(given)}" if given else "it has no `variables:`",),
            )  # fmt: skip
    values: dict[str, Any] = dict(overrides)
    variables = Variables(values)
    evaluator = Evaluator(variables, layout, None, account)
    running: dict[str, int] = {}
    for name, written in given.items():
        account.charge(written, VARIABLE_STEPS)
        if name not in overrides:
            values[name] = LazyValue(name, written, evaluator, running)
    return variables


def flag(written: Value, evaluator: Evaluator, key: str) -> bool:
    """The truth value of a key beside a type; raises `SpecProblem` if it is none."""
    value = evaluator.value(written)
    if not is_flag(value):
        raise SpecProblem(codes.BAD_VALUE, f"`{key}` must be true or false", written)
    return FLAG.parse(value)


def dtype(written: Value, evaluator: Evaluator) -> str:
    """The type of numbers that `dtype` names; raises `SpecProblem` if there is no such type."""
    value = evaluator.value(written)
    if isinstance(value, str) and value in WIDTHS:
        return str(value)
    raise SpecProblem(codes.BAD_VALUE, f"`dtype` must be one of {', '.join(WIDTHS)}", written)


def weights(written: Value | None, evaluator: Evaluator) -> Stated | None:
    """The numbers of weights by their names; raises `SpecProblem` if they are no mapping."""
    found = stated(written, evaluator, exact=True)
    if found is not None and not isinstance(found.value, dict):
        raise SpecProblem(
            codes.WRONG_TYPE, "`weights` must be a mapping", written,
            help=("`weights: {kernel: [[1, 0], [0, 1]], bias: 0}`",),
        )  # fmt: skip
    return found


def numbers(written: Value | None, evaluator: Evaluator, key: str) -> Stated | None:
    """The numbers of `values` or `gradient`; raises `SpecProblem` if they are none."""
    found = stated(written, evaluator, exact=True)
    if found is not None and (found.value is None or isinstance(found.value, (bool, str))):
        raise SpecProblem(codes.WRONG_TYPE, f"`{key}` must be numbers, as lists", written)
    return found


def stated(written: Value | None, evaluator: Evaluator, *, exact: bool = False) -> Stated | None:
    """What is under a key such as `expect`, with its places; raises `SpecProblem`.

    Args:
        written: the value of the key.
        evaluator: computes its expressions.
        exact: whether decimals become fractions.
    """
    if written is None:
        return None
    parts = written.pairs if isinstance(written, Map) else ()
    places = {key.text: value.place for key, value in parts}
    value = (
        plain(written, evaluator.expression, exact_number) if exact else evaluator.value(written)
    )
    return Stated(value, written.place, places, {key.text: key.place for key, _ in parts})
