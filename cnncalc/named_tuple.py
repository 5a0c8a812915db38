"""`typing.NamedTuple`, made in a third of the time.

`typing` compiles the annotation of every field as a class is made, and `collections` compiles
a constructor; for the fifty classes on the way to a result that is a tenth of a short run. Here
the annotations stay the texts that they are, and the constructors of as many fields are one
that is compiled once, each with the names of its own fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - exported
else:
    from collections import _tuplegetter, namedtuple  # the former reads a field
    from functools import cache
    from types import FunctionType

    class _Methods:
        """What all named tuples do alike, by the names in `_fields`."""

        @classmethod
        def _make(cls, values: object) -> tuple:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changed: object) -> tuple:
            made = self._make(map(changed.pop, self._fields, self))
            if changed:
                raise TypeError(f"Got unexpected field names: {list(changed)!r}")
            return made

        __replace__ = _replace

        def _asdict(self) -> dict[str, object]:
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple:
            return tuple(self)

        def __repr__(self) -> str:
            fields = (f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(fields)})"

    _METHODS = {
        name: vars(_Methods)[name]
        for name in ("_make", "_replace", "__replace__", "_asdict", "__getnewargs__", "__repr__")
    }

    @cache
    def _constructor(count: int) -> FunctionType:
        """The constructor of a named tuple of so many fields."""
        return namedtuple("_", [f"field_{at}" for at in range(count)]).__new__  # noqa: PYI024

    class _Made(type):
        def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, space)
            fields = tuple(space["__annotations__"])
            defaults = {field: space.pop(field) for field in fields if field in space}
            new = _constructor(len(fields))
            code = new.__code__.replace(co_varnames=("_cls", *fields))
            made = FunctionType(code, new.__globals__, "__new__", (*defaults.values(),))
            made.__qualname__ = f"{name}.__new__"
            space = {
                "__slots__": (), "_fields": fields, "_field_defaults": defaults,
                "__doc__": f"{name}({', '.join(fields)})", "__match_args__": fields,
                "__new__": made, **_METHODS, **space,
            }  # fmt: skip
            for at, field in enumerate(fields):
                space[field] = _tuplegetter(at, f"Alias for field number {at}")
            return type(name, (tuple,), space)

    class NamedTuple(metaclass=_Made):
        """As `typing.NamedTuple`: a class of it is a tuple with these fields and methods."""
