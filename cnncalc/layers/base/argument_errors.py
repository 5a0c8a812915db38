"""The errors for arguments that are missing, unknown or given twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import enumerated
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.errors import BadValueError
    from cnncalc.layers.base.kinds import Schema
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Dialect

_LONGEST_SHOWN = 60  # of the arguments that an error repeats


def missing_arguments(
    name: str, given: Mapping[str, object], missing: Sequence[Argument], dialect: Dialect
) -> LayerError:
    """The error for required arguments that are not given, in the words of the framework."""
    words = [spec.spoken(dialect) for spec in missing]
    needed = enumerated([f"`{word}`" for word in words])
    meaning = f": {missing[0].help}" if len(missing) == 1 else ""
    shown = [f"{key}: {show(value)}" for key, value in given.items()]
    if len(", ".join(shown)) > _LONGEST_SHOWN:
        shown = ["..."]
    whole = ", ".join([*shown, *(f"{word}: ..." for word in words)])
    return LayerError(
        codes.MISSING_ARGUMENT,
        f"`{name}` needs {needed}{meaning}",
        help=(f"`{name}: {{{whole}}}`",),
    )


def argument_given_twice(key: str, spec: Argument) -> LayerError:
    """The error for an argument that is given under two of its names."""
    other = f"`{key}` is another name of `{spec.name}`, which is given already"
    return LayerError(
        codes.DUPLICATE_ARGUMENT,
        other if key != spec.name else f"`{key}` is given already, under another name",
        argument=key,
    )


def bad_value(
    name: str, key: str, spec: Argument, value: object, error: BadValueError
) -> LayerError:
    """The error for a value that is not of the argument's kind, with the word that is near it."""
    close = nearest(value, words_of(spec.kind.schema())) if isinstance(value, str) else ""
    return LayerError(
        codes.BAD_VALUE,
        f"`{key}` of `{name}`: {error}",
        argument=key,
        label=f"did you mean `{close}`?" if close else spec.help,
    )


def words_of(schema: Schema) -> Iterator[str]:
    """The words that a schema takes.

    >>> [*words_of({"anyOf": [{"const": "None"}, {"enum": ["valid", "same"]}]})]
    ['None', 'valid', 'same']
    """
    yield from (
        one for one in (schema.get("const"), *schema.get("enum", ())) if isinstance(one, str)
    )
    for inner in schema.get("anyOf", ()):
        yield from words_of(inner)


def unknown_argument(cls: type[Layer], key: str) -> LayerError:
    """The error for an argument that the layer type does not have."""
    close = nearest(key, cls.lookup)
    return LayerError(
        codes.UNKNOWN_ARGUMENT,
        f"`{cls.type}` has no argument `{key}`",
        argument=key,
        label=f"did you mean `{close}`?" if close else "",
        help=(
            f"its arguments are {', '.join(cls.arguments)}"
            if cls.arguments
            else "it takes no arguments",
        ),
    )
