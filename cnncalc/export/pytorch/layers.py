"""One layer as PyTorch has it, in terms of what the spec writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import SHAPE_VARIABLES
from cnncalc.export.places import Place, Tensor, Unsaid, holds, said
from cnncalc.export.python import Bracket, Code, expression
from cnncalc.export.symbols import (
    Symbol,
    constant,
    evaluate,
    is_constant,
    multiplied,
    names_in,
    shortened,
    substituted,
    summed,
    symbol_of,
)
from cnncalc.language.expressions import parsed
from cnncalc.language.operations import ExpressionError
from cnncalc.language.syntax import Layer, Map
from cnncalc.layers.base.code import Call, Dim, Extent, Formula, Given, Joined, Several
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.tensors import axis_names
from cnncalc.layers.reshaping import Permute

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.export.trace import Done
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.code import CodeValue, Option
    from cnncalc.layers.base.layer import Layer as BuiltLayer
    from cnncalc.layers.base.tensors import Inputs
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


class LayerWriter:
    """Writes one layer for all the places where its entry is placed."""

    def __init__(
        self, dones: Sequence[Done], places: Sequence[Place], tensors: Sequence[Tensor]
    ) -> None:
        self.entry = dones[0].entry
        self.nodes: list[Node] = [done.node for done in dones if done.node is not None]
        self.places = places
        self.tensors = tensors
        self.layers: list[BuiltLayer] = [node.layer for node in self.nodes]
        self.represented: set[str] = set()
        self.noted: Callable[[Symbol], Symbol] = lambda symbol: symbol

    @property
    def layer(self) -> BuiltLayer:
        """The layer in the first place."""
        return self.layers[0]

    def code(self) -> tuple[Call, ...] | Joined | None:
        """What it is in PyTorch, in every place; raises `Unsaid` if it differs."""
        found = [node.layer.torch_code(node.facts.inputs) for node in self.nodes]
        first = found[0]
        for other in found[1:]:
            if _form(other) != _form(first):
                raise Unsaid("a layer that differs from place to place")
        return first

    # -- where the channels are ---------------------------------------------------------------

    def wants_moved(self) -> bool | None:
        """Whether the last axis must come first in the code; None: it makes no difference."""
        found = {wants_moved(node.layer, node.facts.inputs) for node in self.nodes}
        if len(found) > 1:
            raise Unsaid("axes that differ from place to place")
        return found.pop()

    # -- values -------------------------------------------------------------------------------

    def value(self, value: CodeValue) -> Symbol:  # noqa: PLR0911 - one a kind
        """A value as an expression; raises `Unsaid`."""
        if isinstance(value, Given):
            return self.given(value.field)
        if isinstance(value, Extent):
            return sized(self.tensors[value.input], value.axis, self.places)
        if isinstance(value, Dim):
            tensor = self.tensors[0]
            last = value.axis == len(tensor.sizes) - 1
            if not tensor.moved or len(tensor.sizes) == 1:
                return constant(value.axis + 1)
            return constant(1 if last else value.axis + 2)
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
        if written is not None:
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
            found = [spec.kind.parse(evaluate(symbol, place.lookup)) for place in self.places]
        except (ExpressionError, ValueError):
            return False
        return found == values

    def written(self, field: str) -> Value | None:
        """What the entry writes for an argument."""
        entry = self.entry
        if not isinstance(entry, Layer) or entry.arguments is None:
            return None
        given = entry.arguments
        if isinstance(given, Map):
            lookup = self.layer.lookup
            for key, value in given.pairs:
                if key.text in lookup and lookup[key.text].name == field:
                    return value
            return None
        return given if field == self.layer.main else None

    def unrepresented(self) -> set[str]:
        """The variables that only arguments use which are not in the code."""
        entry = self.entry
        if not isinstance(entry, Layer) or entry.arguments is None:
            return set()
        pairs = (
            [(self.layer.lookup[key.text].name, value) for key, value in entry.arguments.pairs
             if key.text in self.layer.lookup]
            if isinstance(entry.arguments, Map) else [(self.layer.main, entry.arguments)]
        )  # fmt: skip
        found: set[str] = set()
        for field, value in pairs:
            declared = self.layer.lookup[field].declared or field == "normalized_shape"
            if field not in self.represented and not declared:
                found |= set(names_in(symbol_of(value)))
        return found

    # -- code ---------------------------------------------------------------------------------

    def calls(self, code: Sequence[Call]) -> list[Bracket]:
        """The constructors, one after another."""
        return [self.call(one) for one in code]

    def call(self, call: Call) -> Bracket:
        """One constructor with its arguments."""
        items: list[Code] = [expression(self.noted(self.value(value))) for value in call.args]
        for option in call.options:
            found = self.option(option)
            if found is not None:
                items.append(found)
        trainable = all(node.traits.trainable for node in self.nodes)
        tail = ")" if trainable or not self.nodes[0].weights else ").requires_grad_(False)"
        return Bracket(f"{call.name}(", tuple(items), tail)

    def option(self, option: Option) -> Code | None:
        """An argument by its name; None where it is the framework's default."""
        symbol = self.noted(self.value(option.value))
        if is_constant(symbol):
            value = symbol[1]
            defaults = (0, "valid") if option.default == "valid" else (option.default,)
            if any(value == one and isinstance(value, bool) == isinstance(one, bool)
                   for one in defaults):  # fmt: skip
                return None
        found = expression(symbol)
        if isinstance(found, str):
            return f"{option.name}={found}"
        return found._replace(head=f"{option.name}={found.head}")

    # -- what it gives ------------------------------------------------------------------------

    def result(self, names: tuple[str, ...], text: str, *, moved: bool) -> Tensor:
        """What the layer gives."""
        shapes = [node.output_shape for node in self.nodes]
        ranks = {len(shape) for shape in shapes}
        if len(ranks) > 1:
            raise Unsaid("results of several ranks")
        sizes = tuple(self.size(axis) for axis in range(ranks.pop()))
        return Tensor(names, sizes, text, moved and len(sizes) > 1)

    def size(self, axis: int) -> Symbol | None:
        """The size of an axis of what it gives, if an expression is known."""
        values = [node.output_shape[axis] for node in self.nodes]
        for symbol in self._candidates(axis):
            if symbol is not None and holds(symbol, self.places, values):
                return symbol
        return None

    def _candidates(self, axis: int) -> list[Symbol | None]:
        found: list[Symbol | None] = []
        inputs = self.nodes[0].facts.inputs
        sizes = self.layer.output_sizes(inputs)
        formula = self.layer.formulas.get(sizes[axis].formula, "") if axis < len(sizes) else ""
        if formula:
            found += [
                self._quietly(Given(field))
                for field in self.layer.arguments
                if field in formula and isinstance(getattr(self.layer, field), int)
            ]
        known = [tensor.sizes[axis] for tensor in self.tensors if axis < len(tensor.sizes)]
        same = known[0] if known else None
        if formula.startswith("sum(") and all(one is not None for one in known):
            found.append(summed([one for one in known if one is not None]))
        if formula.startswith("product("):
            found.append(self._product())
        if "depth_multiplier" in formula or "**" in formula:
            found += self._multiples()
        found += self._parts(axis)
        found.append(same)
        if same is not None:
            found.append(self._slid(axis, same))
        if self.layer.view and not formula:
            found += self.tensors[0].sizes
        if len(self.tensors) > 1:
            found += known
        if len(self.tensors[0].sizes) > len(self.nodes[0].output_shape) == 1:
            found += self.tensors[0].sizes
        return found

    def _parts(self, axis: int) -> list[Symbol | None]:  # noqa: C901 - one a kind of part
        """The sizes of a shape that is given, of equal parts, of patches in one."""
        found: list[Symbol | None] = []
        arguments = self.layer.arguments
        for field in ("shape", "dims"):
            symbol = self._quietly(Given(field)) if field in arguments else None
            if symbol is None:
                continue
            items = symbol[1:] if symbol[0] == "list" else ()
            if symbol[0] == "value" and isinstance(symbol[1], tuple):
                items = tuple(map(constant, symbol[1]))
            if field == "shape" and axis < len(items):
                found.append(items[axis])
        if isinstance(self.layer, Permute):
            order = self.layer.order(len(self.tensors[0].sizes))
            found.append(self.tensors[0].sizes[order[axis]])
        size = self.tensors[0].sizes[axis] if axis < len(self.tensors[0].sizes) else None
        if size is not None and "chunks" in arguments:
            chunks = self._quietly(Given("chunks"))
            if chunks is not None:
                found.append(shortened(("//", size, chunks)))
        if size is not None and "factor" in arguments:
            factor = self._quietly(Given("factor"))
            if factor is not None:
                square = shortened(("*", factor, factor))
                for one in (square, factor):
                    found += [shortened(("*", one, size)), shortened(("//", size, one))]
        return found

    def _product(self) -> Symbol | None:
        sizes = [self._quietly(Extent(axis)) for axis in range(len(self.tensors[0].sizes))]
        known = [one for one in sizes if one is not None]
        return multiplied(known) if len(known) == len(sizes) else None

    def _multiples(self) -> list[Symbol | None]:
        found: list[Symbol | None] = []
        for size in self.tensors[0].sizes:
            for field in ("depth_multiplier", "factor"):
                factor = self._quietly(Given(field)) if field in self.layer.arguments else None
                if size is not None and factor is not None:
                    found.append(shortened(("*", factor, size)))
        return found

    def _slid(self, axis: int, size: Symbol) -> Symbol | None:
        """What windows leave of an axis, as `(size + c) // stride`."""
        inputs = self.nodes[0].facts.inputs
        channels = channel_axis(self.layer.layout_of(inputs), len(inputs.shapes[0]))
        windows = self.layer.windows(inputs)
        if axis == channels or not windows or is_constant(size):
            return None
        window: Any = windows[axis - (axis > channels)]
        if not hasattr(window, "before") or not hasattr(window, "extent"):
            return None
        offset = window.before + window.after - window.extent + window.stride
        if getattr(window, "ceil_mode", False):
            offset += window.stride - 1
        return divided(size, offset, window.stride)

    def _quietly(self, value: CodeValue) -> Symbol | None:
        try:
            return self.value(value)
        except Unsaid:
            return None


