"""The penalty that regularised weights add to the loss: l1 * sum(abs(w)) + l2 * sum(w^2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers import functions
from cnncalc.numbers.exact import exact
from cnncalc.numbers.tape import Applied, Product, Sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.net.network import Network
    from cnncalc.numbers.forward import Computed
    from cnncalc.numbers.tape import Tape, Value
    from cnncalc.numbers.tensor import Tensor


class Penalty(NamedTuple):
    """One term of the loss: the penalty of one kind on one weight of a layer."""

    layer: str
    weight: str
    kind: str
    value: Value


def penalties(net: Network, computed: Computed) -> tuple[Penalty, ...]:
    """Every penalty of a net, put on the tape; none for weights that were not needed."""
    return tuple(_penalties(net, computed))


def _penalties(net: Network, computed: Computed) -> Iterator[Penalty]:
    for node in net.layers:
        if not node.traits.regularizer or node.traits.shared_with:
            continue
        kernels = [weight.name for weight in node.weights if weight.role == "kernel"]
        for name in kernels:
            tensor = computed.weights.get(node.name, {}).get(name)
            if tensor is None:
                continue
            for kind, factor in node.traits.regularizer.items():
                value = _term(computed.tape, tensor, kind, factor)
                yield Penalty(node.name, name, kind, value)


def _term(tape: Tape, tensor: Tensor, kind: str, factor: float) -> Value:
    if kind == "l1":
        terms = [tape.add(Applied(functions.ABSOLUTE, w), inline=True) for w in tensor.values]
    else:
        terms = [tape.add(Product(w, w), inline=True) for w in tensor.values]
    total = tape.add(Sum(terms), inline=True)
    return tape.add(Product(tape.leaf(exact(factor)), total))
