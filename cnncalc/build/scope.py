"""Variables and where they are seen: the spec's own, a block's arguments, loop values, shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import listed
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.expressions import ExpressionError, evaluate
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.tree import Mapping, Scalar, Tree
from cnncalc.language.values import plain, scalar_value
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import Flag
from cnncalc.layers.base.layout import channels_of, spatial_of
from cnncalc.layers.base.tensors import show_shape

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as MappingType

    from cnncalc.language.document import Document
    from cnncalc.layers.base.tensors import Layout, Shape

FLAG = Flag()
_LONGEST_CHAIN = 40
_NAME = re.compile(r"\s*\$(\w+)\s*")
_TEMPLATE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")

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
    """Values by name; what is not here is looked for further out."""

    __slots__ = ("outer", "values")

    def __init__(self, values: MappingType[str, Any], outer: Variables | None = None) -> None:
        self.values = values
        self.outer = outer

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
        return False, None

    def names(self) -> list[str]:
        """Every known name, the innermost first."""
        found: list[str] = []
        here: Variables | None = self
        while here is not None:
            found += here.values
            here = here.outer
        return found


class Evaluator:
    """Computes the values of one entry: its variables, and the shape that arrives there."""

    __slots__ = ("layout", "shape", "variables")

    def __init__(
        self, variables: Variables, layout: Layout, shape: Callable[[], Shape] | None
    ) -> None:
        self.variables = variables
        self.layout = layout
        self.shape = shape

    def value(self, tree: Tree) -> Any:  # noqa: ANN401 - any plain value
        """The tree as a plain value, its expressions computed; raises `SpecProblem`."""
        return plain(tree, self.expression)

    def expression(self, scalar: Scalar) -> Any:  # noqa: ANN401 - any plain value
        """The value of `$name`, or of an arithmetic expression; raises `SpecProblem`."""
        alone = _NAME.fullmatch(scalar.text)
        if alone:
            return self.lookup(alone[1], scalar)
        return self.computed(scalar)

    def computed(self, scalar: Scalar) -> Any:  # noqa: ANN401 - any plain value
        """The value of a text that is an expression, with or without `$`."""
        try:
            return evaluate(scalar.text, lambda name: self.lookup(name, scalar))
        except ExpressionError as error:
            raise SpecProblem(codes.EXPRESSION, str(error), scalar) from None

    def condition(self, tree: Tree) -> bool:
        """The value of a `when`; raises `SpecProblem` unless it is true or false."""
        value = scalar_value(tree) if isinstance(tree, Scalar) else tree
        if isinstance(tree, Scalar) and isinstance(value, str) and not is_flag(value):
            value = self.computed(tree)
        if not is_flag(value):
            raise SpecProblem(codes.EXPRESSION, "`when` must be true or false", tree)
        return FLAG.parse(value)

    def template(self, tree: Tree) -> str:
        """A name with its `$variables` filled in; raises `SpecProblem`."""
        if not isinstance(tree, Scalar) or not tree.text:
            raise SpecProblem(codes.WRONG_TYPE, "a name must be a word", tree)
        if "$" not in tree.text:
            return tree.text

        def fill(match: re.Match[str]) -> str:
            value = self.lookup(match[1] or match[2], tree)
            if isinstance(value, bool) or not isinstance(value, (int, str)):
                raise SpecProblem(codes.EXPRESSION, f"`{match[0]}` is no part of a name", tree)
            return str(value)

        return _TEMPLATE.sub(fill, tree.text)

    def lookup(self, name: str, place: Tree) -> Any:  # noqa: ANN401 - any plain value
        """The value of a variable; raises `SpecProblem` if there is none."""
        known, value = self.variables.find(name)
        if known:
            return value() if isinstance(value, LazyValue) else value
        if name in SHAPE_VARIABLES and self.shape is not None:
            return self._size(name, place, self.shape())
        everything = [*self.variables.names(), *SHAPE_VARIABLES]
        close = nearest(name, everything)
        raise SpecProblem(
            codes.EXPRESSION, f"unknown variable `${name}`", place,
            label=f"did you mean `${close}`?" if close else "",
            help=(f"known here: {listed(f'${known}' for known in everything)}",),
        )  # fmt: skip

    def _size(self, name: str, place: Tree, shape: Shape) -> int:
        if not shape:
            raise SpecProblem(codes.EXPRESSION, f"one number a sample has no `${name}`", place)
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

    `running` holds the names that are being computed, the same list for all.
    """

    def __init__(self, name: str, tree: Tree, evaluator: Evaluator, running: list[str]) -> None:
        self.name = name
        self.tree = tree
        self.evaluator = evaluator
        self.running = running
        self.known = False
        self.value: Any = None

    def __call__(self) -> Any:  # noqa: ANN401 - any plain value
        """The value; raises `SpecProblem` if it needs itself, or too many others."""
        if self.known:
            return self.value
        if self.name in self.running:
            raise SpecProblem(codes.RECURSION, f"`${self.name}` is defined by itself", self.tree)
        if len(self.running) >= _LONGEST_CHAIN:
            raise SpecProblem(
                codes.LIMIT, f"`${self.name}` ends a chain of over {_LONGEST_CHAIN} variables",
                self.tree,
            )  # fmt: skip
        self.running.append(self.name)
        try:
            self.value = self._compute()
        finally:
            self.running.pop()
        self.known = True
        return self.value

    def _compute(self) -> Any:  # noqa: ANN401 - any plain value
        if isinstance(self.tree, Mapping) and self.tree.parts and self.tree.get("by") is not None:
            return self._chosen(self.tree)
        return self.evaluator.value(self.tree)

    def _chosen(self, table: Mapping) -> Any:  # noqa: ANN401 - any plain value
        """The row of a table `{by: $variable, value: row, ...}`."""
        by = table.get("by")
        wanted = self.evaluator.value(by) if by is not None else None
        rows = [(key, value) for key, value in table.pairs() if key.text != "by"]
        for key, value in rows:
            if scalar_value(key) == wanted:
                return self.evaluator.value(value)
        raise SpecProblem(
            codes.EXPRESSION,
            f"`{self.name}` has no row for {wanted}", by,
            help=(f"it has {listed(key.text for key, _ in rows)}",),
        )  # fmt: skip


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


def variables_of(document: Document, overrides: MappingType[str, Any]) -> Variables:
    """The spec's variables, each computed when it is first used.

    Raises:
        SpecProblem: an override is of no variable.
    """
    given = document.variables
    for name in overrides:
        if name not in given:
            close = nearest(name, given)
            raise SpecProblem(
                codes.UNKNOWN_KEY, f"the spec has no variable `{name}` to be set",
                label=f"did you mean `{close}`?" if close else "",
                help=(f"its variables are {listed(given)}" if given else "it has no `variables:`",),
            )  # fmt: skip
    values: dict[str, Any] = dict(overrides)
    variables = Variables(values)
    evaluator = Evaluator(variables, document.layout, None)
    running: list[str] = []
    for name, tree in given.items():
        if name not in overrides:
            values[name] = LazyValue(name, tree, evaluator, running)
    return variables
