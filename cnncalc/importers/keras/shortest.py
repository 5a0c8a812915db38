"""The arguments of a layer as a person writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs

#: Arguments with a number for each spatial axis.
_PER_AXIS = frozenset({"kernel", "stride", "dilation", "scale", "size", "output_padding"})
_FACTORS = frozenset({"scale", "offset"})
_SIDES = frozenset({"padding", "cropping"})


def shortest(layer: Layer, inputs: Inputs | None) -> dict[str, Any]:
    """The arguments that differ from the defaults, one number for equal sizes.

    Args:
        layer: as Keras has it.
        inputs: what arrives, where it is known; the layout of a layer is left out then.
    """
    found: dict[str, Any] = {}
    kept = {key: value for key, value in layer.inert_settings().items() if _differs(layer, key)}
    for key, value in {**layer.settings(), **kept}.items():
        if key == "data_format" and value in {None, "channels_last"}:
            continue
        spec = layer.lookup[key]
        short = _short(key, value)
        if not spec.declared and short != _short(key, spec.default):
            found[key] = short
    if layer.pools and "stride" in found and found["stride"] == found.get("kernel"):
        del found["stride"]
    return found if inputs is None else _without_empty(found)


def _differs(layer: Layer, key: str) -> bool:
    spec = layer.inert.get(key)
    return spec is not None and getattr(layer, key) != spec.default


def _without_empty(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value is not None}


def _short(key: str, value: Any) -> Any:  # noqa: ANN401 - any plain value
    if key in _FACTORS and isinstance(value, tuple) and len(value) == 1:
        return value[0]
    if key in _PER_AXIS and isinstance(value, tuple) and len(set(value)) == 1:
        return value[0]
    if key in _SIDES and isinstance(value, tuple):
        pairs = [one if isinstance(one, tuple) else (one, one) for one in value]
        if all(before == after for before, after in pairs):
            sides = [before for before, _ in pairs]
            return sides[0] if len(set(sides)) == 1 else sides
        return [list(pair) for pair in pairs]
    return _plain(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if hasattr(value, "settings") and hasattr(value, "called"):  # a layer that it holds
        return {value.called: shortest(value, None)}
    return value
