"""The usual slips of a calculation by hand, tried in turn until one gives what is claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.values.claims import agrees
from cnncalc.arithmetic import product
from cnncalc.layers.base.errors import LayerError
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import facts_of
from cnncalc.numbers.errors import ComputeError, NotComputedError
from cnncalc.numbers.exact import dot, shown
from cnncalc.numbers.forward import applied
from cnncalc.numbers.tape import Dot, Sum, Tape
from cnncalc.numbers.tensor import Tensor
from cnncalc.numbers.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.analysis.check.values.claims import ValuesClaim
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.forward import Computed
    from cnncalc.numbers.tape import Value


class _Slip(NamedTuple):
    """Another calculation, in words, and what it gives."""

    words: str
    shape: Shape
    numbers: Sequence[Number]


#: Settings that are easily mistaken: an argument and another value of it, in words.
_SETTINGS = (
    ("ceil_mode", True, "`ceil_mode: true`"),
    ("padding", "same", "`padding: same`"),
    ("padding", "valid", "no padding"),
    ("padding", "full", "`padding: full`"),
    ("stride", 1, "`stride: 1`"),
    ("stride", 2, "`stride: 2`"),
    ("dilation", 1, "`dilation: 1`"),
)


def slip_of_layer(node: Node, computed: Computed, claim: ValuesClaim) -> str:
    """A slip in how the layer is applied that gives all that is claimed; else an empty text."""
    for slip in _slips(node, computed):
        fits = claim.shape == slip.shape[len(slip.shape) - len(claim.shape) :]
        if fits and _gives(slip.numbers, claim):
            return slip.words
    return ""


def _gives(numbers: Sequence[Number], claim: ValuesClaim) -> bool:
    count = len(claim.numbers)
    return all(agrees(number, claim.numbers[i % count]) for i, number in enumerate(numbers))


def _slips(node: Node, computed: Computed) -> Iterator[_Slip]:
    weights = computed.weights.get(node.name, {})
    for argument, value, words in _SETTINGS:
        changed = _with(node.layer, argument, value)
        if changed is not None:
            yield from _applied(node, changed, computed, weights, words)
    kernel = weights.get("kernel")
    if kernel is not None and len(kernel.shape) > 2:  # noqa: PLR2004 - filters, channels, space
        flipped = {**weights, "kernel": _flipped(kernel)}
        words = "the kernel is flipped (convolution in place of cross-correlation)"
        yield from _applied(node, node.layer, computed, flipped, words)
    if kernel is not None and len(kernel.shape) == 2 and len(set(kernel.shape)) == 1:  # noqa: PLR2004 - two of them
        turned = {**weights, "kernel": _transposed(kernel)}
        yield from _applied(node, node.layer, computed, turned, "the matrix is transposed")
    if "bias" in weights:
        words = "the bias is left out"
        without = {**weights, "bias": _zeros(weights["bias"])}
        yield from _applied(node, node.layer, computed, without, words)


def _with(layer: Layer, argument: str, value: object) -> Layer | None:
    """The layer with another value of an argument, where it has the argument and differs."""
    if argument not in layer.arguments or getattr(layer, argument) == value:
        return None
    try:
        return layer.replace(**{argument: value})
    except LayerError:
        return None


def _applied(
    node: Node, layer: Layer, computed: Computed, weights: Mapping[str, Tensor], words: str
) -> Iterator[_Slip]:
    """What a changed layer, or the layer with changed weights, makes of the same inputs."""
    tensors = [computed.results[name] for name in node.inputs]
    try:
        facts = facts_of(layer, node.facts.inputs)
        work = Work(Tape(), layer, facts.inputs, _fresh(tensors), dict(weights), facts.output_shape)
        result = applied(work)
    except (LayerError, ComputeError, NotComputedError):
        return
    yield _Slip(words, result.shape, result.numbers)


def _fresh(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The same numbers on a tape of their own."""
    tape = Tape()
    return [Tensor(one.shape, [tape.leaf(n) for n in one.numbers]) for one in tensors]


def _flipped(kernel: Tensor) -> Tensor:
    size = product(kernel.shape[2:])
    values: list[Value] = []
    for start in range(0, len(kernel.values), size):
        values += reversed(kernel.values[start : start + size])
    return Tensor(kernel.shape, values)


def _transposed(matrix: Tensor) -> Tensor:
    size = matrix.shape[0]
    values = [matrix.values[column * size + row] for row in range(size) for column in range(size)]
    return Tensor(matrix.shape, values)


def _zeros(tensor: Tensor) -> Tensor:
    tape = Tape()
    return Tensor(tensor.shape, [tape.leaf(0) for _ in tensor.values])


def slip_of_element(value: Value, claimed: Number) -> str:
    """A slip in one sum that gives the claimed number; else an empty text."""
    for words, term in _terms(value):
        less = dot(((value.number, 1), (term, -1)))
        if agrees(less, claimed):
            return f"the term {words} is left out"
        if agrees(dot(((less, 1), (term, -1))), claimed):
            return f"the sign of the term {words} is turned"
    return _digit(value.number, claimed)


def _terms(value: Value) -> Iterator[tuple[str, Number]]:
    if isinstance(value, Dot):
        for first, second in value.terms:
            term = dot(((first.number, second.number),))
            if term:
                yield f"{shown(first.number)}*{shown(second.number)}", term
        if value.bias is not None and value.bias.number:
            yield shown(value.bias.number), value.bias.number
    elif isinstance(value, Sum) and value.divisor == 1:
        for one in value.operands:
            if one.number:
                yield shown(one.number), one.number


def _digit(number: Number, claimed: Number) -> str:
    """Whether two numbers differ in one digit, or in two that change places."""
    right, wrong = shown(number), shown(claimed)
    if len(right) != len(wrong) or isinstance(number, float):
        return ""
    places = [i for i, (a, b) in enumerate(zip(right, wrong, strict=True)) if a != b]
    if len(places) == 1:
        return f"one digit differs: {wrong} for {right}"
    swapped = len(places) == 2 and right[places[0]] == wrong[places[1]]  # noqa: PLR2004 - two of them
    if swapped and right[places[1]] == wrong[places[0]]:
        return f"two digits have changed places: {wrong} for {right}"
    return ""
