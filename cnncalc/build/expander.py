"""The walk over the entries of a spec: blocks, groups and repeats are unrolled, layers are placed.

An entry that fails leaves an unknown shape behind it: what follows is still checked as far
as it can be, so that all independent errors show in one run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build import composites, uses
from cnncalc.build.account import Account
from cnncalc.build.building import LayerBuilder
from cnncalc.build.costs import claims_of, cost_of, cost_of_claims, cost_of_defaults, cost_of_name
from cnncalc.build.loops import unroll
from cnncalc.build.names import filled, name_of
from cnncalc.build.placing import GraphBuilder
from cnncalc.build.prepared import MOST_FAILURES
from cnncalc.build.quick import place_varied, run_again, run_first
from cnncalc.build.scope import Evaluator, flag, unknown_shape
from cnncalc.build.taking import Taken, taken
from cnncalc.diagnostics import codes
from cnncalc.language.entries import read_entry
from cnncalc.language.limits import BLOCK_STEPS, ENTRY_STEPS, READ_STEPS
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.syntax import Layer, Malformed, Template
from cnncalc.layers import registry
from cnncalc.net.facts import KnownFacts
from cnncalc.net.node import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.build.copies import Copies, Place
    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.frameworks import Rules
    from cnncalc.build.prepared import Prepared, Varied
    from cnncalc.language.limits import Limits
    from cnncalc.language.parse import Parsed
    from cnncalc.language.syntax import Block, Entries, Entry, Value
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import ScopeKind


#: A net of so many layers goes on with copies: watching the runs of a small one takes longer.
_MANY_LAYERS = 500


class Kept:
    """What stays as it is when a spec is unrolled again under the same rules.

    Attributes:
        builder: builds layers, and has those that were built.
        facts: of layers, by what arrives.
        entries: by the identity of what they were read from.
        prepared: lists of entries that were met; None for those that were met once.
        costs: of entries, in steps, by their identity.
    """

    def __init__(self, blocks: Mapping[str, Block], rules: Rules) -> None:
        self.builder = LayerBuilder(blocks, rules.framework)
        self.facts = KnownFacts()
        self.entries: dict[int, Entry] = {}
        self.prepared: dict[int, tuple[Prepared, ...] | None] = {}
        self.costs: dict[int, int] = {}


class Expander:
    """Unrolls entries; `composites` and `uses` place what they are.

    Attributes:
        warns: whether somebody reads its warnings.

    It is the general way of an entry; `quick` has the one of lists of layers alone, `loops` the
    turns of `repeat` and `for`, `taking` what `from` names, `whole_net` what is around all entries.
    """

    def __init__(  # noqa: PLR0913 - what may be set from outside
        self,
        parsed: Parsed,
        name: str,
        rules: Rules,
        source: str,
        limits: Limits,
        *,
        kept: Kept | None = None,
    ) -> None:
        self.spec = parsed.spec
        self.problems = parsed.problems
        self.name = parsed.spec.name or name
        self.rules = rules
        self.layout = rules.layout
        self.limits = limits
        self.account = Account(limits)
        self.step = self.account.charge
        self.warns = True
        self.nested = 0  # lists of entries around the one at hand
        #: The variables of shapes that were asked for, each with the result whose shape it is.
        self.asked: set[tuple[str, str]] | None = set() if kept is not None else None
        kept = kept or Kept(self.spec.blocks, rules)
        self.graph = GraphBuilder(self.layout, source, self.account, kept.facts)
        self.references = self.graph.references
        self.builder = kept.builder
        self.entries = kept.entries
        self.prepared = kept.prepared
        self.costs = kept.costs
        self.costs_of_uses: dict[str, int] = {}  # by the name of the block
        self.failures: dict[int, int] = {}
        self.copies: Copies | None = None

    @property
    def uses_keras(self) -> bool:
        """Whether a name that only Keras has was used."""
        return any(one.framework == "keras" for one in self.builder.used)

    def run_entries(self, entries: Entries, frame: Frame, current: Names) -> Names:
        """Place a list of entries, one after another; the names of the last results."""
        self.nested += 1
        if self.nested > self.limits.depth + 1:
            raise SpecProblem(
                codes.LIMIT,
                f"blocks and groups are nested deeper than {self.limits.depth} levels", entries,
            )  # fmt: skip
        result = self.run_list(entries, frame, current)
        self.nested -= 1  # a limit ends the run; any other problem was told by then
        return result

    def run_list(self, entries: Entries, frame: Frame, current: Names) -> Names:
        """The same as `run_entries`, which has looked how deep the list is nested."""
        if id(entries) in self.prepared:
            return self.copied(run_again, entries, frame, current) or ()
        return run_first(self, entries, frame, current)

    def begin_copies(self) -> None:
        """From here on, what comes out as an earlier run did is copied."""
        if self.copies is None:
            from cnncalc.build.copies import Copies  # noqa: PLC0415 - only in large nets

            self.copies = Copies()

    def copied(
        self,
        place: Place,
        what: Any,  # noqa: ANN401 - a list of entries, or an entry
        frame: Frame,
        inputs: Names,
    ) -> Names | None:
        """What `place` gives, which places a list of entries or a turn; copied in large nets."""
        if self.copies is None and len(self.graph.nodes) >= _MANY_LAYERS:
            self.begin_copies()
        if self.copies is None:
            return place(self, what, frame, inputs)
        return self.copies.run(self, place, what, frame, inputs)

    def run_entry(self, item: Any, frame: Frame, current: Names) -> Names:  # noqa: ANN401 - read or not
        """Place one entry; the names of its results, or of what it taps."""
        self.step(item, ENTRY_STEPS)
        entry = self.read(item)
        result = self.placed(item, entry, frame, current)
        tap = entry.beside.tap
        if tap is None or not self.is_tap(tap, frame):
            return current if result is None else result
        return current

    def read(self, item: Any) -> Entry:  # noqa: ANN401 - read or not
        """The entry that was written there, which is read once."""
        entry = self.entries.get(id(item))
        if entry is None:
            self.step(item, READ_STEPS)
            entry = self.entries[id(item)] = read_entry(item)
        return entry

    def is_tap(self, tap: Value, frame: Frame) -> bool:
        try:
            return flag(tap, Evaluator(frame.variables, self.layout, None, self.account), "tap")
        except SpecProblem as problem:
            self.graph.report(problem, frame)
            return False

    def placed(self, item: Any, entry: Entry, frame: Frame, current: Names) -> Names | None:  # noqa: ANN401 - read or not
        """Place one entry; None if `when` leaves it out."""

        def place() -> Names | None:
            inputs = taken(self, entry, frame, current)
            if entry.beside.loop is not None:
                return unroll(self, entry, frame, inputs)
            return self.once(entry, frame, inputs)

        return self.tried(place, item, entry, frame)

    def tried(
        self,
        place: Callable[[], Names | None],
        item: object,
        entry: Entry,
        frame: Frame,
    ) -> Names | None:
        """What is placed; a problem is reported and leaves an unknown result."""
        if self.failures.get(id(item), 0) >= MOST_FAILURES:
            return self.unknown(entry, frame)
        try:
            return place()
        except UnknownShape:
            return self.unknown(entry, frame)
        except SpecProblem as problem:
            if problem.code == codes.LIMIT:
                raise
            self.graph.report(problem, frame)
            self.failures[id(item)] = self.failures.get(id(item), 0) + 1
            return self.unknown(entry, frame)

    def unknown(self, entry: Entry, frame: Frame) -> Names:
        """The result of an entry that failed: under the name that it would have had."""
        name = self.name_of_failed(entry, frame)
        self.graph.shapes.setdefault(name, None)
        self.references.defined.setdefault(name, entry)
        self.references.failed.add(name)
        return (name,)

    def name_of_failed(self, entry: Entry, frame: Frame) -> str:
        given = entry.name if isinstance(entry, Malformed) else entry.beside.name
        if isinstance(given, Template) and "$" not in given.text:
            return frame.prefix + given.text
        if given is None and isinstance(entry, Layer):
            found = registry.find(entry.type)
            if entry.type in self.spec.blocks:
                return self.graph.numbered((entry.type,), frame)[0]
            if found is not None:
                return self.graph.numbered((found.layer.type,), frame)[0]
        return self.nameless(frame)[0]

    def cost_of_use(self, block: Block) -> int:
        """The steps that each use of a block costs, beside those of its layers."""
        cost = self.costs_of_uses.get(block.name)
        if cost is None:
            cost = BLOCK_STEPS + len(block.inputs) + len(block.outputs) + cost_of_defaults(block)
            self.costs_of_uses[block.name] = cost
        return cost

    def charge_claims(self, expect: Value | None, scope: Scope | None) -> None:
        """Charge for what is expected of a block or group, which is measured over its layers."""
        if expect is not None and scope is not None:
            layers = len(self.graph.nodes) - scope.start
            self.step(expect, cost_of_claims(claims_of(expect), layers))

    def given_name(self, given: Value | None, frame: Frame, evaluator: Evaluator) -> str:
        """The full name that an entry is given, or an empty text."""
        if given is None:
            return ""
        if self.copies is None:
            own = name_of(given, evaluator)
        else:
            own = self.copies.name_of(given, frame, evaluator)
        name = frame.prefix + own
        self.step(given, cost_of_name(name))
        return self.graph.take_name(name, given)

    def nameless(self, frame: Frame) -> Names:
        """A result that nothing else can refer to, of unknown shape."""
        name = f"{frame.prefix}?{len(self.graph.shapes)}"
        self.graph.shapes[name] = None
        return (name,)

    def evaluator(self, frame: Frame, inputs: Names | Taken, entry: Entry) -> Evaluator:
        def shape(variable: str) -> Shape:
            names = inputs.names if isinstance(inputs, Taken) else inputs
            if not names:
                raise self.graph.without_input(entry)
            if self.asked is not None:
                self.asked.add((names[0], variable))
            known = self.graph.shapes[names[0]]
            return known if known is not None else unknown_shape()

        return Evaluator(frame.variables, self.layout, shape, self.account)

    def once(self, entry: Entry, frame: Frame, inputs: Names | Taken) -> Names | None:
        """One turn of an entry, its `repeat` and `for` aside; None if `when` leaves it out."""
        if isinstance(entry, Malformed):
            raise entry.problem()
        cost = self.costs.get(id(entry))
        if cost is None:
            cost = self.costs[id(entry)] = cost_of(entry)
        self.step(entry, cost)
        evaluator = self.evaluator(frame, inputs, entry)
        when = entry.beside.when
        if when is not None and not evaluator.condition(when):
            return None
        if isinstance(inputs, Taken):
            inputs = inputs.names
        if not isinstance(entry, Layer):
            return composites.place(self, entry, frame, inputs, evaluator)
        type_ = entry.type
        if "$" in type_:
            type_ = filled(type_, entry.head, evaluator)
        if type_ in self.spec.blocks:
            return uses.block(self, self.spec.blocks[type_], entry, frame, inputs, evaluator)
        if type_ != entry.type:
            entry = entry.with_(type=type_)
        return uses.layer(self, entry, frame, inputs, evaluator)

    def turn(
        self,
        entry: Entry,
        frame: Frame,
        inputs: Names,
        change: Varied | None,
        body: Entries | None,
    ) -> Names | None:
        """One turn of a loop: a layer or entries with nothing beside them, or anything else."""
        if body is not None:
            return self.run_entries(body, frame, inputs)
        if change is None:
            return self.copied(Expander.once, entry, frame, inputs)

        def place(expander: Expander, entry: Entry, frame: Frame, inputs: Names) -> Names | None:
            placed = place_varied(expander, change, frame, inputs, entry.at or entry)
            return expander.once(entry, frame, inputs) if placed is None else placed

        return self.copied(place, entry, frame, inputs)

    def scope(self, kind: ScopeKind, frame: Frame, name: str = "") -> Scope:
        """What begins with the next layer."""
        return Scope(kind, len(self.graph.nodes), frame.scope, name)
