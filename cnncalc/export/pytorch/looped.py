"""Loops that `forward` goes round: lists of modules, and lists of what their turns give."""

from __future__ import annotations

import builtins
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cnncalc.build.scope import INDEX
from cnncalc.export.entries import header, located, some
from cnncalc.export.places import Unsaid
from cnncalc.export.python import Bracket, flat, fresh
from cnncalc.export.pytorch.classes import RESERVED
from cnncalc.export.pytorch.inlined import inlined
from cnncalc.export.pytorch.listed import Listed, Turn
from cnncalc.export.pytorch.loops import Carried
from cnncalc.export.pytorch.skips import plural
from cnncalc.export.shadows import turning
from cnncalc.export.statements import Assign, Line, Loop, assigned_in, names_of, read_by
from cnncalc.export.symbols import names_in
from cnncalc.export.turns import loop_names, turns_of
from cnncalc.language.syntax import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.python import Code
    from cnncalc.export.pytorch.file import File
    from cnncalc.export.statements import Statement
    from cnncalc.export.trace import Done

#: What a trial may change.
_CHANGING = (
    "init", "forward", "attributes", "known", "bare", "owners", "variables", "skips", "carried",
    "read", "taken", "spelled", "told", "ends",
)  # fmt: skip
_CHANGING_IN_FILE = ("stubs", "tables", "unrepresented")


