"""The messages of an ONNX file, without the values of its weights.

Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic import product
from cnncalc.importers.onnx import wire
from cnncalc.importers.problems import ImportProblem
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.importers.onnx.wire import Data

_FEW = 64  # elements of a tensor whose values are kept: shapes, axes, bounds
_MANY = 4096  # numbers in one attribute
_LONG = 1 << 16  # bytes of a name, or of a text about a node
_LONGEST = 1 << 24  # bytes of what is said of all parameters
_MOST_AXES = 64
_DEEPEST = 16  # graphs in nodes of graphs
_TENSOR_TYPE = _DIM = 0x0A  # tags: field 1

#: The types of elements whose values are read: their codes in `struct`.
_CODES = {1: "f", 2: "B", 3: "b", 5: "h", 6: "i", 7: "q", 9: "B", 10: "e", 11: "d"}
_HALF = 10  # floating point of 16 bits, whose bits may stand in a field of integers
_INTEGERS = frozenset({2, 3, 5, 6, 7, 9})
#: Types of elements that layers learn: floating point of any width.
FLOATS = frozenset({1, 10, 11, 16, 17, 18, 19, 20})

#: Metadata of the exporters that say what a node was.
NOTED = frozenset({
    "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy", "pkg.torch.onnx.fx_node",
    "pkg.onnxscript.rewriter.rule_name", "namespace",
})  # fmt: skip
SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature"


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


def read(data: Data, most_nodes: int, most_bytes: int) -> File:
    """Read a model.

    Args:
        data: the file.
        most_nodes: the largest number of nodes.
        most_bytes: the largest size of all names, attributes and shapes.

    Raises:
        ImportProblem: it is no ONNX model, or larger.
    """
    return _Reader(data, most_nodes, most_bytes).model()


class _Reader:
    def __init__(self, data: Data, most_nodes: int, most_bytes: int) -> None:
        self.data = data
        self.most_nodes = most_nodes
        self.nodes_left = most_nodes
        self.most_bytes = most_bytes
        self.bytes_left = most_bytes
        self.depth = 0

    # -- the model ------------------------------------------------------------------------------

    def model(self) -> File:
        version = opset = 0
        producer = ""
        graph: tuple[int, int] | None = None
        functions = []
        for tag, a, b in wire.fields(self.data, 0, len(self.data)):
            match tag:
                case 0x08:
                    version = a
                case 0x12:
                    producer = self._text(a, b)
                case 0x3A:
                    graph = (a, b)
                case 0x42:
                    opset = max(opset, self._opset(a, b))
                case 0xCA:
                    functions.append(self._function(a, b))
        if not version or graph is None:
            raise ImportProblem("the file is not an ONNX model: it has no graph")
        return self._graph(*graph, producer, opset, tuple(functions))

    def _opset(self, start: int, stop: int) -> int:
        domain, version = "", 0
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    domain = self._text(a, b)
                case 0x10:
                    version = a
        return version if domain in {"", "ai.onnx"} else 0

    def _graph(
        self, start: int, stop: int, producer: str, opset: int, functions: tuple[Function, ...]
    ) -> File:
        nodes, tensors = [], []
        infos: dict[int, list[Info]] = {0x5A: [], 0x62: [], 0x6A: []}
        name = signature = ""
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    nodes.append(self._node(a, b))
                case 0x2A:
                    tensors.append(self.tensor(a, b))
                case _ if tag in infos:
                    infos[tag].append(self._info(a, b))
                case 0x12:
                    name = self._text(a, b)
                case 0x7A:
                    tensors.append(self._sparse(a, b))
                case 0x82:
                    key, value = self._entry(a, b, frozenset({SIGNATURE}), _LONGEST)
                    signature = value if key == SIGNATURE else signature
        return File(
            name, producer, opset, tuple(nodes), tuple(tensors), tuple(infos[0x5A]),
            tuple(infos[0x62]), tuple(infos[0x6A]), functions, signature,
        )  # fmt: skip

    def _function(self, start: int, stop: int) -> Function:
        name = domain = ""
        inputs, outputs, nodes = [], [], []
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    name = self._text(a, b)
                case 0x22:
                    inputs.append(self._text(a, b))
                case 0x2A:
                    outputs.append(self._text(a, b))
                case 0x3A:
                    nodes.append(self._node(a, b))
                case 0x52:
                    domain = self._text(a, b)
        return Function(name, domain, tuple(inputs), tuple(outputs), tuple(nodes))

    # -- nodes ----------------------------------------------------------------------------------

    def _node(self, start: int, stop: int) -> Node:
        self.nodes_left -= 1
        if self.nodes_left < 0:
            raise ImportProblem(
                f"the graph has more than {self.most_nodes:,} nodes",
                "`--max-layers` raises the limit",
            )
        names: dict[int, str] = {0x1A: "", 0x22: "", 0x3A: ""}
        inputs, outputs = [], []
        attributes, metadata = {}, {}
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    inputs.append(self._text(a, b))
                case 0x12:
                    outputs.append(self._text(a, b))
                case _ if tag in names:
                    names[tag] = self._text(a, b)
                case 0x2A:
                    key, attribute = self._attribute(a, b)
                    attributes[key] = attribute
                case 0x4A:
                    key, value = self._entry(a, b, NOTED, _LONG)
                    if key in NOTED:
                        metadata[key] = value
        return Node(
            names[0x22], names[0x3A], names[0x1A], tuple(inputs), tuple(outputs), attributes,
            metadata,
        )  # fmt: skip

    def _attribute(self, start: int, stop: int) -> tuple[str, Any]:
        """The name of an attribute, and its value."""
        name, value = "", None
        several: list[Any] = []
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    name = self._text(a, b)
                case 0x3D | 0x3A | 0x40 | 0x42 | 0x4A:
                    several += self._several(tag, a, b)
                case _:
                    value = self._single(tag, a, b, value)
        self._spend(8 * len(several))
        return name, tuple(several) if several else value

    def _several(self, tag: int, a: int, b: int) -> list[Any]:
        """What a field adds to a list of numbers or texts."""
        match tag:
            case 0x3D | 0x3A:
                return self._floats(a, b)
            case 0x40:
                return [wire.signed(a)]
            case 0x42:
                return self._packed(a, b)
            case _:
                return [self._text(a, b)]

    def _single(self, tag: int, a: int, b: int, value: Any) -> Any:  # noqa: ANN401 - of any type
        """The value of a field that holds one; that of others is as before."""
        match tag:
            case 0x15:
                value = wire.numbers(self.data, a, b, "f")[0]
            case 0x18:
                value = wire.signed(a)
            case 0x22:
                value = self._text(a, b)
            case 0x2A:
                value = self.tensor(a, b)
            case 0x32:
                value = self._branch(a, b)
            case 0xAA:
                value = Reference(self._text(a, b))
        return value

    def _branch(self, start: int, stop: int) -> Branch | None:
        """A graph in a node; None for one that lies too deep to be looked at."""
        if self.depth == _DEEPEST:
            return None
        self.depth += 1
        nodes, tensors, outputs = [], [], []
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    nodes.append(self._node(a, b))
                case 0x2A:
                    tensors.append(self.tensor(a, b))
                case 0x62:
                    outputs.append(self._info(a, b).name)
        self.depth -= 1
        own = {name for node in nodes for name in node.outputs} | {one.name for one in tensors}
        wanted = [name for node in nodes for name in (*node.inputs, *captured(node))]
        outside = dict.fromkeys(name for name in (*wanted, *outputs) if name and name not in own)
        return Branch(tuple(nodes), tuple(tensors), tuple(outputs), tuple(outside))

    def _entry(
        self, start: int, stop: int, wanted: frozenset[str], longest: int
    ) -> tuple[str, str]:
        """A key with its value; the value of one that is not wanted is not read."""
        key, place = "", (0, 0)
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    key = self._text(a, b)
                case 0x12:
                    place = (a, min(b, a + longest))
        if key not in wanted:
            return key, ""
        self._spend(place[1] - place[0])
        return key, wire.text(self.data, *place)

    # -- tensors --------------------------------------------------------------------------------

    def tensor(self, start: int, stop: int) -> Tensor:
        """A tensor: its shape, and its values where they are few and stand in the file."""
        name, dtype = "", 0
        dims: list[int] = []
        places: dict[int, tuple[int, int]] = {}
        outside = False
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x08:
                    dims.append(wire.signed(a))
                case 0x0A:
                    dims += self._packed(a, b)
                case 0x10:
                    dtype = a
                case 0x42:
                    name = self._text(a, b)
                case 0x70:
                    outside = a == 1
                case 0x22 | 0x2A | 0x3A | 0x4A | 0x52:
                    places[tag] = (a, b)
        self._spend(8 * len(dims))
        if len(dims) > _MOST_AXES or any(size < 0 for size in dims):
            raise ImportProblem(f"the tensor `{name}` has a shape that is none: {dims[:8]}")
        values = None if outside else self._values(tuple(dims), dtype, places)
        return Tensor(name, tuple(dims), dtype, values)

    def _values(
        self, dims: tuple[int, ...], dtype: int, places: Mapping[int, tuple[int, int]]
    ) -> tuple[float, ...] | None:
        size = product(dims)
        if size > _FEW or dtype not in _CODES:
            return None
        found: list[float] = []
        for tag, (a, b) in places.items():
            if b - a > 10 * _FEW:
                return None
            match tag:
                case 0x4A:
                    found = wire.numbers(self.data, a, b, _CODES[dtype])
                case 0x22:
                    found = wire.numbers(self.data, a, b, "f")
                case 0x52:
                    found = wire.numbers(self.data, a, b, "d")
                case _ if dtype == _HALF:
                    bits = [one & 0xFFFF for one in wire.packed(self.data, a, b)]
                    found = list(
                        struct.unpack(f"<{len(bits)}e", struct.pack(f"<{len(bits)}H", *bits))
                    )
                case _:
                    found = list(wire.packed(self.data, a, b))
        return tuple(found) if len(found) == size else None

    def _sparse(self, start: int, stop: int) -> Tensor:
        """A sparse tensor: the shape that it stands for, under the name of its values."""
        name, dtype = "", 0
        dims: list[int] = []
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    values = self.tensor(a, b)
                    name, dtype = values.name, values.dtype
                case 0x18:
                    dims.append(wire.signed(a))
                case 0x1A:
                    dims += self._packed(a, b)
        return Tensor(name, tuple(dims), dtype, None)

    def _info(self, start: int, stop: int) -> Info:
        name, dtype = "", 0
        dims: tuple[int | str, ...] | None = None
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x0A:
                    name = self._text(a, b)
                case 0x12:
                    for kind, c, d in wire.fields(self.data, a, b):
                        if kind == _TENSOR_TYPE:
                            dtype, dims = self._tensor_type(c, d)
        return Info(name, dtype, dims)

    def _tensor_type(self, start: int, stop: int) -> tuple[int, tuple[int | str, ...] | None]:
        dtype, dims = 0, None
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x08:
                    dtype = a
                case 0x12:
                    axes = [c for c in wire.fields(self.data, a, b) if c[0] == _DIM]
                    dims = tuple(self._dim(c, d) for _, c, d in axes)
        return dtype, dims

    def _dim(self, start: int, stop: int) -> int | str:
        size: int | str = ""
        for tag, a, b in wire.fields(self.data, start, stop):
            match tag:
                case 0x08:
                    size = wire.signed(a)
                case 0x12:
                    size = self._text(a, b)
        self._spend(8)
        return size

    # -- bounds ---------------------------------------------------------------------------------

    def _text(self, start: int, stop: int) -> str:
        if stop - start > _LONG:
            raise ImportProblem(f"a name of {stop - start:,} bytes is too long")
        self._spend(stop - start)
        return wire.text(self.data, start, stop)

    def _packed(self, start: int, stop: int) -> list[int]:
        self._limit(start, stop)
        return wire.packed(self.data, start, stop)

    def _floats(self, start: int, stop: int) -> list[float]:
        self._limit(start, stop)
        return wire.numbers(self.data, start, stop, "f")

    def _limit(self, start: int, stop: int) -> None:
        """Weights are tensors: no list of an attribute comes near the limit."""
        if stop - start > 10 * _MANY:
            raise ImportProblem(f"a list of {stop - start:,} bytes in an attribute is too long")

    def _spend(self, size: int) -> None:
        self.bytes_left -= size + 16
        if self.bytes_left < 0:
            raise ImportProblem(
                f"the graph without its weights is larger than {self.most_bytes:,} bytes",
                "`--max-size` raises the limit",
            )
