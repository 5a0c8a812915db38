"""A framework's layer under our name, with the arguments that a person writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.name import Name
    from cnncalc.layers.base.tensors import Dialect, Inputs
    from cnncalc.net.facts import Facts

#: Names that say what they do, where ours is the same for all.
_OWN_NAMES = frozenset({
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "AlphaDropout",
    "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout", "Softmax2d",
})  # fmt: skip
_COMPLEMENT = "momentum"  # Keras counts what is kept, PyTorch what is new
_SIX = 6
#: Activations of a recurrent cell that are Keras's own.
_USUAL = {"activation": "tanh", "recurrent_activation": "sigmoid"}
#: Arguments that are left out where that gives the same figures.
_IMPLIED = frozenset({"return_sequences", "value_dim", "attention_axes", "batch_first"})
_SEQUENCE = 2  # axes: a norm of a sequence is one of its features
#: Arguments with a number for each spatial axis.
_PER_AXIS = frozenset({"kernel", "stride", "dilation", "scale", "size", "output_padding"})
_FACTORS = frozenset({"scale", "offset"})
_SIDES = frozenset({"padding", "cropping"})


class ReadLayer(NamedTuple):
    """A layer of ours, and what it makes of its inputs."""

    type: str
    arguments: dict[str, Any]
    facts: Facts


class NotKnownError(Exception):
    """A layer or its arguments have no counterpart."""


def named(name: Name, layer: Layer, facts: Facts) -> ReadLayer:
    """A layer under our name, if it is the same there; else under its framework's."""
    inputs = facts.inputs
    arguments = shortest(layer, inputs)
    if layer.type == "relu" and arguments == {"max_value": _SIX}:
        return ReadLayer("relu6", {}, facts)
    own = registry.find(layer.type)
    if own is not None and name.text not in _OWN_NAMES:
        ours = dict(arguments)
        axes_of = layer.axes if callable(layer.axes) else {}.get  # `Dot` has an argument `axes`
        for key, axes in (axes_of(inputs) or {}).items():
            if key in ours and key not in {"dims", "normalized_shape"}:
                ours[key] = (
                    axes[0] if len(axes) == 1 or (key == "start_dim" and axes) else list(axes)
                )
        ours = {key: value for key, value in ours.items() if value != []}
        if layer.type == "permute":
            ours["dims"] = list(layer.axes(inputs)["dims"])
        if _COMPLEMENT in ours and layer.dialect == "keras":
            ours[_COMPLEMENT] = float(f"{1 - ours[_COMPLEMENT]:.6g}")
        ours = _without_axis(own, ours, facts)
        if _same(own, ours, facts):
            return ReadLayer(layer.type, _without_defaults(own, ours, facts), facts)
    return ReadLayer(name.text, _without_defaults(name, arguments, facts), facts)


def _without_defaults(name: Name, arguments: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """The arguments without what a framework writes out, and what is the same if left out."""
    kept = {key: value for key, value in arguments.items() if _USUAL.get(key) != value}
    if "nonlinearity" not in name.layer.arguments and "recurrent_activation" not in arguments:
        kept = dict(arguments)
    if kept.get("backward_layer") == kept.get("layer"):
        kept.pop("backward_layer", None)
    sequence = len(facts.inputs.shapes[0]) <= _SEQUENCE
    implied = _IMPLIED | {"normalized_shape"} if sequence else _IMPLIED
    for key in sorted(implied & kept.keys()):
        less = {one: value for one, value in kept.items() if one != key}
        if _same(name, less, facts):
            kept = less
    return kept


def _without_axis(own: Name, arguments: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """The arguments without an axis that is the one of the layout anyway."""
    less = {key: value for key, value in arguments.items() if key != "axis"}
    if len(less) == len(arguments):
        return arguments
    try:
        first, second = own.make(arguments, "own"), own.make(less, "own")
        same = first.axes(facts.inputs) == second.axes(facts.inputs)
    except LayerError:
        return arguments
    return less if same and _same(own, less, facts) else arguments


def _same(name: Name, arguments: Mapping[str, Any], facts: Facts) -> bool:
    framework: Dialect = "keras" if facts.inputs.layout == "channels_last" else "torch"
    try:
        return facts_of(name.make(arguments, framework), facts.inputs)[1:] == facts[1:]
    except LayerError:
        return False


def shortest(layer: Layer, inputs: Inputs | None) -> dict[str, Any]:
    """The arguments that differ from the defaults, one number for equal sizes.

    Args:
        layer: as Keras has it.
        inputs: what arrives, where it is known; the layout of a layer is left out then.
    """
    layout = "channels_last" if inputs is None else inputs.layout
    found: dict[str, Any] = {}
    kept = {key: value for key, value in layer.inert_settings().items() if _differs(layer, key)}
    for key, value in {**layer.settings(), **kept}.items():
        if key == "data_format" and value in {None, layout}:
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
