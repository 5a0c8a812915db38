"""The arguments that many layers of a type are given by the same names: told apart once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.argument import REQUIRED
from cnncalc.layers.base.errors import BadValueError
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Dialect

_MOST_KEYS = 20
_MOST_KNOWN = 1000


class Form(NamedTuple):
    """What is known of a layer by its type and the names of its arguments.

    Attributes:
        given: the arguments, in the order in which they are given.
        settled: the values of the others, and the dialect.
    """

    given: tuple[Argument, ...]
    settled: Mapping[str, object]

    def values(self, given: Mapping[str, object]) -> dict[str, object] | None:
        """The values by the names of the fields; None if one is not of its kind."""
        found = {}
        try:
            for spec, value in zip(self.given, given.values(), strict=True):
                whole = value is spec.default or (spec.declared and value is None)
                found[spec.name] = value if whole else spec.kind.parse(value)
        except BadValueError:
            return None
        return found


#: By the type, the framework of its name, the names of its arguments, and the framework around.
_KNOWN: dict[tuple[object, ...], Form | None] = {}


def form_of(
    layer: type[Layer], dialect: Dialect | None, keys: tuple[str, ...], framework: Dialect
) -> Form | None:
    """The form of a layer that is given these arguments; None if one is wrong, or missing."""
    if len(keys) > _MOST_KEYS:
        return None
    key = layer, dialect, keys, framework
    if key not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = _form(layer, dialect, keys, framework)
    return _KNOWN[key]


def _form(
    layer: type[Layer], dialect: Dialect | None, keys: tuple[str, ...], framework: Dialect
) -> Form | None:
    given = tuple(spec for key in keys if (spec := layer.lookup.get(key)) is not None)
    names = {spec.name for spec in given}
    rest = [spec for spec in layer.arguments.values() if spec.name not in names]
    if len(names) < len(keys) or any(spec.default is REQUIRED for spec in rest):
        return None
    settled = {spec.name: spec.default for spec in rest}
    return Form(given, {**settled, "dialect": dialect or layer.hinted(keys) or framework})
