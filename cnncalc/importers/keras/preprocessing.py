"""Shapes of what has no layer of ours, where no layer after it says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.keras import operations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape

#: Layers that give the shape that they take: what changes values, at times or in training alone.
_SAME = frozenset({
    "Masking", "Solarization", "AutoContrast", "Equalization", "Posterization", "CutMix", "MixUp",
    "AugMix", "RandAugment", "Discretization", "Hashing", "IntegerLookup", "StringLookup",
})  # fmt: skip
_CROPS = frozenset({"CenterCrop", "RandomCrop"})
_MAP = 3  # axes: height, width and channels


def unstated_shape(class_: str, config: Mapping[str, Any], shapes: Sequence[Shape]) -> Shape | None:
    """The shape that a layer or a function of Keras gives, by what it is; None if not known.

    Args:
        class_: its name in Keras.
        config: its arguments.
        shapes: what it takes, for one sample.
    """
    if not shapes:
        return None
    if class_ in _CROPS and len(shapes[0]) == _MAP:
        height, width = config.get("height"), config.get("width")
        if isinstance(height, int) and isinstance(width, int):
            return (height, width, shapes[0][-1])
        return None
    if class_ == "CategoryEncoding" and isinstance(config.get("num_tokens"), int):
        kept = shapes[0] if config.get("output_mode") == "one_hot" else shapes[0][:-1]
        return (*kept, config["num_tokens"])
    if class_ in _SAME or class_.startswith("Random"):
        return shapes[0]
    return operations.shape_of(class_, config, shapes)
