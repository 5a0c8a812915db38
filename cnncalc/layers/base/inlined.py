"""The code of a layer inside another: with its values, or as its arguments are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.code import (
    Applied,
    Call,
    Extent,
    Formula,
    Given,
    Missing,
    Option,
    Several,
    Unpacked,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs

_NAME = r"[a-z_]\w*"  # compiled when it is used: few runs write code


def inlined(layer: Layer, inputs: Inputs) -> tuple[Call, ...] | Missing:
    """The modules of a layer that another holds, or why nothing does the same.

    The values are known, since no expression of the spec is seen through the outer layer.
    """
    found: tuple[Call, ...] | Missing = with_values(layer.torch_code(inputs), layer, inputs)
    return found


def with_values(code: Code | Steps, layer: Layer, inputs: Inputs) -> Any:  # noqa: ANN401 - of either framework
    """Calls with a layer's own values in place of the names of its arguments."""
    return _calls(code, lambda call: _inlined(call, layer, inputs))


def _inlined(value: Any, layer: Layer, inputs: Inputs) -> Any:  # noqa: ANN401 - any part of a call
    if isinstance(value, Given):
        return _plain(getattr(layer, value.field))
    if isinstance(value, Extent):
        return inputs.shapes[value.input][value.axis]
    if isinstance(value, Formula):
        sizes = {name: _inlined(one, layer, inputs) for name, one in value.sizes.items()}
        given = (name for name in re.findall(_NAME, value.text) if name not in sizes)
        return Formula(value.text, {**{name: getattr(layer, name) for name in given}, **sizes})
    return _changed(value, lambda part: _inlined(part, layer, inputs))


def held(code: Code | Steps, field: str, axes: int = 0) -> Any:  # noqa: ANN401 - of either framework
    """Calls of a layer that is an argument of another, whose arguments the spec writes there.

    Args:
        code: of the layer inside.
        field: the argument that it is.
        axes: how many axes of what arrives come before those that it takes.
    """
    return _calls(code, lambda call: _held(call, field, axes))


def _held(value: Any, field: str, axes: int) -> Any:  # noqa: ANN401 - any part of a call
    if isinstance(value, Given):
        return Given(value.field, f"{field}.{value.of}" if value.of else field)
    if isinstance(value, Unpacked):
        return Unpacked(_held(value.list, field, axes))
    if isinstance(value, Extent):
        return value._replace(axis=value.axis + axes)
    if isinstance(value, Formula):
        given = {name: Given(name) for name in re.findall(_NAME, value.text)}
        sizes = {**given, **value.sizes}
        return Formula(value.text, {name: _held(one, field, axes) for name, one in sizes.items()})
    return _changed(value, lambda part: _held(part, field, axes))


def _calls(code: Code | Steps, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as above
    """Each call of a layer, changed; or why it cannot be inside another."""
    if not isinstance(code, tuple):
        return code if isinstance(code, Missing) else Missing("a merge is no layer by itself")
    return tuple(map(change, code))


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as above
    """A value with its parts changed, if it is made of any."""
    if isinstance(value, Several):
        return value._replace(items=tuple(map(change, value.items)))
    if isinstance(value, Option):
        return value._replace(value=change(value.value), default=change(value.default))
    if isinstance(value, (Applied, Call)):
        args, options = tuple(map(change, value.args)), tuple(map(change, value.options))
        return value._replace(args=args, options=options)
    return value


def _plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
    if isinstance(value, tuple):
        return _plain(value[0]) if len(value) == 1 else Several(tuple(map(_plain, value)))
    return value
