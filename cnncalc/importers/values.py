"""Plain values of an imported model as values of the syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.syntax import Key, List, Literal, Map
from cnncalc.layers import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.tensors import Shape


def value_of(plain: Any) -> Value:  # noqa: ANN401 - any plain value
    """A number, text, truth value or None, and lists and mappings of them, as a spec has them."""
    if isinstance(plain, dict):
        return Map(
            tuple((Key(plain_text(str(key))), value_of(part)) for key, part in plain.items())
        )
    if isinstance(plain, (list, tuple)):
        return List(tuple(value_of(part) for part in plain))
    return Literal(plain_text(plain) if isinstance(plain, str) else plain)


def plain_text(text: str) -> str:
    """A text without `$`, which begins a variable in every text of a spec."""
    return text.replace("$", "_")


def shape_value(shape: Shape) -> Value:
    """`3x224x224`; a shape of one axis, or of none, is a list."""
    return Literal("x".join(map(str, shape))) if len(shape) > 1 else value_of(list(shape))


def arguments_value(type_: str, arguments: Mapping[str, Any]) -> Value | None:
    """The arguments of a layer in the shortest form: `dense: 100`; None without any."""
    if not arguments:
        return None
    name = registry.find(type_)
    if name is not None and list(arguments) == [name.layer.main]:
        (only,) = arguments.values()
        if not isinstance(only, (dict, bool)) and only is not None:
            return value_of(only)
    return value_of(dict(arguments))
