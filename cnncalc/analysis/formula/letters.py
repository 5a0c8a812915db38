"""The letters of tutorials for the names in formulas: `W_out = floor((W_in - F_W + ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layout import names_of_axes
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.net.node import Node

#: Those of one axis, with a place for the axis's own letter.
_ALONG_AXIS = {
    "in": "{0}_in", "kernel": "F_{0}", "stride": "S_{0}", "dilation": "D_{0}", "pad": "P_{0}",
    "before": "P_{0}_before", "after": "P_{0}_after", "output_padding": "O_{0}",
    "size": "{0}_size", "scale": "R_{0}",
}  # fmt: skip
_COMMON = {
    "in_channels": "C_in", "filters": "K", "groups": "G", "bias": "1", "in_features": "N_in",
    "units": "N_out", "depth_multiplier": "M", "channels": "C",
}  # fmt: skip


class Letters(NamedTuple):
    """The letters for one layer: those of all its formulas."""

    common: Mapping[str, str]

    def along(self, axis: str) -> Mapping[str, str]:
        """The letters in the formula of an axis.

        >>> Letters({}).along("width")["kernel"]
        'F_W'
        """
        return {name: text.format(_first(axis)) for name, text in _ALONG_AXIS.items()}

    def out(self, axis: str) -> str:
        """The letter of an output size: `W_out`."""
        return f"{_first(axis)}_out"


def letters_of(node: Node) -> Letters:
    """The letters for a layer's formulas, its sizes multiplied out: `F_H*F_W*C_in`."""
    inputs = node.facts.inputs
    arriving = names_of_axes(len(inputs.shapes[0]), node.layer.layout_of(inputs))
    leaving = [size.axis for size in node.layer.output_sizes(inputs)]
    kernel = [f"F_{_first(window.axis)}" for window in node.layer.windows(inputs)]
    products = {
        "kernel_elements": kernel,
        "input_elements": _all(arriving, "in"),
        "output_elements": _all(leaving, "out"),
    }
    return Letters({**_COMMON, **{name: "*".join(parts) for name, parts in products.items()}})


def _all(axes: Sequence[str], side: str) -> list[str]:
    return [f"{_first(axis)}_{side}" for axis in axes]


def _first(axis: str) -> str:
    """`W` for the width; features are `N`, and axes without a name keep their number."""
    if axis.startswith("axis "):
        return f"A{axis.removeprefix('axis ')}"
    return "N" if axis == "features" else axis[0].upper()
