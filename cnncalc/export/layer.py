"""One layer in the code of a framework, in terms of what the spec writes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import SHAPE_VARIABLES
from cnncalc.export.places import Place, Tensor, Unsaid, said, values_in
from cnncalc.export.python import Bracket, Code, expression, keyword
from cnncalc.export.symbols import (
    Symbol,
    constant,
    is_constant,
    names_in,
    substituted,
    symbol_of,
)
from cnncalc.export.trace import distinct
from cnncalc.language.expressions import parsed
from cnncalc.language.operations import ExpressionError
from cnncalc.language.syntax import Layer, Literal, Map
from cnncalc.layers.base.code import Applied, Call, Dim, Extent, Formula, Given, Name, Several
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.tensors import axis_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.export.trace import Done
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.code import CodeValue, Option
    from cnncalc.layers.base.layer import Layer as BuiltLayer
    from cnncalc.net.node import Node


def sized(tensor: Tensor, axis: int, places: Sequence[Place]) -> Symbol:
    """The size of an axis as an expression; raises `Unsaid`."""
    return said((tensor.sizes[axis],), places, tensor.values(axis, places))


def translated(written: Value, tensor: Tensor | None, places: Sequence[Place]) -> Symbol:
    """What a spec writes as an expression of the code; raises `Unsaid`."""
    try:
        symbol = symbol_of(written)
    except ExpressionError:
        raise Unsaid("a value that is none") from None
    used = set(names_in(symbol)) & set(SHAPE_VARIABLES)
    unknown = {one for one in used if not any(place.variables.find(one)[0] for place in places)}
    if unknown and tensor is None:
        raise Unsaid("the size of what does not arrive")
    values = {one: _shape_variable(one, tensor, places) for one in unknown if tensor is not None}
    return substituted(symbol, values) if values else symbol


def _shape_variable(which: str, tensor: Tensor, places: Sequence[Place]) -> Symbol:
    rank = len(tensor.sizes)
    layout = places[0].trace.network.layout
    if which == "in_features":
        return sized(tensor, rank - 1, places)
    channels = channel_axis(layout, rank)
    if which == "in_channels":
        return sized(tensor, channels, places)
    spatial = [axis for axis in range(rank) if axis != channels]
    known = dict(zip([f"in_{axis}" for axis in axis_names(len(spatial))], spatial, strict=True))
    return sized(tensor, known[which], places)


class Writer:
    """Writes one layer for all the places where its entry is placed."""

    def __init__(
        self, dones: Sequence[Done], places: Sequence[Place], tensors: Sequence[Tensor]
    ) -> None:
        self.entry = dones[0].entry
        self.nodes: list[Node] = [done.node for done in dones if done.node is not None]
        self.distinct = distinct(self.nodes)
        self.places = places
        self.tensors = tensors
        self.layers: list[BuiltLayer] = [node.layer for node in self.nodes]
        self.represented: set[str] = set()
        self.noted: Callable[[Symbol], Symbol] = lambda symbol: symbol

    @property
    def layer(self) -> BuiltLayer:
        """The layer in the first place."""
        return self.layers[0]

    def dim(self, axis: int) -> int:
        """The number of an axis of the first input as the framework counts it."""
        raise NotImplementedError

    # -- values -------------------------------------------------------------------------------

    def value(self, value: CodeValue) -> Symbol:
        """A value as an expression; raises `Unsaid`."""
        if isinstance(value, Given):
            return self.given(value.field)
        if isinstance(value, Extent):
            return sized(self.tensors[value.input], value.axis, self.places)
        if isinstance(value, Dim):
            return constant(self.dim(value.axis))
        if isinstance(value, Several):
            return ("list", *map(self.value, value.items))
        if isinstance(value, Formula):
            return self.formula(value)
        return constant(value)

    def formula(self, value: Formula) -> Symbol:
        """Arithmetic over arguments and sizes."""
        tree = parsed(value.text, bare=True)
        values = {
            one: self.value(value.sizes[one]) if one in value.sizes else self.given(one)
            for one in names_in(tree)
        }
        return substituted(tree, values)  # type: ignore[no-any-return]

    def given(self, field: str) -> Symbol:
        """The value of an argument: as it is written, if that fits everywhere."""
        written = self.written(field)
        self.represented.add(field)
        values = [getattr(layer, field) for layer in self.layers]
        if written is not None and not isinstance(written, Literal):
            symbol = translated(written, self.tensors[0] if self.tensors else None, self.places)
            if any(True for _ in names_in(symbol)) and self._fits(symbol, field, values):
                return symbol
        plain = [_plain(value) for value in values]
        if any(value != plain[0] for value in plain):
            raise Unsaid(f"`{field}` differs from place to place")
        return constant(plain[0])

    def _fits(self, symbol: Symbol, field: str, values: list[Any]) -> bool:
        spec = {**self.layer.arguments, **self.layer.inert}[field]
        try:
            found = [spec.kind.parse(value) for value in values_in(symbol, self.places)]
        except (ExpressionError, ValueError):
            return False
        return found == values

    def written(self, field: str) -> Value | None:
        """What the entry writes for an argument."""
        return self._by_field.get(field)

    @cached_property
    def _by_field(self) -> dict[str, Value]:
        """What the entry writes for each argument, by the name of its field."""
        entry = self.entry
        given = entry.arguments if isinstance(entry, Layer) else None
        if not isinstance(given, Map):
            return {} if given is None or not self.layer.main else {self.layer.main: given}
        lookup = self.layer.lookup
        found: dict[str, Value] = {}
        for key, value in given.pairs:
            if key.text in lookup:
                found.setdefault(lookup[key.text].name, value)
        return found

    def unrepresented(self) -> set[str]:
        """The variables that only arguments use which are not in the code."""
        found: set[str] = set()
        for field, value in self._by_field.items():
            if field in self.represented or isinstance(value, Literal):
                continue
            if not (self.layer.lookup[field].declared or field == "normalized_shape"):
                found |= set(names_in(symbol_of(value)))
        return found

    # -- code ---------------------------------------------------------------------------------

    def arguments(self, call: Call | Applied) -> list[Code]:
        """What stands between the brackets of a call."""
        items = [self.argument(value) for value in call.args]
        for option in call.options:
            found = self.option(option)
            if found is not None:
                plain = option.placed and found == f"{option.name}={option.name}"
                items.append(option.name if plain else found)
        return items

    def argument(self, value: CodeValue) -> Code:
        """One argument of a call."""
        if isinstance(value, Name):
            return value.text
        if isinstance(value, Call):
            return Bracket(f"{value.name}(", tuple(self.arguments(value)))
        return expression(self.noted(self.value(value)))

    def _is_left(self, option: Option) -> bool:
        """Whether the spec does not write an argument, which has the framework's default."""
        given = option.value
        if not isinstance(given, Given) or given.field in self._by_field:
            return False
        if isinstance(option.default, Given) or not all(
            _is_default(_plain(getattr(layer, given.field)), option.default)
            for layer in self.layers
        ):
            return False
        self.represented.add(given.field)
        return True

    def option(self, option: Option) -> Code | None:
        """An argument by its name; None where it is the framework's default."""
        if self._is_left(option):
            return None
        if not isinstance(option.value, (Name, Call)):
            symbol = self.noted(self.value(option.value))
            if isinstance(option.default, Given):
                same = symbol == self.noted(self.given(option.default.field))
            else:
                same = is_constant(symbol) and _is_default(symbol[1], option.default)
            if same:
                return None
        return keyword(option.name, self.argument(option.value))


def _is_default(value: object, default: object) -> bool:
    defaults = (0, "valid") if default == "valid" else (default,)
    return any(
        value == one and isinstance(value, bool) == isinstance(one, bool) for one in defaults
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
    if isinstance(value, tuple) and len(value) == 1:
        return value[0]
    return value
