"""From the nodes of a file to steps: shapes from front to back, constants computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.constants import (
    Constant,
    attribute_constant,
    constant_of,
    fold,
    split,
    whole,
)
from cnncalc.importers.onnx.context import Context, NotSupported, Value, held_of, missing_shape
from cnncalc.importers.onnx.graph import nodes_of
from cnncalc.importers.onnx.operators import OPERATORS
from cnncalc.importers.onnx.operators.shapes import shape_of
from cnncalc.importers.onnx.proto import Branch, captured
from cnncalc.importers.onnx.steps import Step, Steps
from cnncalc.importers.problems import ImportProblem
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.importers.onnx.proto import File, Info, Node
    from cnncalc.importers.onnx.signature import Signature
    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Shape

_COMPUTED = "onnx::"  # what names begin with that the older exporter makes
_STANDARD = frozenset({"", "ai.onnx", "com.microsoft"})
_RECURRENT = frozenset({"LSTM", "GRU", "RNN"})
_BATCHED = 2  # axes: an input with fewer has no batch
_STEPS = 3  # axes: steps, batch and features
_OF_CHANNELS = frozenset({
    "Conv", "ConvTranspose", "BatchNormalization", "InstanceNormalization", "MaxPool",
    "AveragePool", "GlobalAveragePool", "Resize", "Pad", "PRelu", "Reshape", "Transpose",
})  # fmt: skip


class Read(NamedTuple):
    """What was read of a graph.

    Attributes:
        steps: what it computes.
        inputs: the name and shape of each input, for one sample.
        stated: the shapes that the file gives the results of steps, for one sample.
    """

    steps: Steps
    inputs: tuple[tuple[str, Shape], ...]
    stated: dict[str, Shape]


def steps_of(file: File, shapes: Mapping[str, Shape], limits: Limits, signature: Signature) -> Read:
    """The steps of a file.

    Args:
        file: the model.
        shapes: the shapes of inputs whose sizes the file leaves open, for one sample; under
            "" that of the first.
        limits: on the nodes, and on the names in functions.
        signature: of the exported program.

    Raises:
        ImportProblem: it cannot be read.
    """
    nodes = nodes_of(file, limits)
    taken = {name for node in nodes for name in (*node.inputs, *captured(node))}
    taken |= {info.name for info in file.outputs}
    infos = {info.name: info for info in (*file.infos, *file.outputs)}
    context = Context(infos, taken, signature)
    for tensor in file.tensors:
        kept = tensor.name in signature.buffers
        context.constants[tensor.name] = constant_of(tensor)._replace(buffer=kept)
    inputs = _inputs(file, nodes, context, shapes)
    for node in nodes:
        _read(node, context)
    outputs = [context.values[info.name] for info in file.outputs if info.name in context.values]
    if not outputs:
        raise ImportProblem("the outputs of the graph do not depend on its inputs")
    outgoing = dict.fromkeys(value.tensor for value in outputs)
    steps = Steps(context.steps, outgoing, dict(inputs))
    steps.rebuild(steps)  # without those whose shape alone was taken
    return Read(steps, inputs, _stated(context))


# -- inputs ---------------------------------------------------------------------------------------


def _inputs(
    file: File, nodes: Sequence[Node], at: Context, shapes: Mapping[str, Shape]
) -> tuple[tuple[str, Shape], ...]:
    given = [info for info in file.inputs if info.name not in at.constants]
    if not given:
        raise ImportProblem("the graph has no inputs")
    second = _batch_second(given, nodes)
    at.exported = next((size for info in given if (size := _batch_size(info, second))), 1)
    at.symbol = next((str(info.dims[0]) for info in given if info.dims), "")
    for index, info in enumerate(given):
        other = shapes.get(info.name, shapes.get("") if index == 0 else None)
        at.values[info.name] = _input(info, at.exported, other, steps_first=info.name in second)
    return tuple((info.name, at.values[info.name].own) for info in given)


def _batch_second(given: Sequence[Info], nodes: Sequence[Node]) -> set[str]:
    """The inputs whose steps come before their batch.

    They go into a recurrent layer, or are several steps of one sample that no layer takes
    which has channels there.
    """
    takers: dict[str, set[str]] = {}
    for node in nodes:
        for name in node.inputs:
            takers.setdefault(name, set()).add(node.op)
    found = {node.inputs[0] for node in nodes if node.op in _RECURRENT and node.inputs}
    for info in given:
        dims = info.dims or ()
        if len(dims) == _STEPS and dims[1] == 1 and isinstance(dims[0], int) and dims[0] > 1:
            found |= set() if takers.get(info.name, set()) & _OF_CHANNELS else {info.name}
    return found


def _batch_size(info: Info, second: set[str]) -> int:
    """The size of the batch that an input was exported with; 0 where it does not say."""
    dims = info.dims or ()
    if len(dims) < _BATCHED:
        return 0
    size = dims[1] if info.name in second else dims[0]
    return size if isinstance(size, int) else 0


def _input(info: Info, exported: int, other: Shape | None, *, steps_first: bool) -> Value:
    batch, size = 1 if steps_first else 0, 1
    dims: Sequence[int | str] = info.dims or ()
    given = (*other[:batch], size, *other[batch:]) if other is not None else ()
    if info.dims is None and given:
        return Value(info.name, given, batch)
    if info.dims is None:
        raise ImportProblem(
            f"the input `{info.name}` has no shape in the file", "`--input SHAPE` gives it"
        )
    if len(dims) < _BATCHED:
        batch = 0 if dims and (dims[0] == exported or not isinstance(dims[0], int)) else -1
    known = [size if axis == batch else one for axis, one in enumerate(dims)]
    opened = [one for one in known if not isinstance(one, int) or one < 1]
    if opened and len(given) == len(known):
        return Value(info.name, given, batch)
    if opened:
        raise ImportProblem(
            f"the input `{info.name}` leaves a size open: {opened[0] or '?'}",
            "`--input SHAPE` gives it, such as 3x224x224",
        )
    shape = tuple(one for one in known if isinstance(one, int))
    return Value(info.name, shape, batch if batch >= 0 else None)


# -- nodes ----------------------------------------------------------------------------------------


def _read(node: Node, at: Context) -> None:
    if (node.op == "If" and _branched(node, at)) or _constant(node, at):
        return
    rule = OPERATORS.get(node.op) if node.domain in _STANDARD else None
    before = len(at.steps)
    try:
        if rule is not None:
            rule(node, at)
    except NotSupported:
        rule = None
    if rule is None or any(_differs(name, at) for name in node.outputs):
        del at.steps[before:]
        _custom(node, at)


def _branched(node: Node, at: Context) -> bool:
    """Whether it is known which of its graphs an `If` takes; if so that one is read."""
    condition = at.constant(node, 0)
    if condition is None or condition.scalar is None:
        return False
    branch = node.attributes.get("then_branch" if condition.scalar else "else_branch")
    if not isinstance(branch, Branch) or len(branch.outputs) != len(node.outputs):
        return False
    at.constants.update({tensor.name: constant_of(tensor) for tensor in branch.tensors})
    at.taken |= {name for one in branch.nodes for name in one.inputs}
    at.taken |= {*branch.outputs}
    for one in branch.nodes:
        _read(one, at)
    for output, name in zip(node.outputs, branch.outputs, strict=True):
        if name in at.values:
            at.values[output] = at.values[name]
        elif name in at.constants:
            at.constants[output] = at.constants[name]
    return True


def _differs(name: str, at: Context) -> bool:
    """Whether the file gives a tensor another shape than ours."""
    value = at.values.get(name)
    if value is None:
        return False
    stated = at.stated(name, value.shape)
    return stated is not None and stated != value.shape


def _constant(node: Node, at: Context) -> bool:
    """Whether a node's result does not depend on the inputs; if so it is noted."""
    folded: Constant | None
    if node.op == "Constant":
        folded = attribute_constant(node) or Constant((), None)
    elif node.op in {"Shape", "Size"} and node.inputs and node.inputs[0] in at.values:
        folded = _shape(node, at.values[node.inputs[0]].shape)
    elif any(name in at.values for name in (*node.inputs, *captured(node))):
        return False
    else:
        given = [at.constants.get(name) for name in node.inputs]
        if node.op == "Split" and (parts := split(node, given)) is not None:
            at.constants.update(zip(node.outputs, parts, strict=True))
            return True
        folded = fold(node, given) or _opaque(node, at)
        named = folded.sources and folded.size > 1 and not node.outputs[0].startswith(_COMPUTED)
        if node.op == "Identity" and named:
            # One tensor for two equal parameters; computed ones are of one module called twice.
            folded = folded._replace(sources=((node.outputs[0], folded.size),))
    for output in node.outputs:
        at.constants[output] = folded
    return True


