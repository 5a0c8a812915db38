"""The JSON of `memory`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema


def contract() -> Schema:
    """One object per net; all sizes are bytes."""
    batch = parts.nullable(parts.whole(), "the largest that fits (`--fits`)")
    layer = parts.record(
        {
            "name": parts.text(),
            "output_bytes": parts.whole("of its result"),
            "saved_bytes": parts.whole("what it keeps for the backward pass"),
            "live_bytes": parts.whole("all that is alive while it runs, in inference"),
        }
    )
    return parts.several(
        parts.record(
            {
                "schema_version": parts.VERSION,
                "name": parts.text(),
                "batch": parts.whole(),
                "dtype": parts.text(),
                "optimizer": parts.text(),
                "parameters_bytes": parts.whole(),
                "buffers_bytes": parts.whole(),
                "gradients_bytes": parts.whole("of the weights"),
                "optimizer_bytes": parts.whole("the state of the optimizer"),
                "inference": _phase("peak_bytes", "peak_released_bytes"),
                "training": _phase(
                    "saved_bytes", "peak_forward_bytes", "peak_backward_bytes", "peak_bytes"
                ),
                "largest_batch": parts.record({"inference": batch, "training": batch}),
                "checkpoint": _checkpoint(),
                "device": _device(),
                "layers": parts.listing(layer),
            },
            optional=("checkpoint", "device"),
        )
    )


def _checkpoint() -> Schema:
    segment = parts.record(
        {
            "first": parts.text("the first layer"),
            "last": parts.text("the last layer"),
            "macs": parts.whole("of its forward, for the whole batch"),
        }
    )
    return parts.record(
        {
            "segments": parts.listing(segment, "what runs again in the backward (`--checkpoint`)"),
            "macs": parts.whole("what that costs in MACs"),
        }
    )


def _device() -> Schema:
    fits = parts.nullable(parts.flag(), "null where nobody said how much there is")
    return parts.record(
        {
            "flash_bytes": parts.whole("parameters and buffers (`--flash`)"),
            "ram_bytes": parts.whole("the peak of activations in the order of the net (`--ram`)"),
            "ram_best_bytes": parts.whole("the peak in `order`"),
            "search": parts.one_of(
                ("exact", "bounded", "none"),
                "whether `order` is proved to be the best, the best that was found, or the net's",
            ),
            "order": parts.listing(parts.text(), "the layers as they would run"),
            "fits_flash": fits,
            "fits_ram": fits,
        }
    )


def _phase(*sizes: str) -> Schema:
    alive = parts.record(
        {
            "layer": parts.text(),
            "bytes": parts.whole(),
            "what": parts.text("such as `output`, `saved` or `gradient`"),
            "until": parts.nullable(parts.text(), "the layer that uses it last"),
        }
    )
    return parts.record(
        {
            **{name: parts.whole() for name in sizes},
            "at": parts.text("where the peak is"),
            "alive": parts.listing(alive, "what is in memory there, the largest first"),
        }
    )
