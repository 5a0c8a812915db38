"""What the parts of an exported file share, and the questions that they ask of the whole spec."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from cnncalc.build.account import Account
from cnncalc.build.names import filled
from cnncalc.build.scope import INDEX, Evaluator
from cnncalc.export.exported import Exported, Stub
from cnncalc.export.hides import counted_blocks, hides
from cnncalc.export.python import Bracket, fresh, identifier, literal_key
from cnncalc.export.settings import entries_in
from cnncalc.export.symbols import constant
from cnncalc.export.taken import taken_of_turns
from cnncalc.export.trace import Done, Run, owner_of, owners_of
from cnncalc.export.turns import loop_names
from cnncalc.export.uses import Uses
from cnncalc.language.limits import DEFAULT
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Choice, Expression, Layer, Literal
from cnncalc.layers.base.layout import channel_axis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.export.names import Names
    from cnncalc.export.python import Code
    from cnncalc.export.taken import Taken
    from cnncalc.export.trace import Trace
    from cnncalc.language.syntax import Entry, Spec
    from cnncalc.layers.base.code import Missing
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


#: A variable in a value, which may be a range: `1..$n`.
_VARIABLE = re.compile(r"\$\{?(\w+)")


class SpecFile:
    """What the parts of a file share, and what they ask of the whole spec.

    Attributes:
        spec: what is written.
        traces: the net, and what it becomes under other settings of the spec's variables.
        frozen: the variables that have one value in the file.
        modules: the helpers that it must have, by their names.
        order: the blocks, those that others call first.
        tables: what stands at the top of the file.
        stubs: the layers that the framework has not.
        unrolled: the loops whose turns are written one after another.
        unrepresented: the variables that the code of a layer does not show.
        flat: whether there is a line for each layer or straight run, and no more of the spec.
        flattened: whether elements are flattened in another order than the spec's.
        of_one_size: whether sizes are numbers, since no other size tells which axes they are of.
        keeps_loops: whether loops that `forward` shows may stay loops.
        kept_loops: those that have stayed loops.
        naming: whether it matters at present that a result is taken elsewhere.
        sight: what the entries of the spec can see.
        uses: the uses of each block.
        references: results that are taken elsewhere: their trace, their names, whose they are.
        received: the same of results that only a block inside calls its input.
        lent: layers whose weights another has, with their traces.
        families: the blocks of a type that is a variable.
        reserved: names that the code has for itself.
        spelled: the names of the spec's variables in the code; no two have one.
        spec_names: the variables and arguments of the spec, and their names in the code.
    """

    reserved: ClassVar[set[str]] = set()

    def __init__(self, spec: Spec, traces: Sequence[Trace], frozen: set[str]) -> None:
        self.spec = spec
        self.traces = traces
        self.frozen = frozen
        self.network: Network = traces[0].network
        self.modules: list[str] = []
        self.order: list[str] = []
        self.tables: dict[str, Code] = {}
        self.stubs: list[Stub] = []
        self.unrolled: list[Entry] = []
        self.unrepresented: set[str] = set()
        self.flat = False
        self.flattened = False
        arriving = [trace.network.inputs for trace in traces]
        self.of_one_size = traces[0].mixes_axes and all(one == arriving[0] for one in arriving)
        self.keeps_loops = True
        self.kept_loops: list[Entry] = []
        self.naming = True
        self.size_names: set[str] = set()
        self.spelled: dict[str, str] = {}
        self._spellings: set[str] = set()
        written = [*spec.variables, *(a for b in spec.blocks.values() for a in b.arguments)]
        for one in sorted(written, key=lambda one: identifier(one) != one):
            self.spelling(one)  # those that are names of Python first, so that they stay
        self.spec_names = {*self.spelled, *self.spelled.values()}
        self.sight = traces[0].sight
        self.uses = Uses(self.sight)
        self.references: set[tuple[int, str, int]] = set()
        self.received: set[tuple[int, str, int]] = set()
        self.lent: set[tuple[int, str]] = set()
        self.families: dict[str, set[str]] = {}
        self._hides: dict[str, bool] = {}
        self._named_inside: dict[int, bool] = {}
        followed: set[int] = set()
        for trace in traces:
            self._look(trace, followed)
        self._group()
        self.types = self._type_variables()

    def spelling(self, variable: str) -> str:
        """The name of a spec's variable in the code."""
        found = self.spelled.get(variable)
        if found is None:
            word = identifier(variable)
            found = f"{word}_" if word in self.reserved else word
            if found in self._spellings:
                word = word.rstrip("_")
                found = fresh(word, {*self._spellings, word})
            self._spellings.add(found)
            self.spelled[variable] = found
        return found

    @property
    def structure(self) -> str | None:
        """What its docstring says of loops and blocks that are not kept."""
        if self.flat:
            return "The spec's blocks and loops are written layer by layer."
        written_out = "The turns of some loops of the spec are written one after another."
        return written_out if self.unrolled else None

    @cached_property
    def variable_names(self) -> set[str]:
        """The spec's variables, those of loops among them."""
        return {*self.spec.variables, *_loop_names(self.spec)}

    @cached_property
    def strides(self) -> frozenset[str]:
        """The variables that are the stride of a layer, which is a whole number from 1."""
        return frozenset(
            value.text.strip().removeprefix("$")
            for node in self.sight.nodes
            if isinstance(node, Layer) and node.type not in self.spec.blocks
            for key, value in getattr(node.arguments, "pairs", ())
            if key.text in {"stride", "strides"} and isinstance(value, Expression)
        )

    @cached_property
    def counted(self) -> frozenset[str]:
        """The blocks that may read the counter of a loop around their uses."""
        return counted_blocks(self.spec) if self.sight.counted else frozenset()

    def hides(self, name: str) -> bool:
        """Whether a loop hides a variable of this name that is read outside the loop."""
        found = self._hides.get(name)
        if found is None:
            blocks = self.counted if name == INDEX else frozenset()
            found = self._hides[name] = hides(self.spec, name, blocks)
        return found

    def _look(self, trace: Trace, followed: set[int]) -> None:
        for done in trace.every(followed):
            self.uses.look(done)
            for one in done.named:
                inner, *outer = owners_of(done)
                self.references.add((id(trace), one, inner))
                received = one in done.frame.inputs  # the use of the block takes it
                noted = self.received if received else self.references
                noted |= {(id(trace), one, owner) for owner in outer}
            if done.node is not None and done.node.traits.shared_with:
                self.lent.add((id(trace), done.node.traits.shared_with))
                for owner in owners_of(done):
                    self.references.add((id(trace), done.node.traits.shared_with, owner))
        if self.spec.outputs:
            for one in trace.network.outputs:
                self.references.add((id(trace), one, 0))

    def _group(self) -> None:
        """The blocks of each type that is a variable, where the code has one call for them.

        An entry whose result is taken elsewhere is written out once for each of its turns.
        """
        apart = {
            id(done.entry) for uses in self.uses.of.values() for done in uses if self.is_named(done)
        }
        for block, uses in self.uses.of.items():
            for done in uses:
                type_ = done.entry.type if isinstance(done.entry, Layer) else ""
                if "$" in type_ and id(done.entry) not in apart:
                    self.families.setdefault(type_, set()).add(block)

    def _type_variables(self) -> set[str]:
        """The variables whose values are names of blocks, used as types alone."""
        found = set()
        for variable, value in self.spec.variables.items():
            if not isinstance(value, Choice):
                continue
            rows = [row for _, row in value.rows]
            named = all(isinstance(row, Literal) and row.value in self.spec.blocks for row in rows)
            if named and not self._is_compared(variable):
                found.add(variable)
        return found

    def _is_compared(self, variable: str) -> bool:
        return any(
            isinstance(one, Expression)
            and variable in one.text
            and variable in _VARIABLE.findall(one.text)
            for one in self.sight.nodes
        )

    def bind(self, names: Names, arguments: Iterable[str] = ()) -> None:
        """Put values for the variables that the file does not keep, and no argument hides."""
        for one in self.frozen & set(self.spec.variables) - set(arguments):
            value = self.traces[0].root.frame.variables.find(one)[1]
            names.bound[one] = constant(value() if callable(value) else value)

    def stub(self, function: str, nodes: Sequence[Node], missing: Missing, *inputs: str) -> Bracket:
        """The call of what raises when it is run, in the place of a layer."""
        self.stubs.append(Stub(nodes[0].name, missing.why))
        label = literal_key(_label(nodes))
        return Bracket(f"{function}(", (label, literal_key(missing.why), *inputs))

    def exported(self, text: str, *, flat: bool = False) -> Exported:
        """What an export gives with this text of the file."""
        stubs = tuple(dict.fromkeys(self.stubs))
        return Exported(text, stubs, (), 0 if flat else len(self.unrolled), flat)

    # -- what the parts ask ---------------------------------------------------------------------

    @contextmanager
    def unnamed(self) -> Iterator[None]:
        """Ask of no result whether it is taken elsewhere, while something is written."""
        naming, self.naming = self.naming, False
        try:
            yield
        finally:
            self.naming = naming

    def is_named_input(self, runs: Sequence[Run], names: Sequence[str]) -> bool:
        """Whether an entry of a block takes one of its inputs by name, in any use of the block."""
        return any(
            (id(run.trace), one, owner_of(run.frame)) in self.references
            for run, one in zip(runs, names, strict=True)
        )

    def consumer_of(self, name: str) -> Node | None:
        """The first layer that takes an input of the net."""
        return next((node for node in self.network.layers if name in node.inputs), None)

    def takes_indices(self, name: str) -> bool:
        """Whether an input of the net is of whole numbers."""
        consumer = self.consumer_of(name)
        return consumer is not None and consumer.layer.takes_indices

    def is_named(self, done: Done, *, inside: bool = False) -> bool:
        """Whether something else in the same block takes the result."""
        if not self.naming or not self.references:
            return False
        owner = owner_of(done.frame)
        results = {(id(done.trace), one, owner) for one in done.result or ()}
        if not results.isdisjoint(self.references):
            return True
        if done.entry.beside.name is not None and not results.isdisjoint(self.received):
            return True
        return inside and self._has_named(done)

    def _has_named(self, done: Done) -> bool:
        """The same of anything inside, the blocks that are used there aside."""
        found = self._named_inside.get(id(done))
        if found is None:
            parts = [one for part in done.parts
                     for one in (part.done if isinstance(part, Run) else [part])]  # fmt: skip
            found = self._named_inside[id(done)] = any(
                self.is_named(part, inside=not (isinstance(part.entry, Layer) and part.runs))
                for part in parts
            )
        return found

    @cached_property
    def taken_of_turns(self) -> Taken:
        """The results of turns of loops that are taken elsewhere."""
        return taken_of_turns(self.traces, outputs=bool(self.spec.outputs))

    def leaves(self, dones: Sequence[Done]) -> bool:
        """Whether a result is taken after the turn of a loop that gives it."""
        after = self.taken_of_turns.after
        return any((id(done.trace), one) in after for done in dones for one in done.result or ())

    def stays(self, dones: Sequence[Done]) -> bool:
        """Whether a result is taken by name in the turn of a loop that gives it."""
        inside = self.taken_of_turns.within
        return any((id(done.trace), one) in inside for done in dones for one in done.result or ())

    def is_tap(self, done: Done) -> bool:
        """Whether what follows an entry does not take its result."""
        tap = done.entry.beside.tap
        return tap is not None and bool(_evaluator(done).value(tap))

    def filled(self, done: Done, text: str) -> str:
        """A name with its variables filled in."""
        try:
            return filled(text, done.entry, _evaluator(done))
        except SpecProblem:
            return ""

    def twin_of(self, done: Done) -> str:
        """The path of the block whose weights another use of it has."""
        stack = list(done.parts)
        while stack:
            part = stack.pop()
            if isinstance(part, Done):
                if part.node is not None and part.node.traits.shared_with:
                    own = done.runs[0].frame.prefix
                    inner = part.node.name[len(own) :]
                    return part.node.traits.shared_with.removesuffix(f"/{inner}")
                stack += part.parts
            else:
                stack += part.done
        return ""

    def role_of(self, entry: Entry) -> str:
        """What a turn of a loop is called, from the name of the group: `stage` of `stage_$i`."""
        text = getattr(entry.beside.name, "text", "")
        return identifier(text.partition("$")[0]) if text.partition("$")[0].strip("_") else ""

    def note_unrepresented(self, names: set[str]) -> None:
        """Variables that the code of a layer does not show."""
        self.unrepresented |= names

    # -- blocks -------------------------------------------------------------------------------

    def channel(self, rank: int) -> int:
        """The axis of the channels."""
        return channel_axis(self.network.layout, rank)


def _label(nodes: Sequence[Node]) -> str:
    """The name that the spec gives a layer in all its places; else the name of its type."""
    names = {node.name.rpartition("/")[2] for node in nodes}
    own = names.pop()
    numbered = own.rpartition("_")[0] == nodes[0].type
    return nodes[0].layer.called or nodes[0].type if names or numbered else own


def _loop_names(spec: Spec) -> Iterator[str]:
    """The variables of all loops."""
    for entries in (spec.entries, *(block.entries for block in spec.blocks.values())):
        for entry in entries_in(entries):
            yield from loop_names(entry.beside.loop)


def _evaluator(done: Done) -> Evaluator:
    layout = done.trace.network.layout
    return Evaluator(done.frame.variables, layout, None, Account(DEFAULT))
