"""A class of Keras with its configuration as a layer of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cnncalc.importers.naming import NotKnownError, ReadLayer, named, shortest
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.name import Name
    from cnncalc.layers.base.tensors import Shape

_LAST: Final = "channels_last"
_OPERATIONS = "keras.src.ops."
#: Arguments that change no figure, and are kept since they say what a layer computes.
_KEPT = frozenset({"eps", "momentum", "value"})
_WRAPPED = frozenset({"layer", "backward_layer"})


def layer_of(
    class_: str, module: str, config: Mapping[str, Any], shapes: Sequence[Shape]
) -> ReadLayer:
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
    return named(name, layer, facts)


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
    return value if isinstance(value, str) and value != "linear" else None


def _activation(value: Any, inputs: Inputs) -> ReadLayer:  # noqa: ANN401 - as the file has it
    named = activation_name(value)
    if named is None:
        return _ours("identity", {}, inputs)
    for type_ in (named, named.replace("_", "")):
        name = registry.find(type_)
        if name is not None and name.layer.activation_function:
            return _ours(name.layer.type, {}, inputs)
    return _ours("activation", {"activation": named}, inputs)


def _ours(type_: str, arguments: dict[str, Any], inputs: Inputs) -> ReadLayer:
    name = registry.find(type_)
    if name is None:
        raise NotKnownError
    try:
        return ReadLayer(type_, arguments, facts_of(name.make(arguments), inputs))
    except LayerError:
        raise NotKnownError from None


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


def _operation(class_: str, config: Mapping[str, Any], inputs: Inputs) -> ReadLayer:
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
