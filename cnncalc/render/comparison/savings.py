"""What each convolution saves, with the formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.columns import Line
from cnncalc.render.comparison.tables import Show, Table, fitting
from cnncalc.render.comparison.totals import times

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.analysis.compare.savings import Saving

LEGEND = """\
dense: every input to every output; local: windows only, with their own weights
at each position; shared: one set of weights for all positions, the convolution
"""


def savings_text(label: str, savings: Sequence[Saving], show: Show) -> str:
    """The weights of each convolution against dense and local layers, then the formulas."""
    if not savings:
        return f"{label}: no convolution\n"
    text = fitting(show, lambda number: saving_table(label, savings, number))
    return "\n".join([text, LEGEND, *map(formulas, savings)])


def saving_table(label: str, savings: Sequence[Saving], number: Callable[[int], str]) -> Table:
    """A row a convolution: dense, local and shared weights, and the factors between."""
    lines = [
        Line(
            (
                _short_names(one.name),
                number(one.dense),
                number(one.local),
                number(one.shared),
                times(one.by_locality),
                f"{units.count(one.by_sharing)}x",
            )
        )
        for one in savings
    ]
    heads = ("layer", "dense", "local", "shared", "locality", "sharing")
    title = f"{label}: weights between the same two tensors, and the factors saved"
    return Table(heads, tuple(lines), frozenset(range(1, 6)), title=title)


def _short_names(names: str) -> str:
    first, *others = names.split(", ")
    return f"{first} + {len(others)} alike" if others else first


def formulas(saving: Saving) -> str:
    """The counts and factors of one convolution, with the values put in."""
    kernel = " * ".join(map(str, saving.kernel_shape))
    rows = [
        ("dense", f"{saving.inputs} inputs * {saving.outputs} outputs",
         saving.dense, saving.neuron_biases),
        ("local", f"({kernel}) weights * {_positions(saving)}",
         saving.local, saving.neuron_biases),
        ("shared", f"{kernel} weights", saving.shared, saving.biases),
    ]  # fmt: skip
    shapes = f"{units.shape(saving.input_shape)} -> {units.shape(saving.output_shape)}"
    out = [f"{saving.name}: {saving.type}, {shapes}"]
    for name, formula, weights, biases in rows:
        out.append(f"  {name.ljust(8)}  {formula} = {units.count(weights)}")
        if biases:
            noun = "bias" if biases == 1 else "biases"
            out.append(f"{'':12}+ {biases} {noun} = {units.count(weights + biases)}")
    out.append(f"  locality  dense / local = {_locality(saving)} = {times(saving.by_locality)}")
    factor = units.count(saving.by_sharing)
    out.append(f"  sharing   local / shared = {_positions(saving)} = {factor}x")
    return "\n".join(out) + "\n"


def _positions(saving: Saving) -> str:
    return plural(saving.positions, "position")


def _locality(saving: Saving) -> str:
    window, rest = divmod(saving.local, saving.outputs)
    if rest:  # a transposed convolution, whose outputs have windows of several sizes
        return f"{saving.dense} / {saving.local}"
    return f"{saving.inputs} inputs / {window} in a window"
