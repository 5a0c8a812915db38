"""The JSON of `compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema

_RATIO = parts.nullable(parts.number())
_COUNT = parts.nullable(parts.whole())


def contract() -> Schema:
    """One object for all nets; what was not asked for is absent."""
    return parts.record(
        {
            "schema_version": parts.VERSION,
            "nets": parts.listing({"anyOf": [_net(), parts.FAILED]}, "in the order given"),
            "ratios_to": parts.text("the net that ratios are relative to"),
            "differences": parts.listing(_step(), "layer by layer, net after net"),
            "mlps": parts.listing(_mlp(), "the MLPs that were derived (`--mlp`)"),
            "convolutions": parts.listing(_saving(), "what each saves (`--per-layer`)"),
            "scaling": parts.listing(_point(), "each net at each size (`--input`)"),
        },
        optional=("ratios_to", "differences", "mlps", "convolutions", "scaling"),
    )


def _net() -> Schema:
    return parts.record(
        {
            "name": parts.text("with the variables that tell variants apart"),
            "source": parts.SOURCE,
            "layout": parts.LAYOUT,
            "variables": parts.by_name({}, "the values of the spec's variables"),
            "inputs": parts.NAMED_SHAPES,
            "totals": parts.by_name(_COUNT, "the figures of the net, and parameters by family"),
            "ratios": parts.by_name(_RATIO, "to the first net, or of an MLP to its own net"),
        }
    )


def _step() -> Schema:
    side = parts.record(
        {
            "name": parts.text(),
            "type": parts.text(),
            "output_shape": parts.SHAPE,
            "params": parts.whole(),
            "macs": _COUNT,
        }
    )
    change = parts.record({"what": parts.text(), "before": {}, "after": {}})
    return parts.record(
        {
            "nets": parts.listing(parts.text(), "the two that are compared"),
            "mark": parts.text("=, ~ (changed), + (added) or - (removed)"),
            "resized": parts.flag("whether only sizes differ that follow from another change"),
            "before": parts.nullable(side),
            "after": parts.nullable(side),
            "changes": parts.listing(change),
        }
    )


def _mlp() -> Schema:
    return parts.record(
        {
            "net": parts.text(),
            "label": parts.text(),
            "origin": parts.one_of(
                ("head", "given", "matched"), "where its hidden layers are from"
            ),
            "sizes": parts.listing(parts.whole(), "from the inputs to the outputs"),
            "params": parts.whole(),
            "budget": parts.whole("the parameters that it was sized to"),
            "width": parts.whole("what the budget buys"),
            "params_ratio": _RATIO,
            "macs_ratio": _RATIO,
        }
    )


def _saving() -> Schema:
    counts = (
        "inputs", "outputs", "positions", "dense", "local", "shared", "biases", "neuron_biases",
    )  # fmt: skip
    return parts.record(
        {
            "net": parts.text(),
            "layers": parts.listing(parts.text()),
            "type": parts.text(),
            "input_shape": parts.SHAPE,
            "output_shape": parts.SHAPE,
            "kernel_shape": parts.listing(parts.whole()),
            **{name: parts.whole() for name in counts},
            "saved_by_locality": _RATIO,
            "saved_by_sharing": _RATIO,
        }
    )


def _point() -> Schema:
    return parts.record(
        {
            "net": parts.text(),
            "size": parts.text("as it was given"),
            "shapes": parts.SHAPES,
            "params": _COUNT,
            "macs": _COUNT,
            "reason": parts.text("why the net cannot be built at this size; else empty"),
        }
    )
