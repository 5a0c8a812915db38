"""The arguments of each layer in slots: of one type, all layers of a net have the same slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.terms import Signature
from cnncalc.layers import registry
from cnncalc.layers.base.argument import REQUIRED
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.importers.model import ImportedModel

#: In which order a person writes arguments; others follow as they come.
_ORDER = ("filters", "units", "heads", "kernel", "stride", "padding", "dilation", "groups", "bias")
_PLAIN = (bool, int, float, str, tuple)


class Signed(NamedTuple):
    """A layer as its signature and the values of its slots."""

    signature: Signature
    slots: tuple[Any, ...]


class Pairs(tuple[tuple[str, Any], ...]):
    """A mapping among the arguments, such that it can be compared."""

    __slots__ = ()


def signed(model: ImportedModel) -> list[Signed]:
    """The signature and slots of each layer.

    An argument that some layers of a type leave out, since it is at its default, has
    a slot in all of them.
    """
    names = _names(model)
    defaults = {type_: _defaults(type_, own) for type_, own in names.items()}
    known: dict[tuple[Any, ...], Signature] = {}
    found = []
    for layer in model.layers:
        own = defaults[layer.type]
        given = tuple(name for name in names[layer.type] if name in layer.arguments or name in own)
        key = (layer.type, given, layer.trainable)
        signature = known.get(key)
        if signature is None:
            signature = known[key] = _signature(layer.type, given, own, trainable=layer.trainable)
        slots = tuple(
            frozen(layer.arguments[name]) if name in layer.arguments else own[name]
            for name in given
        )
        found.append(Signed(signature, tuple(map(_unpadded, given, slots))))
    return found


def frozen(value: Any) -> Any:  # noqa: ANN401 - any plain value
    """A plain value without anything that can change."""
    if isinstance(value, dict):
        return Pairs((str(key), frozen(one)) for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(frozen(one) for one in value)
    return value


def _names(model: ImportedModel) -> dict[str, list[str]]:
    """The arguments that layers of each type have, in the order of writing."""
    found: dict[str, dict[str, None]] = {}
    for layer in model.layers:
        found.setdefault(layer.type, {}).update(dict.fromkeys(layer.arguments))
    return {type_: _ordered(names) for type_, names in found.items()}


def _ordered(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))


def _defaults(type_: str, names: Iterable[str]) -> Mapping[str, Any]:
    """The defaults of arguments that may be left out."""
    name = registry.find(type_)
    if name is None:
        return {}
    found = {}
    for one in names:
        spec = name.layer.lookup.get(one)
        if spec is None or spec.default is REQUIRED or not isinstance(spec.default, _PLAIN):
            continue
        found[one] = _unpadded(one, frozen(spec.default))
    return found


def _unpadded(name: str, value: Any) -> Any:  # noqa: ANN401 - any plain value
    """No padding is a padding of 0, which can be computed."""
    return 0 if name == "padding" and value == "valid" else value


def _signature(
    type_: str, given: tuple[str, ...], defaults: Mapping[str, Any], *, trainable: bool
) -> Signature:
    name = registry.find(type_)
    layer = name.layer if name is not None else None
    follows = layer is not None and (
        layer.activation_function or layer.centers_channels or layer.family == "dropout"
    )
    return Signature(
        type_, given, tuple(defaults.get(one) for one in given),
        layer.main if layer is not None else "", trainable, follows=follows,
        weighs=layer is not None and layer.counts_in in {"convolution", "dense"},
    )  # fmt: skip
