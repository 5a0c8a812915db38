"""Regular expressions that are compiled when they are first used.

PyYAML compiles ten as it is imported, for plain values that a spec is not read by: a tenth of
a short run. What is imported for a command keeps its patterns as text until one is used.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_compile = re.compile


class _Pattern:
    """What `re.compile` would return, by the same methods and attributes."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as `re.compile` takes
        self._given = given
        self._named = named

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of a pattern
        found = getattr(_compile(*self._given, **self._named), name)
        setattr(self, name, found)  # found without this method from now on
        return found


@contextmanager
def compiled_when_used() -> Iterator[None]:
    """While modules are imported: `re.compile` returns at once."""
    vars(re)["compile"] = _Pattern
    try:
        yield
    finally:
        vars(re)["compile"] = _compile
