"""What became of every entry of a spec while its net was unrolled.

The code of an entry must fit every place where the entry is placed: each use of
its block, each turn of its loop, each setting of the spec's variables. A trace
holds them all, with the variables and results of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.expander import Expander
from cnncalc.build.quick import place_varied, prepare
from cnncalc.build.taking import Taken
from cnncalc.export.ranges import none_below_zero
from cnncalc.export.resized import mixes_axes
from cnncalc.language.limits import ENTRY_STEPS
from cnncalc.language.syntax import Layer
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.prepared import Prepared, Varied
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.export.sight import Sight
    from cnncalc.language.syntax import Entries, Entry
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network


class Done:
    """One entry, or one turn of its loop, in one place.

    Attributes:
        entry: what is written.
        frame: where it is, with its variables.
        inputs: the results that it takes; None if it was left out.
        turn: whether it is a turn of the loop of its entry.
        result: what it gives; None if `when` left it out.
        node: the layer, if it is one.
        parts: what was placed inside: the turns of a loop, lists of entries, merges.
        start: how many layers come before it.
        end: how many layers there are after it.
    """

    __slots__ = (
        "end", "entry", "frame", "inputs", "node", "parts", "result", "start", "trace", "turn",
    )  # fmt: skip

    def __init__(
        self, entry: Entry, frame: Frame, trace: Trace, start: int, *, turn: bool = False
    ) -> None:
        self.entry = entry
        self.frame = frame
        self.trace = trace
        self.start = self.end = start
        self.turn = turn
        self.inputs: Names | None = None
        self.result: Names | None = None
        self.node: Node | None = None
        self.parts: list[Done | Run] = []

    @property
    def named(self) -> Names:
        """The results that `from` names; a loop takes them, not its turns."""
        written = self.entry.beside.inputs is not None and not self.turn
        return self.inputs or () if written else ()

    @property
    def runs(self) -> list[Run]:
        """The lists of entries inside."""
        return [part for part in self.parts if isinstance(part, Run)]

    @property
    def merges(self) -> list[Done]:
        """The turns of a loop, or the merge after the branches."""
        return [part for part in self.parts if isinstance(part, Done)]


class Run:
    """A list of entries in one place: what it takes, what became of each, what it gives.

    Attributes:
        like: the run of a block that is alike inside, whose `done` it has; None if it has its own.
    """

    __slots__ = ("done", "entries", "frame", "inputs", "like", "result", "trace")

    def __init__(self, entries: Entries, frame: Frame, inputs: Names, trace: Trace) -> None:
        self.entries = entries
        self.frame = frame
        self.inputs = inputs
        self.trace = trace
        self.done: list[Done] = []
        self.result: Names = inputs
        self.like: Run | None = None


class Unrolled(NamedTuple):
    """The use of a block that was unrolled: its nodes, and the steps that this took."""

    run: Run
    nodes: list[Node]
    steps: int


class Trace:
    """A net, and what became of the entries of its spec.

    Attributes:
        network: the net.
        root: the entries of the spec.
        shapes: of every result, by its name.
        sight: what the entries of each block of the spec can see.
        unrolled: the first use of a block in each way, by what its entries see.
        signs: whether no element of a result is below 0, as far as it was asked.
    """

    __slots__ = (
        "_entries", "_mixes_axes", "network", "root", "shapes", "sight", "signs", "unrolled",
    )  # fmt: skip

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.network: Network
        self.unrolled: dict[object, Unrolled] = {}
        self.root: Run
        self.shapes: dict[str, Shape] = {}
        self.signs: dict[str, bool] = {}
        self._entries: dict[str, Entry] = {}
        self._mixes_axes: bool | None = None

    @property
    def mixes_axes(self) -> bool:
        """Whether a layer gives another layer a size in an axis that it did not have before."""
        if self._mixes_axes is None:
            self._mixes_axes = mixes_axes(self.network)
        return self._mixes_axes

    def entry_of(self, name: str) -> Entry | None:
        """The entry of a layer; where the spec shares weights, no use of a block is copied."""
        if not self._entries:
            self._entries = {
                done.node.name: done.entry for done in self.every(set()) if done.node is not None
            }
        return self._entries.get(name)

    def of_turn(self, turn: Done, entering: str) -> tuple[object, ...] | None:
        """All that the entries in a turn of a loop can see of it; None where that is not known."""
        variables = turn.frame.variables
        return self.sight.of_turn(turn.entry, variables, entering, self.shapes, self.none_below)

    def none_below(self, name: str) -> bool:
        """Whether no element of a result is below 0."""
        return none_below_zero(self.layer_of, [name], self.signs)

    def layer_of(self, name: str) -> Node | None:
        """The layer that gives a result; None for an input of the net."""
        if name not in self.network:
            return None
        return self.network[name]

    def every(self, followed: set[int]) -> Iterator[Done]:
        """Every entry in every place, those around before those inside.

        What is in a block that is copied comes once: `followed` is of all traces together.
        """
        stack: list[Done | Run] = [self.root]
        while stack:
            part = stack.pop()
            if isinstance(part, Done):
                yield part
                stack += reversed(part.parts)
            elif id(part.done) not in followed:
                followed.add(id(part.done))
                stack += reversed(part.done)


class Recorder(Expander):
    """An expander that keeps a trace.

    Uses of blocks that are alike to `known` ones are copied from them.

    Attributes:
        counts: whether the net has every turn of its loops; else one stands for those right
            after it that are alike.
    """

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - as the expander takes them
        sight: Sight,
        known: Mapping[object, Unrolled],
        **more: Any,  # noqa: ANN401 - as the expander takes them
    ) -> None:
        super().__init__(*given, **more)
        self.trace = Trace(sight)
        self.known = known
        self.counts = True
        self._open: list[Done | Run] = []

    def begin_copies(self) -> None:
        """Nothing is copied but uses of blocks: every turn is recorded."""

    def run_list(self, entries: Entries, frame: Frame, current: Names) -> Names:
        """What a list of entries gives; a block that is unrolled alike elsewhere is copied."""
        if not frame.calls or not self.trace.sight.only_inside:
            return self._unrolled(entries, frame, current)
        block = frame.calls[-1][0]
        if entries is not self.spec.blocks[block].entries or frame.twin:
            return self._unrolled(entries, frame, current)
        seen = (
            self.trace.sight.of(block, frame, current, self.graph.shapes),
            tuple(map(self._none_below, current)),
        )
        like = self.known.get(seen)
        if like is not None:
            return self._copied(like, entries, frame, current)
        left, start, here = self.account.left, len(self.graph.nodes), self._inside()
        result = self._unrolled(entries, frame, current)
        if seen not in self.trace.unrolled:
            run = here.runs[-1]
            nodes = self.graph.nodes[start:]
            self.trace.unrolled[seen] = Unrolled(run, nodes, left - self.account.left)
        return result

    def _copied(self, like: Unrolled, entries: Entries, frame: Frame, current: Names) -> Names:
        """The nodes of a use of a block that is alike, under the names that they have here."""
        self.account.charge(None, like.steps)
        run = Run(entries, frame, current, self.trace)
        run.like, run.done = like.run, like.run.done
        self._inside().parts.append(run)
        names = dict(zip(like.run.inputs, current, strict=True))
        start, graph = len(like.run.frame.prefix), self.graph
        if len(graph.nodes) + len(like.nodes) > self.limits.layers:
            raise self.account.exhausted(None)
        prefix, scope = frame.prefix, frame.scope
        nodes, shapes = graph.nodes, graph.shapes
        for one, layer, taken, facts, _, traits, origin in like.nodes:
            name = names[one] = prefix + one[start:]
            inputs = tuple([names[other] for other in taken])
            nodes.append(Node(name, layer, inputs, facts, scope, traits, origin))
            shapes[name] = facts.output_shape
        run.result = tuple(map(names.__getitem__, like.run.result))
        return run.result

    def _unrolled(self, entries: Entries, frame: Frame, current: Names) -> Names:
        run = Run(entries, frame, current, self.trace)
        if self._open:
            self._inside().parts.append(run)
        else:
            self.trace.root = run
        self._open.append(run)
        depth = len(self._open)
        for item, layer, change in self._prepared(entries):
            del self._open[depth:]  # what an error left open
            start, placed = len(self.graph.nodes), None
            if layer is not None:
                self.step(item, ENTRY_STEPS)
                placed = self.graph.place(layer, frame, current, item)
            elif change is not None:
                placed = place_varied(self, change, frame, current, item, ENTRY_STEPS)
            if placed is None:
                current = self.run_entry(item, frame, current)
            else:
                self._note(item, frame, current, placed, start)
                current = placed
        del self._open[depth - 1 :]
        run.result = current
        return current

    def _prepared(self, entries: Entries) -> tuple[Prepared, ...]:
        found = self.prepared.get(id(entries))
        if found is None:
            found = self.prepared[id(entries)] = tuple(
                prepare(self, item) for item in entries.items
            )
        return found

    def _note(self, item: Placed, frame: Frame, inputs: Names, result: Names, start: int) -> None:
        """Record a layer with at most a name beside it that was placed as the node `start`."""
        done = Done(self.read(item), frame, self.trace, start)
        here = self._open[-1]
        assert isinstance(here, Run)  # noqa: S101 - the list that is run
        here.done.append(done)
        done.inputs = inputs
        done.result = result
        done.end = len(self.graph.nodes)
        if done.end > start:
            done.node = self.graph.nodes[-1]

    def _inside(self) -> Done:
        here = self._open[-1]
        assert isinstance(here, Done)  # noqa: S101 - lists of entries are inside entries
        return here

    def placed(self, item: Any, entry: Entry, frame: Frame, current: Names) -> Names | None:  # noqa: ANN401 - read or not
        done = Done(entry, frame, self.trace, len(self.graph.nodes))
        outer = self._open[-1]
        (outer.done if isinstance(outer, Run) else outer.parts).append(done)
        self._open.append(done)
        done.result = super().placed(item, entry, frame, current)
        done.end = len(self.graph.nodes)
        if done.inputs is None and entry.beside.inputs is None and done.result is not None:
            done.inputs = current
        self._open.pop()
        return done.result

    def turn(
        self,
        entry: Entry,
        frame: Frame,
        inputs: Names,
        change: Varied | None,  # noqa: ARG002 - every turn is recorded, in full
        body: Entries | None,  # noqa: ARG002 - every turn is recorded, in full
    ) -> Names | None:
        turns = self._inside().parts
        if turns and not self.counts and self._alike(turns[-1], frame, inputs):
            turns.append(turns[-1])
            return turns[-1].result
        return self.once(entry, frame, inputs)

    def _none_below(self, name: str) -> bool:
        return none_below_zero(self.graph.owner, [name], self.trace.signs)

    def _alike(self, turn: Done | Run, frame: Frame, inputs: Names) -> bool:
        """Whether the next turn of a loop is alike to the one before it, which gives a result."""
        if not isinstance(turn, Done) or turn.result is None:
            return False
        if len(inputs) != 1 or turn.inputs is None or len(turn.inputs) != 1:
            return False
        seen, now = (
            self.trace.sight.of_turn(
                turn.entry, variables, entering, self.graph.shapes, self._none_below
            )
            for variables, (entering,) in (
                (turn.frame.variables, turn.inputs), (frame.variables, inputs),
            )
        )  # fmt: skip
        return seen is not None and seen == now

    def once(self, entry: Entry, frame: Frame, inputs: Names | Taken) -> Names | None:
        done = self._open[-1]
        assert isinstance(done, Done)  # noqa: S101 - entries are placed by `placed`
        turn = done.entry is not entry or entry.beside.loop is not None
        if turn:
            done = Done(entry, frame, self.trace, len(self.graph.nodes), turn=True)
            self._inside().parts.append(done)
            self._open.append(done)
        done.frame = frame
        before = len(self.graph.nodes)
        done.result = super().once(entry, frame, inputs)
        done.end = len(self.graph.nodes)
        if done.result is not None:
            done.inputs = inputs.names if isinstance(inputs, Taken) else inputs
        if isinstance(entry, Layer) and not done.parts and len(self.graph.nodes) == before + 1:
            done.node = self.graph.nodes[-1]
        if turn:
            self._open.pop()
            loop = self._inside()
            if loop.inputs is None:
                loop.inputs = done.inputs
        return done.result


def distinct(nodes: Iterable[Node]) -> list[Node]:
    """One of all that are the same layer, to which the same arrives."""
    return list({(id(node.layer), id(node.facts)): node for node in nodes}.values())


def owner_of(frame: Frame) -> int:
    """The use of a block that an entry stands in, by its identity; 0 for the net itself."""
    scope = frame.scope
    while scope is not None and scope.kind != "block":
        scope = scope.outer
    return id(scope) if scope is not None else 0


def owners_of(done: Done) -> list[int]:
    """All uses of blocks around an entry, from the innermost, and the net itself."""
    found = []
    scope = done.frame.scope
    while scope is not None:
        if scope.kind == "block":
            found.append(id(scope))
        scope = scope.outer
    return [*found, 0]
