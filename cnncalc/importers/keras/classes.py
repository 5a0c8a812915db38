"""A class of Keras with its configuration as a layer of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cnncalc.importers.keras.shortest import shortest
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.name import Name
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.facts import Facts

_LAST: Final = "channels_last"
_OPERATIONS = "keras.src.ops."
#: Arguments that change no figure, and are kept since they say what a layer computes.
_KEPT = frozenset({"eps", "momentum", "value"})
#: Classes whose names say what they do, where ours is the same for all.
_OWN_NAMES = frozenset({
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "AlphaDropout",
})  # fmt: skip
_WRAPPED = frozenset({"layer", "backward_layer"})
_COMPLEMENT = "momentum"  # Keras counts what is kept, PyTorch what is new
_SIX = 6
#: Activations of a recurrent cell that are Keras's own.
_USUAL = {"activation": "tanh", "recurrent_activation": "sigmoid"}
#: Arguments that are left out where that gives the same figures.
_IMPLIED = frozenset({"return_sequences", "value_dim", "attention_axes"})


class Read(NamedTuple):
    """A layer of ours, and what it makes of its inputs."""

    type: str
    arguments: dict[str, Any]
    facts: Facts


class NotKnownError(Exception):
    """A class or its arguments have no counterpart."""


def layer_of(class_: str, module: str, config: Mapping[str, Any], shapes: Sequence[Shape]) -> Read:
    """A layer of ours for a class of Keras.

    Args:
        class_: its name.
        module: where it comes from.
        config: its arguments, as Keras saves them.
        shapes: what arrives, for one sample.

    Raises:
        NotKnownError: there is none.
    """
    inputs = Inputs(tuple(shapes), _LAST)
    if module.startswith(_OPERATIONS):
        return _operation(class_, config, inputs)
    if class_ == "Activation":
        return _activation(config.get("activation"), inputs)
    name = registry.find(class_)
    if name is None or name.text != class_ or name.dialect == "own":
        raise NotKnownError
    try:
        layer = name.make(_arguments(name, config), "keras")
        facts = facts_of(layer, inputs)
    except LayerError:
        raise NotKnownError from None
    return _named(name, layer, facts)


def _arguments(name: Name, config: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a configuration that ours takes, as Keras calls them."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        spec = name.layer.lookup.get(key)
        if spec is None or key in {"dtype", "name", "trainable"}:
            continue
        if key in _WRAPPED:
            if value is not None:
                found[key] = _wrapped(value)
        elif not spec.inert:
            found[key] = activation_name(value) if "activation" in key else value
        elif spec.name in _KEPT:
            found[key] = value
    return found


def _wrapped(value: Any) -> dict[str, Any]:  # noqa: ANN401 - as the file has it
    """A layer that another holds, as an entry of a spec."""
    if not isinstance(value, dict) or not isinstance(value.get("config"), dict):
        raise NotKnownError
    class_ = value.get("class_name")
    name = registry.find(class_) if isinstance(class_, str) else None
    if name is None or not isinstance(class_, str):
        raise NotKnownError
    try:
        layer = name.make(_arguments(name, value["config"]), "keras")
    except LayerError:
        raise NotKnownError from None
    return {class_: shortest(layer, None)}


def activation_name(value: Any) -> str | None:  # noqa: ANN401 - as the file has it
    """The name of an activation, which may be saved as an object; None for none."""
    if isinstance(value, dict):
        inner = value.get("config")
        value = inner if isinstance(inner, str) else value.get("class_name")
        value = value.lower() if isinstance(value, str) else value
    return None if value in {None, "linear"} or not isinstance(value, str) else value


def _activation(value: Any, inputs: Inputs) -> Read:  # noqa: ANN401 - as the file has it
    named = activation_name(value)
    if named is None:
        return _ours("identity", {}, inputs)
    for type_ in (named, named.replace("_", "")):
        name = registry.find(type_)
        if name is not None and name.layer.activation_function:
            return _ours(name.layer.type, {}, inputs)
    return _ours("activation", {"activation": named}, inputs)


def _ours(type_: str, arguments: dict[str, Any], inputs: Inputs) -> Read:
    name = registry.find(type_)
    if name is None:
        raise NotKnownError
    try:
        return Read(type_, arguments, facts_of(name.make(arguments), inputs))
    except LayerError:
        raise NotKnownError from None


def _named(name: Name, layer: Layer, facts: Facts) -> Read:
    """The layer under our name, if it is the same there; else under Keras's."""
    inputs = facts.inputs
    arguments = shortest(layer, inputs)
    if layer.type == "relu" and arguments == {"max_value": _SIX}:
        return Read("relu6", {}, facts)
    own = registry.find(layer.type)
    if own is not None and name.text not in _OWN_NAMES:
        ours = dict(arguments)
        for key, axes in layer.axes(inputs).items():
            if key in ours and key != "dims":
                ours[key] = axes[0] if len(axes) == 1 else list(axes)
        if layer.type == "permute":
            ours["dims"] = list(layer.axes(inputs)["dims"])
        if _COMPLEMENT in ours:
            ours[_COMPLEMENT] = float(f"{1 - ours[_COMPLEMENT]:.6g}")
        ours = _without_axis(own, ours, facts)
        if _same(own, ours, facts):
            return Read(layer.type, _without_defaults(own, ours, facts), facts)
    return Read(name.text, _without_defaults(name, arguments, facts), facts)


def _without_defaults(name: Name, arguments: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """The arguments without what Keras writes out, and what means the same where it is left out."""
    kept = {key: value for key, value in arguments.items() if _USUAL.get(key) != value}
    if "nonlinearity" not in name.layer.arguments and "recurrent_activation" not in arguments:
        kept = dict(arguments)
    if kept.get("backward_layer") == kept.get("layer"):
        kept.pop("backward_layer", None)
    for key in _IMPLIED & kept.keys():
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
    try:
        return facts_of(name.make(arguments, "keras"), facts.inputs)[1:] == facts[1:]
    except LayerError:
        return False


# -- operations -------------------------------------------------------------------------------

_MERGES = {
    "Add": "add", "Multiply": "multiply", "Subtract": "subtract", "Maximum": "maximum",
    "Minimum": "minimum", "Matmul": "matmul",
}  # fmt: skip
_ACTIVATIONS = {
    "Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Silu": "silu",
    "Softplus": "softplus", "HardSigmoid": "hardsigmoid", "HardSwish": "hardswish", "Abs": "abs",
    "HardSilu": "hardswish",
}  # fmt: skip
_TWO = 2


def _operation(class_: str, config: Mapping[str, Any], inputs: Inputs) -> Read:
    """A function on tensors, such as `x + y`."""
    if class_ in _MERGES and len(inputs.shapes) == _TWO:
        return _ours(_MERGES[class_], {}, inputs)
    if class_ in _ACTIVATIONS and len(inputs.shapes) == 1:
        return _ours(_ACTIVATIONS[class_], {}, inputs)
    scalar = config.get("scalar")
    if isinstance(scalar, (int, float)) and len(inputs.shapes) == 1:
        arguments = {
            "Add": {"offset": scalar},
            "Subtract": {"offset": -scalar},
            "Multiply": {"scale": scalar},
            "TrueDivide": {"scale": 1 / scalar if scalar else 1},
        }.get(class_)
        if arguments is not None:
            return _ours("rescaling", arguments, inputs)
    raise NotKnownError
