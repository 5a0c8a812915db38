"""Variables and where they are seen: the spec's own, a block's arguments, loop values, shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes, nearest
from cnncalc.spec.expressions import ExpressionError, evaluate
from cnncalc.spec.problems import SpecProblem, UnknownShape
from cnncalc.spec.tree import Mapping, Scalar, Tree
from cnncalc.spec.values import plain, scalar_value

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as MappingType

    from cnncalc.layers.base import Layout, Shape

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
        if isinstance(value, str) and isinstance(tree, Scalar):
            value = self.computed(tree)
        if isinstance(value, bool):
            return value
        raise SpecProblem(codes.EXPRESSION, "`when` must be true or false", tree)

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
            help=(f"known here: {', '.join('$' + known for known in everything)}",),
        )  # fmt: skip

    def _size(self, name: str, place: Tree, shape: Shape) -> int:
        if name == "in_features":
            return shape[-1]
        first = self.layout == "channels_first"
        if name == "in_channels":
            return shape[0] if first else shape[-1]
        sizes = shape[1:] if first else shape[:-1]
        axes = {1: ("in_length",), 2: ("in_height", "in_width"),
                3: ("in_depth", "in_height", "in_width")}.get(len(sizes), ())  # fmt: skip
        if name in axes:
            return sizes[axes.index(name)]
        raise SpecProblem(codes.EXPRESSION, f"the input {shape} has no `${name}`", place)


class LazyValue:
    """A variable of the spec, computed when it is first used, from others if need be."""

    def __init__(self, name: str, tree: Tree, evaluator: Evaluator) -> None:
        self.name = name
        self.tree = tree
        self.evaluator = evaluator
        self.state = "new"
        self.value: Any = None

    def __call__(self) -> Any:  # noqa: ANN401 - any plain value
        """The value; raises `SpecProblem` if it needs itself."""
        if self.state == "running":
            raise SpecProblem(codes.RECURSION, f"`${self.name}` is defined by itself", self.tree)
        if self.state == "new":
            self.state = "running"
            self.value = self._compute()
            self.state = "done"
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
            help=(f"it has {', '.join(key.text for key, _ in rows)}",),
        )  # fmt: skip


def unknown_shape() -> Shape:
    """Stands where the shape is unknown because of an earlier error."""
    raise UnknownShape
