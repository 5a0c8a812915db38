"""One layer as PyTorch has it, and the sizes of what it gives."""

from __future__ import annotations

import re
from functools import cache, cached_property
from math import gcd, prod
from typing import TYPE_CHECKING

from cnncalc.export.layer import Writer
from cnncalc.export.order import channels_at
from cnncalc.export.places import Tensor, Unsaid, holds
from cnncalc.export.python import Bracket, Code
from cnncalc.export.pytorch.slid import slid
from cnncalc.export.pytorch.views import operand
from cnncalc.export.symbols import (
    Symbol,
    constant,
    is_constant,
    multiplied,
    shortened,
    summed,
)
from cnncalc.layers.base.code import Extent, Given, Several, Unpacked, dims_in, givens_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.layers.base.code import Call, CodeValue, Option
    from cnncalc.layers.base.code import Code as LayerCode
    from cnncalc.layers.base.layer import Layer as BuiltLayer
    from cnncalc.layers.base.tensors import Inputs, Order
    from cnncalc.net.node import Node


class LayerWriter(Writer):
    """Writes one layer for all the places where its entry is placed."""

    @cached_property
    def _codes(self) -> list[LayerCode]:
        """What each distinct layer is in PyTorch."""
        return [node.layer.torch_code(node.facts.inputs) for node in self.distinct]

    def code(self) -> LayerCode:
        """What it is in PyTorch, in every place; raises `Unsaid` if it differs."""
        found = self._codes
        first = found[0]
        if all(other == first for other in found):
            return first
        by_size = sorted(filter(_pads_by_size, found), key=_pads_plainly)
        padding = by_size[0] if by_size else None
        if padding is None or any(getattr(one, "padding", "") != "same" for one in self.layers):
            raise Unsaid("a layer that differs from place to place")
        return padding

    def dim(self, axis: int) -> int:
        tensor = self.tensors[0]
        last = axis == len(tensor.sizes) - 1
        if not tensor.moved or len(tensor.sizes) == 1:
            return axis + 1
        return 1 if last else axis + 2

    def wants_moved(self) -> bool | None:
        """Whether the last axis must come first in the code; None: it makes no difference."""
        first = self._codes[0]
        named = bool(dims_in(first))
        found = {
            _wants_moved(
                node.layer,
                node.facts.inputs,
                names_axes=named if code == first else bool(dims_in(code)),
            )
            for node, code in zip(self.distinct, self._codes, strict=True)
        }
        if len(found) > 1:
            raise Unsaid("axes that differ from place to place")
        return found.pop()

    # -- code ---------------------------------------------------------------------------------

    def calls(self, code: Sequence[Call]) -> list[Bracket]:
        """The constructors, one after another."""
        return [self.call(one) for one in code]

    def call(self, call: Call) -> Bracket:
        """One constructor with its arguments."""
        trainable = all(node.traits.trainable for node in self.nodes)
        tail = ")" if trainable or not self.nodes[0].weights else ").requires_grad_(False)"
        return Bracket(f"{call.name}(", tuple(self.arguments(call)), tail)

    def option(self, option: Option) -> Code | None:
        """An argument by its name; padding `same` is the number that it is for an odd window."""
        found = super().option(option)
        return found if found != 'padding="same"' else self._same_padding()

    def _same_padding(self) -> Code | None:
        """`same` as a number where the window is one, in every place, and odd."""
        sides = {
            (window.before, window.after)
            for node in self.nodes
            for window in node.layer.windows(node.facts.inputs)
        }
        sizes = [self.quietly(Given(one)) for one in ("kernel", "dilation")]
        written = all(one is not None and is_constant(self.noted(one)) for one in sizes)
        before, after = sides.pop()
        if not written or sides or before != after:
            return 'padding="same"'
        return f"padding={before}" if before else None

    # -- what it gives ------------------------------------------------------------------------

    def result(self, names: tuple[str, ...], text: str, *, moved: bool) -> Tensor:
        """What the layer gives."""
        shapes = [node.output_shape for node in self.nodes]
        ranks = {len(shape) for shape in shapes}
        if len(ranks) > 1:
            raise Unsaid("results of several ranks")
        sizes = tuple(self.size(axis) for axis in range(ranks.pop()))
        before = len(self.tensors[0].sizes)
        if len(sizes) < before and before - 1 in dims_in(self.code()):  # that axis is gone
            moved = False
        return Tensor(names, sizes, text, moved and len(sizes) > 1)

    def size(self, axis: int) -> Symbol | None:
        """The size of an axis of what it gives, if an expression is known."""
        values = [node.output_shape[axis] for node in self.nodes]
        for symbol in self._candidates(axis):
            if symbol is not None and holds(symbol, self.places, values):
                return symbol
        return None

    @cached_property
    def _formulas(self) -> list[str]:
        """The formula of each axis of what the layer gives; "" where it is as it was."""
        sizes = self.layer.output_sizes(self.nodes[0].facts.inputs)
        return [self.layer.formulas.get(size.formula, "") for size in sizes]

    def _given_in(self, formula: str) -> list[Given]:
        """The whole numbers among the arguments that a formula has."""
        return [
            Given(field)
            for field in self.layer.arguments
            if field in formula and isinstance(getattr(self.layer, field), int)
        ]

    def _candidates(self, axis: int) -> Iterator[Symbol | None]:  # noqa: C901 - one a formula
        formula = self._formulas[axis] if axis < len(self._formulas) else ""
        yield from map(self.quietly, self._given_in(formula))
        known = [tensor.sizes[axis] for tensor in self.tensors if axis < len(tensor.sizes)]
        same = known[0] if known else None
        if formula.startswith("sum(") and all(one is not None for one in known):
            yield summed([one for one in known if one is not None])
        if formula.startswith("product(sizes) /"):
            yield self._rest(axis)
        elif formula.startswith("product("):
            yield self._product(axis)
        if "depth_multiplier" in formula or "**" in formula:
            yield from self._multiples()
        yield from self._parts(axis)
        yield from (size for kept, size in self._origins if kept == axis)
        yield same
        if same is not None:
            yield from slid(self, axis, same)
            if formula == "in + count":
                count = self.quietly(Given("count"))
                yield None if count is None else summed([same, count])
        if formula and "in" not in _words(formula):
            yield from self._times(axis)
        if self.layer.view and not formula:
            yield from self.tensors[0].sizes
        if len(self.tensors) > 1:
            yield from known
        if len(self.tensors[0].sizes) > len(self.nodes[0].output_shape) == 1:
            yield from self.tensors[0].sizes

    @cached_property
    def _origins(self) -> list[tuple[int, Symbol | None]]:
        """Axes of the result, each with the size of the axis of an input that it is.

        Sizes of other axes may be equal by chance. A layer of one input that is no view and
        keeps the number of axes keeps their order.
        """
        node = self.nodes[0]
        inputs, output = node.facts.inputs, node.output_shape
        alone = len(self.tensors) == 1
        if alone and not self.layer.view and len(self.tensors[0].sizes) == len(output):
            return []
        return [
            (axis, self.tensors[at].sizes[origin])
            for axis, at, origin in self.layer.origins(inputs, output)
        ]

    def _parts(self, axis: int) -> list[Symbol | None]:
        """The sizes of a shape that is given, of equal parts, of patches in one."""
        found = self._given_size(axis)
        arguments = self.layer.arguments
        size = self.tensors[0].sizes[axis] if axis < len(self.tensors[0].sizes) else None
        if size is not None and "chunks" in arguments:
            chunks = self.quietly(Given("chunks"))
            if chunks is not None:
                found.append(shortened(("//", size, chunks)))
        if size is not None and "factor" in arguments:
            factor = self.quietly(Given("factor"))
            if factor is not None:
                square = shortened(("*", factor, factor))
                for one in (square, factor):
                    found += [shortened(("*", one, size)), shortened(("//", size, one))]
        return found

    def _given_size(self, axis: int) -> list[Symbol | None]:
        """The size of an axis in the shape that is given."""
        sizes, arriving = self._reshaped
        at = axis - arriving.start
        return [sizes[at]] if 0 <= at < len(sizes) else []

    @cached_property
    def _reshaped(self) -> tuple[Sequence[Symbol], range]:
        """The sizes that are given, if any, and the axes of what arrives that get them."""
        reshaped = self.layer.reshaped(len(self.tensors[0].sizes))
        if reshaped is None:
            return (), range(0)
        symbol = self.quietly(Several((Unpacked(Given(reshaped.sizes)),)))
        return () if symbol is None else symbol[1:], reshaped.axes

    def _product(self, axis: int) -> Symbol | None:
        """The elements of the axes that become this one."""
        rank = len(self.tensors[0].sizes)
        output = len(self.nodes[0].output_shape)
        merged = range(axis, axis + rank - output + 1) or range(rank)  # the other axes are 1
        sizes = [self.quietly(Extent(one)) for one in merged]
        known = [one for one in sizes if one is not None]
        return multiplied(known) if len(known) == len(sizes) else None

    def _rest(self, axis: int) -> Symbol | None:
        """The elements of what arrives that the other axes of a given shape leave to this one."""
        sizes, arriving = self._reshaped
        if not sizes:
            return None
        others = [one for at, one in enumerate(sizes, arriving.start) if at != axis]
        whole = [self.tensors[0].sizes[one] for one in arriving]
        known = [one for one in whole if one is not None]
        return quotient(known, others) if len(known) == len(whole) else None

    def _times(self, axis: int) -> Iterator[Symbol]:
        """Whole numbers that the code is given, as often as they go into an axis everywhere.

        So the features of a recurrent layer are those of each of its directions.
        """
        values = [node.output_shape[axis] for node in self.nodes]
        for one in dict.fromkeys(givens_in(self.code())):
            symbol = self.quietly(one)
            if symbol is None or is_constant(symbol) or not isinstance(self._values(one)[0], int):
                continue
            count = values[0] // (self._values(one)[0] or 1)
            yield shortened(("*", constant(count), symbol))

    def _multiples(self) -> list[Symbol | None]:
        found: list[Symbol | None] = []
        for size in self.tensors[0].sizes:
            for field in ("depth_multiplier", "factor"):
                factor = self.quietly(Given(field)) if field in self.layer.arguments else None
                if size is not None and factor is not None:
                    found.append(shortened(("*", factor, size)))
        return found

    def quietly(self, value: CodeValue) -> Symbol | None:
        try:
            return self.value(value)
        except Unsaid:
            return None


