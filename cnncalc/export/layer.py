"""One layer in the code of a framework, in terms of what the spec writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.arguments import is_main_value
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
from cnncalc.layers.base.code import (
    Applied,
    Call,
    Dim,
    Extent,
    Formula,
    Given,
    Name,
    Several,
    Unpacked,
)
from cnncalc.layers.base.layer import Layer as BuiltLayer
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.tensors import axis_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.export.trace import Done
    from cnncalc.language.syntax import Entry, Value
    from cnncalc.layers.base.code import CodeValue, Option
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
        self.layers: list[BuiltLayer] = [node.layer for node in self.nodes]
        self.represented: set[str] = set()
        self._stating = _stating(dones[0])
        self._by_holder: dict[str, dict[str, Value]] = {}
        self.take(tensors)
        self.noted: Callable[[Symbol], Symbol] = lambda symbol: symbol

    def take(self, tensors: Sequence[Tensor]) -> None:
        """What arrives, from now on."""
        self.tensors = tensors
        self._said: dict[Given, Symbol | Unsaid] = {}

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
            return self.given(value)
        if isinstance(value, Extent):
            return sized(self.tensors[value.input], value.axis, self.places)
        if isinstance(value, Dim):
            return constant(self.dim(value.axis))
        if isinstance(value, Several):
            return ("list", *(one for item in value.items for one in self._items(item)))
        if isinstance(value, Formula):
            return self.formula(value)
        return constant(value)

    def formula(self, value: Formula) -> Symbol:
        """Arithmetic over arguments and sizes."""
        tree = parsed(value.text, bare=True)
        values = {
            one: self.value(value.sizes[one]) if one in value.sizes else self.given(Given(one))
            for one in names_in(tree)
        }
        return substituted(tree, values)  # type: ignore[no-any-return]

    def _items(self, value: CodeValue) -> Sequence[Symbol]:
        """One of several values, or all in a list that is given."""
        if not isinstance(value, Unpacked):
            return (self.value(value),)
        symbol = self.value(value.list)
        if symbol[0] == "list":
            return symbol[1:]
        counts = {len(_one_more(one)) for one in self._values(value.list)}
        if len(counts) > 1:
            raise Unsaid("lists of several lengths")
        if is_constant(symbol):
            return tuple(map(constant, _one_more(symbol[1])))
        return tuple(("item", symbol, constant(at)) for at in range(counts.pop()))

    def given(self, argument: Given) -> Symbol:
        """The value of an argument: as it is written, if that fits everywhere."""
        found = self._said.get(argument)
        if found is None:
            try:
                found = self._found(argument)
            except Unsaid as problem:
                found = problem
            self._said[argument] = found
        if isinstance(found, Unsaid):
            raise found
        return found

    def _found(self, argument: Given) -> Symbol:
        written = self._written_in(argument.of).get(argument.field)
        self.represented.add(argument.path)
        values = self._values(argument)
        if written is not None and not isinstance(written, Literal):
            symbol = translated(written, self.tensors[0] if self.tensors else None, self.places)
            if any(True for _ in names_in(symbol)) and self._fits(symbol, argument, values):
                return symbol
        plain = [_plain(value) for value in values]
        if any(value != plain[0] for value in plain):
            raise Unsaid(f"`{argument.path}` differs from place to place")
        return constant(plain[0])

    def _values(self, argument: Given) -> list[Any]:
        """The value of an argument in each place."""
        field, of = argument
        layers = [_held_by(layer, of) for layer in self.layers] if of else self.layers
        return [getattr(layer, field) for layer in layers]

    def _fits(self, symbol: Symbol, argument: Given, values: list[Any]) -> bool:
        layer = _held_by(self.layer, argument.of)
        spec = layer.all_arguments[argument.field]
        try:
            found = [spec.kind.parse(value) for value in values_in(symbol, self.places)]
        except (ExpressionError, ValueError):
            return False
        return found == values

    def _written_in(self, of: str) -> dict[str, Value]:
        """What the entry writes for each argument, by the name of its field.

        Args:
            of: the argument that is the layer whose arguments are asked for; "" for the layer.
        """
        found = self._by_holder.get(of)
        if found is None:
            found = self._by_holder[of] = _by_field(self._entered(of), _held_by(self.layer, of))
        return found

    def _entered(self, of: str) -> Value | None:
        """The arguments of a layer as they stand beside its type."""
        if not of:
            return self._stating.arguments if isinstance(self._stating, Layer) else None
        holder, _, field = of.rpartition(".")
        layer = self._written_in(holder).get(field)
        return layer.pairs[0][1] if isinstance(layer, Map) else None

    def unrepresented(self, of: str = "") -> set[str]:
        """The variables that only arguments use which are not in the code."""
        found: set[str] = set()
        layer = _held_by(self.layer, of)
        for field, value in self._written_in(of).items():
            path = Given(field, of).path
            if path in self.represented or isinstance(value, Literal):
                continue
            if isinstance(getattr(layer, field, None), BuiltLayer):
                found |= self.unrepresented(path)
            elif not (layer.lookup[field].declared or field == "normalized_shape"):
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
        if not isinstance(given, Given) or given.field in self._written_in(given.of):
            return False
        if isinstance(option.default, Given) or not all(
            _is_default(_plain(value), option.default) for value in self._values(given)
        ):
            return False
        self.represented.add(given.path)
        return True

    def option(self, option: Option) -> Code | None:
        """An argument by its name; None where it is the framework's default."""
        if self._is_left(option):
            return None
        if not isinstance(option.value, (Name, Call)):
            symbol = self.noted(self.value(option.value))
            if isinstance(option.default, Given):
                same = symbol == self.noted(self.value(option.default))
            else:
                same = is_constant(symbol) and _is_default(symbol[1], option.default)
            if same:
                return None
        return keyword(option.name, self.argument(option.value))


def _stating(done: Done) -> Entry | None:
    """The entry that states the arguments of a layer: that of the layer whose weights it has."""
    if done.entry.beside.share is None or done.node is None:
        return done.entry
    return done.trace.entry_of(done.node.traits.shared_with)


def _held_by(layer: BuiltLayer, of: str) -> BuiltLayer:
    """The layer that an argument is, or that an argument of that is; for "" the layer itself."""
    for field in of.split(".") if of else ():
        layer = getattr(layer, field)
    return layer


def _by_field(entered: Value | None, layer: BuiltLayer) -> dict[str, Value]:
    """What stands beside the type of a layer, for each argument."""
    pairs = entered.pairs if isinstance(entered, Map) else ()
    if not pairs or is_main_value(type(layer), tuple(key.text for key, _ in pairs)):
        return {} if entered is None or not layer.main else {layer.main: entered}
    found: dict[str, Value] = {}
    for key, value in pairs:
        if key.text in layer.lookup:
            found.setdefault(layer.lookup[key.text].name, value)
    return found


def _is_default(value: object, default: object) -> bool:
    defaults = (0, "valid") if default == "valid" else (default,)
    return any(
        value == one and isinstance(value, bool) == isinstance(one, bool) for one in defaults
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
    if isinstance(value, tuple) and len(value) == 1:
        return value[0]
    return value


def _one_more(value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any plain value
    """The items of a list, or of what stands for a list of one."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)
