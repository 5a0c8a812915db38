"""The figures of whole nets, and how each compares to the first net's."""

from __future__ import annotations

from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, get_args

from cnncalc.figures import FIGURES
from cnncalc.figures.figure import values_of
from cnncalc.layers.base.tensors import Share
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.alike import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.figures.figure import Value
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

#: The shares of a net's parameters, in the order in which they are shown.
SHARES: Final[tuple[Share, ...]] = get_args(Share)


class ComparedNet(NamedTuple):
    """One net of a comparison; `ratios` hold each total over that of the first net.

    The totals are for one sample: of each figure that is compared, of the
    `weights` and `biases` that add up to `params`, and of the shares of kinds of
    layers, which do so too. A ratio is None where the first net has 0.
    `variables` are the values given in place of the spec's own; an MLP has those of
    the net that it was derived from.
    """

    label: str
    source: str
    layout: str
    inputs: tuple[tuple[str, Shape], ...]
    totals: Mapping[str, Value]
    ratios: Mapping[str, float | None]
    variables: Mapping[str, Any] = MappingProxyType({})


def compared(nets: Sequence[tuple[str, str, Network]]) -> tuple[ComparedNet, ...]:
    """The totals of nets given as (label, source, net), with ratios to the first."""
    found = [(label, source, net, totals_of(net)) for label, source, net in nets]
    return tuple(
        ComparedNet(
            label, source, net.layout, tuple(net.inputs.items()), totals,
            {key: ratio(value, found[0][3][key]) for key, value in totals.items()},
        )
        for label, source, net, totals in found
    )  # fmt: skip


def totals_of(network: Network) -> dict[str, Value]:
    """Count a net; shared weights count once."""
    chosen = [figure for figure in FIGURES.values() if figure.compared]
    columns = zip(*values_of(network, chosen), strict=True) if network.layers else repeat(())
    totals: dict[str, Value] = {}
    for figure, column in zip(chosen, columns, strict=False):
        totals[figure.key] = figure.folded(column)
        if figure.key == "params":
            totals |= _kinds_of_params(network)
    return totals | _shares(network)


def _kinds_of_params(network: Network) -> dict[str, Value]:
    biases = sum(
        biases_of(node) * count
        for node, count in kinds(network.layers)
        if not node.traits.shared_with
    )
    return {"weights": network.totals.params - biases, "biases": biases}


def _shares(network: Network) -> dict[str, Value]:
    shares: dict[str, int] = dict.fromkeys(SHARES, 0)
    for node, count in kinds(network.layers):
        shares[node.layer.counts_in] += node.params * count
    return {**shares}


def biases_of(node: Node) -> int:
    """The elements of a layer's biases, those of another layer included if it shares them."""
    return sum(weight.size for weight in node.weights if weight.role == "bias")


def ratio(part: Value, whole: Value) -> float | None:
    """`part / whole`; None where there is nothing to divide (by), or no float that large."""
    if not isinstance(part, int) or not isinstance(whole, int):
        return None
    try:
        return part / whole if whole else None
    except OverflowError:
        return None
