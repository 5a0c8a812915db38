"""Entries to graph: blocks, groups and repeats are unrolled, every layer is placed.

Expansion and shape propagation go hand in hand, since a `when` or an argument
may depend on the shape that arrives (`$in_channels`). An entry that fails
leaves an unknown shape behind it: what follows is still checked as far as it
can be, so that all independent errors show in one run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.diagnostics import Diagnostic, codes, nearest
from cnncalc.graph import PLAIN, Facts, Network, Node, Scope, Traits, facts_of
from cnncalc.layers import registry
from cnncalc.layers.base import Inputs, show_shape
from cnncalc.layers.errors import LayerError
from cnncalc.spec.arguments import argument_place, arguments_of, fingerprint, regularizer_of
from cnncalc.spec.document import Block, Document, read_shape
from cnncalc.spec.entries import (
    COMPOSITES,
    ENTRY_KEYS,
    Entry,
    read_entry,
    read_parallel,
    read_residual,
)
from cnncalc.spec.limits import BLOCK_STEPS, ENTRY_STEPS
from cnncalc.spec.problems import SpecProblem, UnknownShape
from cnncalc.spec.references import References
from cnncalc.spec.scope import Evaluator, LazyValue, Variables, unknown_shape
from cnncalc.spec.tree import Mapping, Scalar, Sequence, Tree
from cnncalc.spec.values import require_list

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType

    from cnncalc.layers.base import Dialect, Layer, Shape
    from cnncalc.spec.limits import Limits

Names = tuple[str, ...]
_MOST_DIAGNOSTICS = 100


class Frame(NamedTuple):
    """Where entries stand: the scope of their names and variables."""

    prefix: str
    variables: Variables
    inputs: Names  # what `input` means here
    counters: dict[str, int]
    scopes: tuple[Scope, ...] = ()
    trainable: bool = True
    calls: tuple[tuple[str, Tree], ...] = ()  # the blocks that led here, outermost first


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
        if problem.code == codes.LIMIT:
            expander.nodes.clear()  # nobody wants to see rows up to a limit
        expander.report(problem)
        return Expansion(expander.network(()), expander.found())


class _Expander:
    def __init__(self, document: Document, source: str, limits: Limits) -> None:
        self.document = document
        self.source = source
        self.limits = limits
        self.steps_left = limits.steps
        self.nodes: list[Node] = []
        self.shapes: dict[str, Shape | None] = {}
        self.inputs: dict[str, Shape] = {}
        self.references = References(self.shapes)
        self.diagnostics: list[Diagnostic] = []
        self.reported: set[tuple[str, int]] = set()
        self.sound: int | None = None  # nodes above the first error
        self.facts: dict[tuple[int, tuple[Shape, ...]], Facts] = {}
        self.ready: dict[object, Layer] = {}  # layers without variables, by what was written
        self.entries: dict[int, Entry] = {}
        self.owners: dict[str, Node] = {}  # nodes by name, filled when weights are shared
        self.expectation: Any = None
        self.framework: Dialect = "keras" if document.layout == "channels_last" else "torch"

    # -- the whole net ------------------------------------------------------------------------

    def run(self, overrides: MappingType[str, Any], shapes: MappingType[str, Shape]) -> Expansion:
        document = self.document
        variables = self.variables(overrides)
        self.read_inputs(variables, shapes)
        names = tuple(self.inputs)
        frame = Frame("", variables, names if len(names) == 1 else (), {})
        current = self.run_entries(document.entries, frame, frame.inputs)
        outputs = self.outputs(frame, current)
        for diagnostic in self.references.unresolved(self.source):
            self.add(diagnostic)
        evaluator = Evaluator(variables, document.layout, None)
        if document.expect is not None:
            self.expectation = evaluator.value(document.expect)
        network = self.network(outputs, evaluator.value(document.lint) if document.lint else None)
        if self.sound is None:
            self.check_unused(outputs)
        return Expansion(network, self.found())

    def found(self) -> tuple[Diagnostic, ...]:
        """All diagnostics in the order of their places."""
        return tuple(sorted(self.diagnostics, key=lambda one: one.place or (0, 0, 0)))

    def network(self, outputs: Names, lint: Any = None) -> Network:  # noqa: ANN401 - plain values
        """The net, up to the first error."""
        return Network(
            self.document.name,
            self.document.layout,
            self.inputs,
            self.nodes if self.sound is None else self.nodes[: self.sound],
            outputs,
            source=self.document,
            expect=self.expectation,
            lint=lint,
        )

    def variables(self, overrides: MappingType[str, Any]) -> Variables:
        given = self.document.variables
        for name in overrides:
            if name not in given:
                close = nearest(name, given)
                raise SpecProblem(
                    codes.UNKNOWN_KEY, f"--set {name}: the spec has no variable `{name}`",
                    label=f"did you mean `{close}`?" if close else "",
                    help=(f"its variables are {', '.join(given) or 'none'}",),
                )  # fmt: skip
        values: dict[str, Any] = dict(overrides)
        variables = Variables(values)
        evaluator = Evaluator(variables, self.document.layout, None)
        for name, tree in given.items():
            if name not in overrides:
                values[name] = LazyValue(name, tree, evaluator)
        return variables

    def read_inputs(self, variables: Variables, overrides: MappingType[str, Shape]) -> None:
        trees, layout = self.document.inputs, self.document.layout
        wanted = {name or next(iter(trees)): shape for name, shape in overrides.items()}
        for name in wanted:
            if name not in trees:
                raise SpecProblem(
                    codes.UNKNOWN_LAYER, f"--input {name}: the spec has no input `{name}`",
                    help=(f"its inputs are {', '.join(trees)}",),
                )  # fmt: skip
        evaluator = Evaluator(variables, layout, None)
        for name, tree in trees.items():
            shape = wanted.get(name) or read_shape(tree, layout, evaluator.value(tree))
            self.inputs[name] = self.shapes[name] = shape
            self.references.defined[name] = tree

    def outputs(self, frame: Frame, current: Names) -> Names:
        if not self.document.outputs:
            return current
        evaluator = Evaluator(frame.variables, self.document.layout, None)
        found = []
        for tree in self.document.outputs:
            name = self.references.find(evaluator.template(tree), frame.prefix)
            if name is None:
                self.references.missing(evaluator.template(tree), tree, "")
                self.mark_unsound()
            else:
                found.append(name)
        return tuple(found)

    def check_unused(self, outputs: Names) -> None:
        used = {name for node in self.nodes for name in node.inputs}
        used.update(outputs)
        for name, shape in self.inputs.items():
            if name not in used and self.nodes:
                self.warn_unused(
                    f"the input `{name}` {show_shape(shape)}", self.references.defined[name]
                )
        for node in self.nodes:
            if node.name not in used:
                place = node.place
                tree = place if isinstance(place, (Scalar, Mapping, Sequence)) else None
                self.warn_unused(f"the result of `{node.name}`", tree)

    def warn_unused(self, what: str, tree: Tree | None) -> None:
        problem = SpecProblem(
            codes.UNUSED, f"{what} is never used", tree,
            help=("`from:` takes it further on, `outputs:` makes it a result of the net",),
        )  # fmt: skip
        self.diagnostics.append(problem.diagnostic(self.source, "warning"))

    # -- reporting ----------------------------------------------------------------------------

    def mark_unsound(self) -> None:
        if self.sound is None:
            self.sound = len(self.nodes)

    def report(self, problem: SpecProblem, frame: Frame | None = None) -> None:
        self.mark_unsound()
        if frame is not None and frame.calls:
            notes = tuple(
                f"in the block `{name}`, used in line {tree.mark.line + 1}"
                for name, tree in reversed(frame.calls)
            )
            problem.notes += notes
        self.add(problem.diagnostic(self.source))

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, once for a place: a repeated block repeats its errors."""
        key = (diagnostic.code, hash(diagnostic.place or diagnostic.message))
        if key not in self.reported:
            self.reported.add(key)
            self.diagnostics.append(diagnostic)
        if len(self.diagnostics) > _MOST_DIAGNOSTICS:
            raise SpecProblem(codes.LIMIT, f"more than {_MOST_DIAGNOSTICS} errors: stopped here")

    def step(self, tree: Tree, steps: int = 1) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise self.too_long(tree)

    def too_long(self, tree: Tree) -> SpecProblem:
        return SpecProblem(
            codes.LIMIT, f"unrolling the net takes more than {self.limits.steps:,} steps", tree,
            help=("`--max-layers` raises the limit, to three times its number",),
        )  # fmt: skip

    def too_many(self, tree: Tree) -> SpecProblem:
        return SpecProblem(
            codes.LIMIT, f"the net unrolls to more than {self.limits.layers:,} layers", tree,
            help=("`--max-layers` raises the limit",),
        )  # fmt: skip

    # -- entries ------------------------------------------------------------------------------

    def run_entries(self, trees: list[Tree], frame: Frame, current: Names) -> Names:
        """Place a list of entries, one after another; the names of the last results."""
        ready, place = self.ready, self.place
        for tree in trees:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise self.too_long(tree)
            if type(tree) is Scalar:
                layer = ready.get(tree.text)
            elif type(tree) is Mapping and len(tree.parts) == 2:  # noqa: PLR2004 - only a type
                print_ = fingerprint(tree.parts[1])
                layer = ready.get((tree.parts[0].text, print_)) if print_ is not None else None
            else:
                layer = None
            if layer is not None:
                current = place(layer, frame, current, tree)
            else:
                current = self.run_entry(tree, frame, current)
        return current

    def run_entry(self, tree: Tree, frame: Frame, current: Names) -> Names:
        """Place one entry; a problem is reported and leaves an unknown result."""
        self.step(tree, ENTRY_STEPS)
        try:
            entry = self.entries.get(id(tree))
            if entry is None:
                entry = self.entries[id(tree)] = read_entry(tree)
            inputs = self.inputs_of(entry, frame, current)
            if entry.loop is not None or entry.repeat is not None:
                return self.loop(entry, frame, inputs)
            return self.once(entry, frame, inputs)
        except UnknownShape:
            return self.unknown(tree, frame)
        except SpecProblem as problem:
            if problem.code == codes.LIMIT:
                raise
            self.report(problem, frame)
            return self.unknown(tree, frame)

    def unknown(self, tree: Tree, frame: Frame) -> Names:
        """The result of an entry that failed: under its own name, if it has one."""
        name = f"{frame.prefix}?{len(self.shapes)}"
        given = tree.get("name") if isinstance(tree, Mapping) else None
        if isinstance(given, Scalar) and "$" not in given.text:
            name = frame.prefix + given.text
        self.shapes.setdefault(name, None)
        self.references.defined.setdefault(name, tree)
        return (name,)

    def inputs_of(self, entry: Entry, frame: Frame, current: Names) -> Names:
        if entry.inputs is None:
            return current
        evaluator = self.evaluator(frame, current)
        trees = entry.inputs.items if isinstance(entry.inputs, Sequence) else [entry.inputs]
        found: list[str] = []
        for tree in trees:
            wanted = evaluator.template(tree)
            if (wanted == "input" and "input" not in self.inputs) or (
                wanted == "input" and frame.calls
            ):
                found += frame.inputs
                continue
            name = self.references.find(wanted, frame.prefix)
            if name is None:
                own = evaluator.template(entry.name) if entry.name is not None else ""
                self.references.missing(wanted, tree, frame.prefix + own)
                self.mark_unsound()
                found += self.unknown(tree, frame)
            else:
                found.append(name)
        return tuple(found)

    def evaluator(self, frame: Frame, inputs: Names) -> Evaluator:
        def shape() -> Shape:
            known = self.shapes[inputs[0]] if inputs else None
            return known if known is not None else unknown_shape()

        return Evaluator(frame.variables, self.document.layout, shape)

    def once(self, entry: Entry, frame: Frame, inputs: Names) -> Names:
        """One turn of an entry, its `repeat` and `for` aside."""
        evaluator = self.evaluator(frame, inputs)
        if entry.when is not None and not evaluator.condition(entry.when):
            return inputs
        if entry.layers is not None or entry.type in COMPOSITES:
            return self.group(entry, frame, inputs, evaluator)
        if entry.type in self.document.blocks or "$" in entry.type:
            name = evaluator.template(entry.type_tree) if entry.type_tree else ""
            if name in self.document.blocks:
                return self.block(self.document.blocks[name], entry, frame, inputs, evaluator)
            entry = entry._replace(type=name)
        return self.layer(entry, frame, inputs, evaluator)

    def loop(self, entry: Entry, frame: Frame, inputs: Names) -> Names:
        """Unroll `repeat` and `for`; the index `$i` counts from 1."""
        evaluator = self.evaluator(frame, inputs)
        single = entry._replace(loop=None, rows=None, repeat=None)
        for values in self.turns(entry, evaluator):
            self.step(entry.tree)
            inner = frame._replace(variables=Variables(values, frame.variables))
            inputs = self.once(single, inner, inputs)
        return inputs

    def turns(self, entry: Entry, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
        if entry.loop is None:
            assert entry.repeat is not None  # noqa: S101 - one of the two is why we are here
            for index in range(1, self.count(entry.repeat, evaluator) + 1):
                yield {"i": index}
            return
        if entry.repeat is not None:
            raise SpecProblem(codes.UNKNOWN_KEY, "give either `repeat` or `for`", entry.repeat)
        for index, row in enumerate(loop_rows(entry, evaluator), 1):
            yield {"i": index, **row}

    def count(self, tree: Tree, evaluator: Evaluator) -> int:
        value = evaluator.value(tree)
        if isinstance(value, str) and isinstance(tree, Scalar):
            value = evaluator.computed(tree)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise SpecProblem(
                codes.BAD_VALUE,
                f"`repeat` must be a whole number of 0 or more, not {value}", tree,
            )  # fmt: skip
        return value

    # -- groups, residuals, parallels, blocks ---------------------------------------------------

    def group(self, entry: Entry, frame: Frame, inputs: Names, evaluator: Evaluator) -> Names:
        if entry.name is not None:
            name = self.claim_name(frame.prefix + evaluator.template(entry.name), entry.tree)
            frame = self.inner(frame, name, entry.type or "group", entry, evaluator)
        elif entry.trainable is not None:
            frame = frame._replace(trainable=self.trainable(entry, frame, evaluator))
        if entry.layers is not None:
            result = self.run_entries(require_list(entry.layers, "`layers`"), frame, inputs)
        elif entry.type == "residual":
            result = self.residual(entry, frame, inputs)
        else:
            result = self.parallel(entry, frame, inputs)
        if entry.name is not None:
            self.references.aliases[frame.prefix[:-1]] = result
        return result

    def inner(
        self, frame: Frame, name: str, type_: str, entry: Entry, evaluator: Evaluator
    ) -> Frame:
        expect = evaluator.value(entry.expect) if entry.expect is not None else None
        return frame._replace(
            prefix=name + "/",
            counters={},
            scopes=(*frame.scopes, Scope(name, type_, expect, entry.tree)),
            trainable=self.trainable(entry, frame, evaluator),
        )

    def trainable(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> bool:
        if entry.trainable is None:
            return frame.trainable
        value = evaluator.value(entry.trainable)
        words = {"yes": True, "on": True, "no": False, "off": False}
        value = words.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise SpecProblem(codes.BAD_VALUE, "`trainable` must be true or false", entry.trainable)
        return value and frame.trainable

    def residual(self, entry: Entry, frame: Frame, inputs: Names) -> Names:
        parts = read_residual(entry.argument, entry.tree)
        body = self.run_entries(require_list(parts.body, "`body`"), frame, inputs)
        shortcut = inputs
        if parts.shortcut is not None:
            shortcut = self.run_entries(require_list(parts.shortcut, "`shortcut`"), frame, inputs)
        return self.merge(parts.merge, "add", frame, (*shortcut, *body), entry)

    def parallel(self, entry: Entry, frame: Frame, inputs: Names) -> Names:
        parts = read_parallel(entry.argument, entry.tree)
        results: Names = ()
        for name, branch in parts.branches:
            inside = frame
            if name:
                path = self.claim_name(frame.prefix + name, branch)
                scope = Scope(path, "branch", None, branch)
                inside = frame._replace(
                    prefix=path + "/", counters={}, scopes=(*frame.scopes, scope)
                )
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
        if any(name == block.name for name, _ in frame.calls):
            raise SpecProblem(
                codes.RECURSION, f"the block `{block.name}` uses itself", entry.type_tree
            )
        if len(frame.calls) >= self.limits.depth:
            raise SpecProblem(codes.LIMIT, "blocks are nested too deeply", entry.type_tree)
        self.step(entry.tree, BLOCK_STEPS)
        values = self.block_arguments(block, entry, evaluator)
        name = self.name_of(entry, block.name, frame, evaluator)
        outer = Variables(values, Variables({"i": frame.variables.find("i")[1]}, self.top(frame)))
        place = entry.type_tree or entry.tree
        inside = self.inner(frame, name, block.name, entry, evaluator)._replace(
            variables=outer, inputs=inputs, calls=(*frame.calls, (block.name, place))
        )
        result = self.run_entries(block.entries, inside, inputs)
        self.references.aliases[name] = result
        return result

    def top(self, frame: Frame) -> Variables:
        here = frame.variables
        while here.outer is not None:
            here = here.outer
        return here

    def block_arguments(self, block: Block, entry: Entry, evaluator: Evaluator) -> dict[str, Any]:
        values: dict[str, Any] = {}
        given = entry.argument
        if isinstance(given, Mapping):
            for key, tree in given.pairs():
                if key.text not in block.arguments:
                    close = nearest(key.text, block.arguments)
                    raise SpecProblem(
                        codes.UNKNOWN_ARGUMENT,
                        f"the block `{block.name}` has no argument `{key.text}`", key,
                        label=f"did you mean `{close}`?" if close else "",
                        help=(f"its arguments are {', '.join(block.arguments) or 'none'}",),
                    )  # fmt: skip
                values[key.text] = evaluator.value(tree)
        elif given is not None and not (isinstance(given, Scalar) and not given.text):
            if not block.arguments:
                raise SpecProblem(
                    codes.UNKNOWN_ARGUMENT, f"the block `{block.name}` takes no argument", given
                )
            values[next(iter(block.arguments))] = evaluator.value(given)
        defaults = Variables(values, self.top_of(evaluator))
        for name, default in block.arguments.items():
            if name in values:
                continue
            if default is None:
                raise SpecProblem(
                    codes.MISSING_ARGUMENT, f"the block `{block.name}` needs `{name}`",
                    entry.type_tree or entry.tree,
                )  # fmt: skip
            inner = Evaluator(defaults, evaluator.layout, evaluator.shape)
            values[name] = inner.value(default)
        return values

    def top_of(self, evaluator: Evaluator) -> Variables:
        here = evaluator.variables
        while here.outer is not None:
            here = here.outer
        return here

    # -- layers -------------------------------------------------------------------------------

    def layer(self, entry: Entry, frame: Frame, inputs: Names, evaluator: Evaluator) -> Names:
        """Place a layer of a built-in type, or one that shares another's weights."""
        entry = with_keys_of_keras(entry)
        shared = self.shared_node(entry, frame, evaluator)
        if not entry.type and shared is not None:
            built, regularizer = shared.layer, None
        else:
            built, regularizer = self.build(entry, evaluator)
        traits = self.traits(entry, frame, evaluator, regularizer, shared)
        name = self.name_of(entry, built.type, frame, evaluator) if entry.name is not None else ""
        return self.place(built, frame, inputs, entry.tree, name, traits, entry, shared)

    def build(self, entry: Entry, evaluator: Evaluator) -> tuple[Layer, Any]:
        found = registry.find(entry.type)
        if found is None:
            raise self.unknown_type(entry)
        print_ = fingerprint(entry.argument) if entry.argument is not None else ()
        values, regularizer = arguments_of(found, entry.argument, evaluator)
        try:
            layer = found.make(values, self.framework)
        except LayerError as error:
            place = argument_place(found, entry, error)
            raise SpecProblem(
                error.code, error.message, place, label=error.label, help=error.help
            ) from None
        whole = isinstance(entry.tree, Scalar) or (
            len(entry.tree.parts) == 2 and entry.tree.parts[1] is entry.argument  # noqa: PLR2004
            if isinstance(entry.tree, Mapping)
            else False
        )
        if whole and print_ is not None and regularizer is None:
            key = entry.type if isinstance(entry.tree, Scalar) else (entry.type, print_)
            if entry.type_tree is not None and entry.type_tree.text == entry.type:
                self.ready[key] = layer
        return layer, regularizer

    def unknown_type(self, entry: Entry) -> SpecProblem:
        known = [*self.document.blocks, *registry.names(), *COMPOSITES]
        close = nearest(entry.type, known)
        key = "an entry needs a layer type" if entry.type in ENTRY_KEYS else ""
        return SpecProblem(
            codes.UNKNOWN_TYPE, f"unknown layer type `{entry.type}`", entry.type_tree,
            label=f"did you mean `{close}`?" if close else key,
            help=("`cnncalc layers` lists all types",
                  "`custom: {shape: ..., params: ...}` stands in for a missing one"),
        )  # fmt: skip

    def shared_node(self, entry: Entry, frame: Frame, evaluator: Evaluator) -> Node | None:
        if entry.share is None:
            return None
        wanted = evaluator.template(entry.share)
        name = self.references.find(wanted, frame.prefix)
        if name is None or name in self.inputs:
            self.references.missing(wanted, entry.share, "")
            self.mark_unsound()
            raise UnknownShape
        self.owners.update((node.name, node) for node in self.nodes[len(self.owners) :])
        if name not in self.owners:
            raise UnknownShape
        return self.owners[name]

    def traits(
        self,
        entry: Entry,
        frame: Frame,
        evaluator: Evaluator,
        regularizer: Any,  # noqa: ANN401 - as arguments_of gives it
        shared: Node | None,
    ) -> Traits:
        if entry.regularizer is not None:
            regularizer = regularizer_of(evaluator.value(entry.regularizer), entry.regularizer)
        expect = evaluator.value(entry.expect) if entry.expect is not None else None
        trainable = self.trainable(entry, frame, evaluator)
        owner = (shared.traits.shared_with or shared.name) if shared is not None else ""
        if trainable and not owner and regularizer is None and expect is None:
            return PLAIN
        return Traits(trainable, owner, regularizer, expect)

    def place(  # noqa: PLR0913 - the parts of a node
        self,
        layer: Layer,
        frame: Frame,
        inputs: Names,
        tree: Tree,
        name: str = "",
        traits: Traits | None = None,
        entry: Entry | None = None,
        shared: Node | None = None,
    ) -> Names:
        """Add a layer to the graph; the name of its result."""
        shapes = self.shapes
        if not name:
            type_, counters, prefix = layer.type, frame.counters, frame.prefix
            number = counters.get(type_, 0) + 1
            name = f"{prefix}{type_}_{number}"
            while name in shapes:
                number += 1
                name = f"{prefix}{type_}_{number}"
            counters[type_] = number
        if len(self.nodes) >= self.limits.layers:
            raise self.too_many(tree)
        arriving = (
            (shapes[inputs[0]],) if len(inputs) == 1 else tuple(shapes[one] for one in inputs)
        )
        if not inputs or None in arriving:
            return self.cannot_place(layer, frame, inputs, tree, name)
        known: tuple[Shape, ...] = arriving  # type: ignore[assignment]
        facts = self.facts.get((id(layer), known))
        if facts is None:
            try:
                facts = facts_of(layer, Inputs(known, self.document.layout))
                if shared is not None:
                    check_shared(layer, facts, shared)
            except LayerError as error:
                self.fail(error, layer, frame, inputs, tree, name, entry)
                return (name,)
            self.facts[(id(layer), known)] = facts
        shapes[name] = facts.output_shape
        if traits is None:
            traits = PLAIN if frame.trainable else Traits(trainable=False)
        self.nodes.append(Node(name, layer, inputs, facts, frame.scopes, traits, tree))
        return (name,)

    def cannot_place(
        self, layer: Layer, frame: Frame, inputs: Names, tree: Tree, name: str
    ) -> Names:
        """A layer whose input is unknown: an earlier error says why, or there is none."""
        self.shapes[name] = None
        self.references.defined[name] = tree
        self.references.edges[name] = inputs
        if not inputs and layer.arity[0] > 0:
            self.report(
                SpecProblem(
                    codes.INPUT_COUNT,
                    f"`{layer.called or layer.type}` has no input: the net has several",
                    tree,
                    help=(f"`from:` says which: {', '.join(self.inputs)}",),
                ),
                frame,
            )
        return (name,)

    def fail(  # noqa: PLR0913 - the parts of a node
        self,
        error: LayerError,
        layer: Layer,
        frame: Frame,
        inputs: Names,
        tree: Tree,
        name: str,
        entry: Entry | None,
    ) -> None:
        self.shapes[name] = None
        self.references.defined[name] = tree
        found = registry.find(layer.called)
        entry = entry or read_entry(tree)
        place = argument_place(found, entry, error) if found else tree
        received = " and ".join(
            f"{show_shape(self.shapes[one] or ())} from {one}" for one in inputs
        )
        line = self.line_of(inputs[0]) if len(inputs) == 1 else ""
        from cnncalc.spec.advice import advise  # noqa: PLC0415 - only on errors
        from cnncalc.spec.ways import built  # noqa: PLC0415 - only on errors

        net = built(self.nodes, self.inputs, self.document.layout)
        advice = advise(error, layer, inputs, net)
        self.report(
            SpecProblem(
                error.code, error.message, place, label=error.label,
                notes=(f"{name} receives {received}{line}", *advice.notes),
                help=(*error.help, *advice.help),
            ),
            frame,
        )  # fmt: skip

    def line_of(self, name: str) -> str:
        tree = self.references.defined.get(name)
        if tree is None:
            node = next((node for node in reversed(self.nodes) if node.name == name), None)
            place = node.place if node is not None else None
            tree = place if isinstance(place, (Scalar, Mapping, Sequence)) else None
        return f" (line {tree.mark.line + 1})" if tree is not None else ""

    def name_of(self, entry: Entry, type_: str, frame: Frame, evaluator: Evaluator) -> str:
        if entry.name is not None:
            return self.claim_name(frame.prefix + evaluator.template(entry.name), entry.name)
        number = frame.counters.get(type_, 0) + 1
        while f"{frame.prefix}{type_}_{number}" in self.references.taken:
            number += 1
        frame.counters[type_] = number
        return self.claim_name(f"{frame.prefix}{type_}_{number}", entry.tree)

    def claim_name(self, name: str, tree: Tree) -> str:
        if name in self.shapes or name in self.references.taken:
            raise SpecProblem(
                codes.DUPLICATE_NAME, f"the name `{name}` is taken{self.line_of(name)}", tree,
                help=("in a loop, `name: conv$i` gives each turn its own",),
            )  # fmt: skip
        self.references.taken.add(name)
        return name


def with_keys_of_keras(entry: Entry) -> Entry:
    """`name` and `trainable`, which Keras takes as arguments, moved beside the type."""
    tree = entry.argument
    if not isinstance(tree, Mapping):
        return entry
    name, trainable = tree.get("name"), tree.get("trainable")
    if name is None and trainable is None:
        return entry
    kept = [
        part
        for key, value in tree.pairs()
        if key.text not in ("name", "trainable")
        for part in (key, value)
    ]
    return entry._replace(
        argument=Mapping(kept, tree.mark),
        name=entry.name or name,
        trainable=entry.trainable or trainable,
    )


def loop_rows(entry: Entry, evaluator: Evaluator) -> Iterator[dict[str, Any]]:
    """The variables of each turn of a `for`: rows of `in`, or lists side by side.

    Raises:
        SpecProblem: a row has not one value for each variable.
    """
    loop, rows = entry.loop, entry.rows
    if isinstance(loop, Mapping):
        lists = {key.text: evaluator.value(tree) for key, tree in loop.pairs()}
        lengths = {len(values) if isinstance(values, list) else -1 for values in lists.values()}
        if len(lengths) != 1 or -1 in lengths:
            raise SpecProblem(codes.WRONG_TYPE, "`for` needs lists of one length", loop)
        for values in zip(*lists.values(), strict=True):
            yield dict(zip(lists, values, strict=True))
        return
    if rows is None:
        raise SpecProblem(codes.MISSING_KEY, "`for` needs `in:`, the rows of values", loop)
    single = isinstance(loop, Scalar)
    trees = loop.items if isinstance(loop, Sequence) else [loop]
    names = [tree.text for tree in trees if isinstance(tree, Scalar)]
    values = evaluator.value(rows)
    if not isinstance(values, list):
        raise SpecProblem(codes.WRONG_TYPE, "`in` must be a list of rows", rows)
    for index, row in enumerate(values):
        cells = [row] if single else row
        if not isinstance(cells, list) or len(cells) != len(names):
            at = rows.items[index] if isinstance(rows, Sequence) else rows
            count = len(cells) if isinstance(cells, list) else 1
            raise SpecProblem(
                codes.WRONG_TYPE,
                f"row {index + 1} has {count} values for {len(names)} variables", at,
                help=(f"`for` names {', '.join(names)}",),
            )  # fmt: skip
        yield dict(zip(names, cells, strict=True))


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
