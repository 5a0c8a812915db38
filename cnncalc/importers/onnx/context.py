"""What is known while a graph is read from front to back: constants, shapes, steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.steps import Held, Step
from cnncalc.importers.problems import ImportProblem
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.importers.onnx.constants import Constant
    from cnncalc.importers.onnx.proto import Info, Node
    from cnncalc.importers.onnx.signature import Signature
    from cnncalc.layers.base.tensors import Shape


#: Layers whose first axis is the channels, each of which a sample has.
_OF_MAPS = frozenset({
    "conv", "conv_transpose", "maxpool", "avgpool", "lppool", "adaptive_avgpool", "global_avgpool",
    "global_maxpool", "batchnorm", "groupnorm", "instancenorm", "local_response_norm", "upsample",
    "pad", "pixel_shuffle", "pixel_unshuffle",
})  # fmt: skip


class Value(NamedTuple):
    """A tensor that depends on the model's inputs.

    Attributes:
        tensor: the step or input that makes it: views that change nothing for one sample
            have no step.
        shape: its shape with the batch.
        batch: the axis of the batch; None where it was merged with another.
        before: where it was merged: the elements that stood before the batch, over all axes.
    """

    tensor: str
    shape: tuple[int, ...]
    batch: int | None
    before: int = 1

    @property
    def own(self) -> Shape:
        """Its shape for one sample."""
        return self.without_batch(self.shape)

    def without_batch(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """What is said of each axis, without the batch's."""
        return tuple(size for axis, size in enumerate(sizes) if axis != self.batch)

    def own_axis(self, axis: int) -> int | None:
        """The index of an axis in the shape of one sample; None for the batch."""
        axis %= len(self.shape)
        if axis == self.batch:
            return None
        return axis - (self.batch is not None and axis > self.batch)


class NotSupported(Exception):  # noqa: N818 - it becomes a `custom`
    """An operator is not understood as it is used here."""


