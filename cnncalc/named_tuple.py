"""`typing.NamedTuple`, made in a fifth of the time.

For every class `typing` compiles the annotation of each field, though nothing asks for it, and
`collections` its constructor from text: together a fifth of a short run. Here the annotations
stay the texts that they are, and classes with as many fields share the code of one constructor,
each under the names of its own fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - exported
else:
    from collections import namedtuple
    from functools import cache
    from types import FunctionType

    class _Made(type):
        def __new__(cls, name, bases, space):  # noqa: ANN001, ANN204 - for type checkers see above
            if not bases:
                return super().__new__(cls, name, bases, space)
            fields = tuple(space["__annotations__"])
            defaults = {field: space.pop(field) for field in fields if field in space}
            constructor, getters, methods = _like(len(fields))
            new = FunctionType(
                constructor.__code__.replace(co_varnames=("_cls", *fields)),
                constructor.__globals__, "__new__", tuple(defaults.values()),
            )  # fmt: skip
            new.__qualname__ = f"{name}.__new__"
            return type(name, (tuple,), {
                **methods, **dict(zip(fields, getters, strict=True)),
                "__new__": new, "__slots__": (), "__match_args__": fields,
                "_fields": fields, "_field_defaults": defaults, **space,
            })  # fmt: skip

    @cache
    def _like(count):  # noqa: ANN001, ANN202 - as above
        """Constructor, getters and methods that no name of a field is in."""
        made = namedtuple("_", [f"field_{at}" for at in range(count)])  # noqa: PYI024 - see above
        space = vars(made)
        methods = {name: space[name] for name in ("_make", "_asdict", "__getnewargs__")}
        getters = [space[field] for field in made._fields]
        return made.__new__, getters, {**methods, "_replace": _replace, "__repr__": _shown}

    def _replace(self, /, **changed):  # noqa: ANN001, ANN003, ANN202 - as above
        made = self._make(map(changed.pop, self._fields, self))
        if changed:
            raise TypeError(f"Got unexpected field names: {list(changed)!r}")
        return made

    def _shown(self):  # noqa: ANN001, ANN202 - as above
        fields = zip(self._fields, self, strict=True)
        return f"{type(self).__name__}({', '.join([f'{name}={one!r}' for name, one in fields])})"

    class NamedTuple(metaclass=_Made):
        """As `typing.NamedTuple`: a class of it is a tuple with these fields and methods."""
