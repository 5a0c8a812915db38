"""A net's worked numbers as a result: values, gradients, penalties and steps by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers.backward import Gradients, backward
from cnncalc.numbers.exact import Number, dot, shown
from cnncalc.numbers.forward import Computed, compute
from cnncalc.numbers.given import given_of, gradient_of
from cnncalc.numbers.penalty import penalties

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.numbers.tensor import Tensor
    from cnncalc.numbers.work import Note


class WorkedWeight(NamedTuple):
    """One weight of a layer, row by row; gradients are None where nothing depends on it.

    Attributes:
        name: of the weight.
        shape: its shape.
        values: its numbers.
        from_loss: the gradient of the loss by each of them, the penalty aside.
        from_penalty: the gradient of the penalty by each; None for weights without one.
    """

    name: str
    shape: Shape
    values: Sequence[Number]
    from_loss: Sequence[Number | None] | None
    from_penalty: Sequence[Number | None] | None

    @property
    def gradient(self) -> Sequence[Number | None] | None:
        """The two parts of the gradient, added."""
        if self.from_loss is None or self.from_penalty is None:
            return self.from_loss
        return [_added(a, b) for a, b in zip(self.from_loss, self.from_penalty, strict=True)]


class WorkedLayer(NamedTuple):
    """An input or a layer: its result row by row, and how each element was made.

    Attributes:
        name: of the layer or input.
        type: of the layer; `input` for an input.
        input_shapes: what arrives.
        shape: of the result.
        values: the result; None where it was not computed, and `missing` says why.
        gradient: of the loss by each element; None without `--backward`.
        steps: how each element was made, in their order; empty unless asked for.
        gradient_steps: how each gradient was made, likewise.
        notes: values on the way that have names, such as a mean, with their steps.
        weights: of the layer.
        missing: why it was not computed.
    """

    name: str
    type: str
    input_shapes: tuple[Shape, ...]
    shape: Shape
    values: Sequence[Number] | None = None
    gradient: Sequence[Number | None] | None = None
    steps: tuple[str, ...] = ()
    gradient_steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    weights: tuple[WorkedWeight, ...] = ()
    missing: str = ""


class PenaltyTerm(NamedTuple):
    """One penalty, its value and how it was made."""

    layer: str
    weight: str
    kind: str
    value: Number
    step: str


class Worked(NamedTuple):
    """The worked numbers of a net.

    Attributes:
        name: of the net.
        source: its file.
        layers: the inputs, then the layers.
        penalties: the terms that regularised weights add to the loss.
        assumed_gradient: whether the gradient by the output was not given and taken as 1.
    """

    name: str
    source: str
    layers: tuple[WorkedLayer, ...]
    penalties: tuple[PenaltyTerm, ...]
    assumed_gradient: bool

    @property
    def penalty(self) -> Number:
        """The sum of all penalties."""
        return dot((term.value, 1) for term in self.penalties)


def work_out(
    net: Network,
    *,
    source: str = "",
    steps: bool = False,
    gradients: bool = False,
    only: str = "",
) -> Worked:
    """The values of every layer of a net, and the gradients if they are wanted.

    Args:
        net: the net, with `values` for its inputs.
        source: its file.
        steps: whether each element says how it was made.
        gradients: whether the loss's gradients are computed.
        only: the one layer or input that is wanted; else all.

    Raises:
        ComputeError: values are missing or do not fit, or it takes too many operations.
        KeyError: no layer or input has the name `only`.
    """
    if only and only not in net.inputs:
        net[only]
    computed = compute(net, given_of(net))
    terms = penalties(net, computed)
    seeds, assumed = gradient_of(net, computed.results) if gradients else ([], False)
    gradient = _Parts(
        backward(computed.tape, seeds) if gradients else None,
        backward(computed.tape, [(term.value, 1) for term in terms]) if gradients else None,
        frozenset((term.layer, term.weight) for term in terms),
    )
    layers = list(_layers(net, computed, gradient, steps=steps, only=only))
    shown_terms = (PenaltyTerm(*term[:3], term.value.number, term.value.step()) for term in terms)
    return Worked(net.name, source, tuple(layers), tuple(shown_terms), assumed)


class _Parts(NamedTuple):
    """The gradients of the loss and of the penalty, if they are wanted."""

    loss: Gradients | None
    penalty: Gradients | None
    penalised: frozenset[tuple[str, str]]


def _layers(
    net: Network, computed: Computed, gradient: _Parts, *, steps: bool, only: str
) -> Iterator[WorkedLayer]:
    for name, shape in net.inputs.items():
        if only in {"", name}:
            layer = WorkedLayer(name, "input", (), shape)
            yield _filled(layer, computed, gradient, steps=False)
    for node in net.layers:
        if only not in {"", node.name}:
            continue
        layer = WorkedLayer(node.name, node.type, node.input_shapes, node.output_shape)
        if node.name in computed.missing:
            yield layer._replace(missing=computed.missing[node.name])
            continue
        weights = tuple(
            _weight(node.name, name, tensor, gradient)
            for name, tensor in computed.weights[node.name].items()
        )
        yield _filled(layer._replace(weights=weights), computed, gradient, steps=steps)


def _filled(
    layer: WorkedLayer, computed: Computed, gradient: _Parts, *, steps: bool
) -> WorkedLayer:
    result = computed.results[layer.name]
    layer = layer._replace(values=result.numbers, gradient=_gradients(result, gradient.loss))
    if not steps:
        return layer
    notes = tuple(_note(note) for note in computed.notes.get(layer.name, ()))
    backwards: tuple[str, ...] = ()
    if gradient.loss is not None:
        backwards = tuple(gradient.loss.step(value) for value in result.values)
    return layer._replace(
        steps=tuple(value.step() for value in result.values),
        notes=notes,
        gradient_steps=backwards,
    )


def _note(note: Note) -> str:
    return f"{note.name} = {note.value.step()} = {shown(note.value.number)}"


def _weight(layer: str, name: str, tensor: Tensor, gradient: _Parts) -> WorkedWeight:
    penalty = gradient.penalty if (layer, name) in gradient.penalised else None
    return WorkedWeight(
        name,
        tensor.shape,
        tensor.numbers,
        _gradients(tensor, gradient.loss),
        _gradients(tensor, penalty),
    )


def _gradients(tensor: Tensor, gradients: Gradients | None) -> list[Number | None] | None:
    if gradients is None:
        return None
    return [gradients.of(value) for value in tensor.values]


def _added(first: Number | None, second: Number | None) -> Number | None:
    if first is None or second is None:
        return second if first is None else first
    return dot(((first, 1), (second, 1)))
