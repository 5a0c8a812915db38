"""Recurrent layers that PyTorch's newer exporter writes out, every step a product of its own.

The exporter notes the module that each operator comes from, and the signature of the program
names its parameters: one for each layer and direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import held_of
from cnncalc.importers.onnx.noted import modules_of
from cnncalc.importers.onnx.operators.arguments import given
from cnncalc.importers.onnx.steps import Step
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from cnncalc.importers.onnx.steps import Held, Steps

_CLASS = "torch.nn.modules.rnn.RNN"
_SEQUENCE = 2  # axes


class _Module(NamedTuple):
    """A recurrent module.

    Attributes:
        path: its name in the model.
        parts: what is computed in it, in order.
        taken: the sequence that it takes.
        results: those of the parts that others take.
    """

    path: str
    parts: Sequence[Step]
    taken: str
    results: Sequence[Step]


def roll(steps: Steps, targets: Collection[str]) -> None:
    """Let one layer stand for all steps of a recurrent module.

    Args:
        steps: of the model.
        targets: the names of the model's parameters.
    """
    for path, parts in _groups(steps):
        module = _module(steps, path, parts)
        layer = _layer(steps, module, targets) if module is not None else None
        if module is not None and layer is not None:
            steps.rebuild(_replaced(steps, module, layer))


def _groups(steps: Steps) -> Iterator[tuple[str, Sequence[Step]]]:
    found: dict[tuple[str, ...], list[Step]] = {}
    for step in steps:
        modules = modules_of(step.node)
        if modules.classes and modules.classes[-1] == _CLASS:
            found.setdefault(modules.path, []).append(step)
    return ((".".join(path), parts) for path, parts in found.items())


def _module(steps: Steps, path: str, parts: Sequence[Step]) -> _Module | None:
    """A module that takes one sequence; None for one with a state given, or called twice."""
    inside = {step.output for step in parts}
    taken = {name for step in parts for name in step.inputs} - inside
    if len(taken) != 1:
        return None
    used = {name for step in steps if step.output not in inside for name in step.inputs}
    results = [one for one in parts if one.output in used or one.output in steps.outputs]
    return _Module(path, parts, taken.pop(), results) if results else None


def _layer(steps: Steps, module: _Module, targets: Collection[str]) -> Step | None:
    layers = sum(f"{module.path}.weight_hh_l{number}" in targets for number in range(len(targets)))
    before = steps.get(module.taken)
    shape = before.shape if before is not None else steps.inputs[module.taken]
    if not layers or len(shape) != _SEQUENCE:
        return None
    twice = f"{module.path}.weight_hh_l0_reverse" in targets
    features = module.results[0].shape[-1:]
    units = _units(module, shape[0], 1 + twice)
    if not features or units is None:
        return None
    arguments: dict[str, Any] = {"units": units} | given(
        num_layers=(layers, 1),
        bidirectional=(twice, False),
        bias=(f"{module.path}.bias_hh_l0" in targets, True),
        nonlinearity=(
            "relu" if any(one.type == "relu" for one in module.parts) else "tanh",
            "tanh",
        ),
    )
    return Step(
        "rnn", arguments, (module.taken,), f"{module.path}:layer", (shape[0], units * (1 + twice)),
        module.parts[-1].node, tuple(_held(module, targets)),
    )  # fmt: skip


def _units(module: _Module, steps: int, directions: int) -> int | None:
    """The size of the state: what a product with a state gives."""
    sequence = next((one for one in module.results if one.shape[:-1] == (steps,)), None)
    if sequence is not None:
        return sequence.shape[-1] // directions
    products = [one for one in module.parts if one.type == "dense"]
    return products[-1].shape[-1] if products else None


def _held(module: _Module, targets: Collection[str]) -> Iterator[Held]:
    held = [one for step in module.parts for one in step.holds]
    operands = [step.operand for step in module.parts if step.operand is not None]
    held += [one for one in held_of(operands) if one.name in targets]
    yield from dict.fromkeys(held)


def _replaced(steps: Steps, module: _Module, layer: Step) -> Iterator[Step]:
    """The steps with the layer in the place of the module, and a view for each of its results."""
    inside = {step.output for step in module.parts}
    first = module.parts[0].output
    for step in steps:
        if step.output == first:
            yield layer
            yield from (_view(one, layer) for one in module.results)
        if step.output not in inside:
            yield step


def _view(result: Step, layer: Step) -> Step:
    """What a result is of the states of all steps: all of them, or those after the last."""
    arguments: dict[str, Any] = {"shape": list(result.shape)}
    whole = layer.shape[0] * layer.shape[1]
    count = 1
    for size in result.shape:
        count *= size
    type_ = "reshape" if count == whole else ":State"
    kept = arguments if type_ == "reshape" else {}
    return result._replace(type=type_, arguments=kept, inputs=(layer.output,), operand=None,
                           holds=())  # fmt: skip
