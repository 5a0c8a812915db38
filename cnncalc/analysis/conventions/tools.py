"""All conventions, and what each would print for a net."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.analysis.conventions import (
    calflops,
    flop_counter,
    fvcore,
    keras,
    onnx_tool,
    ptflops,
    thop,
    torchinfo,
)
from cnncalc.analysis.conventions.work import nothing, run
from cnncalc.figures.figure import Figure
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.analysis.check.amounts import Amount
    from cnncalc.analysis.conventions.work import Convention, Work
    from cnncalc.net.network import Network

TOOLS: Final[dict[str, Convention]] = {
    one.name: one
    for one in (
        torchinfo.CONVENTION, fvcore.CONVENTION, thop.CONVENTION, ptflops.PYTORCH, ptflops.ATEN,
        flop_counter.CONVENTION, flop_counter.TRAINED, calflops.CONVENTION, onnx_tool.CONVENTION,
    )
}  # fmt: skip


#: How the tools write what they count.
_WORDS: Final = {"flops": "FLOPs", "macs": "MACs", "mult_adds": "mult-adds"}


def figure(tool: Convention) -> Figure:
    """The first number that a tool prints, as a figure of every layer."""
    key = next(iter(tool.counts))

    def values(network: Network, batch: int) -> list[int]:
        return [part.counts[key] for part in parts(network, tool, batch)]

    return Figure(
        "count", f"{tool.name} {_WORDS[key]}",
        f"{_WORDS[key]} by {tool.name} {tool.version}{', of one sample' if tool.single else ''}",
        values=values,
    )  # fmt: skip


class Part(NamedTuple):
    """What a tool counts for one layer, and how far that is from the textbook's MACs."""

    layer: str
    type: str
    counts: dict[str, int]
    params: int
    macs: int


def parts(network: Network, tool: Convention, batch: int = 1) -> list[Part]:
    """The count of one tool, layer by layer."""
    layers, kinds = run(network, 1 if tool.single else batch)
    known = {id(work): _part(work, tool)[1:] for work, _ in kinds}
    return [
        Part(node.name, *known[id(work)]) for node, work in zip(network.layers, layers, strict=True)
    ]


def _part(work: Work, tool: Convention) -> Part:
    counts = {
        figure: rules.get(work.node.type, rules.get("", nothing))(work)
        for figure, rules in tool.counts.items()
    }
    params = tool.params(work) if tool.params else 0
    return Part(work.node.name, work.node.type, counts, params, work.macs)


def _kinds(network: Network, tool: Convention, batch: int) -> list[tuple[Part, int]]:
    """The count of one tool for a layer of each kind, with how many there are of it."""
    kinds = run(network, 1 if tool.single else batch).kinds
    return [(_part(work, tool), layers) for work, layers in kinds]


def printed(network: Network, tool: Convention, batch: int = 1) -> dict[str, int]:
    """The totals that one tool prints."""
    kinds = _kinds(network, tool, batch)
    totals = {figure: sum(part.counts[figure] * n for part, n in kinds) for figure in tool.counts}
    if tool.params:
        return {"params": sum(part.params * layers for part, layers in kinds), **totals}
    return totals


def every(network: Network, batch: int = 1) -> dict[str, dict[str, int]]:
    """What every tool prints; ours first."""
    totals = network.totals
    macs = (totals.macs or 0) * batch
    return {
        "cnncalc": {"params": totals.params, "macs": macs, "flops": 2 * macs},
        **{name: printed(network, tool, batch) for name, tool in TOOLS.items()},
        "keras": keras.printed(network),
    }


class Cause(NamedTuple):
    """A part of the difference between a tool's count and the textbook's, by layer type."""

    type: str
    difference: int
    layers: int


def causes(network: Network, tool: Convention, batch: int = 1) -> list[Cause]:
    """Why a tool's count is not the textbook's, the largest part first.

    FLOPs that are two a multiply-accumulate are held against twice the MACs.
    """
    figure = next(iter(tool.counts))
    factor = 2 if tool.name in TWICE else 1
    found: dict[str, tuple[int, int]] = {}
    for part, count in _kinds(network, tool, batch):
        difference = part.counts[figure] - factor * part.macs
        if difference:
            before, layers = found.get(part.type, (0, 0))
            found[part.type] = before + difference * count, layers + count
    told = [Cause(kind, difference, layers) for kind, (difference, layers) in found.items()]
    return sorted(told, key=lambda one: -abs(one.difference))


def matching(network: Network, wanted: Amount, batch: int = 1) -> dict[int, list[tuple[str, str]]]:
    """The numbers that a claim allows, in ascending order: whose figures they are, by tool."""
    found: dict[int, list[tuple[str, str]]] = {}
    for name, figures in every(network, batch).items():
        for figure, number in figures.items():
            if wanted.allows(number):
                found.setdefault(number, []).append((name, figure))
    return dict(sorted(found.items()))


#: The tools whose first figure counts two for a multiply-accumulate.
TWICE: Final = frozenset({"torch_flop_counter", "torch_flop_counter_train", "calflops"})