@cache
def _words(formula: str) -> list[str]:
    return re.findall(r"\w+", formula)


def _pads_by_size(code: LayerCode) -> bool:
    """Whether it works out the padding from the size that arrives, and so fits any stride."""
    return isinstance(code, tuple) and any(call.name.startswith("Same") for call in code)


def _pads_plainly(code: LayerCode) -> bool:
    """Whether its padding takes windows of one size, stride and no dilation only."""
    return isinstance(code, tuple) and any(call.name == "SamePad" for call in code)


def quotient(sizes: Sequence[Symbol], by: Sequence[Symbol]) -> Symbol:
    """The product of sizes over that of others, without those that are among both."""
    left, over = list(sizes), []
    for one in by:
        if one in left:
            left.remove(one)
        elif one != constant(1):
            over.append(one)
    number = prod(one[1] for one in left if is_constant(one))
    divisor = prod(one[1] for one in over if is_constant(one))
    common = gcd(number, divisor)
    numbers = [constant(number // common)] if number != common else []
    divisors = [constant(divisor // common)] if divisor != common else []
    top = multiplied([*numbers, *(one for one in left if not is_constant(one))] or [constant(1)])
    bottom = [*divisors, *(one for one in over if not is_constant(one))]
    return shortened(("//", top, multiplied(bottom))) if bottom else top


def wants_moved(layer: BuiltLayer, inputs: Inputs) -> bool | None:
    """Whether a layer's channels have to be moved to the front first; None where either will do.

    Raises:
        Unsaid: they are neither first nor last.
    """
    return _wants_moved(layer, inputs, names_axes=bool(dims_in(layer.torch_code(inputs))))


def _wants_moved(layer: BuiltLayer, inputs: Inputs, *, names_axes: bool) -> bool | None:
    rank = len(inputs.shapes[0])
    order = layer.torch_order(inputs, names_axes=names_axes)
    if order == "any" or (rank == 1 and len(inputs.shapes) == 1):
        return None
    if order == "written":
        return False
    return channels_at(layer, inputs) == rank - 1 and rank > 1


def order_of(node: Node) -> Order:
    """The order of the axes that the code of a layer needs."""
    inputs = node.facts.inputs
    named = bool(dims_in(node.layer.torch_code(inputs)))
    return node.layer.torch_order(inputs, names_axes=named)


def turned(tensor: Tensor, *, moved: bool) -> Tensor:
    """A result with its last axis first, or where the spec has it."""
    if tensor.moved == moved or len(tensor.sizes) == 1:
        return tensor
    axes = "1, -1" if tensor.moved else "-1, 1"
    return tensor._replace(text=f"{operand(tensor.text)}.movedim({axes})", moved=moved)


def alike(tensors: Sequence[Tensor], wanted: bool | None) -> list[Tensor]:  # noqa: FBT001 - or either
    """Results with their axes in the order that is wanted, or all in that of the first."""
    moved = wanted if wanted is not None else tensors[0].moved
    return [turned(one, moved=moved) for one in tensors]
