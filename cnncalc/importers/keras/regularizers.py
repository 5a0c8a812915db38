"""The regularizers of a Keras layer: what a spec says of them, and what it does not.

Source: https://keras.io/api/layers/regularizers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.regularizer import KERAS_PENALTIES
from cnncalc.layers import registry
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.tensors import Weight

_ENDING = "_regularizer"
_WRAPPED = ("layer", "backward_layer")
_LARGEST = 1e30  # factor; a float32 has no much larger ones
_DIGITS = ".6g"  # a factor is saved as a float32: 9.99999974e-05


class Regularizers(NamedTuple):
    """The regularizers of a layer.

    Attributes:
        arguments: of an entry of a spec: `regularizer` for the penalties on the only kernel,
            Keras's own argument for others.
        dropped: the arguments that a spec cannot say.
    """

    arguments: dict[str, Any]
    dropped: tuple[str, ...]


def regularizers_of(
    config: Mapping[str, Any], type_: str, weights: Sequence[Weight]
) -> Regularizers:
    """The regularizers in a configuration.

    Args:
        config: the arguments of the layer, as Keras saves them.
        type_: our type for it.
        weights: those of the layer; `regularizer:` is of all its kernels.
    """
    kernels = [weight.name for weight in weights if weight.role == "kernel"]
    name = registry.find(type_)
    taken = name.layer.lookup if name is not None else {}
    arguments: dict[str, Any] = {}
    dropped = []
    for key, value in config.items():
        if not key.endswith(_ENDING) or value is None:
            continue
        found = _penalties(value)
        if found and len(kernels) == 1 and key.removesuffix(_ENDING) in kernels[0]:
            arguments["regularizer"] = found
        elif found and key in taken and key != "kernel_regularizer":
            class_ = "L1L2" if len(found) > 1 else next(iter(found)).upper()
            arguments[key] = {"class_name": class_, "config": found}
        else:
            dropped.append(key)
    for key in _WRAPPED:
        inner = config.get(key)
        inside = inner.get("config") if isinstance(inner, dict) else None
        if isinstance(inside, dict):
            dropped += [name for name, value in inside.items()
                        if name.endswith(_ENDING) and value is not None]  # fmt: skip
    return Regularizers(arguments, tuple(dict.fromkeys(dropped)))


def _penalties(value: Any) -> dict[str, float]:  # noqa: ANN401 - as the file has it
    """The factors of an L1, L2 or L1L2; empty for another class."""
    class_ = value.get("class_name") if isinstance(value, dict) else None
    config = value.get("config") if isinstance(value, dict) else None
    if not isinstance(class_, str) or not isinstance(config, dict):
        return {}
    found: dict[str, float] = {}
    for kind in KERAS_PENALTIES.get(class_, ()):
        factor = config.get(kind)
        if (
            isinstance(factor, bool)
            or not isinstance(factor, (int, float))
            or not 0 <= factor < _LARGEST
        ):
            return {}
        found[kind] = float(format(factor, _DIGITS))
    return found
