"""A comparison of nets: what is asked of it, and everything that it shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics.listing import concise
from cnncalc.layers.base.kinds import show
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.analysis.compare.mlp import Derived, MlpRule
    from cnncalc.analysis.compare.savings import Saving
    from cnncalc.analysis.compare.scaling import Reread, Scaling, Size
    from cnncalc.analysis.compare.steps import Difference
    from cnncalc.analysis.compare.totals import ComparedNet
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network


class Entrant(NamedTuple):
    """A net to be compared.

    Attributes:
        network: the net.
        source: where it came from.
        variables: the values given in place of the spec's own, which tell variants apart.
        reread: builds the net for other input shapes, or says why that cannot be; needed
            only to compare at several input sizes.
        imported: whether it is a model of another tool, which does not say where a layer
            writes over its input.
    """

    network: Network
    source: str = ""
    variables: Mapping[str, Any] = {}
    reread: Reread | None = None
    imported: bool = False


class Comparison(NamedTuple):
    """What `compare` shows; the parts that were not asked for are empty."""

    nets: tuple[ComparedNet, ...]
    differences: tuple[Difference, ...] = ()
    derived: tuple[Derived, ...] = ()
    savings: tuple[tuple[str, tuple[Saving, ...]], ...] = ()
    scaling: Scaling | None = None


class _Net(NamedTuple):
    """A net of the comparison under its label; an MLP knows the net that it came from."""

    label: str
    entrant: Entrant
    network: Network
    base: str = ""


def compare(  # noqa: PLR0913 - the parts of a comparison
    entrants: Sequence[Entrant],
    *,
    aligned: bool = True,
    mlp: MlpRule | None = None,
    savings: bool = False,
    positions: int | None = None,
    sizes: Sequence[Size] = (),
) -> Comparison:
    """Compare nets with the first of them.

    Args:
        entrants: the nets.
        aligned: align every further net with the first, layer by layer, and
            an MLP with its own net.
        mlp: put the MLP that this rule derives beside every net.
        savings: what every convolution saves against a dense layer.
        positions: count only this many output positions in the savings.
        sizes: the input sizes to compare the nets at.
    """
    from cnncalc.analysis.compare.totals import compared  # noqa: PLC0415 - few nets are compared

    labels = labels_of(entrants)
    own = [_Net(label, one, one.network) for label, one in zip(labels, entrants, strict=True)]
    nets, derived = _with_mlps(own, mlp)
    totals = compared([(net.label, net.entrant.source, net.network) for net in nets])
    return Comparison(
        tuple(
            one._replace(variables=net.entrant.variables)
            for one, net in zip(totals, nets, strict=True)
        ),
        _differences(nets) if aligned else (),
        tuple(derived),
        _savings(own, positions) if savings else (),
        _scaling(nets, sizes, mlp) if sizes else None,
    )


def labels_of(entrants: Sequence[Entrant]) -> list[str]:
    """What to call the nets: by name and variables; further by source, then by number.

    >>> labels_of([])
    []
    """
    labels = [_variant(one) for one in entrants]
    for widen in (_with_source, _with_number):
        counts = Counter(labels)
        labels = [
            widen(label, number, one) if counts[label] > 1 else label
            for number, (label, one) in enumerate(zip(labels, entrants, strict=True), 1)
        ]
    return labels


def _variant(entrant: Entrant) -> str:
    given = (f"{name}={show(value)}" for name, value in entrant.variables.items())
    settings = concise(", ".join(given))
    return f"{entrant.network.name} ({settings})" if settings else entrant.network.name


def _with_source(label: str, _: int, entrant: Entrant) -> str:
    return label if entrant.source.startswith("zoo:") else f"{label} ({entrant.source})"


def _with_number(label: str, number: int, _: Entrant) -> str:
    return f"{label} #{number}"


def _with_mlps(nets: Sequence[_Net], rule: MlpRule | None) -> tuple[list[_Net], list[Derived]]:
    """Every net followed by its MLP, and how these came about."""
    found: list[_Net] = []
    derived: list[Derived] = []
    for net in nets:
        found.append(net)
        if rule is None:
            continue
        made = rule.of(net.network, net.label)
        derived.append(made.derived)
        if made.network is not None:
            found.append(_Net(made.derived.label, net.entrant, made.network, net.label))
    return found, derived


def _differences(nets: Sequence[_Net]) -> tuple[Difference, ...]:
    from cnncalc.analysis.compare.differences import difference  # noqa: PLC0415 - start-up

    by_label = {net.label: net for net in nets}
    pairs = [(by_label[net.base or nets[0].label], net) for net in nets[1:]]
    return tuple(
        difference((one.label, one.network), (two.label, two.network), _untold(one, two))
        for one, two in pairs
    )


def _untold(*nets: _Net) -> frozenset[str]:
    """The settings that not all of the nets can say."""
    return frozenset({"inplace"} if any(net.entrant.imported for net in nets) else ())


def _savings(
    nets: Sequence[_Net], positions: int | None
) -> tuple[tuple[str, tuple[Saving, ...]], ...]:
    from cnncalc.analysis.compare.savings import savings  # noqa: PLC0415 - only where asked for

    return tuple((net.label, savings(net.network, positions)) for net in nets)


def _scaling(nets: Sequence[_Net], sizes: Sequence[Size], rule: MlpRule | None) -> Scaling:
    from cnncalc.analysis.compare.scaling import scaling  # noqa: PLC0415 - only where asked for

    return scaling([(net.label, net.network, _reread(net, rule)) for net in nets], sizes)


def _reread(net: _Net, rule: MlpRule | None) -> Reread:
    """What builds a net, or the MLP of a net, for other input shapes."""

    def reread(shapes: Mapping[str, Shape]) -> Network | str:
        if net.entrant.reread is None:
            return "it cannot be built again"
        made = net.entrant.reread(shapes)
        if isinstance(made, str) or not net.base or rule is None:
            return made
        return rule.of(made, net.base).network or "its parameters do not suffice for a hidden layer"

    return reread
