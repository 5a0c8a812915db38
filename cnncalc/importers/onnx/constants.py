"""Tensors that do not depend on the model's inputs, and what is computed of them.

Exporters write the arithmetic of shapes as nodes: `Shape`, `Gather`, `Concat`, ... on
small integers. It is computed here. Of weights only the shape is known, and where
they come from.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.importers.onnx.proto import FLOATS, Tensor
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.importers.onnx.proto import Node

_MOST_VALUES = 4096
_LARGEST = 1 << 63
_CAST = {1: float, 6: int, 7: int, 9: bool, 10: float, 11: float}
_INT64 = 7


class Constant(NamedTuple):
    """A constant tensor.

    Attributes:
        dims: its shape, the batch included.
        values: its elements in order; None where they are not known.
        dtype: the type of its elements, as ONNX numbers them.
        sources: the tensors of the file that it comes from: name and number of elements.
        written: whether it was written between the nodes, as numbers that are not learned are,
            or is no parameter by the signature of the model.
        buffer: whether the signature of the model has it as one that is kept, and not learned.
    """

    dims: tuple[int, ...]
    values: tuple[float, ...] | None
    dtype: int = _INT64
    sources: tuple[tuple[str, int], ...] = ()
    written: bool = False
    buffer: bool = False

    @property
    def size(self) -> int:
        """The number of elements."""
        return product(self.dims)

    @property
    def scalar(self) -> float | None:
        """Its only value, or None."""
        return self.values[0] if self.values is not None and len(self.values) == 1 else None

    @property
    def level(self) -> float | None:
        """The value of all its elements; None where they differ or are not known."""
        return self.values[0] if self.values and len(set(self.values)) == 1 else None

    @property
    def integers(self) -> tuple[int, ...] | None:
        """Its values as whole numbers, or None."""
        return None if self.values is None else tuple(int(value) for value in self.values)

    @property
    def learned(self) -> bool:
        """Whether its elements may be learned: weights of the file that are no whole numbers."""
        return bool(self.sources) and self.dtype in FLOATS and not self.written

    @property
    def names(self) -> list[str]:
        """The names of the tensors that it comes from, without what tells parts apart."""
        return [name.partition("[")[0] for name, _ in self.sources]

    @property
    def name(self) -> str:
        """The name of the tensor that it comes from; empty if it was computed of none."""
        return self.sources[0][0] if self.sources else ""


def constant_of(tensor: Tensor) -> Constant:
    """A tensor of the file; whole numbers are indices and sizes, which nothing is learned of."""
    sources = ((tensor.name, tensor.size),) if tensor.dtype in FLOATS else ()
    return Constant(tensor.dims, tensor.values, tensor.dtype, sources)


def whole(values: Sequence[int]) -> Constant:
    """A list of whole numbers."""
    return Constant((len(values),), tuple(values))


def attribute_constant(node: Node) -> Constant | None:
    """What a `Constant` node holds; None for texts."""
    for key, value in node.attributes.items():
        if isinstance(value, Tensor):
            name = value.name or node.outputs[0]
            sources = ((name, value.size),) if value.size > 1 and value.dtype in FLOATS else ()
            return Constant(value.dims, value.values, value.dtype, sources, written=True)
        if key in {"value_int", "value_float"}:
            return Constant((), (value,), 1 if key == "value_float" else _INT64)
        if key in {"value_ints", "value_floats"} and value is not None:
            return Constant((len(value),), tuple(value), 1 if key == "value_floats" else _INT64)
    return None


def fold(node: Node, given: Sequence[Constant | None]) -> Constant | None:
    """The result of a node whose inputs are constants; None if it is not computed here.

    Args:
        node: the operator.
        given: its inputs; None for one that is left out.
    """
    rule = _RULES.get(node.op)
    known = [one for one in given if one is not None]
    if rule is None or not known or given[0] is None:
        return None
    try:
        folded = rule(node.attributes, known)
    except (IndexError, ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None  # operands that do not fit each other
    if folded is None:
        return None
    if any(not 0 <= size < _LARGEST for size in folded.dims):
        return None
    values = folded.values
    if values is not None and (len(values) > _MOST_VALUES or not all(map(_bounded, values))):
        folded = folded._replace(values=None)
    elif values is not None and len(values) != folded.size:
        return None
    sources = tuple(dict.fromkeys(source for one in known for source in one.sources))
    if node.op == "Slice" and len(sources) == 1:
        bounds = ",".join(str(one.integers) for one in known[1:3])
        sources = _part_of(sources, bounds, folded.size)
    return folded._replace(sources=sources, written=all(one.written for one in known))


def _part_of(
    sources: tuple[tuple[str, int], ...], part: str, size: int
) -> tuple[tuple[str, int], ...]:
    """Where a part of a tensor comes from, told apart from its other parts."""
    ((name, whole_),) = sources
    return sources if size == whole_ else ((f"{name}[{part}]", size),)


def split(node: Node, given: Sequence[Constant | None]) -> list[Constant] | None:
    """The results of a `Split` of a constant; None if its sizes are not known."""
    data = given[0]
    sizes = given[1].integers if len(given) > 1 and given[1] is not None else None
    if data is None or not data.dims:
        return None
    axis = node.attributes.get("axis", 0) % len(data.dims)
    sizes = sizes or node.attributes.get("split")
    if sizes is None:
        count = len(node.outputs)
        each = -(-data.dims[axis] // count)
        sizes = (*(each,) * (count - 1), data.dims[axis] - each * (count - 1))
    if len(sizes) != len(node.outputs) or sum(sizes) != data.dims[axis] or min(sizes) < 0:
        return None
    parts, start = [], 0
    for size in sizes:
        dims = (*data.dims[:axis], size, *data.dims[axis + 1 :])
        sources = data.sources
        if len(sources) == 1:
            sources = _part_of(sources, f"{axis}:{start}:{start + size}", product(dims))
        parts.append(data._replace(dims=dims, values=None, sources=sources))
        start += size
    return parts


def _bounded(value: float) -> bool:
    return -_LARGEST < value < _LARGEST


def broadcast(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """The common shape of two; raises `ValueError` if there is none."""
    rank = max(len(first), len(second))
    found = []
    for one, other in zip(
        (1,) * (rank - len(first)) + tuple(first),
        (1,) * (rank - len(second)) + tuple(second),
        strict=True,
    ):
        if one != other and 1 not in {one, other}:
            raise ValueError("shapes do not meet")
        found.append(other if one == 1 else one)
    return tuple(found)


# -- shapes ---------------------------------------------------------------------------------------


def reshaped(shape: Sequence[int], target: Sequence[int], *, zero: bool = False) -> tuple[int, ...]:
    """The sizes that a `Reshape` means: 0 keeps a size, -1 is computed; raises `ValueError`.

    Args:
        shape: what arrives.
        target: as written.
        zero: whether a 0 is a size of 0.
    """
    sizes = [shape[at] if size == 0 and not zero else size for at, size in enumerate(target)]
    if sizes.count(-1) == 1:
        rest = product(size for size in sizes if size != -1)
        sizes[sizes.index(-1)] = product(shape) // rest if rest else 0
    if min(sizes, default=1) < 0 or product(sizes) != product(shape):
        raise ValueError("the elements do not fit")
    return tuple(sizes)


def unsqueezed(shape: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    """A shape with new axes of 1."""
    rank = len(shape) + len(axes)
    at = {axis % rank for axis in axes}
    rest = iter(shape)
    return tuple(1 if axis in at else next(rest) for axis in range(rank))


def squeezed(shape: Sequence[int], axes: Sequence[int] | None) -> tuple[int, ...]:
    """A shape without some axes of 1, or without all of them."""
    at = {axis % len(shape) for axis in axes} if axes is not None else None
    return tuple(
        size for axis, size in enumerate(shape) if (size != 1 if at is None else axis not in at)
    )


def sliced(size: int, start: int, stop: int, step: int) -> range:
    """The indices along an axis that a `Slice` takes."""
    first, last, step = slice(start, None if step < 0 and stop < -size else stop, step).indices(
        size
    )
    return range(first, last, step)


# -- the operators --------------------------------------------------------------------------------

_Attributes = "Mapping[str, Any]"


def _axes(attributes: Mapping[str, Any], known: Sequence[Constant]) -> tuple[int, ...] | None:
    """The axes of an operator: its second input, or its attribute in older versions."""
    if len(known) > 1:
        return known[1].integers
    return attributes.get("axes")


def _same(_: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
    return known[0]


def _shape(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
    return whole(known[0].dims[attributes.get("start", 0) : attributes.get("end")])


def _cast(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
    to = attributes.get("to", 1)
    values, kind = known[0].values, _CAST.get(to)
    if values is not None and kind is not None:
        values = tuple(kind(value) for value in values)
    return known[0]._replace(values=values, dtype=to)


def _reshape(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant | None:
    target = known[1].integers
    if target is None:
        return None
    zero = bool(attributes.get("allowzero", 0))
    return known[0]._replace(dims=reshaped(known[0].dims, target, zero=zero))


def _unsqueeze(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant | None:
    axes = _axes(attributes, known)
    return None if axes is None else known[0]._replace(dims=unsqueezed(known[0].dims, axes))


def _squeeze(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
    return known[0]._replace(dims=squeezed(known[0].dims, _axes(attributes, known)))


def _transpose(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
    dims = known[0].dims
    order = tuple(attributes.get("perm") or reversed(range(len(dims))))
    moved = tuple(dims[axis] for axis in order)

    def source(at: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(at[order.index(axis)] for axis in range(len(dims)))

    return known[0]._replace(dims=moved, values=_taken(known[0], moved, source))


def _taken(
    data: Constant, dims: tuple[int, ...], source: Callable[[tuple[int, ...]], Sequence[int]]
) -> tuple[float, ...] | None:
    """The values of a shape whose every element is one of another: which, `source` says."""
    if data.values is None or product(dims) > _MOST_VALUES:
        return None
    strides = [product(data.dims[axis + 1 :]) for axis in range(len(data.dims))]
    return tuple(
        data.values[sum(i * stride for i, stride in zip(source(at), strides, strict=True))]
        for at in itertools.product(*map(range, dims))
    )


def _concat(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
    axis = attributes.get("axis", 0) % max(len(known[0].dims), 1)
    dims = list(known[0].dims)
    dims[axis] = sum(one.dims[axis] for one in known)
    values = None
    if len(dims) == 1:
        lists = [one.values for one in known if one.values is not None]
        values = tuple(v for one in lists for v in one) if len(lists) == len(known) else None
    return known[0]._replace(dims=tuple(dims), values=values)


def _gather(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
    data, indices = known
    axis = attributes.get("axis", 0) % max(len(data.dims), 1)
    dims = (*data.dims[:axis], *indices.dims, *data.dims[axis + 1 :])
    at, values, size = indices.integers, None, data.dims[axis]
    if at is not None and len(indices.dims) < 2:  # noqa: PLR2004 - one index, or a list
        listed = data._replace(dims=(*data.dims[:axis], len(at), *data.dims[axis + 1 :]))
        values = _taken(
            data, listed.dims, lambda i: (*i[:axis], at[i[axis]] % size, *i[axis + 1 :])
        )
    return data._replace(dims=dims, values=values)


def _slice(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant | None:
    data = known[0]
    bounds = slice_bounds(attributes, [one.integers for one in known[1:]], len(data.dims))
    if bounds is None:
        return None
    ranges = [range(size) for size in data.dims]
    for axis, bound in bounds.items():
        ranges[axis] = sliced(data.dims[axis], *bound)
    dims = tuple(map(len, ranges))
    values = _taken(data, dims, lambda at: [one[i] for one, i in zip(ranges, at, strict=True)])
    return data._replace(dims=dims, values=values)


def slice_bounds(
    attributes: Mapping[str, Any], given: Sequence[tuple[int, ...] | None], rank: int
) -> dict[int, tuple[int, int, int]] | None:
    """What a `Slice` takes along each axis: start, stop and step; None where that is not known."""
    parts = list(given) or [attributes.get(key) for key in ("starts", "ends", "axes")]
    if len(parts) < 2 or parts[0] is None or parts[1] is None:  # noqa: PLR2004 - starts and ends
        return None
    starts, ends = parts[0], parts[1]
    axes = parts[2] if len(parts) > 2 and parts[2] is not None else range(len(starts))  # noqa: PLR2004 - the third
    steps = parts[3] if len(parts) > 3 and parts[3] is not None else (1,) * len(starts)  # noqa: PLR2004 - the fourth
    return {
        axis % rank: (start, stop, step)
        for axis, start, stop, step in zip(axes, starts, ends, steps, strict=True)
    }


def _expand(_: Mapping[str, Any], known: Sequence[Constant]) -> Constant | None:
    target = known[1].integers
    if target is None:
        return None
    dims = broadcast(known[0].dims, target)
    return known[0]._replace(dims=dims, values=_stretched(known[0], dims))


def _filled(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant | None:
    dims = known[0].integers
    if dims is None:
        return None
    value = attributes.get("value")
    one = value.values[0] if isinstance(value, Tensor) and value.values else 0
    dtype = value.dtype if isinstance(value, Tensor) else 1
    values = (one,) * product(dims) if product(dims) <= _MOST_VALUES else None
    return Constant(dims, values, dtype)


def _range(_: Mapping[str, Any], known: Sequence[Constant]) -> Constant | None:
    parts = [one.scalar for one in known]
    if len(parts) != 3 or any(part is None for part in parts):  # noqa: PLR2004 - start, stop, step
        return None
    start, stop, step = (float(part or 0) for part in parts)
    count = max(math.ceil((stop - start) / step), 0)
    values = None
    if count <= _MOST_VALUES:
        values = tuple(start + step * index for index in range(count))
    return Constant((count,), values, known[0].dtype)


def _stretched(one: Constant, dims: tuple[int, ...]) -> tuple[float, ...] | None:
    """The values along a larger shape: those of one element, or of the same shape."""
    if one.scalar is not None and product(dims) <= _MOST_VALUES:
        return (one.scalar,) * product(dims)
    return one.values if one.dims == dims else None


def _elementwise(compute: Callable[..., float]) -> _Rule:
    def rule(_: Mapping[str, Any], known: Sequence[Constant]) -> Constant:
        dims: tuple[int, ...] = ()
        for one in known:
            dims = broadcast(dims, one.dims)
        columns = [_stretched(one, dims) for one in known]
        values = None
        if all(column is not None for column in columns):
            values = tuple(compute(*row) for row in zip(*columns, strict=True))
        return known[0]._replace(dims=dims, values=values, dtype=known[-1].dtype)

    return rule


def _divided(one: float, other: float) -> float:
    if isinstance(one, int) and isinstance(other, int):
        return int(one / other) if abs(one) < 1 << 52 else one // other
    return one / other


def _reduced(compute: Callable[[Sequence[float]], float]) -> _Rule:
    def rule(attributes: Mapping[str, Any], known: Sequence[Constant]) -> Constant | None:
        if known[0].values is None or len(known[0].dims) > 1:
            return None
        dims = (1,) if attributes.get("keepdims", 1) else ()
        return known[0]._replace(dims=dims, values=(compute(known[0].values),))

    return rule


if TYPE_CHECKING:
    _Rule = Callable[[Mapping[str, Any], Sequence[Constant]], Constant | None]

_RULES: dict[str, _Rule] = {
    "Identity": _same,
    "Cast": _cast,
    "CastLike": _same,
    "Shape": _shape,
    "Reshape": _reshape,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Concat": _concat,
    "Gather": _gather,
    "Slice": _slice,
    "Expand": _expand,
    "ConstantOfShape": _filled,
    "Range": _range,
    "Add": _elementwise(lambda a, b: a + b),
    "Sub": _elementwise(lambda a, b: a - b),
    "Mul": _elementwise(lambda a, b: a * b),
    "Div": _elementwise(_divided),
    "Mod": _elementwise(lambda a, b: a % b),
    "Max": _elementwise(max),
    "Min": _elementwise(min),
    "Pow": _elementwise(lambda a, b: float(a) ** b if abs(b) < _MOST_VALUES else math.nan),
    "Sqrt": _elementwise(math.sqrt),
    "Neg": _elementwise(lambda a: -a),
    "Abs": _elementwise(abs),
    "Floor": _elementwise(math.floor),
    "Ceil": _elementwise(math.ceil),
    "Exp": _elementwise(math.exp),
    "Equal": _elementwise(lambda a, b: a == b),
    "Greater": _elementwise(lambda a, b: a > b),
    "Less": _elementwise(lambda a, b: a < b),
    "Not": _elementwise(lambda a: not a),
    "And": _elementwise(lambda a, b: a and b),
    "Or": _elementwise(lambda a, b: a or b),
    "Where": _elementwise(lambda a, b, c: b if a else c),
    "ReduceProd": _reduced(math.prod),
    "ReduceSum": _reduced(sum),
    "ReduceMax": _reduced(max),
    "ReduceMin": _reduced(min),
}
