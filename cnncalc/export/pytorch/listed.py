"""Results of the turns of a loop, in lists that others go through."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.export.names import without_variables
from cnncalc.export.places import Unsaid
from cnncalc.export.python import Bracket, fresh, identifier
from cnncalc.export.pytorch.branched import Branched
from cnncalc.export.pytorch.classes import RESERVED
from cnncalc.export.pytorch.skips import Skip, Skips, gone_through, indexed, plural
from cnncalc.export.statements import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.pytorch.file import File
    from cnncalc.export.trace import Done


class Turn:
    """What is put together of the turns of a loop.

    Attributes:
        owner: the number of the place of the loop that each turn is in.
        variables: those of the loop in the spec.
        varying: the names in the code that have another value in every turn.
        parts: the modules of a turn, as the code calls them, with what they are.
        taken: what the loop goes through beside its modules, by what a turn calls one of it.
        skips: the lists of what the turns give.
    """

    __slots__ = ("owner", "parts", "skips", "taken", "variables", "varying")

    def __init__(self, owner: Sequence[int], variables: set[str], varying: set[str]) -> None:
        self.owner = owner
        self.variables = variables
        self.varying = varying
        self.parts: dict[str, str] = {}
        self.taken: dict[str, str] = {}
        self.skips: list[Skips] = []


class Listed(Branched):
    """Results that are taken after the turn which gives them.

    Attributes:
        skips: the lists of what turns of loops gave.
        turn: of the loop whose turns are put together; None outside of one.
    """

    def __init__(self, file: File, taken: set[str], *, top: bool = False) -> None:
        super().__init__(file, taken, top=top)
        self.skips: list[Skips] = []
        self.turn: Turn | None = None

    def name_of(self, dones: Sequence[Done]) -> str:
        """The name in the spec, in a turn without its variables."""
        text = getattr(dones[0].entry.beside.name, "text", "")
        if self.turn is None or "$" not in text:
            return super().name_of(dones)
        found = without_variables(text)
        return identifier(found) if len(found) > 1 else "skip"

    def variable_for(self, dones: Sequence[Done]) -> str:
        """A variable that is not called as the module which gives the result."""
        wanted = self.name_of(dones)
        if self.turn is None or wanted not in self.turn.parts:
            return super().variable_for(dones)
        found = self.free(f"{wanted}_out")
        self.variables.add(found)
        return found

    def named(self, result: Tensor, dones: Sequence[Done], places: Sequence[Place]) -> Tensor:
        """One of a turn that is taken after it is put into a list."""
        if self.turn is None or not self.file.leaves(dones):
            return super().named(result, dones, places)
        if self.file.stays(dones) or any(map(self.file.is_tap, dones)):
            result = super().named(result, dones, places)
        else:
            result = self.assigned(result, places, self.chain)
        self._kept(result, dones, places)
        return result

    def _kept(self, result: Tensor, dones: Sequence[Done], places: Sequence[Place]) -> None:
        """Keep a result of every turn in a list."""
        turn = self.turn
        assert turn is not None  # noqa: S101 - asked by the caller
        if len(result.names) != len(turn.owner):
            raise Unsaid("turns without a result")
        lengths = Counter(turn.owner)
        first = {one: turn.owner.index(one) for one in set(turn.owner)}
        variable = self._list_name(dones)
        of = {
            (id(place.trace), one): Skip(at - first[number], lengths[number], place, shape)
            for at, (place, one, number, shape) in enumerate(
                zip(places, result.names, turn.owner, result.shapes(places), strict=True)
            )
        }
        if len(of) != len(turn.owner):
            raise Unsaid("turns that give the same")
        called = self.name_of(dones)
        turn.skips.append(Skips(variable, called, result, frozenset(turn.variables), of))
        self.forward.append(Line(Bracket(f"{variable}.append(", (result.text,))))

    def _list_name(self, dones: Sequence[Done]) -> str:
        """`skips` is what one would write, with the name in the spec where there are several."""
        made = self.skips + (self.turn.skips if self.turn is not None else [])
        found = plural(self.name_of(dones))
        if not made or made[0].name == self.name_of(dones):
            found = "skips"
        found = fresh(found, self.variables | self.taken | RESERVED)
        self.variables.add(found)
        return found

    def found(self, names: tuple[str, ...], places: Sequence[Place], written: str = "") -> Tensor:
        """A result of a turn is one of a list, or what a loop goes through with its own modules."""
        if names in self.known:
            return self.known[names]
        for one in self.skips:
            taken = one.found(names, places)
            if taken is not None:
                return self._of_list(one, names, taken, places, written)
        raise Unsaid("a result from outside")

    def _of_list(
        self,
        skips: Skips,
        names: tuple[str, ...],
        taken: list[Skip],
        places: Sequence[Place],
        written: str,
    ) -> Tensor:
        at = indexed(taken)
        text = f"{skips.variable}{at}" if at else self._gone_through(skips, taken)
        other = [tensor for key, tensor in self.known.items() if len(key) == len(names)]
        own = self.turn.variables if self.turn is not None else set()
        sizes = tuple(skips.sizes(taken, places, other, own, written))
        found = skips.tensor._replace(names=names, sizes=sizes, text=text)
        self.known[names] = found
        return found

    def _gone_through(self, skips: Skips, taken: Sequence[Skip]) -> str:
        """What a turn calls the result that it takes of a list, which its loop goes through."""
        turn = self.turn
        if turn is None or len(taken) != len(turn.owner):
            raise Unsaid("a result from outside")
        groups: dict[int, list[Skip]] = {one: [] for one in range(max(turn.owner) + 1)}
        for number, one in zip(turn.owner, taken, strict=True):
            groups[number].append(one)
        through = gone_through(skips.variable, [*groups.values()])
        if not through:
            raise Unsaid("results in another order")
        known = next((one for one, text in turn.taken.items() if text == through), None)
        if known is None:
            called = "skip" if skips.variable.startswith("skips") else skips.name
            known = fresh(called, self.variables | self.taken | RESERVED)
            self.variables.add(known)
            turn.taken[known] = through
        return known
