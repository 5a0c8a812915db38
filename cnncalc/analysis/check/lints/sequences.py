"""Lints about what stands after what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check import rules
from cnncalc.analysis.check.lints.model import (
    CONVOLUTIONS,
    LINEAR,
    NORMALIZATIONS,
    RESHAPING,
    TRANSPARENT,
    Hit,
    View,
    activation_of,
    is_activation,
)
from cnncalc.arithmetic import product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.net.node import Node


def bias_before_norm(view: View) -> Iterator[Hit]:
    """A bias that the normalisation after it takes away again with the mean.

    Silent where an activation stands between, or where the result is used
    elsewhere, too.
    """
    for above, node in view.pairs():
        held = sum(weight.size for weight in above.weights if weight.role == "bias")
        linear = above.type in (*LINEAR, "conv_transpose")
        if node.type in NORMALIZATIONS and linear and held and not activation_of(above):
            yield Hit(
                f"{above.name} has a bias before {node.name}, which subtracts the mean",
                above,
                f"{held} parameters without effect",
                help=("`bias: false`",),
            )


def linear_pair(view: View) -> Iterator[Hit]:
    """Two linear layers that are together one linear layer.

    Silent where the pair is a factorisation, which saves work: a 1x1 or
    depthwise convolution beside it, kernels of different axes (1x3 then 3x1),
    or a middle that is narrower than both ends.
    """
    for above, node in view.pairs(TRANSPARENT | RESHAPING):
        if above.type in LINEAR and node.type in LINEAR and not activation_of(above):
            if _factorised(above, node):
                continue
            yield Hit(
                f"{above.name} and {node.name} have no activation between them",
                node,
                "together they can do no more than one linear layer",
                help=("`- relu` between them",),
            )


def _factorised(above: Node, node: Node) -> bool:
    if above.type in CONVOLUTIONS and node.type in CONVOLUTIONS:
        first, second = _kernel(above), _kernel(node)
        depthwise = _grouped(above) or _grouped(node)
        return depthwise or 1 in (*first, *second)
    middle = product(above.output_shape)
    return middle < product(above.input_shapes[0]) and middle < product(node.output_shape)


def _grouped(node: Node) -> bool:
    return node.type != "conv" or getattr(node.layer, "groups", 1) > 1


def _kernel(node: Node) -> list[int]:
    return [window.kernel for window in node.layer.windows(node.facts.inputs)]


def activation_twice(view: View) -> Iterator[Hit]:
    """The same activation on its own result.

    Silent for two different ones, where the first result is used elsewhere, and for a
    `glu`, which takes half of its channels each time.
    """
    for above, node in view.pairs(TRANSPARENT | RESHAPING):
        twice = activation_of(node) if is_activation(node) else ""
        if twice not in ("", "glu") and activation_of(above) == twice:
            yield Hit(
                f"{node.name} follows {above.name}: `{twice}` stands twice in a row",
                node,
                help=("leave one out",),
            )


def softmax_inside(view: View) -> Iterator[Hit]:
    """A softmax whose result goes into weights again: it belongs at the end.

    Silent where its result weighs another (attention, gates), and at outputs.
    """
    for above, node in view.pairs(TRANSPARENT | RESHAPING):
        ends = activation_of(above)
        learns = any(weight.role == "kernel" for weight in node.weights)
        if ends in ("softmax", "log_softmax") and (learns or is_activation(node)):
            yield Hit(
                f"{above.name} squeezes its values to a sum of 1 before {node.name}",
                above,
                "a softmax turns the last values into probabilities",
                help=("an activation such as `relu` inside the net",),
            )


LINTS: dict[str, Callable[[View], Iterator[Hit]]] = {
    rules.BIAS_BEFORE_NORM: bias_before_norm,
    rules.LINEAR_PAIR: linear_pair,
    rules.ACTIVATION_TWICE: activation_twice,
    rules.SOFTMAX_INSIDE: softmax_inside,
}
