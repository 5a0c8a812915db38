"""What the JSON of several commands has in common, and short ways to write a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Schema = dict[str, Any]


def text(about: str = "") -> Schema:
    """A text."""
    return _described({"type": "string"}, about)


def whole(about: str = "") -> Schema:
    """A whole number, of any size."""
    return _described({"type": "integer"}, about)


def number(about: str = "") -> Schema:
    """A number."""
    return _described({"type": "number"}, about)


def flag(about: str = "") -> Schema:
    """True or false."""
    return _described({"type": "boolean"}, about)


def one_of(words: Iterable[str], about: str = "") -> Schema:
    """One of some words."""
    return _described({"enum": list(words)}, about)


def listing(items: Schema, about: str = "") -> Schema:
    """A list."""
    return _described({"type": "array", "items": items}, about)


def by_name(values: Schema, about: str = "") -> Schema:
    """An object whose keys are names."""
    return _described({"type": "object", "additionalProperties": values}, about)


def nullable(schema: Schema, about: str = "") -> Schema:
    """What may be null."""
    return _described({"anyOf": [schema, {"type": "null"}]}, about)


def record(
    fields: Mapping[str, Schema], about: str = "", *, optional: Iterable[str] = ()
) -> Schema:
    """An object of exactly these keys; the optional ones may be absent."""
    left_out = set(optional)
    return _described(
        {
            "type": "object",
            "properties": dict(fields),
            "required": [name for name in fields if name not in left_out],
            "additionalProperties": False,
        },
        about,
    )


def _described(schema: Schema, about: str) -> Schema:
    return {"description": about, **schema} if about else schema


VERSION: Final[Schema] = {
    "description": "the version of this contract; it changes where a key goes or changes meaning",
    "const": 1,
}
SHAPE: Final = listing(whole(), "sizes without the batch, in the layout of the spec")
SHAPES: Final = listing(SHAPE, "a shape per input")
SOURCE: Final = text("the path, `-` or `zoo:NAME`, as it was given")
LAYOUT: Final = one_of(("channels_first", "channels_last"), "where the channels are in a shape")
NAMED_SHAPES: Final = listing(record({"name": text(), "shape": SHAPE}))

DIAGNOSTIC: Final = record(
    {
        "code": text("`cnncalc explain CODE` explains it"),
        "severity": one_of(("error", "warning", "info")),
        "message": text("what is wrong, in a sentence"),
        "line": nullable(whole(), "from 1; null without a place in the spec"),
        "column": nullable(whole(), "from 1, in characters"),
        "end_column": nullable(whole(), "the column after the last character"),
        "label": text("what is under the place; may be empty"),
        "notes": listing(text(), "how it came about"),
        "help": listing(text(), "ways out"),
    }
)
FAILED: Final = record(
    {
        "schema_version": VERSION,
        "source": SOURCE,
        "diagnostics": listing(DIAGNOSTIC),
        "diagnostics_left_out": whole("errors beyond the thousand that are listed, if any"),
    },
    "a net that cannot be read, in the place of its result",
    optional=("diagnostics_left_out",),
)


def several(one: Schema, failed: Schema = FAILED) -> Schema:
    """One net gives an object, several an array of them in the order given."""
    single = {"anyOf": [one, failed]}
    return {"anyOf": [*single["anyOf"], {"type": "array", "items": single}]}
