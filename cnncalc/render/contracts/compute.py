"""The JSON of `compute`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema

#: Exact numbers are texts (`181/50`), nested as deep as the tensor has axes.
_NUMBERS: Schema = {
    "description": 'exact numbers as texts, such as "181/50", nested by axis; null where unknown',
    "type": ["array", "string", "number", "null"],
}


_NUMBER: Schema = {
    "description": "the sum of all regularizers, exact as a text",
    "type": ["string", "number", "null"],
}


def contract() -> Schema:
    """One object: the inputs and layers that were asked for, with their values."""
    weight = parts.record(
        {
            "shape": parts.listing(parts.whole()),
            "values": _NUMBERS,
            "gradient": _NUMBERS,
            "from_loss": _NUMBERS,
            "from_penalty": _NUMBERS,
        },
        optional=("gradient", "from_loss", "from_penalty"),
    )
    steps = parts.listing({}, "how every element is made (`--steps`)")
    layer = parts.record(
        {
            "name": parts.text(),
            "type": parts.text("the layer type, or `input`"),
            "shape": parts.SHAPE,
            "values": _NUMBERS,
            "gradient": _NUMBERS,
            "weights": parts.by_name(weight),
            "steps": steps,
            "notes": parts.listing(parts.text()),
            "gradient_steps": steps,
        },
        optional=("gradient", "steps", "notes", "gradient_steps"),
    )
    return parts.record(
        {
            "schema_version": parts.VERSION,
            "name": parts.text(),
            "source": parts.SOURCE,
            "layers": parts.listing(layer),
            "penalty": _NUMBER,
            "penalties": parts.listing({"type": "object"}, "the regularizers, each with its value"),
            "not_computed": parts.by_name({}, "layers whose values are unknown, and why"),
            "gradient_assumed": parts.flag("whether the gradient of the outputs was taken as 1"),
        }
    )
