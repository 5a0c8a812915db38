"""Whole numbers in options: read, and refused, as the spec language does."""

from __future__ import annotations

import re

from cnncalc.cli.usage import UsageError
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import Integer
from cnncalc.numerals import TooLongError, number


def whole(text: str, least: int | None = None) -> int:
    """The whole number that a text stands for: `32`, `1e3`, `1_000`.

    Raises:
        UsageError: it is none, too long, or less than `least`.
    """
    try:
        value = number(text.strip())
        return Integer(least).parse(text if value is None else value)
    except (TooLongError, BadValueError) as error:
        raise UsageError(str(error)) from None


def wholes(text: str, separators: str) -> tuple[int, ...]:
    """Whole numbers of 1 or more between separators, such as `14x7`; raises `UsageError`."""
    return tuple(whole(part, 1) for part in re.split(f"[{separators}]", text))
