"""The JSON of `summarize`; its figures are those that are declared as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures import DATA, DETAILS, FIGURES
from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema

_COUNT = parts.whole("what another tool counts, where that was asked for (`--count`)")


def contract() -> Schema:
    """One object per net."""
    figures = {
        key: parts.nullable(parts.whole(), f"{FIGURES[key].meaning}; null where it is not counted")
        for key in DATA
    }
    layer = parts.record(
        {
            "name": parts.text("its path, if it is in a block"),
            "type": parts.text("the layer type, or the block's name where it is folded"),
            "inputs": parts.listing(parts.text(), "the layers or inputs that it takes"),
            "input_shapes": parts.SHAPES,
            "output_shape": parts.SHAPE,
            **figures,
            **{key: _detail(key) for key in DETAILS},
            "count": _COUNT,
            "shared_with": parts.text("the layer whose weights it uses; they count there"),
            "layers": parts.whole("how many layers a folded block stands for (`--depth`)"),
        },
        optional=("count", "shared_with", "layers"),
    )
    return parts.several(
        parts.record(
            {
                "schema_version": parts.VERSION,
                "name": parts.text(),
                "source": parts.SOURCE,
                "variables": parts.by_name({}, "the values of the spec's variables"),
                "layout": parts.LAYOUT,
                "batch": parts.whole("the samples that MACs are counted for (`--batch`)"),
                "count_of": parts.text("what `count` is (`--count`): FLOPs by fvcore 0.1.5"),
                "inputs": parts.NAMED_SHAPES,
                "outputs": parts.NAMED_SHAPES,
                "layers": parts.listing(layer),
                "totals": parts.record({**figures, "count": _COUNT}, optional=("count",)),
                "warnings": parts.listing(parts.DIAGNOSTIC, "what reading the net has found"),
                "not_counted": parts.listing(
                    parts.text(), "layer types whose multiplications the MACs leave out"
                ),
                "regularizers": parts.listing(
                    parts.record(
                        {
                            "kind": parts.text("l1 or l2"),
                            "factor": parts.number(),
                            "weights": parts.whole("how many weights carry it"),
                        }
                    )
                ),
            },
            optional=("count_of", "regularizers", "warnings"),
        )
    )


def _detail(key: str) -> Schema:
    """A figure that has a number, or one per axis; null for the whole input, or not counted."""
    number = parts.nullable(parts.whole())
    return {"description": FIGURES[key].meaning, "anyOf": [number, parts.listing(number)]}