class Looped(Listed):
    """Loops of which something in a turn is taken elsewhere, or takes more than one result.

    Attributes:
        carried: the variables of sizes that change from turn to turn.
        before_loop: the statements of `__init__` before the loop whose turns are put together.
    """

    def __init__(self, file: File, taken: set[str], *, top: bool = False) -> None:
        super().__init__(file, taken, top=top)
        self.carried: set[str] = set()
        self.before_loop: list[Statement] = []

    def looped(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor] | None:
        """A loop that stays one, in `__init__` and in `forward`; None if it cannot."""
        if self.turn is not None or not self.file.keeps_loops:
            return None
        before = [
            (owner, one, getattr(owner, one).copy())
            for owner, changing in ((self, _CHANGING), (self.file, _CHANGING_IN_FILE))
            for one in changing
        ]
        top = self.top
        try:
            return self._looped(dones, places, current)
        except Unsaid:
            for owner, one, value in before:
                setattr(owner, one, value)
            return None
        finally:
            self.turn, self.top = None, top

    def _looped(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        if len(current) != 1:
            raise Unsaid("a loop over several inputs")
        entry = dones[0].entry
        tensor = self.assigned(current[0], places, self.chain)
        all_turns = turns_of(dones, places, tensor.names)
        turns, inner = all_turns.turns, all_turns.places
        if not turns or any(turn.result is None for turn in turns):
            raise Unsaid("turns that are left out")
        header_places = located(dones, places)
        carried = Carried(self, all_turns, tensor, places, self._unread())
        self.carried |= set(carried.variables.values())
        with turning(self, turns, header_places) as spelled:
            variables = {INDEX, *loop_names(entry.beside.loop)}
            varying = {*spelled.values(), *carried.variables.values()}
            self.turn = turn = Turn(all_turns.owner, variables, varying)
            with self._inside(turn):
                end = self._of_one_turn(turns, inner, carried.start)
                self.init += carried.on(end, self.init)
                made, forward = self.init, inlined(self.forward, 3, {self.chain})
            counted = INDEX in self.read and INDEX in spelled
        if set(read_by(forward)) & set(spelled.values()):
            raise Unsaid("a variable of the loop in `forward`")
        targets, values = header(self, dones, header_places, tensor, spelled, counted=counted)
        self.init += carried.before
        through = self._list_of_parts(turn, dones, targets, values, made)
        self.forward += [Line("[]", f"{one.variable} = ") for one in turn.skips]
        self.forward.append(_going_through(through, turn, forward))
        self.skips += turn.skips
        self.file.kept_loops.append(entry)
        return [carried.after(end, loop_names(entry.beside.loop))]

    def _unread(self) -> set[str]:
        """The variables of sizes that loops have changed, and by which nothing has a size."""
        tensors = [*self.known.values(), *(one.tensor for one in self.skips)]
        read = {one for tensor in tensors for size in tensor.sizes for one in names_in(size)}
        return self.carried - read

    def _of_one_turn(self, turns: Sequence[Done], places: Sequence[Place], start: Tensor) -> Tensor:
        """What a turn does in all places; its result is in the variable that it began with."""
        here = located(turns, places)
        found = self.placed(turns, here, [start])
        if len(found) != 1:
            raise Unsaid("several results")
        end = found[0]
        if isinstance(turns[0].entry, Layer) and any(map(self.file.is_named, turns)):
            end = self.named(end, turns, here)
        return self.assigned(end, here, self.chain)

    @contextmanager
    def _inside(self, turn: Turn) -> Iterator[None]:
        """Put statements together for a turn, with what is known outside."""
        kept = self.init, self.forward, self.known, self.owners, self.variables, self.taken
        self.before_loop, self.init, self.forward, self.top = self.init, [], [], False
        self.known = {
            tuple(names[at] for at in turn.owner): some(one, turn.owner)
            for names, one in self.known.items()
        }
        self.owners = {
            tuple(names[at] for at in turn.owner): one for names, one in self.owners.items()
        }
        self.variables, self.taken = set(self.variables), set(self.taken)
        yield
        self.init, self.forward, self.known, self.owners, self.variables, self.taken = kept
        self.variables |= {one.variable for one in turn.skips}
        self.turn = None

    def _list_of_parts(
        self,
        turn: Turn,
        dones: Sequence[Done],
        targets: str,
        values: Code,
        made: list[Statement],
    ) -> str:
        """The list of the modules of all turns; "" if they have none."""
        if not turn.parts:
            self.init.append(Loop(targets, values, tuple(made)))
            return ""
        first, role = next(iter(turn.parts.items()))
        role = self.file.role_of(dones[0].entry) or role
        found = f"self.{self.attribute(plural(role))}"
        end = max(at for at, one in enumerate(made) if not isinstance(one, Assign)) + 1
        before, last = made[:end], made[end - 1]
        module: Code = f"nn.ModuleList([{', '.join(turn.parts)}])"
        if len(turn.parts) == 1:
            module = first
            if isinstance(last, Line) and last.before == f"{first} = ":
                module, before = last.code, made[: end - 1]
        added = Line(Bracket(f"{found}.append(", (module,)))
        body = (*before, added, *made[end:])
        self.init += [Line("nn.ModuleList()", f"{found} = "), Loop(targets, values, body)]
        return found

    def branching(
        self,
        dones: Sequence[Done],
        places: Sequence[Place],
        current: list[Tensor],
        taken: list[int],
    ) -> list[Tensor]:
        """An entry with a `when`; raises `Unsaid` in a turn, where a part does not tell it."""
        if self.turn is not None:
            raise Unsaid("a condition that `forward` shows in a turn")
        return super().branching(dones, places, current, taken)

    # -- parts ------------------------------------------------------------------------------------

    def new_part(self, role: str) -> str:
        if self.turn is None:
            return super().new_part(role)
        taken = self.taken | self.variables | RESERVED | self.file.variable_names
        own = f"{role}_" if role in RESERVED or hasattr(builtins, role) else role
        found = fresh(own, taken)
        self.turn.parts[found] = role
        self.taken.add(found)
        self.variables.add(found)
        return found

    def part_called(self, made: Code, role: str, *, bare: bool) -> str:
        return self.bare_part(made, role) if self.turn and bare else self.part(made, role)

    def bare_part(self, made: Code, role: str) -> str:
        """One that is alike in all turns of a loop is made before the loop."""
        if self.turn is None:
            return super().bare_part(made, role)
        changing = self.turn.varying | set(assigned_in(self.init))
        if changing & set(names_of(flat(made))):
            return self.part(made, role)
        turn, inside = self.turn, self.init
        self.turn, self.init = None, self.before_loop
        found = super().bare_part(made, role)
        self.turn, self.init = turn, inside
        return found


def _going_through(parts: str, turn: Turn, body: Sequence[Statement]) -> Loop:
    """The loop of `forward`: through the modules of the turns, and what they take of lists."""
    targets, through = [*turn.taken], [*turn.taken.values()]
    if parts:
        modules = ", ".join(turn.parts)
        targets.insert(0, f"({modules})" if targets and len(turn.parts) > 1 else modules)
        through.insert(0, parts)
    if not through:
        raise Unsaid("a loop through nothing")
    values: Code = through[0]
    if len(through) > 1:
        values = Bracket("zip(", (*through, "strict=True"))
    return Loop(", ".join(targets), values, tuple(body))
