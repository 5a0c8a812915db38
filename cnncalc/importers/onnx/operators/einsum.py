"""Sums of products over letters, as the product of matrices or the dense layer that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.importers.onnx.context import NotSupported, Value, held_of
from cnncalc.importers.onnx.steps import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.onnx.constants import Constant
    from cnncalc.importers.onnx.context import Context
    from cnncalc.importers.onnx.proto import Node

_PAIR = 2


class _Sum:
    """An equation with the size of each letter.

    Attributes:
        terms: the letters of each operand.
        result: those of the result.
        sizes: of all letters.
    """

    def __init__(self, node: Node, at: Context) -> None:
        equation = str(node.attributes.get("equation", "")).replace(" ", "")
        terms, arrow, self.result = equation.partition("->")
        self.terms = terms.split(",")
        self.sizes: dict[str, int] = {}
        if not arrow or len(self.terms) != len(node.inputs):
            raise NotSupported
        for letters, name in zip(self.terms, node.inputs, strict=True):
            value, constant = at.values.get(name), at.constants.get(name)
            dims = value.shape if value is not None else constant.dims if constant else ()
            if len(letters) != len(dims) or len(set(letters)) != len(letters):
                raise NotSupported
            self.sizes.update(zip(letters, dims, strict=True))
        if not "".join([*self.terms, self.result]).isalpha() or {*self.result} - {*self.sizes}:
            raise NotSupported

    def shape(self, letters: str) -> tuple[int, ...]:
        return tuple(self.sizes[letter] for letter in letters)


def einsum(node: Node, at: Context) -> None:
    """Add what a sum of products is: a dense layer, a product of matrices, or a `custom`."""
    found = _Sum(node, at)
    values = [at.values.get(name) for name in node.inputs]
    letter = _batch_letter(found, values)
    before = len(at.steps)
    if len(values) != _PAIR or not letter:
        _unknown(node, at, found, letter)
        return
    made = _dense if None in values else _product
    try:
        made(node, at, found, letter)
    except NotSupported:
        del at.steps[before:]
        _unknown(node, at, found, letter)


def _batch_letter(found: _Sum, values: Sequence[Value | None]) -> str:
    """The letter of the batch; empty where it is not one and the same."""
    letters = {
        terms[value.batch]
        for terms, value in zip(found.terms, values, strict=True)
        if value is not None and value.batch is not None
    }
    whole = all(value is None or value.batch is not None for value in values)
    return letters.pop() if whole and len(letters) == 1 and letters <= {*found.result} else ""


def _product(node: Node, at: Context, found: _Sum, letter: str) -> None:
    """Two tensors: common letters of the result are the batch of a product of matrices."""
    one, other = found.terms
    common = [c for c in one if c in other]
    outer = "".join(c for c in common if c in found.result and c != letter)
    inner = "".join(c for c in common if c not in found.result)
    rows = "".join(c for c in one if c not in other)
    columns = "".join(c for c in other if c not in one)
    if not inner or {*rows, *columns} - {*found.result}:
        raise NotSupported
    one, other = one.replace(letter, ""), other.replace(letter, "")
    first = _turned(node, at, _operand(node, at, 0), one, outer + rows + inner)
    second = _turned(node, at, _operand(node, at, 1), other, outer + inner + columns)
    before = found.shape(outer)
    height, depth, width = (product(found.shape(part)) for part in (rows, inner, columns))
    first = _shaped(node, at, first, (*before, height, depth))
    second = _shaped(node, at, second, (*before, depth, width))
    made = at.layer(node, "matmul", inputs=(first, second), output=_between(node, at))
    _finish(node, at, found, (made, outer + rows + columns, letter))


def _dense(node: Node, at: Context, found: _Sum, letter: str) -> None:
    """A tensor and weights that share the summed letters alone."""
    place = 0 if node.inputs[0] in at.values else 1
    one, other = found.terms[place], found.terms[1 - place]
    weight = at.required(node, 1 - place)
    inner = "".join(c for c in other if c in one)
    columns = "".join(c for c in other if c not in one)
    rows = "".join(c for c in one if c not in other and c != letter)
    if not inner or {*inner} & {*found.result} or {*rows, *columns} - {*found.result}:
        raise NotSupported
    one = one.replace(letter, "")
    value = _turned(node, at, _operand(node, at, place), one, rows + inner)
    value = _shaped(node, at, value, (*found.shape(rows), product(found.shape(inner))))
    made = at.layer(
        node, "dense", {"units": product(found.shape(columns)), "bias": False}, inputs=(value,),
        holds=(weight,), output=_between(node, at),
    )  # fmt: skip
    _finish(node, at, found, (made, rows + columns, letter))


def _operand(node: Node, at: Context, index: int) -> Value:
    """A tensor with its batch in front."""
    value = at.value(node.inputs[index])
    return Value(value.tensor, (at.batch, *value.own), 0)


def _turned(node: Node, at: Context, value: Value, have: str, want: str) -> Value:
    """A tensor with its axes in another order."""
    if have == want:
        return value
    dims = [have.index(one) for one in want]
    return at.layer(node, "permute", {"dims": dims}, inputs=(value,), output=_between(node, at))


def _shaped(node: Node, at: Context, value: Value, own: tuple[int, ...]) -> Value:
    """A tensor whose axes are taken together, or apart."""
    if value.own == own:
        return value
    arguments = {"shape": list(own)}
    return at.layer(node, "reshape", arguments, inputs=(value,), output=_between(node, at))


def _between(node: Node, at: Context) -> str:
    """A name for a result on the way."""
    return f"{node.outputs[0]}:{len(at.steps)}"


def _finish(node: Node, at: Context, found: _Sum, made: tuple[Value, str, str]) -> None:
    """Give a result the order of letters that the equation has."""
    value, letters, letter = made
    value = _shaped(node, at, value, found.shape(letters))
    value = _turned(node, at, value, letters, found.result.replace(letter, ""))
    batch = found.result.index(letter)
    shape = (*value.own[:batch], at.batch, *value.own[batch:])
    at.alias(node, Value(value.tensor, shape, batch))


def _unknown(node: Node, at: Context, found: _Sum, letter: str) -> None:
    """A step without a layer, whose shape follows from the letters."""
    shape = found.shape(found.result)
    batch = found.result.index(letter) if letter else None
    own = tuple(size for axis, size in enumerate(shape) if axis != batch)
    constants: list[Constant] = [
        one for index in range(len(node.inputs)) if (one := at.constant(node, index)) is not None
    ]
    held = tuple(held_of(one for one in constants if one.learned))
    taken = tuple(at.values[name].tensor for name in node.inputs if name in at.values)
    at.add(Step(":Einsum", {}, taken, node.outputs[0], own, node, held), shape, batch)


OPERATORS = {"Einsum": einsum}
