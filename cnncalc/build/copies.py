"""Runs of entries that come out as an earlier one did: its layers are placed again.

What a list of entries, or a turn of a loop, comes to depends on the variables that it reads and on
the shapes that arrive. The first run tells which variables these are. The second with the same
values is recorded: by then all is known that costs steps but once. Its recording stands for every
further one. Where names are looked for, or there is an error, or a limit is near, entries are
placed in full.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.build.costs import cost_of_turn
from cnncalc.build.names import name_of
from cnncalc.build.recorder import NotAloneError, mark, recording_of, repeated
from cnncalc.build.scope import INDEX, SHAPE_VARIABLES
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import NO_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.recording import Recording
    from cnncalc.build.scope import Evaluator, Variables
    from cnncalc.build.turns import Turns
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.syntax import Value

    #: Places a list of entries, or a turn of an entry's loop.
    Place = Callable[[Expander, Any, Frame, Names], Names | None]

MOST_WATCHED = 8  # runs of the same entries, beyond as many as were copied
_MOST_AT_ONCE = 1024  # turns of a loop


class Runs:
    """The runs of one list of entries, or of the turns of one entry.

    Attributes:
        names: of the variables that are read, those of `filled` aside.
        filled: of the variables in names that are given to layers, blocks and groups.
        known: the recordings, by what they depend on; None after one run.
        chances: how many more runs are watched.
        last: the recording of the last run; None if it has none.
    """

    __slots__ = ("chances", "filled", "known", "last", "names")

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self.filled: frozenset[str] = frozenset()
        self.known: dict[object, Recording | None] = {}
        self.chances = MOST_WATCHED
        self.last: Recording | None = None

    @property
    def idle(self) -> bool:
        """Whether the last run placed nothing."""
        return self.last is not None and not self.last.labels

    @property
    def lasting(self) -> bool:
        """Whether a further turn of a loop that has no variables is as the last run."""
        return self.last is not None and self.last.lasting and INDEX not in self.names

    def again(self, expander: Expander, frame: Frame, inputs: Names) -> Names | None:
        """Place the layers of the last run again; None as `Recording.place` has it."""
        assert self.last is not None  # noqa: S101 - it is why we are here
        placed = self.last.place(expander, frame, inputs)
        self.chances += placed is not None
        return placed

    def go_on(
        self, expander: Expander, frame: Frame, turns: Turns, inputs: Names
    ) -> tuple[int, Names]:
        """Place turns of a loop as the last run, up to one that must be placed in full.

        Twice as many at once each time: what is looked at in vain is little beside what was placed.

        Args:
            expander: unrolls the net.
            frame: that of the loop.
            turns: those that are left.
            inputs: what the first of them takes.

        Returns:
            How many were placed, and the results of the last.
        """
        assert self.last is not None  # noqa: S101 - it is why we are here
        done, pace = 0, 1
        while done < len(turns.numbers):
            some = turns.some(done, done + pace)
            placed = self.last.place(expander, frame, inputs, some)
            if placed is not None:
                done, inputs = done + len(some.numbers), placed
                pace = min(2 * pace, _MOST_AT_ONCE)
            elif pace > 1:
                pace = 1
            else:
                break
        self.chances += done
        return done, inputs

    def afford(self, expander: Expander, turns: int, at: Placed) -> int:
        """What that many further turns like the last cost, before they are placed.

        Raises:
            SpecProblem: they would take too many layers, or too many steps.
        """
        assert self.last is not None  # noqa: S101 - it is why we are here
        graph, account = expander.graph, expander.account
        if len(graph.nodes) + turns * len(self.last.labels) > expander.limits.layers:
            raise graph.too_many(at)
        steps = turns * (self.last.steps + cost_of_turn(NO_VALUES))
        account.afford(at, steps)
        return steps


class _Naming(NamedTuple):
    """A name that was given in a run: in full, as written, and with which variables."""

    name: str
    written: Value
    variables: Variables
    read: frozenset[str]


class Copies:
    """The runs so far, by the identity of their entries."""

    def __init__(self) -> None:
        self._runs: dict[int, Runs] = {}
        self._recording = False
        self._namings: list[_Naming] | None = None  # while a run is watched

    def name_of(self, given: Value, frame: Frame, evaluator: Evaluator) -> str:
        """The name that an entry is given; where a run is placed again, it is filled in again."""
        if self._namings is None:
            return name_of(given, evaluator)
        name, read = frame.variables.reading(partial(name_of, given, evaluator))
        if read.isdisjoint(SHAPE_VARIABLES):
            self._namings.append(_Naming(frame.prefix + name, given, frame.variables, read))
        else:
            frame.variables.read |= read
        return name

    def run(
        self,
        expander: Expander,
        place: Place,
        what: Any,  # noqa: ANN401 - a list of entries, or an entry
        frame: Frame,
        inputs: Names,
    ) -> Names | None:
        """What `place` gives, which places a list of entries or a turn."""
        runs = self._runs.get(id(what))
        if runs is None:
            runs = self._runs[id(what)] = Runs()
        runs.last = None
        full = self._recording and (not runs.known or bool(runs.filled))  # its names are recorded
        if not runs.chances or full or expander.graph.sound is not None or frame.twin:
            return place(expander, what, frame, inputs)
        begun = bool(frame.counters)
        try:
            runs.last = runs.known.get(_key(expander, runs.names, frame, inputs, begun=begun))
        except TypeError:  # a list among the values
            runs.chances = 0
            return place(expander, what, frame, inputs)
        placed = runs.again(expander, frame, inputs) if runs.last is not None else None
        if placed is not None:
            frame.variables.read |= runs.names | runs.filled
            return placed
        runs.last = None
        if self._recording:
            return place(expander, what, frame, inputs)
        runs.chances -= 1
        return self._watched(runs, expander, place, what, frame, inputs)

    def lasting(self, what: object) -> Runs | None:
        """The runs of which every further turn is one, if those of a loop go on as the last did."""
        runs = self._runs.get(id(what))
        return runs if runs is not None and runs.lasting else None

    def _watched(  # noqa: PLR0913, PLR0917 - as `run`
        self,
        runs: Runs,
        expander: Expander,
        place: Place,
        what: Any,  # noqa: ANN401 - a list of entries, or an entry
        frame: Frame,
        inputs: Names,
    ) -> Names | None:
        """What `place` gives; what it depends on is noted, or the run is recorded."""
        before, noticed = mark(expander, frame), _noticed(expander)
        key = _key(expander, runs.names, frame, inputs, begun=before.begun)
        record = self._recording = key in runs.known
        found: list[_Naming] = []
        outer, self._namings = self._namings, found
        try:
            result, read = frame.variables.reading(partial(place, expander, what, frame, inputs))
        finally:
            self._namings, self._recording = outer, False
        others = [one.read for one in found if one.variables is not frame.variables]
        names = runs.names.union(read, *others)
        frame.variables.read |= read
        if outer is not None:
            outer += found
        if result is None or _noticed(expander) != noticed:
            runs.chances = 0
            return result
        own = [one for one in found if one.variables is frame.variables]
        runs.filled = runs.filled.union(*(one.read for one in own))
        if names != runs.names:
            runs.names, runs.known, record = names, {}, False
        try:
            if record:
                written = {one.name: one.written for one in own if one.read}
                runs.last = recording_of(expander, frame, inputs, result, before, written)
            runs.known[_key(expander, names, frame, inputs, begun=before.begun)] = runs.last
        except (NotAloneError, TypeError):  # a list among the values
            runs.chances = 0
        return result


def _noticed(expander: Expander) -> tuple[int, int, int | None]:
    """What no run may add to that is placed again: names looked for, shapes asked for, errors."""
    return expander.references.lookups, len(expander.asked or ()), expander.graph.sound


def _key(
    expander: Expander, names: frozenset[str], frame: Frame, inputs: Names, *, begun: bool
) -> object:
    """What a run depends on that reads variables of these names.

    `begun` says whether numbers were given out before where it stands.
    """
    prefix, shapes, calls = frame.prefix, expander.graph.shapes, frame.calls
    key = (
        tuple([shapes[name] for name in inputs]),
        repeated(inputs) if len(inputs) > 1 else (),
        len(prefix),
        prefix.count("/"),
        begun,
        expander.nested,
        frame.trainable,
        frame.dtype,
        tuple([name for name, _ in calls]) if calls else calls,
    )
    if not names:
        return key
    values = [frame.variables.find(name) for name in names]
    return (*key, *values, *[type(value) for _, value in values])
