"""What an argument of a layer may be: parsing, JSON Schema and wording of each kind.

A kind receives plain Python values (as YAML or a caller gives them) and
returns the value in its one normal form, or raises
[`BadValueError`][cnncalc.layers.errors.BadValueError] that says what was expected.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.layers.base.errors import BadValueError
from cnncalc.numerals import DECIMAL, TIMES, TooLongError, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Schema = dict[str, Any]

#: Compiled when it is first used, since few specs need it.
_TUPLE = rf"\(\s*{DECIMAL}(\s*,\s*{DECIMAL})*\s*(,\s*)?\)"
_LARGEST = 10**300
_SIDES = {
    "top": (-2, 0),
    "bottom": (-2, 1),
    "left": (-1, 0),
    "right": (-1, 1),
    "front": (-3, 0),
    "back": (-3, 1),
    "before": (-1, 0),
    "after": (-1, 1),
}


_MOST_SHOWN = 200  # values of a list: more are no help to a reader


def show(value: object) -> str:
    """A value as a person would write it in a spec; of many values the first ones."""
    return _shown(value, [_MOST_SHOWN])


def _shown(value: object, left: list[int]) -> str:
    """A value, of which no more parts are shown than are left."""
    left[0] -= 1
    if left[0] < 0 or value is None:
        return "..." if left[0] < 0 else "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_shown(item, left) for item in value[: left[0] + 1]) + "]"
    if isinstance(value, dict):
        items = islice(value.items(), left[0] + 1)
        return "{" + ", ".join(f"{key}: {_shown(item, left)}" for key, item in items) + "}"
    if isinstance(value, str) and not value:
        return '""'
    return str(value)


def sequence(value: object) -> Any:  # noqa: ANN401 - a list, or the value as it is
    """`3x5` and `(3, 5)` as the list that they mean; anything else as it is."""
    if isinstance(value, str):
        if re.fullmatch(TIMES, value):
            return [_whole(part) for part in re.split("[x×]", value)]
        if re.fullmatch(_TUPLE, value):
            return [_whole(part) for part in value.strip("(), ").split(",")]
    return list(value) if isinstance(value, tuple) else value


def _whole(digits: str) -> Any:  # noqa: ANN401 - a whole number, or the text that is none
    try:
        number = whole_number(digits)
    except TooLongError as error:
        raise BadValueError(str(error)) from None
    return digits if number is None else number


class Kind:
    """The base of all kinds: accepts anything, unchanged."""

    def parse(self, value: object) -> Any:  # noqa: ANN401 - each kind has its own type
        """The value in its normal form; raises `BadValueError`."""
        return value

    def schema(self) -> Schema:
        """The JSON Schema (draft 2020-12) of what a spec may say here."""
        return {}

    def describe(self) -> str:
        """The kind in a few words, for `cnncalc layers`."""
        return "any value"

    def takes_mapping(self, keys: tuple[str, ...]) -> bool:
        """Whether a mapping with these keys is one value of this kind."""
        del keys
        return False


class Number(Kind):
    """The base of the kinds with bounds."""

    json_type: ClassVar[str]

    def __init__(self, minimum: float | None = None, maximum: float | None = None) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def check_bounds(self, value: float) -> None:
        """Raise `BadValueError` for a value out of bounds."""
        if self.minimum is not None and value < self.minimum:
            raise BadValueError(f"must be {self.minimum} or more, not {value}")
        if self.maximum is not None and value > self.maximum:
            raise BadValueError(f"must be {self.maximum} or less, not {value}")

    def schema(self) -> Schema:
        schema: Schema = {"type": self.json_type}
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return schema


class Integer(Number):
    """A whole number within bounds."""

    json_type = "integer"

    def parse(self, value: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            hint = "; write it without quotes" if _is_number_text(value) else ""
            raise BadValueError(f"expected {self.describe()}, not {_quoted(value)}{hint}")
        self.check_bounds(value)
        return value

    def describe(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f"a whole number from {self.minimum} to {self.maximum}"
        if self.minimum is not None:
            return f"a whole number of {self.minimum} or more"
        return "a whole number"


class Real(Number):
    """A number within bounds; it never enters a size."""

    json_type = "number"

    def parse(self, value: object) -> float | int:
        # Expressions give exact fractions; their module is loaded only where one has come.
        number: Any = value if isinstance(value, float) or hasattr(value, "denominator") else None
        if number is None or isinstance(value, bool) or not abs(number) <= _LARGEST:
            raise BadValueError(f"expected {self.describe()}, not {_quoted(value)}")
        self.check_bounds(number)
        return number if isinstance(number, int) else float(number)

    def schema(self) -> Schema:
        # YAML 1.1 reads `1e-6` as a text; bounds hold for numbers only.
        return {**super().schema(), "type": ["number", "string"], "pattern": NUMBER_PATTERN}

    def describe(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f"a number from {self.minimum} to {self.maximum}"
        return "a number"


class Flag(Kind):
    """True or false; the words that people use for it are understood."""

    _WORDS: ClassVar = {
        "yes": True,
        "on": True,
        "true": True,
        "no": False,
        "off": False,
        "false": False,
    }

    def parse(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in self._WORDS:
            return self._WORDS[value.lower()]
        raise BadValueError(f"expected {self.describe()}, not {_quoted(value)}")

    def schema(self) -> Schema:
        return _flag_schema(tuple(self._WORDS))

    def describe(self) -> str:
        return "true or false"


class Text(Kind):
    """A word or a sentence."""

    def parse(self, value: object) -> str:
        if isinstance(value, str):
            return value
        raise BadValueError(f"expected {self.describe()}, not {_quoted(value)}")

    def schema(self) -> Schema:
        return {"type": "string"}

    def describe(self) -> str:
        return "a text"


class Choice(Kind):
    """One of a few words; `also` maps other spellings to them."""

    def __init__(self, *words: str, also: Mapping[str, str] | None = None) -> None:
        self.words = words
        self.also = dict(also or {})

    def parse(self, value: object) -> str:
        if isinstance(value, str):
            word = self.also.get(value, value)
            if word in self.words:
                return word
        raise BadValueError(f"expected {self.describe()}, not {_quoted(value)}")

    def schema(self) -> Schema:
        return {"enum": [*self.words, *self.also]}

    def describe(self) -> str:
        return "one of " + ", ".join(self.words)


class Nullable(Kind):
    """Another kind, or nothing (`null`, or `None` as Python writes it)."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def parse(self, value: object) -> Any:  # noqa: ANN401 - the inner kind's type
        if value is None or value == "None":
            return None
        return self.kind.parse(value)

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "null"}, {"const": "None"}, self.kind.schema()]}

    def describe(self) -> str:
        return f"{self.kind.describe()}, or null"

    def takes_mapping(self, keys: tuple[str, ...]) -> bool:
        return self.kind.takes_mapping(keys)


