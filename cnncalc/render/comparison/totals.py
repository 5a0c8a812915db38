"""The totals of nets side by side, and what an MLP was derived from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.columns import Line
from cnncalc.render.comparison.tables import Table, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.analysis.compare.totals import ComparedNet

_METRICS = (
    ("params", "parameters"),
    ("weights", "  weights"),
    ("biases", "  biases"),
    ("buffers", "buffers"),
    ("macs", "MACs"),
    ("activations", "activations"),
    ("layers", "layers"),
    ("dense", "in dense"),
    ("convolution", "in convolution"),
    ("normalisation", "in normalisation"),
    ("attention", "in attention"),
    ("recurrent", "in recurrent layers"),
    ("other", "in other layers"),
)
_MAIN = frozenset({"params", "macs"})
_SHARES = frozenset({"dense", "convolution", "normalisation", "attention", "recurrent", "other"})


def sets_of(nets: Sequence[ComparedNet], width: int | None) -> list[Sequence[ComparedNet]]:
    """The nets in as many tables as the width needs, each with the first net in front."""
    others = list(nets[1:])
    count = len(others)
    while (
        width is not None
        and count > 1
        and any(
            columns_of(totals_table([nets[0], *part], units.short)) > width
            for part in _chunks(others, count)
        )
    ):
        count -= 1
    return [[*nets[:1], *part] for part in _chunks(others, count)] or [nets]


def _chunks(nets: Sequence[ComparedNet], count: int) -> list[Sequence[ComparedNet]]:
    return [nets[at : at + count] for at in range(0, len(nets), count or 1)]


def totals_table(nets: Sequence[ComparedNet], number: Callable[[int], str]) -> Table:
    """One column per net, with the ratio to the first."""
    heads = ["", nets[0].label] if nets else [""]
    for net in nets[1:]:
        heads += [net.label, "ratio"]
    lines = [Line(("input", *_inputs(nets)))]
    lines += [
        Line((title, *_metric(nets, name, number)), "strong" if name in _MAIN else "plain")
        for name, title in _METRICS
        if any(getattr(net.totals, name) for net in nets)
    ]
    note = f"ratio: to {nets[0].label}" if len(nets) > 1 else ""
    return Table(tuple(heads), tuple(lines), frozenset(range(1, len(heads))), note=note)


def _inputs(nets: Sequence[ComparedNet]) -> Iterator[str]:
    for at, net in enumerate(nets):
        shapes = [units.shape(shape) for _, shape in net.inputs]
        yield shapes[0] if len(shapes) == 1 else plural(len(shapes), "input")
        if at:
            yield ""


def _metric(nets: Sequence[ComparedNet], name: str, number: Callable[[int], str]) -> Iterator[str]:
    for at, net in enumerate(nets):
        value: int = getattr(net.totals, name)
        share = units.share(value, net.totals.params) if name in _SHARES else ""
        yield f"{number(value)} {share:>6}" if share else number(value)
        if at:
            yield times(net.ratios[net.totals._fields.index(name)])


def times(factor: float | None) -> str:
    """A ratio with three digits: `1.36x`; a dash where there is none."""
    if factor is None:
        return "-"
    for least, digits in ((100, 0), (10, 1), (0.1, 2)):
        if factor >= least:
            return f"{factor:,.{digits}f}x"
    return f"{factor:.2g}x"
