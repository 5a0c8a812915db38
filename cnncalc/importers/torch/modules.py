"""A module of PyTorch as a layer of ours."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cnncalc.importers.naming import NotKnownError, ReadLayer, named
from cnncalc.importers.values import plain_text
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.layers.layer_normalization import LayerNorm
from cnncalc.net.facts import facts_of
from cnncalc.visible import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.name import Name
    from cnncalc.layers.base.tensors import Shape

_PYTORCH = "torch.nn."
#: Packages beside PyTorch, and those of their layers that are ones of ours.
_FURTHER = frozenset({"torchvision", "timm"})
_FURTHER_LAYERS = frozenset({"Permute", "LayerNorm2d"})
#: What PyTorch has not, and models bring along under these names.
_BROUGHT_ALONG = frozenset({"StochasticDepth", "DropPath"})
_SKIPPED = frozenset({"device", "dtype", "training"})
#: Arguments that change no figure, and are kept since they say what a layer computes.
_KEPT = frozenset({"eps", "momentum", "value"})
_AFFINE = ("affine", "elementwise_affine")
#: Layers that PyTorch has not, by what a module keeps: torchvision's own, and what is exported.
_BY_ATTRIBUTES = {
    "window_attention": (
        "num_heads", "window_size", "shift_size", "relative_position_bias_table",
        "relative_position_index", "qkv", "proj",
    ),
}  # fmt: skip


def known(module: Any) -> Name | None:  # noqa: ANN401 - torch is not there for the types
    """The name of the layer that a module is; None for one of its own making.

    A class that only changes how a layer of PyTorch is made is that layer.
    """
    for type_, attributes in _BY_ATTRIBUTES.items():
        if all(hasattr(module, one) for one in attributes):
            return registry.find(type_)
    own = type(module)
    if own.__name__ in _norms_of_maps() and own.__module__.partition(".")[0] != "torch":
        return registry.find(_norms_of_maps()[own.__name__])
    for class_ in own.__mro__:
        if getattr(class_, "forward", None) is not own.forward:
            return None
        package = class_.__module__.partition(".")[0]
        if (
            class_.__module__.startswith(_PYTORCH)
            or (package in _FURTHER and class_.__name__ in _FURTHER_LAYERS)
            or class_.__name__ in _BROUGHT_ALONG
        ):
            name = registry.find(class_.__name__)
            return name if name is not None and name.dialect in {"torch", None} else None
    return None


@cache
def _norms_of_maps() -> dict[str, str]:
    """What an exported file calls a norm of the channels of a map, and the layer that it is."""
    return {layer.torch_names[1]: layer.type for layer in registry.types()
            if issubclass(layer, LayerNorm)}  # fmt: skip


def plain_name(name: str) -> str:
    """A name of a module as a spec can have it."""
    return escaped(plain_text(name), lambda _: "_")


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
    special = _SPECIAL.get(name.layer.type if name.dialect == "own" else type(module).__name__)
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
    if name.dialect == "own":  # a norm of maps, whose channels come first
        found.pop("normalized_shape", None)
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


def _window_attention(module: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    window, shift = (_one(getattr(module, key)) for key in ("window_size", "shift_size"))
    found = {"num_heads": module.num_heads, "window": window, "data_format": "channels_last"}
    if shift:
        found["shift"] = shift
    for key, linear in (("qkv_bias", module.qkv), ("proj_bias", module.proj)):
        if linear.bias is None:
            found[key] = False
    dropout = getattr(module, "dropout", 0)
    dropouts = {
        "attention_dropout": getattr(module, "attention_dropout", 0),
        "dropout": getattr(dropout, "p", dropout),
    }
    return found | {key: value for key, value in dropouts.items() if value}


def _one(sizes: Any) -> Any:  # noqa: ANN401 - one for each axis
    return sizes[0] if len(set(sizes)) == 1 else list(sizes)


_SPECIAL = {
    "window_attention": _window_attention,
    "MultiheadAttention": _attention,
    "TransformerEncoderLayer": _transformer,
    "TransformerDecoderLayer": _transformer,
}
