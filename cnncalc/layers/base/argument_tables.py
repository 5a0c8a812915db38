"""The arguments of a layer class by their names, put together when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.layer import Layer


class PerClass:
    """What is put together of a class when it is first asked for; of most it never is."""

    def __init__(self, make: Callable[[type[Layer]], Mapping[str, Argument]]) -> None:
        self._make = make
        self._made: dict[type[Layer], Mapping[str, Argument]] = {}

    def __get__(self, _: Layer | None, owner: type[Layer]) -> Mapping[str, Argument]:
        found = self._made.get(owner)
        if found is None:
            found = self._made[owner] = self._make(owner)
        return found


def inert_of(cls: type[Layer]) -> Mapping[str, Argument]:
    """The arguments without effect that a class and its bases declare."""
    found: dict[str, Argument] = {}
    for base in cls.__mro__:
        parts = base.__dict__
        for spec in (*parts.get("own_inert", ()), *parts.get("also_takes", ())):
            found.setdefault(spec.name, spec)
    return found


def all_of(cls: type[Layer]) -> Mapping[str, Argument]:
    """The arguments that change a figure, and those that do not."""
    return {**cls.arguments, **cls.inert}


def lookup_of(cls: type[Layer]) -> Mapping[str, Argument]:
    """Every argument by every name that it has."""
    return {name: spec for spec in cls.all_arguments.values() for name in spec.names}
