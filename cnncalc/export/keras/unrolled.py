"""A net layer by layer, where its spec cannot be kept as it is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.export.keras.flow import Flow
from cnncalc.export.keras.layers import LayerWriter
from cnncalc.export.places import Place, Tensor
from cnncalc.export.python import identifier
from cnncalc.export.trace import Done
from cnncalc.language.syntax import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.file import File
    from cnncalc.export.trace import Trace
    from cnncalc.net.node import Node


class Unrolled:
    """Every layer as a statement."""

    def __init__(self, file: File, trace: Trace, inputs: Sequence[Tensor]) -> None:
        self.file = file
        self.trace = trace
        self.network = trace.network
        self.places = [Place(trace, trace.root.frame.variables)]
        self.body = Flow(file, set(), top=True)
        self.tensors = {tensor.names[0]: tensor for tensor in inputs}
        self.consumers = Counter(one for node in self.network.layers for one in node.inputs)
        self.consumers.update(self.network.outputs)

    def fill(self) -> list[Tensor]:
        """The statements of the function; what it gives."""
        layers = self.network.layers
        for at, node in enumerate(layers):
            following = layers[at + 1] if at + 1 < len(layers) else None
            self.place(node, following)
        return [self.tensors[one] for one in self.network.outputs]

    def place(self, node: Node, following: Node | None) -> None:
        """One layer, under a variable of its own where others than the next layer take it."""
        done = Done(Layer(node.type), self.trace.root.frame, self.trace, 0)
        done.node, done.result = node, (node.name,)
        current = [self.tensors[one] for one in node.inputs]
        writer = LayerWriter([done], self.places, current)
        passed_on = following is None or following.inputs == (node.name,)
        alone = passed_on and self.consumers[node.name] == 1
        target = "x" if alone else self.body.variable(identifier(node.name))
        names = (node.name,)
        result = self.body.viewed(writer, names, self.places, current, target)
        if result is None:
            result = self.body.made(writer, names, self.places, current, target)
        if not alone:
            result = self.body.assigned(result, target)
        self.tensors[node.name] = result
