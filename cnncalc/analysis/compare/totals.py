"""The figures of whole nets, and how each stands to the first net's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic import product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

#: The families of layers that the shares name.
_FAMILIES = {
    "dense": "dense",
    "convolution": "convolution",
    "transposed_convolution": "convolution",
    "normalization": "normalisation",
    "attention": "attention",
    "recurrent": "recurrent",
}


class NetTotals(NamedTuple):
    """The figures of one net, for one sample.

    `weights` and `biases` add up to `params`, and so do the shares of the
    families from `dense` on. `activations` are the elements of all layers' outputs.
    """

    params: int = 0
    weights: int = 0
    biases: int = 0
    buffers: int = 0
    macs: int = 0
    activations: int = 0
    layers: int = 0
    dense: int = 0
    convolution: int = 0
    normalisation: int = 0
    attention: int = 0
    recurrent: int = 0
    other: int = 0


class ComparedNet(NamedTuple):
    """One net of a comparison; `ratios` hold each total over that of the first net.

    A ratio is None where the first net has 0.
    """

    label: str
    source: str
    layout: str
    inputs: tuple[tuple[str, Shape], ...]
    totals: NetTotals
    ratios: tuple[float | None, ...] = ()


def compared(nets: Sequence[tuple[str, str, Network]]) -> tuple[ComparedNet, ...]:
    """The totals of nets given as (label, source, net), with ratios to the first."""
    found = [
        ComparedNet(label, source, net.layout, tuple(net.inputs.items()), totals_of(net))
        for label, source, net in nets
    ]
    return tuple(
        one._replace(ratios=tuple(map(ratio, one.totals, found[0].totals))) for one in found
    )


def totals_of(network: Network) -> NetTotals:
    """Count a net; shared weights count once."""
    params = network.totals.params
    biases = sum(biases_of(node) for node in network.layers if not node.traits.shared_with)
    families = dict.fromkeys((*_FAMILIES.values(), "other"), 0)
    for node in network.layers:
        families[family_of(node)] += node.params
    return NetTotals(
        params=params,
        weights=params - biases,
        biases=biases,
        buffers=network.totals.buffers,
        macs=network.totals.macs,
        activations=sum(product(node.output_shape) for node in network.layers),
        layers=len(network.layers),
        **families,
    )


def biases_of(node: Node) -> int:
    """The elements of a layer's biases, those of another layer included if it shares them."""
    return sum(weight.size for weight in node.weights if weight.role == "bias")


def family_of(node: Node) -> str:
    """The share that a layer counts in: `dense`, `convolution`, ... or `other`."""
    return _FAMILIES.get(node.layer.family, "other")


def ratio(part: int, whole: int) -> float | None:
    """`part / whole`; None where there is nothing to divide by, or no float that large."""
    try:
        return part / whole if whole else None
    except OverflowError:
        return None