_LAYOUTS = ("channels_first", "channels_last")


class DataFormat(Nullable):
    """Where the channels are; in any case, as Keras takes it."""

    def __init__(self) -> None:
        super().__init__(Choice(*_LAYOUTS))

    def parse(self, value: object) -> Any:  # noqa: ANN401 - as the base class
        word = isinstance(value, str) and value != "None"
        return super().parse(str(value).lower() if word else value)

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "null"}, {"const": "None"}, in_any_case(_LAYOUTS)]}


class ListOf(Kind):
    """A list of values of one kind; a single value stands for a list of one."""

    def __init__(self, item: Kind, *, single: bool = True) -> None:
        self.item = item
        self.single = single

    def parse(self, value: object) -> tuple[Any, ...]:
        value = sequence(value)
        if isinstance(value, list):
            return tuple(self.item.parse(item) for item in value)
        if self.single:
            return (self.item.parse(value),)
        raise BadValueError(f"expected {self.describe()}, not {_quoted(value)}")

    def schema(self) -> Schema:
        many: Schema = {"type": "array", "items": self.item.schema()}
        choices = [many, {"type": "string", "pattern": TIMES_PATTERN}]
        return {"anyOf": [self.item.schema(), *choices] if self.single else choices}

    def describe(self) -> str:
        return f"a list, each {self.item.describe()}"


NUMBER_PATTERN = r"^[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?$"
#: A whole number that a YAML reader may take for a text.
_WHOLE = r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE]\+?\d+)?"
WHOLE_PATTERN = f"^{_WHOLE}$"
#: One, or several sizes.
SIZES_PATTERN = rf"^\s*{_WHOLE}(\s*[x×]\s*{_WHOLE})*\s*$"
TIMES_PATTERN = rf"^({_WHOLE}(\s*[x×]\s*{_WHOLE})+|\(.*\))$"


