"""The arguments of an entry: as plain values, and back to a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.regularizer import REGULARIZER_KEYS, regularizer_of
from cnncalc.language.syntax import Entry, Layer, Literal, Malformed, Map

if TYPE_CHECKING:
    from cnncalc.build.scope import Evaluator
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.errors import LayerError
    from cnncalc.layers.base.layer import Layer as BuiltLayer
    from cnncalc.layers.base.name import Name


def arguments_of(
    name: Name, given: Value | None, evaluator: Evaluator
) -> tuple[dict[str, Any], dict[str, float] | None]:
    """The arguments as plain values, and the regulariser if they hold one.

    `type: value` gives the type's main argument; so does a mapping that is
    one value of it (`pad: {left: 1}`).

    Raises:
        SpecProblem: a value cannot be computed.
    """
    if given is None:
        return {}, None
    layer = name.layer
    main = layer.main
    if isinstance(given, Map):
        if is_main_value(layer, tuple(key.text for key, _ in given.pairs)):
            return {main: evaluator.value(given)}, None
        return _from_pairs([(key.text, value) for key, value in given.pairs], evaluator)
    if isinstance(given, Malformed):
        raise given.problem()
    value = evaluator.value(given) if main or not isinstance(given, Literal) else None
    if isinstance(value, dict) and not is_main_value(layer, tuple(value)):
        pairs: list[tuple[str, Value]] = [
            (key, Literal(part, given.at)) for key, part in value.items()
        ]
        return _from_pairs(pairs, evaluator)
    if not main:
        from cnncalc.build.named_inputs import advice_on_names  # noqa: PLC0415 - only on errors

        raise SpecProblem(
            codes.UNKNOWN_ARGUMENT, f"`{name.text}` takes no argument", given,
            help=(advice_on_names(name, given) or f"`- {name.text}`",),
        )  # fmt: skip
    return {main: value}, None


def is_main_value(layer: type[BuiltLayer], keys: tuple[str, ...]) -> bool:
    """Whether a mapping is one value of the main argument, and not arguments by name."""
    named = any(key in layer.lookup for key in keys)
    return bool(layer.main and not named and layer.arguments[layer.main].kind.takes_mapping(keys))


def _from_pairs(
    pairs: list[tuple[str, Value]], evaluator: Evaluator
) -> tuple[dict[str, Any], dict[str, float] | None]:
    values: dict[str, Any] = {}
    regularizer = None
    for key, value in pairs:
        if key in REGULARIZER_KEYS:
            regularizer = regularizer_of(evaluator.value(value), value)
        else:
            values[key] = evaluator.value(value)
    return values, regularizer


def argument_place(name: Name, entry: Entry, error: LayerError) -> Placed:
    """Where the argument that an error names is in an entry."""
    if not isinstance(entry, Layer):
        return entry
    given = entry.arguments
    if isinstance(given, Map) and error.argument:
        spec = name.layer.lookup.get(error.argument)
        of_key = error.code in (codes.UNKNOWN_ARGUMENT, codes.DUPLICATE_ARGUMENT)
        wanted = set(spec.names) if spec and not of_key else {error.argument}
        for key, value in given.pairs:
            if key.text in wanted:
                return key if of_key else value
    elif error.argument and error.argument == name.layer.main and given is not None:
        return given
    return entry.head
