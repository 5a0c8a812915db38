"""The walk over the entries of a spec: blocks, groups and repeats are unrolled, layers are placed.

An entry that fails leaves an unknown shape behind it: what follows is still checked as far
as it can be, so that all independent errors show in one run.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.build import composites, uses
from cnncalc.build.account import Account
from cnncalc.build.building import LayerBuilder
from cnncalc.build.costs import (
    MANY,
    claims_of,
    cost_of,
    cost_of_claims,
    cost_of_defaults,
    cost_of_layer,
    cost_of_loop,
    cost_of_name,
    cost_of_place,
    cost_of_turn,
)
from cnncalc.build.frame import Frame, Names
from cnncalc.build.frameworks import Rules, unsettled
from cnncalc.build.inputs import given_shape, overrides_by_input, shape_of_input
from cnncalc.build.loops import turns
from cnncalc.build.names import filled, name_of, names_of
from cnncalc.build.overrides import given_value
from cnncalc.build.placing import EntryTraits, GraphBuilder
from cnncalc.build.prepared import Prepared, Varied, varied
from cnncalc.build.scope import (
    Evaluator,
    Variables,
    dtype,
    flag,
    numbers,
    stated,
    unknown_shape,
    variables_of,
)
from cnncalc.build.unused import unused_results
from cnncalc.diagnostics import codes
from cnncalc.language.entries import read_entry
from cnncalc.language.limits import BLOCK_STEPS, ENTRY_STEPS
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.syntax import ALONE, Group, Layer, Malformed, Repeat, Template
from cnncalc.language.tree import Scalar
from cnncalc.language.written import key_of
from cnncalc.layers import registry
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import KnownFacts, excess_of
from cnncalc.net.network import Network
from cnncalc.net.node import NO_VALUES, Scope, ScopeKind, Stated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cnncalc.diagnostics.diagnostic import Diagnostic, Placed
    from cnncalc.language.limits import Limits
    from cnncalc.language.parse import Parsed
    from cnncalc.language.syntax import Block, Entries, Entry, Value
    from cnncalc.layers.base.tensors import Shape

_MOST_FAILURES = 3  # turns in which an entry is tried again: its error is shown once


class Basis(NamedTuple):
    """What a net owes to the shapes of its inputs.

    Attributes:
        asked: the variables of shapes (`in_channels`) that were asked for, each after the
            name of the result whose shape it is.
        written: the shapes of the inputs as the spec has them.
    """

    asked: frozenset[tuple[str, str]]
    written: Mapping[str, Shape]


class Expansion(NamedTuple):
    """A net as far as it could be built, and what was wrong with it."""

    network: Network | None
    diagnostics: tuple[Diagnostic, ...]
    basis: Basis | None = None


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


class Taken:
    """What an entry takes by `from`: looked for when it is needed, after `when` is asked."""

    __slots__ = ("_found", "_look")

    def __init__(self, look: Callable[[], Names]) -> None:
        self._look = look
        self._found: Names | None = None

    @property
    def names(self) -> Names:
        """The names of the results; raises `SpecProblem` if none are named."""
        if self._found is None:
            self._found = self._look()
        return self._found


class Expander:
    """Unrolls entries; `composites` and `uses` place what they are."""

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
        self.description = getattr(parsed.spec.description, "text", "")  # as it is written
        self.rules = rules
        self.layout = rules.layout
        self.limits = limits
        self.account = Account(limits)
        self.step = self.account.charge
        self.nested = 0  # lists of entries around the one at hand
        #: The variables of shapes that were asked for, each with the result whose shape it is.
        self.asked: set[tuple[str, str]] | None = set() if kept is not None else None
        kept = kept or Kept(self.spec.blocks, rules)
        self.graph = GraphBuilder(self.layout, source, limits, kept.facts)
        self.references = self.graph.references
        self.builder = kept.builder
        self.entries = kept.entries
        self.prepared = kept.prepared
        self.costs = kept.costs
        self.costs_of_uses: dict[str, int] = {}  # by the name of the block
        self.failures: dict[int, int] = {}
        self.expectation: Stated | None = None
        self.values: Stated | None = None
        self.gradient: Stated | None = None
        self.dtype = ""
        self.written: dict[str, Shape] = {}  # the inputs as the spec has them

    # -- the whole net ------------------------------------------------------------------------

    def run(self, overrides: Mapping[str, Any], shapes: Mapping[str, Shape]) -> Expansion:
        spec = self.spec
        for problem in self.problems:
            self.graph.report(problem)
        overrides = {name: given_value(name, value) for name, value in overrides.items()}
        variables = variables_of(spec.variables, self.layout, overrides, self.account)
        self.add_inputs(variables, overrides_by_input(spec.inputs, shapes))
        names = tuple(spec.inputs)
        frame = Frame("", variables, names if len(names) == 1 else (), {})
        current = self.run_entries(spec.entries, frame, frame.inputs)
        outputs = self.outputs(spec.outputs, frame) if spec.outputs else current
        for problem, where in self.references.unresolved(self.graph.line_of):
            self.graph.report(problem, where)
        if self.graph.sound is None:
            self.references.check_all_known()
        evaluator = Evaluator(variables, self.layout, None, self.account)
        self.expectation = stated(spec.expect, evaluator)
        self.values = numbers(spec.values, evaluator, "values")
        self.gradient = numbers(spec.gradient, evaluator, "gradient")
        self.dtype = self.dtype_of(evaluator)
        given = overrides_by_input(spec.inputs, shapes)
        settings = {**overrides, **{name: self.graph.inputs[name] for name in given}}
        lint = stated(spec.lint, evaluator)
        network = self.network(outputs, lint, variables.computed(), settings)
        if self.graph.sound is None:
            for problem in (*unused_results(self.graph, outputs), *self.unsettled()):
                self.graph.warn(problem)
        return Expansion(
            network, self.graph.found(), Basis(frozenset(self.asked or ()), self.written)
        )

    def dtype_of(self, evaluator: Evaluator) -> str:
        """The type of all numbers; empty where the spec does not say, or says none."""
        if self.spec.dtype is None:
            return ""
        try:
            return dtype(self.spec.dtype, evaluator)
        except SpecProblem as problem:
            self.graph.report(problem)
            return ""

    @property
    def uses_keras(self) -> bool:
        """Whether a name that only Keras has was used."""
        return any(one.framework == "keras" for one in self.builder.used)

    def unsettled(self) -> Iterator[SpecProblem]:
        """Warnings about layers that another layout would read otherwise."""
        if self.uses_keras:
            nodes, inputs, layout = self.graph.nodes, self.graph.inputs, self.layout
            yield from unsettled(nodes, layout, inputs, stated=self.spec.layout is not None)

    def add_inputs(self, variables: Variables, given: Mapping[str, Shape]) -> None:
        for name, value in self.spec.inputs.items():
            shape = given.get(name)
            try:
                written = (
                    None
                    if value is None
                    else shape_of_input(value, self.layout, variables, self.account)
                )
            except SpecProblem as problem:
                written = None
                if shape is None:
                    self.graph.report(problem)
            if written is not None:
                self.written[name] = written
            if shape is None:
                shape = written
            elif written is not None:
                shape = given_shape(name, shape, written, self.layout)
            excess = excess_of(shape) if shape is not None else ""
            if excess:
                raise SpecProblem(codes.LIMIT, f"the input `{name}` has {excess}", value)
            self.graph.add_input(name, shape, value)

    def network(
        self,
        outputs: Names,
        lint: Stated | None = None,
        variables: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Network:
        """The net, up to the first error."""
        return Network(
            self.name,
            self.layout,
            self.graph.inputs,
            self.graph.nodes if self.graph.sound is None else self.graph.nodes[: self.graph.sound],
            outputs,
            expect=self.expectation,
            lint=lint,
            values=self.values,
            gradient=self.gradient,
            dtype=self.dtype,
            variables=variables,
            settings=settings,
            description=self.description,
        )

    def outputs(self, outputs: tuple[Template | Malformed, ...], frame: Frame) -> Names:
        """The results that the outputs of the net, or of a block, name."""
        evaluator = Evaluator(frame.variables, self.layout, None, self.account)
        found: list[str] = []
        for written in outputs:
            try:
                wanted = names_of(written, evaluator)
            except SpecProblem as problem:
                if problem.code == codes.LIMIT:
                    raise
                self.graph.report(problem, frame)
                continue
            self.step(written, len(wanted))
            for one in wanted:
                names = self.references.results(one, frame.prefix)
                if not names:
                    self.references.missing(one, written, frame)
                    self.graph.mark_unsound()
                found += names
        return tuple(found) if found else self.nameless(frame)

    # -- entries ------------------------------------------------------------------------------

    def run_entries(self, entries: Entries, frame: Frame, current: Names) -> Names:
        """Place a list of entries, one after another; the names of the last results."""
        self.nested += 1
        if self.nested > self.limits.depth + 1:
            raise SpecProblem(
                codes.LIMIT,
                f"blocks and groups are nested deeper than {self.limits.depth} levels", entries,
            )  # fmt: skip
        again = id(entries) in self.prepared
        result = (self.run_again if again else self.run_first)(entries, frame, current)
        self.nested -= 1  # a limit ends the run; any other problem was told by then
        return result

    def run_first(self, entries: Entries, frame: Frame, current: Names) -> Names:
        """Place entries that were not met before."""
        self.prepared[id(entries)] = None
        known, plain, place = self.builder.known, self.builder.plain, self.graph.place
        account, each = self.account, cost_of_place(frame.prefix)
        for item in entries.items:
            account.left -= each if len(current) < MANY else each + len(current)
            if account.left < 0:
                raise account.exhausted(item)
            key = item.text if type(item) is Scalar else key_of(item)
            layer = known(key)
            if layer is None:
                layer = plain(item, key)
                if layer is not None:
                    self.step(item, ENTRY_STEPS + cost_of_layer(layer))
            if layer is not None:
                current = place(layer, frame, current, item)
            else:
                current = self.run_entry(item, frame, current)
        return current

    def run_again(self, entries: Entries, frame: Frame, current: Names) -> Names:
        """Place entries that were met before, as `run_entries` does."""
        prepared = self.prepared[id(entries)]
        if prepared is None:
            prepared = self.prepared[id(entries)] = tuple(map(self.prepare, entries.items))
        place, account, each = self.graph.place, self.account, cost_of_place(frame.prefix)
        for item, layer, change in prepared:
            account.left -= each if len(current) < MANY else each + len(current)
            if account.left < 0:
                raise account.exhausted(item)
            placed = None
            if layer is not None:
                placed = place(layer, frame, current, item)
            elif change is not None and self.failures.get(id(item), 0) < _MOST_FAILURES:
                placed = self.varied(change, frame, current, item, ENTRY_STEPS)
            current = placed or self.run_entry(item, frame, current)
        return current

    def prepare(self, item: Any) -> Prepared:  # noqa: ANN401 - read or not
        layer = self.builder.ready(item)
        if layer is not None:
            return Prepared(item, layer)
        entry = self.read(item)
        if entry.beside.loop is not None:
            return Prepared(item)
        return Prepared(item, None, varied(entry, self.builder, self.spec.blocks))

    def varied(
        self, change: Varied, frame: Frame, inputs: Names, at: Placed, steps: int = 0
    ) -> Names | None:
        """Place an entry with variables, charged for; None if it needs the full way."""
        entry = change.entry
        evaluator = self.evaluator(frame, inputs, entry)
        found = change.layer(evaluator)
        if found is None:
            return None
        layer, own = found
        self.step(entry, steps + change.steps + own)
        if entry.beside.name is None:
            return self.graph.place(layer, frame, inputs, at)
        try:
            name = self.given_name(entry.beside.name, frame, evaluator)
        except UnknownShape:  # as for a problem: it is told where the entry is placed in full
            return None
        except SpecProblem as problem:
            if problem.code == codes.LIMIT:
                raise
            return None
        return self.graph.place(layer, frame, inputs, at, EntryTraits(entry, name, frame.traits))

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
            inputs = self.taken(entry, frame, current)
            if entry.beside.loop is not None:
                return self.loop(entry, frame, inputs)
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
        if self.failures.get(id(item), 0) >= _MOST_FAILURES:
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
                return self.graph.numbered(entry.type, frame)
            if found is not None:
                return self.graph.numbered(found.layer.type, frame)
        return self.nameless(frame)[0]

    def inputs_of(self, entry: Entry, frame: Frame, current: Names) -> Names:
        given = entry.beside.inputs
        assert given is not None  # noqa: S101 - it is why we are here
        evaluator = self.evaluator(frame, current, entry)
        found: list[str] = []
        for written in given.items:
            wanted = names_of(written, evaluator)
            if len(wanted) >= MANY:
                self.step(entry, len(wanted))
            for one in wanted:
                results = self.results_of(one, written, entry, frame, evaluator)
                if len(found) >= MANY or len(results) >= MANY:
                    self.step(entry, len(results))
                found += results
        if not found:
            raise SpecProblem(codes.WRONG_TYPE, "`from` names no layer", given)
        return tuple(found)

    def results_of(
        self, wanted: str, written: Value, entry: Entry, frame: Frame, evaluator: Evaluator
    ) -> Names:
        """What a name of `from` refers to; of unknown shape if there is nothing."""
        self.step(written, cost_of_name(wanted) * (1 + frame.prefix.count("/")))
        if wanted == "input" and (frame.calls or "input" not in self.spec.inputs):
            return frame.inputs
        found = self.references.results(wanted, frame.prefix)
        if not found:
            by = self.own_name(entry, frame, evaluator)
            self.references.missing(wanted, written, frame, by)
            self.graph.mark_unsound()
            return self.nameless(frame)
        return found

    def own_name(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> str:
        given = entry.beside.name
        return frame.prefix + name_of(given, evaluator) if given is not None else ""

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
        name = frame.prefix + name_of(given, evaluator)
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

    def loop(self, entry: Entry, frame: Frame, inputs: Names | Taken) -> Names | None:
        """Unroll `repeat` and `for`; the index `$i` counts from 1. None if no turn is left."""
        loop = entry.beside.loop
        assert loop is not None  # noqa: S101 - it is why we are here
        self.step(entry, cost_of_loop(loop))
        evaluator = self.evaluator(frame, inputs, entry)
        result = None
        outer = self.scope("loop", frame)
        alone = entry.beside._replace(loop=None) == ALONE
        change = varied(entry, self.builder, self.spec.blocks)
        body = entry.entries if alone and isinstance(entry, Group) else None
        single = isinstance(loop, Repeat) and (
            (alone and change is not None) or self.is_single(body)
        )
        for turn, values in enumerate(turns(loop, evaluator), 1):
            self.step(entry, cost_of_turn(values))
            scope = outer
            if not single:
                start = len(self.graph.nodes)
                scope = Scope("turn", start, outer, "", "", values or NO_VALUES, turn)
            variables = Variables(values, frame.variables, turn)
            placed = self.turn(entry, frame.turn(entry, variables, scope), inputs, change, body)
            if placed is not None:
                inputs = result = placed
        return result

    def turn(
        self,
        entry: Entry,
        frame: Frame,
        inputs: Names | Taken,
        change: Varied | None,
        body: Entries | None,
    ) -> Names | None:
        """One turn of a loop: a layer or entries with nothing beside them, or anything else."""
        if isinstance(inputs, Taken):
            return self.once(entry, frame, inputs)
        if body is not None:
            return self.run_entries(body, frame, inputs)
        if change is not None:
            placed = self.varied(change, frame, inputs, entry.at or entry)
            if placed is not None:
                return placed
        return self.once(entry, frame, inputs)

    def is_single(self, body: Entries | None) -> bool:
        """Whether the entries of a group are one layer, with nothing beside it."""
        if body is None or len(body) != 1:
            return False
        inner = self.read(body.items[0])
        alone = inner.beside is ALONE
        return alone and varied(inner, self.builder, self.spec.blocks) is not None

    def taken(self, entry: Entry, frame: Frame, current: Names) -> Names | Taken:
        """What an entry takes: what its `from` names, when it is asked for, or the one before."""
        if entry.beside.inputs is None:
            return current
        return Taken(partial(self.inputs_of, entry, frame, current))

    def scope(self, kind: ScopeKind, frame: Frame, name: str = "") -> Scope:
        """What begins with the next layer."""
        return Scope(kind, len(self.graph.nodes), frame.scope, name)
