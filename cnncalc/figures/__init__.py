"""The figures of a layer, each declared once.

Columns, JSON, CSV, Markdown, `--sort`, `--total-of`, `expect`, budgets and `compare` read these
declarations. A new figure is one declaration here, and where it takes a pass over the whole net,
a module beside this one which computes that.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from cnncalc.arithmetic import product
from cnncalc.figures import memory
from cnncalc.figures.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.figures.figure import Value
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


def _activations(node: Node) -> int:
    return product(node.output_shape)


def _flops(node: Node) -> int | None:
    return None if node.macs is None else 2 * node.macs


def _receptive_field(network: Network, batch: int) -> Sequence[Value]:
    from cnncalc.figures import receptive_field  # noqa: PLC0415 - start-up

    return receptive_field.sizes(network, batch)


def _effective_stride(network: Network, batch: int) -> Sequence[Value]:
    from cnncalc.figures import receptive_field  # noqa: PLC0415 - start-up

    return receptive_field.strides(network, batch)


def _effective_padding(network: Network, batch: int) -> Sequence[Value]:
    from cnncalc.figures import receptive_field  # noqa: PLC0415 - start-up

    return receptive_field.paddings(network, batch)


_DECLARED = (
    Figure("params", "params", "learned weights, frozen ones included", attrgetter("params"),
           data=True, compared=True, budget=True, title="parameters"),
    Figure("trainable_params", "trainable", "learned weights that training changes",
           attrgetter("trainable_params"), data=True, budget=True, title="trainable parameters"),
    Figure("buffers", "buffers", "numbers kept but not learned", attrgetter("buffers"),
           data=True, compared=True, budget=True),
    Figure("macs", "MACs", "multiply-accumulates per sample", attrgetter("macs"),
           per_sample=True, data=True, compared=True, budget=True),
    Figure("flops", "FLOPs", "two per multiply-accumulate", _flops,
           per_sample=True, budget=True),
    Figure("activations", "activations", "elements of the outputs", _activations,
           per_sample=True, detail=True, compared=True, budget=True),
    Figure("receptive_field", "rf", "input elements that a unit sees, per axis",
           values=_receptive_field, fold="last", detail=True, budget=True,
           column="rf"),
    Figure("effective_stride", "jump", "input elements between two units, per axis",
           values=_effective_stride, fold="last", detail=True, column="jump"),
    Figure("effective_padding", "start", "unit * stride - its first input element, per axis",
           values=_effective_padding, fold="last", detail=True, column="start"),
    Figure("saved", "saved", "bytes kept for the backward, in the net's dtype",
           values=memory.saved, unit="bytes", budget=True),
    Figure("live", "live", "bytes alive while a layer runs in inference, in the net's dtype",
           values=memory.live, fold="maximum", unit="bytes"),
    Figure("memory", "memory", "the peak of `live`",
           values=memory.live, fold="maximum", unit="bytes", budget=True),
    Figure("layers", "layers", "number of layers", lambda _: 1, compared=True),
)  # fmt: skip

FIGURES: Final[dict[str, Figure]] = {figure.key: figure for figure in _DECLARED}

#: The figures of which JSON and CSV have every one.
DATA: Final[tuple[str, ...]] = tuple(figure.key for figure in _DECLARED if figure.data)

#: Those that the layers of JSON have, too.
DETAILS: Final[tuple[str, ...]] = tuple(figure.key for figure in _DECLARED if figure.detail)