def _shape(node: Node, shape: tuple[int, ...]) -> Constant:
    if node.op == "Size":
        size = 1
        for one in shape:
            size *= one
        return Constant((), (size,))
    start, end = node.attributes.get("start", 0), node.attributes.get("end", len(shape))
    return whole(shape[start:end])


def _opaque(node: Node, at: Context) -> Constant:
    """A constant of which no more is known than where it comes from, and what the file says."""
    given = [at.constants[name] for name in node.inputs if name in at.constants]
    sources = tuple(dict.fromkeys(source for one in given for source in one.sources))
    info = at.infos.get(node.outputs[0])
    dims = at.stated(node.outputs[0]) or (given[0].dims if given else ())
    return Constant(dims, None, info.dtype if info is not None and info.dtype else 1, sources)


def _custom(node: Node, at: Context) -> None:
    """What is not understood: the file's shape, and the weights that it takes."""
    known = [name for name in (*node.inputs, *captured(node)) if name in at.values]
    taken = tuple(dict.fromkeys(at.values[name].tensor for name in known))
    weights = [at.constant(node, index) for index in range(len(node.inputs))]
    held = tuple(held_of(one for one in weights if one is not None and one.learned))
    for output in node.outputs:
        if not output or output not in at.taken:
            continue
        shape = _custom_shape(node, output, at)
        batch = at.batch_axis(shape, [at.values[name] for name in known])
        own = tuple(size for axis, size in enumerate(shape) if axis != batch)
        at.add(Step(f":{node.op}", {}, taken, output, own, node, held), shape, batch)
        held = ()


def _custom_shape(node: Node, output: str, at: Context) -> tuple[int, ...]:
    """The shape that the file gives a result, or else the one that its operator gives it."""
    shape = at.stated(output)
    if shape is not None:
        return shape
    try:
        return shape_of(node, at, node.outputs.index(output))
    except NotSupported:
        raise missing_shape(node) from None


def _stated(at: Context) -> dict[str, Shape]:
    """What the file says of the results of steps, the batch left out where it is."""
    found = {}
    for step in at.steps:
        value = at.values.get(step.output)
        shape = at.stated(step.output, value.shape) if value is not None else None
        if value is not None and shape is not None and value.tensor == step.output:
            fits = value.batch is None or (
                len(shape) == len(value.shape) and shape[value.batch] == at.batch
            )
            own = value.without_batch(shape) if fits else shape
            found[step.output] = own or (1,)
    return found
