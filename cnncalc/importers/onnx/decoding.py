"""Reads the messages of an ONNX file.

Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx import wire
from cnncalc.importers.onnx.bounded import Bounded
from cnncalc.importers.onnx.proto import Branch, File, Function, Info, Node, Reference, captured
from cnncalc.importers.onnx.tensors import info, sparse, tensor
from cnncalc.importers.problems import ImportProblem
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.importers.onnx.proto import Tensor
    from cnncalc.importers.onnx.wire import Data

_LONG = 1 << 16  # bytes of a text about a node
_LONGEST = 1 << 24  # bytes of what is said of all parameters
_DEEPEST = 16  # graphs in nodes of graphs
_INPUTS, _OUTPUTS, _INFOS = 0x5A, 0x62, 0x6A  # tags of a graph
#: The tags of the fields that are read of a graph; in a node they are nodes, tensors and outputs.
_OF_MODEL = frozenset({0x0A, 0x12, 0x2A, _INPUTS, _OUTPUTS, _INFOS, 0x7A, 0x82})
_OF_BRANCH = frozenset({0x0A, 0x2A, _OUTPUTS})

#: Metadata of the exporters that say what a node was.
_NOTED = frozenset({
    "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy", "pkg.torch.onnx.fx_node",
    "pkg.onnxscript.rewriter.rule_name", "namespace",
})  # fmt: skip
_SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature"


class _Graph(NamedTuple):
    """A graph as the file has it; its parts are those of `File`."""

    name: str
    nodes: tuple[Node, ...]
    tensors: tuple[Tensor, ...]
    inputs: tuple[Info, ...]
    outputs: tuple[Info, ...]
    infos: tuple[Info, ...]
    signature: str


def decode(data: Data, most_nodes: int, most_bytes: int) -> File:
    """Read a model.

    Args:
        data: the file.
        most_nodes: the largest number of nodes.
        most_bytes: the largest size of all names, attributes and shapes.

    Raises:
        ImportProblem: it is no ONNX model, or larger.
    """
    return _Decoder(Bounded(data, most_nodes, most_bytes)).model()


class _Decoder:
    def __init__(self, data: Bounded) -> None:
        self.data = data
        self.depth = 0

    # -- the model ------------------------------------------------------------------------------

    def model(self) -> File:
        version = opset = 0
        producer = ""
        graph: tuple[int, int] | None = None
        functions = []
        for tag, a, b in self.data.fields(0, len(self.data.data)):
            match tag:
                case 0x08:
                    version = a
                case 0x12:
                    producer = self.data.text(a, b)
                case 0x3A:
                    graph = (a, b)
                case 0x42:
                    opset = max(opset, self._opset(a, b))
                case 0xCA:
                    functions.append(self._function(a, b))
        if not version or graph is None:
            raise ImportProblem("the file is not an ONNX model: it has no graph")
        found = self._graph(*graph, _OF_MODEL)
        return File(
            found.name, producer, opset, found.nodes, found.tensors, found.inputs, found.outputs,
            found.infos, tuple(functions), found.signature,
        )  # fmt: skip

    def _opset(self, start: int, stop: int) -> int:
        domain, version = "", 0
        for tag, a, b in self.data.fields(start, stop):
            match tag:
                case 0x0A:
                    domain = self.data.text(a, b)
                case 0x10:
                    version = a
        return version if domain in {"", "ai.onnx"} else 0

    def _graph(self, start: int, stop: int, wanted: frozenset[int]) -> _Graph:
        """A graph, of which the fields with the tags that are wanted are read."""
        nodes, tensors = [], []
        infos: dict[int, list[Info]] = {_INPUTS: [], _OUTPUTS: [], _INFOS: []}
        name = signature = ""
        for tag, a, b in self.data.fields(start, stop):
            if tag not in wanted:
                continue
            match tag:
                case 0x0A:
                    nodes.append(self._node(a, b))
                case 0x2A:
                    tensors.append(tensor(self.data, a, b))
                case _ if tag in infos:
                    infos[tag].append(info(self.data, a, b))
                case 0x12:
                    name = self.data.text(a, b)
                case 0x7A:
                    tensors.append(sparse(self.data, a, b))
                case 0x82:
                    key, value = self._entry(a, b, frozenset({_SIGNATURE}), _LONGEST)
                    signature = value if key == _SIGNATURE else signature
        return _Graph(
            name, tuple(nodes), tuple(tensors), tuple(infos[_INPUTS]), tuple(infos[_OUTPUTS]),
            tuple(infos[_INFOS]), signature,
        )  # fmt: skip

    def _function(self, start: int, stop: int) -> Function:
        name = domain = ""
        inputs, outputs, nodes = [], [], []
        for tag, a, b in self.data.fields(start, stop):
            match tag:
                case 0x0A:
                    name = self.data.text(a, b)
                case 0x22:
                    inputs.append(self.data.text(a, b))
                case 0x2A:
                    outputs.append(self.data.text(a, b))
                case 0x3A:
                    nodes.append(self._node(a, b))
                case 0x52:
                    domain = self.data.text(a, b)
        return Function(name, domain, tuple(inputs), tuple(outputs), tuple(nodes))

    # -- nodes ----------------------------------------------------------------------------------

    def _node(self, start: int, stop: int) -> Node:
        self.data.count_node()
        names: dict[int, str] = {0x1A: "", 0x22: "", 0x3A: ""}
        inputs, outputs = [], []
        attributes, metadata = {}, {}
        for tag, a, b in self.data.fields(start, stop):
            match tag:
                case 0x0A:
                    inputs.append(self.data.text(a, b))
                case 0x12:
                    outputs.append(self.data.text(a, b))
                case _ if tag in names:
                    names[tag] = self.data.text(a, b)
                case 0x2A:
                    key, attribute = self._attribute(a, b)
                    attributes[key] = attribute
                case 0x4A:
                    key, value = self._entry(a, b, _NOTED, _LONG)
                    if key in _NOTED:
                        metadata[key] = value
        return Node(
            names[0x22], names[0x3A], names[0x1A], tuple(inputs), tuple(outputs), attributes,
            metadata,
        )  # fmt: skip

    def _attribute(self, start: int, stop: int) -> tuple[str, Any]:
        """The name of an attribute, and its value."""
        name, value = "", None
        several: list[Any] = []
        for tag, a, b in self.data.fields(start, stop):
            match tag:
                case 0x0A:
                    name = self.data.text(a, b)
                case 0x3D | 0x3A | 0x40 | 0x42 | 0x4A:
                    several += self._several(tag, a, b)
                case _:
                    value = self._single(tag, a, b, value)
        self.data.spend(8 * len(several))
        return name, tuple(several) if several else value

    def _several(self, tag: int, a: int, b: int) -> list[Any]:
        """What a field adds to a list of numbers or texts."""
        match tag:
            case 0x3D | 0x3A:
                return self.data.floats(a, b)
            case 0x40:
                return [wire.signed(a)]
            case 0x42:
                return self.data.packed(a, b)
            case _:
                return [self.data.text(a, b)]

    def _single(self, tag: int, a: int, b: int, value: Any) -> Any:  # noqa: ANN401 - of any type
        """The value of a field that holds one; that of others is as before."""
        match tag:
            case 0x15:
                value = wire.numbers(self.data.data, a, b, "f")[0]
            case 0x18:
                value = wire.signed(a)
            case 0x22:
                value = self.data.text(a, b)
            case 0x2A:
                value = tensor(self.data, a, b)
            case 0x32:
                value = self._branch(a, b)
            case 0xAA:
                value = Reference(self.data.text(a, b))
        return value

    def _branch(self, start: int, stop: int) -> Branch | None:
        """A graph in a node; None for one that lies too deep to be looked at."""
        if self.depth == _DEEPEST:
            return None
        self.depth += 1
        graph = self._graph(start, stop, _OF_BRANCH)
        self.depth -= 1
        outputs = tuple(one.name for one in graph.outputs)
        own = {name for node in graph.nodes for name in node.outputs}
        own |= {one.name for one in graph.tensors}
        wanted = [name for node in graph.nodes for name in (*node.inputs, *captured(node))]
        outside = dict.fromkeys(name for name in (*wanted, *outputs) if name and name not in own)
        return Branch(graph.nodes, graph.tensors, outputs, tuple(outside))

    def _entry(
        self, start: int, stop: int, wanted: frozenset[str], longest: int
    ) -> tuple[str, str]:
        """A key with its value; the value of one that is not wanted is not read."""
        key, place = "", (0, 0)
        for tag, a, b in self.data.fields(start, stop):
            match tag:
                case 0x0A:
                    key = self.data.text(a, b)
                case 0x12:
                    place = (a, min(b, a + longest))
        if key not in wanted:
            return key, ""
        self.data.spend(place[1] - place[0])
        return key, wire.text(self.data.data, *place)