class Context:
    """What is known so far.

    Attributes:
        constants: tensors that do not depend on the inputs.
        values: tensors that do.
        steps: what was read, in order.
        infos: what the file says of tensors.
        taken: the names of tensors that a node or the model takes.
        batch: the size of the batch: 1, whatever the model was exported with.
        exported: the size of the batch that the model was exported with.
        symbol: the name of an open batch.
        signature: what the file says of the model's parameters.
    """

    def __init__(self, infos: Mapping[str, Info], taken: set[str], signature: Signature) -> None:
        self.constants: dict[str, Constant] = {}
        self.values: dict[str, Value] = {}
        self.steps: list[Step] = []
        self.infos = infos
        self.taken = taken
        self.batch = 1
        self.exported = 1
        self.symbol = ""
        self.signature = signature
        self._shapes: dict[object, Shape] = {}

    # -- asking ---------------------------------------------------------------------------------

    def value(self, name: str) -> Value:
        """A tensor that depends on the inputs; raises `NotSupported` for a constant."""
        found = self.values.get(name)
        if found is None:
            raise NotSupported
        return found

    def constant(self, node: Node, index: int) -> Constant | None:
        """An input that is a constant; None if it is left out or depends on the inputs.

        What the signature tells to be no parameter is not learned.
        """
        found = self.constants.get(node.inputs[index]) if index < len(node.inputs) else None
        if found is None or not found.learned:
            return found
        table = self.signature.table(node, found.dims)
        if table is not None:
            return found._replace(sources=(table,))
        if self.signature.may_hold(node, found.names):
            return found
        return found._replace(written=True)

    def required(self, node: Node, index: int) -> Constant:
        """An input that is a constant; raises `NotSupported` if it is none."""
        found = self.constant(node, index)
        if found is None:
            raise NotSupported
        return found

    def integers(self, node: Node, index: int, attribute: str = "") -> tuple[int, ...] | None:
        """Whole numbers from an input, or from an attribute in older versions."""
        found = self.constant(node, index)
        if found is not None:
            if found.integers is None:
                raise NotSupported
            return found.integers
        if index < len(node.inputs) and node.inputs[index]:
            raise NotSupported
        return node.attributes.get(attribute)

    # -- adding ---------------------------------------------------------------------------------

    def layer(  # noqa: PLR0913 - the parts of a layer
        self,
        node: Node,
        type_: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        inputs: Iterable[Value] | None = None,
        holds: Iterable[Constant] = (),
        buffers: Iterable[Constant] = (),
        output: str = "",
    ) -> Value:
        """Add a layer of ours; its shape comes from the layer.

        Raises:
            NotSupported: the layer does not take these inputs.
        """
        taken = tuple(inputs) if inputs is not None else (self.value(node.inputs[0]),)
        arguments = arguments or {}
        if taken[0].batch is None and type_ in _OF_MAPS:  # steps and the batch on one axis
            type_, arguments = "time_distributed", {"layer": {type_: dict(arguments)}}
        own = self.shape_of(type_, arguments, tuple(value.own or (1,) for value in taken))
        if own == (1,) and not taken[0].own:
            own = ()
        batch = taken[0].batch
        shape = own if batch is None else (*own[:batch], self.batch, *own[batch:])
        held = (*held_of(holds), *held_of(buffers, buffer=True))
        return self.add(
            Step(type_, arguments, tuple(value.tensor for value in taken),
                 output or node.outputs[0], own, node, held),
            shape, batch, taken[0].before,
        )  # fmt: skip

    def add(self, step: Step, shape: tuple[int, ...], batch: int | None, before: int = 1) -> Value:
        """Add a step whose result has this shape."""
        self.steps.append(step)
        value = self.values[step.output] = Value(step.output, shape, batch, before)
        return value

    def alias(self, node: Node, value: Value) -> None:
        """The result of a node is a tensor that is there already."""
        self.values[node.outputs[0]] = value

    def shape_of(
        self, type_: str, arguments: Mapping[str, Any], shapes: tuple[Shape, ...]
    ) -> Shape:
        """The shape that a layer of ours gives; raises `NotSupported` if it refuses."""
        key = (type_, repr(arguments), shapes)
        if key not in self._shapes:
            name = registry.find(type_)
            if name is None:
                raise NotSupported
            try:
                facts = facts_of(name.make(arguments), Inputs(shapes))
            except LayerError:
                raise NotSupported from None
            self._shapes[key] = facts.output_shape
        return self._shapes[key]

    # -- what the file says ---------------------------------------------------------------------

    def stated(self, name: str, shape: tuple[int, ...] | None = None) -> tuple[int, ...] | None:
        """The shape that the file gives a tensor, for a batch of one; None if it does not.

        Args:
            name: of the tensor.
            shape: the one that it should have, which tells where the batch is.
        """
        info = self.infos.get(name)
        if info is None or info.dims is None:
            return None
        dims = [
            self.exported if axis == 0 and self._is_batch(size) else size
            for axis, size in enumerate(info.dims)
        ]
        if any(not isinstance(size, int) or size < 0 for size in dims):
            return None
        return self._of_one(tuple(size for size in dims if isinstance(size, int)), shape)

    def _is_batch(self, size: int | str) -> bool:
        """Whether a size is the open one of the batch."""
        return isinstance(size, str) and (size == self.symbol or size.isidentifier() or not size)

    def _of_one(self, stated: tuple[int, ...], shape: tuple[int, ...] | None) -> tuple[int, ...]:
        """A shape of the file without the samples that it was exported with beyond the first."""
        count = self.exported
        if count == 1 or stated == shape:
            return stated
        for axis, size in enumerate(stated):
            if size % count == 0:
                smaller = (*stated[:axis], size // count, *stated[axis + 1 :])
                if shape is None or smaller == shape:
                    return smaller
        return stated

    def batch_axis(self, shape: tuple[int, ...], taken: Iterable[Value]) -> int | None:
        """Where the batch is in the result of an operator that is not understood.

        Args:
            shape: of the result, with the batch.
            taken: what the operator takes.
        """
        for value in taken:
            axis = value.batch
            if axis is not None and len(value.shape) == len(shape) and shape[axis] == self.batch:
                return axis
        return 0 if shape and shape[0] == self.batch else None


def held_of(constants: Iterable[Constant], *, buffer: bool = False) -> Iterable[Held]:
    """The tensors of the file that constants come from."""
    for one in constants:
        for name, size in one.sources:
            yield Held(name, size, buffer)


def missing_shape(node: Node) -> ImportProblem:
    """The error for an operator that is not understood, and whose shape is not in the file."""
    return ImportProblem(
        f"the operator `{node.op}` ({node.name or node.outputs[0]}) is not known, and the file "
        "does not say the shape of its result",
        "`onnx.shape_inference.infer_shapes` writes the shapes into a file",
    )
