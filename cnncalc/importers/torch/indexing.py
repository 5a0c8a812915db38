"""Indices, slices and parts of tensors as layers of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.naming import NotKnownError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.torch.torch_types import Node
    from cnncalc.layers.base.tensors import Shape


def part_of(
    called: str, source: Node, index: int, before: Shape, shape: Shape
) -> tuple[str, dict[str, Any]]:
    """The layer that gives one of several parts along an axis.

    Args:
        called: `chunk` or `split`.
        source: the node of its call.
        index: which of them.
        before: the shape of what is divided, for one sample.
        shape: of the part.

    Raises:
        NotKnownError: the part has the shape of the whole, or another number of axes.
    """
    sizes = zip(before, shape, strict=True) if len(before) == len(shape) else ()
    axis = next((at for at, (one, two) in enumerate(sizes) if one != two), None)
    if axis is None:
        raise NotKnownError
    where = _along(axis, before)
    number = {"index": index} if index else {}
    wanted = source.args[1] if len(source.args) > 1 else None
    if called == "chunk":
        return "chunk", {"chunks": wanted or source.kwargs.get("chunks"), **number, **where}
    given = list(wanted) if isinstance(wanted, (list, tuple)) else wanted
    return "split", {"sizes": given, **number, **where}


def place_of(called: str, source: Node, index: int, before: Shape) -> tuple[int, Any]:
    """The axis along which a tensor falls into parts, and the place or slice that one of them is.

    Args:
        called: `unbind` or `tensor_split`.
        source: the node of its call.
        index: which part.
        before: the shape of what is divided, for one sample.

    Raises:
        NotKnownError: the axis is that of the batch, or the parts are given by their number.
    """
    given = dict(zip(_PARAMETERS[called], source.args[1:], strict=False)) | dict(source.kwargs)
    axis = given.get("dim", 0)
    axis = axis + len(before) if axis < 0 else axis - 1
    if axis < 0:
        raise NotKnownError
    if called == "unbind":
        return axis, index
    bounds = given.get("tensor_indices_or_sections", given.get("indices"))
    if index < 0 or not isinstance(bounds, (list, tuple)):
        raise NotKnownError
    edges = [0, *bounds, None]
    return axis, slice(*edges[index : index + 2])


_PARAMETERS = {"unbind": ("dim",), "tensor_split": ("tensor_indices_or_sections", "dim")}


def indexed(index: Sequence[Any]) -> tuple[int, Any]:
    """The only axis of which not all is taken, the batch aside, and what is: a place or a slice.

    Raises:
        NotKnownError: there is no such axis, or more than one; a slice has a step.
    """
    real = [(at, one) for at, one in enumerate(index) if one != slice(None)]
    if len(real) != 1 or not real[0][0]:
        raise NotKnownError
    at, part = real[0]
    whole = isinstance(part, slice) and part.step in {None, 1}
    if not whole and (isinstance(part, bool) or not isinstance(part, int)):
        raise NotKnownError
    return at - 1, part


def row_of(axis: int, at: int, before: Shape) -> dict[str, Any]:
    """The arguments of a `slice` that takes one place along an axis of a shape."""
    return slice_of(axis, at, at + 1 if at != -1 else None, before)


def slice_of(axis: int, start: int | None, stop: int | None, before: Shape) -> dict[str, Any]:
    """The arguments of a `slice` along an axis of a shape."""
    where = _along(axis, before)
    bounds = {"start": start, "stop": stop}
    return {key: value for key, value in bounds.items() if value} | where


def _along(axis: int, before: Shape) -> dict[str, int]:
    """The argument `axis`, left out where it is the default: the channels."""
    return {} if axis == 0 and len(before) != 2 else {"axis": axis}  # noqa: PLR2004 - a sequence
