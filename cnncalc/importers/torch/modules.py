"""A module of PyTorch as a layer of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.naming import NotKnownError, ReadLayer, named
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.name import Name
    from cnncalc.layers.base.tensors import Shape

_PYTORCH = "torch.nn."
#: Packages beside PyTorch, and those of their layers that are ones of ours.
_FURTHER = frozenset({"torchvision", "timm"})
_FURTHER_LAYERS = frozenset({"StochasticDepth", "DropPath", "Permute", "LayerNorm2d"})
_SKIPPED = frozenset({"device", "dtype", "training"})
#: Arguments that change no figure, and are kept since they say what a layer computes.
_KEPT = frozenset({"eps", "momentum", "value"})
_AFFINE = ("affine", "elementwise_affine")


def known(module: Any) -> Name | None:  # noqa: ANN401 - torch is not there for the types
    """The name of the layer that a module is; None for one of its own making.

    A class that only changes how a layer of PyTorch is made is that layer.
    """
    own = type(module)
    for class_ in own.__mro__:
        if getattr(class_, "forward", None) is not own.forward:
            return None
        package = class_.__module__.partition(".")[0]
        if class_.__module__.startswith(_PYTORCH) or (
            package in _FURTHER and class_.__name__ in _FURTHER_LAYERS
        ):
            name = registry.find(class_.__name__)
            return name if name is not None and name.dialect in {"torch", None} else None
    return None


def layer_of(module: Any, shapes: Sequence[Shape]) -> ReadLayer:  # noqa: ANN401 - as above
    """A layer of ours for a module; raises `NotKnownError` if there is none."""
    name = known(module)
    if name is None:
        raise NotKnownError
    inputs = Inputs(tuple(shapes))
    try:
        layer = name.make(_arguments(name, module), "torch")
        facts = facts_of(layer, inputs)
    except LayerError:
        raise NotKnownError from None
    return named(name, layer, facts)


def _arguments(name: Name, module: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """The arguments that a module was made with, as far as it keeps them."""
    special = _SPECIAL.get(type(module).__name__)
    if special is not None:
        return special(module)
    found: dict[str, Any] = {}
    inert = [spec for key, spec in name.layer.inert.items() if key in _KEPT]
    for spec in (*name.layer.arguments.values(), *inert):
        value = _value(spec, module)
        if value is not None and spec.name not in _SKIPPED and not spec.declared:
            found[spec.name] = value
    if any(found.get(key) is False for key in _AFFINE):
        found.pop("center", None)
    return found


def _value(spec: Argument, module: Any) -> Any:  # noqa: ANN401 - any plain value
    """The value of an argument; None where the module does not keep it, or keeps none."""
    for attribute in (*spec.torch.split(), spec.name):
        if not hasattr(module, attribute):
            continue
        value = getattr(module, attribute)
        if isinstance(spec.default, bool) and not isinstance(value, (bool, int)):
            return value is not None  # a bias or a weight itself
        if isinstance(value, (int, float, str, bool)):
            return value
        if isinstance(value, (tuple, list)):
            return list(value)
    return None


def _attention(module: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    found = {"num_heads": module.num_heads}
    if module.in_proj_bias is None:
        found["bias"] = False
    if module.bias_k is not None:
        found["add_bias_kv"] = True
    for key in ("kdim", "vdim"):
        if getattr(module, key) != module.embed_dim:
            found[key] = getattr(module, key)
    return found


def _transformer(module: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {
        "num_heads": module.self_attn.num_heads,
        "dim_feedforward": module.linear1.out_features,
        "dropout": module.dropout.p,
        "norm_first": module.norm_first,
    }


_SPECIAL = {
    "MultiheadAttention": _attention,
    "TransformerEncoderLayer": _transformer,
    "TransformerDecoderLayer": _transformer,
}
