"""Recurrent layers: an operator of ONNX is one layer, of one direction or two.

ONNX keeps the directions on an axis of their own, (steps, directions, batch, units),
where ours joins them to the features; what follows says which of both is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import NotSupported, Value, held_of
from cnncalc.importers.onnx.operators.arguments import given
from cnncalc.importers.onnx.steps import Step

if TYPE_CHECKING:
    from cnncalc.importers.onnx.context import Context
    from cnncalc.importers.onnx.proto import Node
    from cnncalc.layers.base.tensors import Shape

_BATCH = 1  # the axis: after the steps
_STATES = 5  # the place of the first state among the inputs


def _recurrent(node: Node, at: Context) -> None:
    value = at.value(node.inputs[0])
    kernel, recurrent, bias = at.required(node, 1), at.required(node, 2), at.constant(node, 3)
    if len(value.shape) != 3 or node.attributes.get("layout", 0):  # noqa: PLR2004 - steps, batch, features
        raise NotSupported
    if any(name in at.values for name in node.inputs[_STATES:]):
        raise NotSupported  # our layers begin with a state of zeros
    value = value._replace(batch=_BATCH)
    steps = value.shape[0]
    directions, units = recurrent.dims[0], recurrent.dims[2]
    outputs = (*node.outputs, "", "")[:3]
    every, last, cell = (name if name in at.taken else "" for name in outputs)
    arguments = {"units": units} | given(
        bidirectional=(directions > 1, False), bias=(bias is not None, True)
    )
    if not every:
        arguments["return_sequences"] = False
    name = f"{node.outputs[0] or last or cell}:layer"
    own = (steps, directions * units) if every else (directions * units,)
    held = tuple(held_of(one for one in (kernel, recurrent, bias) if one is not None))
    at.steps.append(Step(node.op.lower(), arguments, (value.tensor,), name, own, node, held))
    if every:
        _view(at, node, (name, every), (steps, directions, at.batch, units), 2)
    for state in filter(None, (last, cell)):
        shape = (directions, at.batch, units)
        if every or state == cell:
            _state(at, node, name, state, shape)
        else:
            _view(at, node, (name, state), shape, 1)


def _view(at: Context, node: Node, names: tuple[str, str], shape: Shape, batch: int) -> None:
    """Add a view of one tensor under the name of another."""
    taken, output = names
    own = Value(output, shape, batch).own
    at.add(Step("reshape", {"shape": list(own)}, (taken,), output, own, node), shape, batch)


def _state(at: Context, node: Node, taken: str, output: str, shape: Shape) -> None:
    """A state beside all steps: the last of them, for one direction."""
    own = Value(output, shape, 1).own
    if shape[0] == 1 and output == node.outputs[1]:
        name = f"{output}:last"
        arguments: dict[str, Any] = {"start": -1, "axis": 0}
        at.steps.append(Step("slice", arguments, (taken,), name, own, node))
        at.values[output] = Value(name, shape, 1)
        return
    at.add(Step(":State", {}, (taken,), output, own, node), shape, 1)


OPERATORS = dict.fromkeys(("LSTM", "GRU", "RNN"), _recurrent)