class PerAxis(Kind):
    """One value for all spatial axes, or one per axis: `3`, `[3, 5]`, `3x5`."""

    def __init__(self, item: Kind) -> None:
        self.item = item

    def parse(self, value: object) -> Any:  # noqa: ANN401 - a value, or a tuple of them
        if type(value) is int:  # most are
            return self.item.parse(value)
        value = sequence(value)
        if isinstance(value, list):
            if not value:
                raise BadValueError(f"expected {self.describe()}, not an empty list")
            return tuple(self.item.parse(item) for item in value)
        return self.item.parse(value)

    def schema(self) -> Schema:
        item = self.item.schema()
        many = {"type": "array", "items": item, "minItems": 1}
        return {"anyOf": [item, many, {"type": "string", "pattern": TIMES_PATTERN}]}

    def describe(self) -> str:
        return f"{self.item.describe()}, or one per axis"


class Padding(Kind):
    """A named padding, a number, one per axis, a pair per axis, or named sides.

    The normal form is the name, or a tuple of numbers and pairs (before,
    after); named sides become three pairs: depth, height, width.
    `cnncalc.layers.sliding.sides` lays it over the axes of an input.
    """

    def __init__(self, *names: str, minimum: int | None = 0) -> None:
        self.names = names
        self.number = Integer(minimum)

    def parse(self, value: object) -> Any:  # noqa: ANN401 - a name, or pairs
        if type(value) is int:  # most are
            return (self.number.parse(value),)
        value = sequence(value)
        if isinstance(value, str):
            if value.lower() in self.names:
                return value.lower()
            raise BadValueError(f"expected {self.describe()}, not {_quoted(value)}")
        if isinstance(value, dict):
            return self._sides(value)
        if isinstance(value, list):
            if not value:
                raise BadValueError(f"expected {self.describe()}, not an empty list")
            return tuple(self._item(item) for item in value)
        return (self.number.parse(value),)

    def _item(self, value: object) -> int | tuple[int, int]:
        value = sequence(value)
        if isinstance(value, list):
            if len(value) != 2:  # noqa: PLR2004 - a pair
                raise BadValueError(f"expected a pair (before, after), not {show(value)}")
            return self.number.parse(value[0]), self.number.parse(value[1])
        return self.number.parse(value)

    def _sides(self, value: dict[str, object]) -> tuple[tuple[int, int], ...]:
        sides = {}
        for name, number in value.items():
            if name not in _SIDES:
                raise BadValueError(f"unknown side {name}; the sides are {', '.join(_SIDES)}")
            sides[_SIDES[name]] = self.number.parse(number)
        return tuple((sides.get((axis, 0), 0), sides.get((axis, 1), 0)) for axis in (-3, -2, -1))

    def schema(self) -> Schema:
        number = self.number.schema()
        pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
        many = {"type": "array", "items": {"anyOf": [number, pair]}, "minItems": 1}
        sides = {
            "type": "object",
            "properties": dict.fromkeys(_SIDES, number),
            "additionalProperties": False,
        }
        times = {"type": "string", "pattern": TIMES_PATTERN}
        named = [in_any_case(self.names)] if self.names else []
        return {"anyOf": [*named, number, many, sides, times]}

    def describe(self) -> str:
        words = ", ".join(self.names)
        return f"{words}{', or ' if words else ''}a number, one per axis, or named sides"

    def takes_mapping(self, keys: tuple[str, ...]) -> bool:
        return bool(keys) and all(key in _SIDES for key in keys)


def in_any_case(words: Iterable[str]) -> Schema:
    """The schema of words that are taken in capitals and small letters alike.

    The words themselves come first, for editors to offer.
    """
    spelt = "|".join(
        re.sub("[a-z]", lambda one: f"[{one[0]}{one[0].upper()}]", word) for word in words
    )
    return {"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": f"^({spelt})$"}]}


@cache  # one object for all flags, which a schema then writes once
def _flag_schema(words: tuple[str, ...]) -> Schema:
    return {"anyOf": [{"type": "boolean"}, in_any_case(words)]}


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else show(value)


def _is_number_text(value: object) -> bool:
    return isinstance(value, str) and value.strip().lstrip("-").isdigit()
