"""A net layer by layer, where its spec cannot be kept as it is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import Code, fresh, identifier
from cnncalc.export.pytorch.branches import join_text
from cnncalc.export.pytorch.classes import RESERVED
from cnncalc.export.pytorch.flow import Flow
from cnncalc.export.pytorch.layers import LayerWriter, alike
from cnncalc.export.pytorch.sequences import sequence_of
from cnncalc.export.statements import Line
from cnncalc.export.trace import Done
from cnncalc.language.syntax import Layer
from cnncalc.layers.base.code import Joined, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.pytorch.file import File
    from cnncalc.export.trace import Trace
    from cnncalc.layers.base.code import Code as LayerCode
    from cnncalc.net.node import Node


class Unrolled:
    """Every layer as a line of `forward`; straight runs in one sequence."""

    def __init__(self, file: File, trace: Trace, inputs: Sequence[Tensor]) -> None:
        self.file = file
        self.trace = trace
        self.network = trace.network
        self.places = [Place(trace, trace.root.frame.variables)]
        self.body = Flow(file, set(), top=True)
        self.tensors = {tensor.names[0]: tensor for tensor in inputs}
        self.attributes: dict[str, str] = {}
        self.variables = {tensor.text for tensor in inputs} | RESERVED
        self.consumers = Counter(one for node in self.network.layers for one in node.inputs)
        self.consumers.update(self.network.outputs)
        self.owners = {node.traits.shared_with for node in self.network.layers}
        self.run: list[Code] = []
        self.numbers = {node.name: at for at, node in enumerate(self.network.layers)}

    def fill(self) -> list[Tensor]:
        """The statements of the class; what it returns."""
        layers = self.network.layers
        for at, node in enumerate(layers):
            following = layers[at + 1] if at + 1 < len(layers) else None
            self.place(node, ends=not self._goes_on(node, following))
        return [self.tensors[one] for one in self.network.outputs]

    def _goes_on(self, node: Node, following: Node | None) -> bool:
        """Whether the next layer is in the same straight run."""
        if following is None or following.inputs != (node.name,):
            return False
        if self.consumers[node.name] > 1:
            return False
        return not self._apart(node) and not self._apart(following)

    def _apart(self, node: Node) -> bool:
        joins = isinstance(node.layer.torch_code(node.facts.inputs), Joined)
        several = joins or len(node.inputs) > 1
        return several or bool(node.traits.shared_with) or node.name in self.owners

    def place(self, node: Node, *, ends: bool) -> None:
        """One layer; `ends` puts the run that it ends in one sequence."""
        current = [self.tensors[one] for one in node.inputs]
        done = Done(Layer(node.type), self.trace.root.frame, self.trace, 0)
        done.node, done.result = node, (node.name,)
        writer = LayerWriter([done], self.places, current)
        code, wanted = writer.code(), None
        try:
            wanted = writer.wants_moved()
        except Unsaid as problem:  # there is no other way to write it
            code = Missing(str(problem))
        if isinstance(code, Joined) or len(current) > 1:
            current = alike(current, wanted)
            writer.take(current)
            self.of_several(node, writer, code, current)
            return
        tensor = current[0]
        if wanted is not None and wanted != tensor.moved and len(tensor.sizes) > 1:
            self.run.append(self.body.moving(tensor).code)
            tensor = tensor._replace(moved=wanted)
            writer.take([tensor])
        if isinstance(code, Missing):
            self.run.append(self.stub(node, code))
        else:
            self.run += writer.calls(code)
            self.file.note_flattened(writer, tensor)
        result = writer.result((node.name,), tensor.text, moved=tensor.moved)
        if not ends:
            self.tensors[node.name] = result
            return
        self.keep(node, result._replace(text=self.called(node, tensor.text)))

    def called(self, node: Node, argument: str) -> str:
        """The call of the run that a layer ends, which becomes an attribute."""
        shared = node.traits.shared_with
        if shared and node.layer.weights(node.facts.inputs):
            self.run = []
            return f"self.{self.attributes[shared]}({argument})"
        if not self.run:
            return argument
        attribute = self.body.attribute(identifier(node.name))
        self.attributes[node.name] = attribute
        code = self.run[0] if len(self.run) == 1 else sequence_of(self.run)
        self.body.init.append(Line(code, f"self.{attribute} = "))
        self.run = []
        return f"self.{attribute}({argument})"

    def of_several(
        self, node: Node, writer: LayerWriter, code: LayerCode, current: list[Tensor]
    ) -> None:
        """A layer of several inputs: joined by an expression, or given to a module or a stub."""
        texts = [one.text for one in current]
        if isinstance(code, Joined):
            text = join_text(code, texts, current[0])
        else:
            order = code[0].order if isinstance(code, tuple) else ()
            arguments = ", ".join(texts[at] for at in order or range(len(texts)))
            made = [self.stub(node, code)] if isinstance(code, Missing) else writer.calls(code)
            self.run = [*made]
            text = self.called(node, arguments)
        self.keep(node, writer.result((node.name,), text, moved=current[0].moved))

    def stub(self, node: Node, missing: Missing) -> Code:
        """What raises when it is run."""
        return self.file.stub("NotWritten", [node], missing)

    def keep(self, node: Node, result: Tensor) -> None:
        """A result under a variable of its own."""
        alone = self.consumers[node.name] == 1
        variable = "x" if alone and self._next_takes(node) else ""
        if not variable:
            variable = fresh(identifier(node.name), self.variables)
            self.variables.add(variable)
        if result.text != variable:
            self.tensors[node.name] = self.body.assigned(result, self.places, variable)
        else:
            self.tensors[node.name] = result

    def _next_takes(self, node: Node) -> bool:
        """Whether the layer right after takes the result, so that `x` is free for it."""
        layers, at = self.network.layers, self.numbers[node.name]
        return at + 1 == len(layers) or node.name in layers[at + 1].inputs
