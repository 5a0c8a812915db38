"""Entries to graph: blocks, groups and repeats are unrolled, every layer is placed.

Expansion and shape propagation go hand in hand, since a `when` or an argument
may depend on the shape that arrives (`$in_channels`). An entry that fails
leaves an unknown shape behind it: what follows is still checked as far as it
can be, so that all independent errors show in one run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.build.blocks import arguments_of_block
from cnncalc.build.building import LayerBuilder
from cnncalc.build.costs import MANY, cost_of, cost_of_layer, cost_of_loop, cost_of_name
from cnncalc.build.frame import Frame, Names
from cnncalc.build.inputs import overrides_by_input, shape_of_input
from cnncalc.build.loops import turns
from cnncalc.build.placing import EntryTraits, GraphBuilder
from cnncalc.build.scope import FLAG, Evaluator, Variables, is_flag, unknown_shape, variables_of
from cnncalc.build.unused import unused_results
from cnncalc.diagnostics import codes
from cnncalc.language.entries import (
    Entry,
    check_beside_layers,
    read_entry,
    read_parallel,
    read_residual,
    with_keys_of_keras,
)
from cnncalc.language.limits import BLOCK_STEPS, ENTRY_STEPS, LONGEST_PATH
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.regularizer import regularizer_of
from cnncalc.language.tree import Mapping, Scalar, Sequence, Tree
from cnncalc.language.values import require_list
from cnncalc.language.words import COMPOSITES
from cnncalc.layers import registry
from cnncalc.net.network import Network
from cnncalc.net.node import NO_VALUES, PLAIN, Node, Scope, ScopeKind, Stated, Traits

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType

    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.language.document import Block, Document
    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Shape

_MOST_FAILURES = 3  # turns in which an entry is tried again: its error is shown once


class Expansion(NamedTuple):
    """A net as far as it could be built, and what was wrong with it."""

    network: Network | None
    diagnostics: tuple[Diagnostic, ...]


def expand(
    document: Document,
    *,
    source: str,
    overrides: MappingType[str, Any],
    shapes: MappingType[str, Shape],
    limits: Limits,
) -> Expansion:
    """Build the net that a document describes.

    Args:
        document: the spec.
        source: its file, for diagnostics.
        overrides: values of variables in place of the spec's (`--set`).
        shapes: shapes of inputs in place of the spec's (`--input`); the name
            "" stands for the only input.
        limits: what it may cost.
    """
    expander = _Expander(document, source, limits)
    try:
        return expander.run(overrides, shapes)
    except SpecProblem as problem:
        if problem.code == codes.LIMIT and expander.graph.sound is None:
            expander.graph.nodes.clear()  # nobody wants to see rows up to a limit
        expander.graph.stop(problem)
        return Expansion(expander.network(()), expander.graph.found())


class _Expander:
    def __init__(self, document: Document, source: str, limits: Limits) -> None:
        self.document = document
        self.limits = limits
        self.steps_left = limits.steps
        self.graph = GraphBuilder(document.layout, source, limits)
        self.references = self.graph.references
        self.builder = LayerBuilder(document)
        self.entries: dict[int, Entry] = {}  # by the identity of their trees
        self.costs: dict[int, int] = {}
        self.failures: dict[int, int] = {}
        self.expectation: Stated | None = None

    # -- the whole net ------------------------------------------------------------------------

    def run(self, overrides: MappingType[str, Any], shapes: MappingType[str, Shape]) -> Expansion:
        document = self.document
        for problem in document.problems:
            self.graph.report(problem)
        variables = variables_of(document, overrides)
        self.add_inputs(variables, overrides_by_input(document, shapes))
        names = tuple(document.inputs)
        frame = Frame("", variables, names if len(names) == 1 else (), {})
        current = self.run_entries(document.entries, frame, frame.inputs)
        outputs = self.outputs(frame, current)
        for problem, where in self.references.unresolved(self.graph.line_of):
            self.graph.report(problem, where)
        evaluator = Evaluator(variables, document.layout, None)
        self.expectation = stated(document.expect, evaluator)
        network = self.network(outputs, stated(document.lint, evaluator))
        if self.graph.sound is None:
            for problem in unused_results(self.graph, outputs):
                self.graph.warn(problem)
        return Expansion(network, self.graph.found())

    def add_inputs(self, variables: Variables, given: MappingType[str, Shape]) -> None:
        for name, tree in self.document.inputs.items():
            shape = given.get(name)
            try:
                if name not in given and tree is not None:
                    shape = shape_of_input(tree, self.document, variables)
            except SpecProblem as problem:
                self.graph.report(problem)
            self.graph.add_input(name, shape, tree)

    def network(self, outputs: Names, lint: Stated | None = None) -> Network:
        """The net, up to the first error."""
        return Network(
            self.document.name,
            self.document.layout,
            self.graph.inputs,
            self.graph.nodes if self.graph.sound is None else self.graph.nodes[: self.graph.sound],
            outputs,
            expect=self.expectation,
            lint=lint,
        )

    def outputs(self, frame: Frame, current: Names) -> Names:
        if not self.document.outputs:
            return current
        evaluator = Evaluator(frame.variables, self.document.layout, None)
        found = []
        for tree in self.document.outputs:
            try:
                wanted = evaluator.template(tree)
            except SpecProblem as problem:
                self.graph.report(problem)
                continue
            name = self.references.find(wanted, frame.prefix)
            if name is None:
                self.references.missing(wanted, tree, frame)
                self.graph.mark_unsound()
            else:
                found.append(name)
        return tuple(found)

    def step(self, tree: Tree, steps: int = 1) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise self.too_long(tree)

    def too_long(self, tree: Tree) -> SpecProblem:
        return SpecProblem(
            codes.LIMIT, f"unrolling the net takes more than {self.limits.steps:,} steps", tree,
            help=("`--max-layers` raises the limit, to three times its number",),
        )  # fmt: skip

    # -- entries ------------------------------------------------------------------------------

    def run_entries(self, trees: list[Tree], frame: Frame, current: Names) -> Names:
        """Place a list of entries, one after another; the names of the last results."""
        ready, place = self.builder.ready, self.graph.place
        for tree in trees:
            self.steps_left -= 1 if len(current) < MANY else len(current)
            if self.steps_left < 0:
                raise self.too_long(tree)
            layer = ready(tree)
            if layer is not None:
                current = place(layer, frame, current, tree)
            else:
                current = self.run_entry(tree, frame, current)
        return current

    def run_entry(self, tree: Tree, frame: Frame, current: Names) -> Names:
        """Place one entry; a problem is reported and leaves an unknown result."""
        self.step(tree, ENTRY_STEPS)
        entry = self.entries.get(id(tree))
        if self.failures.get(id(tree), 0) >= _MOST_FAILURES:
            return self.unknown(tree, frame, entry)
        try:
            if entry is None:
                entry = self.entries[id(tree)] = read_entry(tree)
            inputs = self.inputs_of(entry, frame, current)
            if entry.loop is not None or entry.repeat is not None:
                result = self.loop(entry, frame, inputs)
            else:
                result = self.once(entry, frame, inputs)
        except UnknownShape:
            return self.unknown(tree, frame, entry)
        except SpecProblem as problem:
            if problem.code == codes.LIMIT:
                raise
            self.graph.report(problem, frame)
            self.failures[id(tree)] = self.failures.get(id(tree), 0) + 1
            return self.unknown(tree, frame, entry)
        return current if result is None else result

    def unknown(self, tree: Tree, frame: Frame, entry: Entry | None) -> Names:
        """The result of an entry that failed: under the name that it would have had."""
        name = self.name_of_failed(tree, frame, entry)
        self.graph.shapes.setdefault(name, None)
        self.references.defined.setdefault(name, tree)
        self.references.failed.add(name)
        return (name,)

    def name_of_failed(self, tree: Tree, frame: Frame, entry: Entry | None) -> str:
        given = tree.get("name") if isinstance(tree, Mapping) else None
        if isinstance(given, Scalar) and "$" not in given.text:
            return frame.prefix + given.text
        if given is None and entry is not None:
            found = registry.find(entry.type)
            if entry.type in self.document.blocks:
                return self.graph.numbered(entry.type, frame)
            if found is not None:
                return self.graph.numbered(found.layer.type, frame)
        return self.nameless(frame)[0]

    def inputs_of(self, entry: Entry, frame: Frame, current: Names) -> Names:
        if entry.inputs is None:
            return current
        evaluator = self.evaluator(frame, current)
        trees = entry.inputs.items if isinstance(entry.inputs, Sequence) else [entry.inputs]
        found: list[str] = []
        for tree in trees:
            wanted = evaluator.template(tree)
            if wanted == "input" and (frame.calls or "input" not in self.document.inputs):
                found += frame.inputs
                continue
            name = self.references.find(wanted, frame.prefix)
            if name is None:
                self.references.missing(wanted, tree, frame, self.own_name(entry, frame, evaluator))
                self.graph.mark_unsound()
                found += self.nameless(frame)
            else:
                found.append(name)
        if len(found) >= MANY:
            self.step(entry.tree, len(found))
        if not found:
            raise SpecProblem(codes.WRONG_TYPE, "`from` names no layer", entry.inputs)
        return tuple(found)

    def own_name(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> str:
        return frame.prefix + evaluator.template(entry.name) if entry.name is not None else ""

    def nameless(self, frame: Frame) -> Names:
        """A result that nothing else can refer to, of unknown shape."""
        name = f"{frame.prefix}?{len(self.graph.shapes)}"
        self.graph.shapes[name] = None
        return (name,)

    def evaluator(self, frame: Frame, inputs: Names) -> Evaluator:
        def shape() -> Shape:
            known = self.graph.shapes[inputs[0]] if inputs else None
            return known if known is not None else unknown_shape()

        return Evaluator(frame.variables, self.document.layout, shape)

    def once(self, entry: Entry, frame: Frame, inputs: Names) -> Names | None:
        """One turn of an entry, its `repeat` and `for` aside; None if `when` leaves it out."""
        cost = self.costs.get(id(entry.tree))
        if cost is None:
            cost = self.costs[id(entry.tree)] = cost_of(entry)
        self.step(entry.tree, cost)
        evaluator = self.evaluator(frame, inputs)
        if entry.when is not None and not evaluator.condition(entry.when):
            return None
        if entry.layers is not None or entry.type in COMPOSITES:
            return self.group(entry, frame, inputs, evaluator)
        if entry.type in self.document.blocks or "$" in entry.type:
            name = evaluator.template(entry.type_tree) if entry.type_tree else ""
            if name in self.document.blocks:
                return self.block(self.document.blocks[name], entry, frame, inputs, evaluator)
            entry = entry._replace(type=name)
        return self.layer(entry, frame, inputs, evaluator)

    def loop(self, entry: Entry, frame: Frame, inputs: Names) -> Names | None:
        """Unroll `repeat` and `for`; the index `$i` counts from 1. None if no turn is left."""
        self.step(entry.tree, cost_of_loop(entry))
        evaluator = self.evaluator(frame, inputs)
        single = entry._replace(loop=None, rows=None, repeat=None)
        result = None
        outer = self.scope("loop", frame)
        for turn, values in enumerate(turns(entry, evaluator), 1):
            self.step(entry.tree)
            row = values if entry.loop is not None else NO_VALUES
            scope = Scope("turn", len(self.graph.nodes), outer, "", "", row, turn)
            variables = Variables(values, frame.variables)
            inner = frame._replace(variables=variables, scope=scope, turn_of=entry.tree)
            placed = self.once(single, inner, inputs)
            if placed is not None:
                inputs = result = placed
        return result

    # -- groups, residuals, parallels, blocks ---------------------------------------------------

    def group(self, entry: Entry, frame: Frame, inputs: Names, evaluator: Evaluator) -> Names:
        check_beside_layers(entry)
        if entry.name is not None:
            name = self.given_name(entry, frame, evaluator)
            scope = self.scope(kind_of(entry), frame, name)
            frame = self.inner(frame, scope, entry, evaluator)
        else:
            if entry.trainable is not None:
                frame = frame._replace(trainable=self.trainable(entry, frame, evaluator))
            if (
                entry.layers is None or frame.turn_of is not entry.tree
            ):  # else the turn is the group
                frame = frame._replace(scope=self.scope(kind_of(entry), frame))
        if entry.layers is not None:
            result = self.run_entries(require_list(entry.layers, "`layers`"), frame, inputs)
        elif entry.type == "residual":
            result = self.residual(entry, frame, inputs)
        else:
            result = self.parallel(entry, frame, inputs)
        if entry.name is not None:
            self.references.aliases[frame.prefix[:-1]] = result
        return result

    def scope(self, kind: ScopeKind, frame: Frame, name: str = "") -> Scope:
        """What begins with the next layer."""
        return Scope(kind, len(self.graph.nodes), frame.scope, name)

    def inner(self, frame: Frame, scope: Scope, entry: Entry, evaluator: Evaluator) -> Frame:
        """The frame in a block or group with a name."""
        if len(scope.name) > LONGEST_PATH:
            raise SpecProblem(
                codes.LIMIT, f"the path of a block has over {LONGEST_PATH} characters", entry.tree
            )
        if entry.expect is not None:
            scope = scope._replace(expect=stated(entry.expect, evaluator))
        inside = frame.inside(scope.name, scope)
        return inside._replace(trainable=self.trainable(entry, frame, evaluator))

    def trainable(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> bool:
        if entry.trainable is None:
            return frame.trainable
        value = evaluator.value(entry.trainable)
        if not is_flag(value):
            raise SpecProblem(codes.BAD_VALUE, "`trainable` must be true or false", entry.trainable)
        return FLAG.parse(value) and frame.trainable

    def residual(self, entry: Entry, frame: Frame, inputs: Names) -> Names:
        parts = read_residual(entry.argument, entry.tree)
        inside = frame._replace(scope=self.scope("body", frame))
        body = self.run_entries(require_list(parts.body, "`body`"), inside, inputs)
        shortcut = inputs
        if parts.shortcut is not None:
            inside = frame._replace(scope=self.scope("shortcut", frame))
            shortcut = self.run_entries(require_list(parts.shortcut, "`shortcut`"), inside, inputs)
        return self.merge(parts.merge, "add", frame, (*shortcut, *body), entry)

    def parallel(self, entry: Entry, frame: Frame, inputs: Names) -> Names:
        parts = read_parallel(entry.argument, entry.tree)
        results: Names = ()
        for name, branch in parts.branches:
            if name:
                path = self.graph.claim_name(frame.prefix + name, branch)
                inside = frame.inside(path, self.scope("branch", frame, path))
            else:
                inside = frame._replace(scope=self.scope("branch", frame))
            results += self.run_entries(require_list(branch, "a branch"), inside, inputs)
        return self.merge(parts.merge, "concat", frame, results, entry)

    def merge(
        self, tree: Tree | None, default: str, frame: Frame, inputs: Names, entry: Entry
    ) -> Names:
        if tree is None:
            tree = Scalar(default, entry.tree.mark, quoted=False)
        elif isinstance(tree, Scalar) and tree.text == "none":
            return inputs
        return self.run_entry(tree, frame, inputs)

    def block(
        self, block: Block, entry: Entry, frame: Frame, inputs: Names, evaluator: Evaluator
    ) -> Names:
        """Place a block's layers under a name of its own."""
        if block.entries is None:
            raise UnknownShape
        check_beside_layers(entry, block=True)
        if any(name == block.name for name, _ in frame.calls):
            raise SpecProblem(
                codes.RECURSION, f"the block `{block.name}` uses itself", entry.type_tree
            )
        if len(frame.calls) >= self.limits.depth:
            raise SpecProblem(codes.LIMIT, "blocks are nested too deeply", entry.type_tree)
        self.step(entry.tree, BLOCK_STEPS)
        values = arguments_of_block(block, entry, evaluator)
        name = self.given_name(entry, frame, evaluator) or self.graph.claim_name(
            self.graph.numbered(block.name, frame), entry.tree
        )
        scope = self.scope("block", frame, name)._replace(block=block.name, arguments=values)
        inside = self.inner(frame, scope, entry, evaluator)
        counted, index = frame.variables.find("i")
        values = {"i": index, **values} if counted else values
        place = entry.type_tree or entry.tree
        inside = inside._replace(
            variables=Variables(values, evaluator.variables.outermost),
            inputs=inputs,
            calls=(*frame.calls, (block.name, place)),
            twin=self.shared_block(entry, frame, evaluator) or inside.twin,
        )
        result = self.run_entries(block.entries, inside, inputs)
        self.references.aliases[name] = result
        return result

    # -- layers -------------------------------------------------------------------------------

    def layer(self, entry: Entry, frame: Frame, inputs: Names, evaluator: Evaluator) -> Names:
        """Place a layer of a built-in type, or one that shares another's weights."""
        entry = with_keys_of_keras(entry)
        shared = self.shared_node(entry, frame, evaluator)
        if not entry.type and shared is not None:
            built, regularizer = shared.layer, None
        else:
            built, regularizer = self.builder.build(entry, evaluator)
            self.step(entry.tree, cost_of_layer(built))
        traits = self.traits(entry, frame, evaluator, regularizer)
        name = self.given_name(entry, frame, evaluator)
        own = EntryTraits(entry, name, traits, shared)
        return self.graph.place(built, frame, inputs, entry.tree, own)

    def given_name(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> str:
        """The full name that an entry is given, or an empty text."""
        if entry.name is None:
            return ""
        name = frame.prefix + evaluator.template(entry.name)
        self.step(entry.tree, cost_of_name(name))
        return self.graph.claim_name(name, entry.name)

    def shared_node(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> Node | None:
        if entry.share is None:
            return None
        wanted = evaluator.template(entry.share)
        name = self.references.find(wanted, frame.prefix)
        if name in self.document.inputs:
            raise SpecProblem(
                codes.UNKNOWN_LAYER, f"`{name}` is an input: it has no weights", entry.share
            )
        if name is None:
            self.references.missing(wanted, entry.share, frame)
            self.graph.mark_unsound()
            raise UnknownShape
        node = self.graph.owner(name)
        if node is None:
            raise UnknownShape
        return node

    def shared_block(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> str:
        """The prefix of the block whose weights an entry shares, or an empty text."""
        if entry.share is None:
            return ""
        wanted = evaluator.template(entry.share)
        found = self.references.find_block(wanted, frame.prefix)
        if not found:
            raise SpecProblem(
                codes.UNKNOWN_LAYER, f"no block called `{wanted}` stands above", entry.share
            )
        return f"{found}/"

    def traits(
        self,
        entry: Entry,
        frame: Frame,
        evaluator: Evaluator,
        regularizer: Any,  # noqa: ANN401 - as arguments_of gives it
    ) -> Traits:
        if entry.regularizer is not None:
            regularizer = regularizer_of(evaluator.value(entry.regularizer), entry.regularizer)
        expect = stated(entry.expect, evaluator)
        trainable = self.trainable(entry, frame, evaluator)
        if trainable and regularizer is None and expect is None:
            return PLAIN
        return Traits(trainable, "", regularizer, expect)


def kind_of(entry: Entry) -> ScopeKind:
    """What an entry with layers of its own is: a residual, a parallel or a plain group."""
    if entry.layers is None and entry.type in {"residual", "parallel"}:
        return "residual" if entry.type == "residual" else "parallel"
    return "group"


def stated(tree: Tree | None, evaluator: Evaluator) -> Stated | None:
    """What stands under `expect` or `lint`, with its places; raises `SpecProblem`."""
    if tree is None:
        return None
    parts = tree.pairs() if isinstance(tree, Mapping) else ()
    places = {key.text: value.place for key, value in parts}
    return Stated(evaluator.value(tree), tree.place, places)
