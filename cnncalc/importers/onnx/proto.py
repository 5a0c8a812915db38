"""The messages of an ONNX file, without the values of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Types of elements that layers learn: floating point of any width.
FLOATS = frozenset({1, 10, 11, 16, 17, 18, 19, 20})


class Tensor(NamedTuple):
    """A constant tensor; `values` are known where they are few, flat, in order."""

    name: str
    dims: tuple[int, ...]
    dtype: int
    values: tuple[float, ...] | None

    @property
    def size(self) -> int:
        """The number of elements."""
        return product(self.dims)


class Node(NamedTuple):
    """An operator with the names of its inputs and outputs."""

    op: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    metadata: Mapping[str, str]


class Branch(NamedTuple):
    """A graph inside a node, which also takes tensors of the graph around it.

    `captured` are the names of those that its nodes take, and `outputs` those of its results.
    """

    nodes: tuple[Node, ...]
    tensors: tuple[Tensor, ...]
    outputs: tuple[str, ...]
    captured: tuple[str, ...]


class Info(NamedTuple):
    """A tensor of the graph: the size of each axis, or the name of one that is open."""

    name: str
    dtype: int
    dims: tuple[int | str, ...] | None


class Function(NamedTuple):
    """A function of the file: a graph with named inputs, outputs and attributes."""

    name: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[Node, ...]


class File(NamedTuple):
    """A model as the file has it.

    Attributes:
        name: of the graph.
        producer: the program that wrote it.
        opset: the version of the standard operators.
        signature: what torch.export says of parameters and buffers; empty if nothing.
    """

    name: str
    producer: str
    opset: int
    nodes: tuple[Node, ...]
    tensors: tuple[Tensor, ...]
    inputs: tuple[Info, ...]
    outputs: tuple[Info, ...]
    infos: tuple[Info, ...]
    functions: tuple[Function, ...]
    signature: str


class Reference(NamedTuple):
    """An attribute that a function takes from its caller."""

    name: str


def captured(node: Node) -> tuple[str, ...]:
    """The tensors that graphs inside a node take of the graph around it."""
    return tuple(
        name
        for value in node.attributes.values()
        if isinstance(value, Branch)
        for name in value.captured
    )
