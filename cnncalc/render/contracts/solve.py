"""The JSON of `solve`: one of three questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema

_SIZES = parts.listing(parts.whole())


def contract() -> Schema:
    """Arguments for two sizes, changes of a layer, or the inputs that a net takes."""
    return {"anyOf": [_arguments(), _changes(), _inputs()]}


def _arguments() -> Schema:
    answer = parts.record(
        {
            **{
                name: parts.whole()
                for name in ("kernel", "stride", "padding", "dilation", "output_padding")
            },
            "unseen": parts.whole("elements of the input that no window reaches"),
            "spec": parts.text("as an entry of a spec"),
        }
    )
    return parts.record(
        {
            "schema_version": parts.VERSION,
            "in": parts.whole(),
            "out": parts.whole(),
            "kind": parts.one_of(("conv", "pool", "transposed")),
            "found": parts.whole("how many answers there are"),
            "answers": parts.listing(answer, "the simplest first (`--limit`)"),
            "nearest": parts.listing(parts.whole(), "sizes that can be reached, if none can"),
        },
        "`--in N --out N`: arguments that do it",
    )


def _changes() -> Schema:
    change = parts.record(
        {
            "type": parts.text(),
            "arguments": parts.by_name({}),
            "changed": parts.listing(parts.text(), "names of the arguments that differ"),
            "output_shape": parts.SHAPE,
            "spec": parts.text("as an entry of a spec"),
        }
    )
    return parts.record(
        {
            "schema_version": parts.VERSION,
            "net": parts.text(),
            "layer": parts.text(),
            "type": parts.text(),
            "input_shape": parts.SHAPE,
            "output_shape": parts.SHAPE,
            "wanted": parts.listing(parts.whole(), "the sizes along the spatial axes"),
            "changes": parts.listing(change, "the fewest changes first"),
            "nearest": parts.listing(_SIZES, "sizes that can be reached along each axis"),
        },
        "`NET LAYER --out SIZE`: changes of one layer",
    )


def _inputs() -> Schema:
    axis = parts.record(
        {
            "name": parts.text(),
            "size": parts.whole("as the spec has it"),
            "inputs": parts.listing(parts.text(), "the inputs that have this axis"),
            "least": parts.nullable(parts.whole(), "the smallest size that fits"),
            "because": parts.text("the layer that does not fit below it"),
            "most": parts.nullable(parts.whole(), "the largest size; null if there is none"),
            "period": parts.whole("sizes fit again after so many"),
            "residues": parts.listing(parts.whole(), "the sizes that fit, modulo the period"),
            "only": parts.listing(parts.whole(), "the sizes that fit, where these are few"),
            "merges": parts.listing(parts.text(), "the layers that decide"),
            "multiple": parts.nullable(parts.whole(), "what the size must be a multiple of"),
        }
    )
    return parts.record(
        {
            "schema_version": parts.VERSION,
            "name": parts.text(),
            "source": parts.SOURCE,
            "input": parts.nullable(parts.SHAPE, "the first input"),
            "inputs": parts.by_name(parts.SHAPE),
            "axes": parts.listing(axis),
            "smallest": parts.nullable(parts.SHAPE, "of the first input"),
            "smallest_inputs": parts.nullable(parts.by_name(parts.SHAPE)),
            "larger": parts.nullable(parts.SHAPE, "the next larger size that fits"),
        },
        "`NET --min-input --divisible`: the inputs that a net takes",
    )
