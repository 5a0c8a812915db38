"""The graph under construction: layers are named, given their inputs, and placed.

What is placed keeps the order of the spec, which is a topological order: a
layer takes results of layers above it. Equal layers on equal inputs are asked
once (`facts`), so that a thousand repeats cost one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnncalc.build.arguments import argument_place
from cnncalc.build.costs import cost_of_references
from cnncalc.build.references import References
from cnncalc.diagnostics import codes
from cnncalc.language.entries import read_entry
from cnncalc.language.limits import MOST_ERRORS, UNLIKE_STEPS
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Template
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs, show_shape
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import Facts, KnownFacts
from cnncalc.net.network import Network
from cnncalc.net.node import PLAIN, Node, Traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.build.account import Account
    from cnncalc.build.frame import Frame, Names
    from cnncalc.diagnostics.diagnostic import Diagnostic, Place, Placed
    from cnncalc.language.syntax import Entry
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Layout, Shape

_MOST_SEARCHED = 100_000  # layers, for what to advise


class EntryTraits(NamedTuple):
    """What a spec says of a layer beside its type and arguments."""

    entry: Entry
    name: str = ""
    traits: Traits = PLAIN
    shared: Node | None = None


class GraphBuilder:
    """Nodes, shapes and names so far, and what was wrong.

    Attributes:
        nodes: the layers that are placed.
        shapes: the shape of every named result; None where an error hides it.
        inputs: the shape of each input of the net.
        account: of the work that the spec costs.
        sound: the number of nodes above the first error, None without one.
    """

    def __init__(
        self, layout: Layout, source: str, account: Account, facts: KnownFacts | None = None
    ) -> None:
        self.layout = layout
        self.source = source
        self.account = account
        self.limits = account.limits
        self.nodes: list[Node] = []
        self.shapes: dict[str, Shape | None] = {}
        self.inputs: dict[str, Shape] = {}
        self.references = References(self.shapes)
        self._taken = self.references.taken
        self._most = self.limits.layers
        self.sound: int | None = None
        self._kept = facts or KnownFacts()
        self._facts = self._kept.known
        #: What was refused in an earlier turn, by entry and layer, which it keeps alive.
        self._refused: dict[tuple[int, int, tuple[Shape | None, ...]], Layer] = {}
        self._owners: dict[str, Node] = {}  # nodes by name, filled when one is asked for
        self._diagnostics: list[Diagnostic] = []
        self._reported: set[tuple[str, Place | str]] = set()
        self._errors = 0
        self._searched = 0

    # -- what is wrong ------------------------------------------------------------------------

    def mark_unsound(self) -> None:
        """Note that from here on rows cannot be relied on."""
        if self.sound is None:
            self.sound = len(self.nodes)

    def report(self, problem: SpecProblem, frame: Frame | None = None) -> None:
        """Keep an error and those beside it, with the blocks that led there.

        Raises:
            SpecProblem: there are too many.
        """
        self.mark_unsound()
        for one in (problem, *problem.others):
            if frame is not None and frame.calls:
                one.notes += tuple(
                    f"in the block `{name}`, used in line {at.place.line}"
                    for name, at in reversed(frame.calls)
                )
            if self._errors >= MOST_ERRORS:
                raise SpecProblem(codes.LIMIT, f"more than {MOST_ERRORS} errors: stopped here")
            self._errors += self._keep(one.diagnostic(self.source))

    def stop(self, problem: SpecProblem) -> None:
        """Keep the error that ends the unrolling."""
        self.mark_unsound()
        self._keep(problem.diagnostic(self.source))

    def _keep(self, diagnostic: Diagnostic) -> bool:
        """Keep a diagnostic, once for a place: a repeated block repeats its errors."""
        key = (diagnostic.code, diagnostic.place or diagnostic.message)
        new = key not in self._reported
        if new:
            self._reported.add(key)
            self._diagnostics.append(diagnostic)
        return new

    def warn(self, problem: SpecProblem) -> None:
        """Keep a warning; the net stays sound."""
        self._keep(problem.diagnostic(self.source, "warning"))

    def found(self) -> tuple[Diagnostic, ...]:
        """All diagnostics in the order of their places, those without one last."""
        return tuple(sorted(self._diagnostics, key=lambda one: one.place or (math.inf, 0, 0)))

    # -- inputs and layers --------------------------------------------------------------------

    def add_input(self, name: str, shape: Shape | None, at: Placed | None) -> None:
        """Add an input of the net, of unknown shape if an error hides it."""
        self.shapes[name] = shape
        if shape is not None:
            self.inputs[name] = shape
        if at is not None:
            self.references.defined[name] = at

    def place(
        self,
        layer: Layer,
        frame: Frame,
        inputs: Names,
        at: Placed,
        own: EntryTraits | None = None,
    ) -> Names:
        """Add a layer to the graph; the name of its result."""
        shapes, nodes = self.shapes, self.nodes
        name = own.name if own is not None else ""
        if not name:
            type_, counters, prefix, taken = layer.type, frame.counters, frame.prefix, self._taken
            number = counters.get(type_, 0) + 1
            name = f"{prefix}{type_}_{number}"
            while name in shapes or name in taken:
                number += 1
                name = f"{prefix}{type_}_{number}"
            counters[type_] = number
        if len(nodes) >= self._most:
            raise self.too_many(at)
        arriving = (shapes[inputs[0]],) if len(inputs) == 1 else self._arriving(inputs, at)
        again = self._refused and (id(at), id(layer), arriving) in self._refused
        if again or not inputs or None in arriving:
            return self._cannot_place(layer, frame, inputs, at, name)
        known: tuple[Shape, ...] = arriving  # type: ignore[assignment]
        facts = self._facts.get((id(layer), known))
        shared = own.shared if own is not None else None
        if facts is None or shared is not None or frame.twin:
            try:
                if facts is None:
                    self.account.charge(at, UNLIKE_STEPS)
                    facts = self._kept.of(layer, Inputs(known, self.layout))
                shared = shared or self._twin_of(name, frame, facts)
                if shared is not None:
                    check_shared(layer, facts, shared)
            except LayerError as error:
                self._refused[(id(at), id(layer), known)] = layer
                entry = own.entry if own is not None else read_entry(at)  # type: ignore[arg-type]
                self.shapes[name] = None
                self.references.defined[name] = at
                self.report(self._refusal(error, layer, inputs, name, entry), frame)
                return (name,)
        shapes[name] = facts.output_shape
        traits = own.traits if own is not None else frame.traits
        if shared is not None:
            traits = traits._replace(shared_with=shared.traits.shared_with or shared.name)
        nodes.append(Node(name, layer, inputs, facts, frame.scope, traits, at))
        return (name,)

    def _arriving(self, inputs: Names, at: Placed) -> tuple[Shape | None, ...]:
        """The shapes of several results that a layer takes, charged for."""
        self.account.charge(at, cost_of_references(len(inputs)))
        return tuple([self.shapes[one] for one in inputs])

    def _twin_of(self, name: str, frame: Frame, facts: Facts) -> Node | None:
        """The layer at the same place in the block whose weights are used, if it has any.

        Raises:
            LayerError: there is none at that place.
        """
        if not frame.twin or not facts.weights:
            return None
        wanted = frame.twin + name[len(frame.prefix) :]
        found = self.owner(wanted)
        if found is None:
            raise LayerError(codes.SHARE, f"there is no layer `{wanted}` to share weights with")
        return found

    def _cannot_place(
        self, layer: Layer, frame: Frame, inputs: Names, at: Placed, name: str
    ) -> Names:
        """A layer whose input is unknown: an earlier error says why, or there is none."""
        self.shapes[name] = None
        self.references.defined[name] = at
        self.references.edges[name] = inputs
        if not inputs:
            self.report(self.without_input(at, layer.called or layer.type), frame)
        return (name,)

    def without_input(self, at: Placed, type_: str = "") -> SpecProblem:
        """What an entry is told that needs an input in a net with several."""
        what = f"`{type_ or getattr(at, 'type', '')}`".replace("``", "the entry")
        return SpecProblem(
            codes.INPUT_COUNT, f"{what} has no input: the net has several", at,
            help=(f"`from:` says which: {', '.join(self.inputs)}",),
        )  # fmt: skip

    def _refusal(
        self, error: LayerError, layer: Layer, inputs: Names, name: str, entry: Entry
    ) -> SpecProblem:
        """What a layer refuses, with its place, what arrived, and ways out."""
        found = registry.find(layer.called)
        place = argument_place(found, entry, error) if found else entry
        received = " and ".join(
            f"{show_shape(self.shapes[one] or ())} from {one}" for one in inputs
        )
        line = self.line_of(inputs[0]) if len(inputs) == 1 else ""
        from cnncalc.build.advice.advise import NOTHING, advise  # noqa: PLC0415 - only on errors

        # What is not shown, or not shown again in a repeated block, need not be advised on.
        again = (error.code, place.place) in self._reported
        advised = (
            not again and self._errors < self.limits.advised and self._searched < _MOST_SEARCHED
        )
        self._searched += len(self.nodes) if advised else 0
        net = Network("", self.layout, self.inputs, self.nodes if advised else (), ())
        advice = advise(error, layer, inputs, net) if advised else NOTHING
        one: tuple[str, ...] = ()
        if error.code == codes.INPUT_COUNT and layer.arity[1] == 1 < len(inputs):
            one = (f"or take one of them: `from: {inputs[-1]}`",)
        return SpecProblem(
            error.code, error.message, place, label=error.label,
            notes=(f"{name} receives {received}{line}", *advice.notes),
            help=(*(() if advice.replaces else error.help), *one, *advice.help),
        )  # fmt: skip

    def line_of(self, name: str) -> str:
        """Where a name was given, for the middle of a sentence."""
        origin: Placed | None = self.references.defined.get(name)
        node = self.owner(name) if origin is None else None
        if node is not None:
            origin = node.origin
        return f" (line {origin.place.line})" if origin is not None else ""

    def too_many(self, at: Placed) -> SpecProblem:
        """The error for a net of too many layers."""
        return SpecProblem(
            codes.LIMIT, f"the net unrolls to more than {self.limits.layers:,} layers", at,
            help=("`--max-layers` raises the limit",),
        )  # fmt: skip

    def owner(self, name: str) -> Node | None:
        """The node of this name; None if it failed."""
        self._owners.update((node.name, node) for node in self.nodes[len(self._owners) :])
        return self._owners.get(name)

    # -- names --------------------------------------------------------------------------------

    def numbered(self, types: Sequence[str], frame: Frame) -> list[str]:
        """The next free names of blocks, or of layers: each its type and a number."""
        shapes, counters, prefix, taken = self.shapes, frame.counters, frame.prefix, self._taken
        names = []
        for type_ in types:
            number = counters.get(type_, 0) + 1
            name = f"{prefix}{type_}_{number}"
            while name in shapes or name in taken:
                number += 1
                name = f"{prefix}{type_}_{number}"
            counters[type_] = number
            names.append(name)
        return names

    def all_free(self, names: Iterable[str]) -> bool:
        """Whether all of these names are free."""
        return self.shapes.keys().isdisjoint(names) and self._taken.keys().isdisjoint(names)

    def take_name(self, name: str, at: Placed, *, given: bool = True) -> str:
        """Take a name, which the spec gives or not; raises `SpecProblem` if another has it."""
        if name in self.shapes or name in self._taken:
            raise SpecProblem(
                codes.DUPLICATE_NAME, f"the name `{name}` is taken{self.line_of(name)}", at,
                help=(_own_name(at),),
            )  # fmt: skip
        self.references.taken[name] = given
        return name


def _own_name(at: Placed) -> str:
    """How a name that is taken becomes one that each turn of a loop has for itself."""
    if isinstance(at, Template) and "$" in at.text:
        return (
            "`$i` counts the turns of the innermost loop (`repeat` or `for`): "
            "name the variables of the loops around it, too, as in `conv${width}_$i`"
        )
    return "in a loop, `name: conv$i` gives each turn its own"


def check_shared(layer: Layer, facts: Facts, owner: Node) -> None:
    """Refuse to share weights of other shapes; raises `LayerError`."""
    own = [weight.shape for weight in facts.weights]
    theirs = [weight.shape for weight in owner.facts.weights]
    if type(layer) is not type(owner.layer) or own != theirs:
        raise LayerError(
            codes.SHARE,
            f"cannot share the weights of `{owner.name}`: it holds "
            f"{', '.join(map(show_shape, theirs)) or 'none'}, "
            f"here {', '.join(map(show_shape, own)) or 'none'} are needed",
        )
