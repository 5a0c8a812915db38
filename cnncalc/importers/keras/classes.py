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
        from cnncalc.importers.keras.operations import operation  # noqa: PLC0415 - of the same form

        return operation(class_, config, inputs)
    if class_ == "Activation":
        return _activation(config.get("activation"), inputs)
    if class_ == "RNN":
        class_, config = _of_cell(config)
    elif class_ == "ReversibleEmbedding" and config.get("tie_weights", True):
        class_ = "Embedding"
    elif class_ == "SpectralNormalization":  # the layer that it holds, its power iteration aside
        class_, config = _inner(config.get("layer"))
    name = registry.find(class_)
    if name is None or name.text != class_ or name.dialect == "own":
        raise NotKnownError
    try:
        layer = name.make(_arguments(name, config), "keras")
        facts = facts_of(layer, inputs)
    except LayerError:
        raise NotKnownError from None
    return named(name, layer, facts)


def _of_cell(config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The recurrent layer that runs one cell of Keras; raises `NotKnownError` for others."""
    cell, inner = _inner(config.get("cell"))
    if cell not in {"LSTMCell", "GRUCell", "SimpleRNNCell"}:
        raise NotKnownError
    return cell.removesuffix("Cell"), {**config, **inner}


def _inner(held: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - as the file has it
    """The class and the configuration of what a layer holds."""
    if not isinstance(held, dict) or not isinstance(held.get("config"), dict):
        raise NotKnownError
    return str(held.get("class_name")), held["config"]


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
        return ours("identity", {}, inputs)
    for type_ in (named, named.replace("_", "")):
        name = registry.find(type_)
        if name is not None and name.layer.activation_function:
            return ours(name.layer.type, {}, inputs)
    return ours("activation", {"activation": named}, inputs)


def ours(type_: str, arguments: dict[str, Any], inputs: Inputs) -> ReadLayer:
    """A layer of ours under our name; raises `NotKnownError` where it does not take the inputs."""
    name = registry.find(type_)
    if name is None:
        raise NotKnownError
    try:
        return ReadLayer(type_, arguments, facts_of(name.make(arguments), inputs))
    except LayerError:
        raise NotKnownError from None
