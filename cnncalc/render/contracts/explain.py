"""The JSON of `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema


def contract() -> Schema:
    """One object: the layers that were asked for, each with all its numbers."""
    return parts.record(
        {
            "schema_version": parts.VERSION,
            "name": parts.text(),
            "source": parts.SOURCE,
            "layers": parts.listing(_layer()),
            "totals": parts.listing(_total(), "what each total is the sum of; of a whole net only"),
            "memory": parts.listing(_memory(), "the sizes in bytes that `--memory` asks for"),
        }
    )


def _layer() -> Schema:
    return parts.record(
        {
            "name": parts.text(),
            "type": parts.text(),
            "input_shapes": parts.SHAPES,
            "output_shape": parts.SHAPE,
            "quantities": parts.listing(_quantity()),
            "weights": parts.listing(
                parts.record(
                    {
                        "name": parts.text(),
                        "shape": parts.listing(parts.whole()),
                        "size": parts.whole("its elements"),
                        "buffer": parts.flag("kept but not learned"),
                    }
                )
            ),
            "padding": parts.listing(
                parts.record(
                    {"axis": parts.text(), "before": parts.whole(), "after": parts.whole()}
                ),
                "how it falls on the two sides of each axis",
            ),
            "penalties": parts.listing({"type": "object"}, "regularizers and what carries them"),
            "equations": parts.listing(_equation(), "what the layer computes"),
            "notes": parts.listing(parts.text()),
            "receptive_field": parts.listing(
                _sight(), "per axis of the input; empty where the layer leaves it as it was"
            ),
        }
    )


def _quantity() -> Schema:
    return parts.record(
        {
            "name": parts.text("an axis, `params`, `buffers`, `macs`"),
            "formula": parts.text("in words"),
            "values": parts.text("the formula with the values put in; empty if there are none"),
            "result": parts.whole(),
        }
    )


def _sight() -> Schema:
    return parts.record(
        {
            "axis": parts.text(),
            "formula": parts.text("such as `R + (k-1)*d*S`; empty for the whole input"),
            "values": parts.text("the formula with the values put in; empty if there are none"),
            "result": parts.nullable(parts.whole(), "input elements; null for the whole input"),
            "seen": parts.nullable(parts.whole(), "of them, those read; fewer if there are holes"),
        }
    )


def _equation() -> Schema:
    return parts.record(
        {
            "name": parts.text("of the result"),
            "formula": parts.text(),
            "values": parts.text(),
            "words": parts.text(),
        }
    )


def _total() -> Schema:
    term = parts.record({"name": parts.text("a layer or block"), "value": parts.whole()})
    return parts.record(
        {"name": parts.text(), "terms": parts.listing(term), "result": parts.whole()}
    )


def _memory() -> Schema:
    values = parts.text("such as `elements * bytes`; empty where there is no such product")
    term = parts.record(
        {
            "layer": parts.text(),
            "what": parts.text("such as `output`, `saved` or `gradient`"),
            "values": values,
            "result": parts.whole(),
        }
    )
    return parts.record(
        {
            "name": parts.text(),
            "formula": parts.text("in words"),
            "values": values,
            "result": parts.whole(),
            "terms": parts.listing(term, "the tensors alive at a peak, the largest first"),
        }
    )
