"""Arguments of the API, read as a spec and the options of a command are; wrong ones are told.

What a message quotes is printable: a text of Python may be any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cnncalc.build.overrides import given_value
from cnncalc.diagnostics.listing import concise
from cnncalc.language.problems import SpecProblem
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import Integer, ListOf

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from cnncalc.layers.base.kinds import Kind
    from cnncalc.layers.base.tensors import Shape

_SHAPE = ListOf(Integer(1), single=False)


def shapes(given: Shape | str | Mapping[str, Shape | str] | None) -> Mapping[str, Shape]:
    """Shapes by the names of inputs, "" for the only one; raises `ValueError` for what is none."""
    if given is None:
        return {}
    by_name = given if isinstance(given, Mapping) else {"": given}
    return {name: _read("input", shape, _SHAPE) for name, shape in by_name.items()}


def whole(name: str, value: int, least: int) -> int:
    """A whole number of `least` or more; raises `ValueError` for another."""
    number: int = _read(name, value, Integer(least))
    return number


def one_of(what: str, name: str, names: Collection[str]) -> None:
    """Raise `ValueError` for a name that there is not."""
    if name not in names:
        from cnncalc.diagnostics.suggestion import hint  # noqa: PLC0415 - only on errors

        raise refused(f"there is no {what} {name!r}; {hint(name, names)}")


def refused(message: str) -> ValueError:
    """The error for an argument that is not taken."""
    from cnncalc.render.printable import printable  # noqa: PLC0415 - only on errors

    return ValueError(printable(concise(message)))


def _read(name: str, value: object, kind: Kind) -> Any:  # noqa: ANN401 - what the kind says
    try:
        return kind.parse(given_value(name, value))
    except (BadValueError, SpecProblem) as error:
        raise refused(str(error)) from None