def divided(size: Symbol, offset: int, divisor: int) -> Symbol:
    """`(size + offset) // divisor`, one division for several in a row."""
    if size[0] == "//" and is_constant(size[2]):
        inner, by = size[1], size[2][1]
        return divided(inner, offset * by, divisor * by)
    if size[0] in {"+", "-"} and is_constant(size[2]):
        before = size[2][1] if size[0] == "+" else -size[2][1]
        return divided(size[1], offset + before, divisor)
    shifted: Symbol = size
    if offset:
        shifted = ("+" if offset > 0 else "-", size, constant(abs(offset)))
    return shifted if divisor == 1 else ("//", shifted, constant(divisor))


def wants_moved(layer: BuiltLayer, inputs: Inputs) -> bool | None:  # noqa: PLR0911 - one a kind
    """Whether a layer's channels have to be moved to the front first; None where either will do.

    Raises:
        Unsaid: they are neither first nor last.
    """
    rank = len(inputs.shapes[0])
    if rank == 1 and len(inputs.shapes) == 1:
        return None
    if layer.type in {"softmax", "softmin", "log_softmax", "concat"}:  # which name their axes
        return None
    channel = getattr(layer, "channel_axis", None)
    if layer.tells_channels:
        at = channel(inputs) if channel else channel_axis(layer.layout_of(inputs), rank)
        if at not in {0, rank - 1}:
            raise Unsaid("channels in the middle")
        if layer.type in {"layernorm", "rmsnorm"}:
            return None if at == 0 == rank - 1 else False
        return bool(at == rank - 1 and rank > 1)
    if layer.type == "flatten":
        return None if len(layer.output_shape(inputs)) == 1 else False
    if layer.elementwise and layer.type != "position_embedding":
        return None
    return False


def _form(code: object) -> object:
    if isinstance(code, tuple) and not isinstance(code, (Joined, Call)):
        return tuple((call.name, len(call.args), len(call.options)) for call in code)
    return code if code is None else type(code).__name__


def _plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
    if isinstance(value, tuple) and len(value) == 1:
        return value[0]
    return value
