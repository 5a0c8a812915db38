"""Results of the turns of a loop, which `forward` keeps in a list for what comes after the loop."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING

from cnncalc.export.places import holds
from cnncalc.export.symbols import names_in, substituted
from cnncalc.export.terms import in_terms_of
from cnncalc.language.operations import ExpressionError
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.symbols import Symbol
    from cnncalc.layers.base.tensors import Shape


class Skip(NamedTuple):
    """The result of one turn.

    Attributes:
        at: its index in the list.
        length: how many there are in the list.
        place: where the turn gives it.
        shape: that it has.
    """

    at: int
    length: int
    place: Place
    shape: Shape


class Skips(NamedTuple):
    """The list.

    Attributes:
        variable: of the list.
        name: what one of the results is called in the spec.
        tensor: all of them, their sizes in terms of the loop's variables.
        variables: those of the loop.
        of: each result, by its trace and its name.
    """

    variable: str
    name: str
    tensor: Tensor
    variables: frozenset[str]
    of: Mapping[tuple[int, str], Skip]

    def found(self, names: Sequence[str], places: Sequence[Place]) -> list[Skip] | None:
        """The results that are taken in each place; None if one of them is not in the list."""
        keys = [(id(place.trace), one) for place, one in zip(places, names, strict=True)]
        return [self.of[one] for one in keys] if all(one in self.of for one in keys) else None

    def sizes(
        self,
        skips: Sequence[Skip],
        places: Sequence[Place],
        other: Sequence[Tensor],
        own: set[str],
        written: str,
    ) -> Iterator[Symbol | None]:
        """The sizes of results that are taken, as expressions; None where they have none.

        Args:
            skips: those that are taken in each place.
            places: where they are taken.
            other: what else is known there, which may have the same sizes.
            own: the variables of the loop that takes them, if one does.
            written: what the spec says for them.
        """
        for axis, size in enumerate(self.tensor.sizes):
            values = [one.shape[axis] for one in skips]
            same = [one.sizes[axis] for one in other if len(one.sizes) == len(self.tensor.sizes)]
            ways = [self._here(size, skips, places, own, written), size, *same]
            yield next((one for one in ways if holds(one, places, values)), None)

    def _here(
        self,
        size: Symbol | None,
        skips: Sequence[Skip],
        places: Sequence[Place],
        own: set[str],
        written: str,
    ) -> Symbol | None:
        """A size in terms of what is known where a result is taken."""
        found: dict[str, Symbol] = {}
        for one in set(names_in(size)) & self.variables:
            try:
                values = [skip.place.lookup(one) for skip in skips]
            except ExpressionError:
                return None
            there = in_terms_of(own, places, values, written)
            if there is None:
                return None
            found[one] = there
        return substituted(size, found) if size is not None else None


def indexed(skips: Sequence[Skip]) -> str:
    """The index that results have in all places, from the front or the back; "" if they differ."""
    for indices in ({one.at for one in skips}, {one.at - one.length for one in skips}):
        if len(indices) == 1:
            return f"[{indices.pop()}]"
    return ""


def gone_through(variable: str, groups: Sequence[Sequence[Skip]]) -> str:
    """What a loop goes through that takes one result a turn; "" if there is no such part of a list.

    Args:
        variable: of the list.
        groups: what the turns take, in each place of the loop.
    """
    if not all(groups):
        return ""
    turns = [(tuple(one.at for one in group), group[0].length) for group in groups]
    part = _slice(turns)
    if part is not None:
        return f"{variable}{part}"
    part = _slice([(at[::-1], count) for at, count in turns])
    return f"reversed({variable}{part})" if part is not None else ""


def _slice(turns: Sequence[tuple[tuple[int, ...], int]]) -> str | None:
    """The part of a list that has the results at these indices; None if there is none."""
    at, count = max(turns, key=lambda one: len(one[0]))
    step = at[1] - at[0] if len(at) > 1 else 1
    if step < 1:
        return None
    for first in (at[0], at[0] - count):
        for last in (None, at[-1] + 1 - count or None, at[-1] + 1):
            part = slice(first or None, last, step if step > 1 else None)
            if all(tuple(range(count)[part]) == at for at, count in turns):
                return _written(part)
    return None


def _written(part: slice) -> str:
    if part == slice(None):
        return ""
    start, stop, step = ("" if one is None else one for one in (part.start, part.stop, part.step))
    return f"[{start}:{stop}:{step}]" if step else f"[{start}:{stop}]"


def plural(word: str) -> str:
    """What several are called."""
    found = word if word.endswith("s") else f"{word}s"
    return f"{found}_" if iskeyword(found) else found  # `a` gives `as`
