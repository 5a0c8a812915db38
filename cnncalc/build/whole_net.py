"""The whole net: its inputs, its entries, its outputs, and what the spec says of all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.frame import Frame
from cnncalc.build.frameworks import unsettled
from cnncalc.build.inputs import given_shape, overrides_by_input, shape_of_input
from cnncalc.build.scope import Evaluator, dtype, numbers, stated, variables_of
from cnncalc.build.taking import results_named
from cnncalc.build.unused import unused_results
from cnncalc.diagnostics import codes
from cnncalc.language.limits import INPUT_STEPS
from cnncalc.language.problems import SpecProblem
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import excess_of
from cnncalc.net.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Names
    from cnncalc.build.scope import Variables
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Stated

    #: A net as far as it could be built, what was wrong with it, and what it owes to its inputs.
    Expansion = tuple[Network | None, tuple[Diagnostic, ...], "Basis | None"]


class Basis(NamedTuple):
    """What a net owes to the shapes of its inputs.

    Attributes:
        asked: the variables of shapes (`in_channels`) that were asked for, each after the
            name of the result whose shape it is.
        written: the shapes of the inputs as the spec has them.
    """

    asked: frozenset[tuple[str, str]]
    written: Mapping[str, Shape]


class WholeNet:
    """A net that an expander unrolls, as far as it is known."""

    def __init__(self, expander: Expander) -> None:
        self.expander = expander
        self.spec = expander.spec
        self.layout = expander.layout
        self.graph = expander.graph
        self.expectation: Stated | None = None
        self.values: Stated | None = None
        self.gradient: Stated | None = None
        self.dtype = ""
        self._written: dict[str, Shape] = {}  # the inputs as the spec has them

    def run(self, overrides: Mapping[str, Any], shapes: Mapping[str, Shape]) -> Expansion:
        """Build the net; raises `SpecProblem` at a limit."""
        expander, spec, graph = self.expander, self.spec, self.graph
        for problem in expander.problems:
            graph.report(problem)
        if overrides:
            from cnncalc.build.overrides import given_values  # noqa: PLC0415 - start-up

            overrides = given_values(overrides)
        variables = variables_of(spec.variables, self.layout, overrides, expander.account)
        self._add_inputs(variables, overrides_by_input(spec.inputs, shapes))
        names = tuple(spec.inputs)
        frame = Frame("", variables, names if len(names) == 1 else (), {})
        current = expander.run_entries(spec.entries, frame, frame.inputs)
        outputs = results_named(expander, spec.outputs, frame) if spec.outputs else current
        for problem, where in expander.references.unresolved(
            graph.line_of, expander.limits.advised
        ):
            graph.report(problem, where)
        if graph.sound is None:
            expander.references.check_all_known()
        evaluator = Evaluator(variables, self.layout, None, expander.account)
        self.expectation = stated(spec.expect, evaluator)
        self.values = numbers(spec.values, evaluator, "values")
        self.gradient = numbers(spec.gradient, evaluator, "gradient")
        self.dtype = self._dtype_of(evaluator)
        given = overrides_by_input(spec.inputs, shapes)
        settings = {**overrides, **{name: graph.inputs[name] for name in given}}
        lint = stated(spec.lint, evaluator)
        network = self.network(outputs, lint, variables.computed(), settings)
        if graph.sound is None and expander.warns:
            for problem in (*unused_results(graph, outputs), *self._unsettled()):
                graph.warn(problem)
        return network, graph.found(), Basis(frozenset(expander.asked or ()), self._written)

    def _dtype_of(self, evaluator: Evaluator) -> str:
        """The type of all numbers; empty where the spec does not say, or says none."""
        if self.spec.dtype is None:
            return ""
        try:
            return dtype(self.spec.dtype, evaluator)
        except SpecProblem as problem:
            self.graph.report(problem)
            return ""

    def _unsettled(self) -> Iterator[SpecProblem]:
        """Warnings about layers that another layout would read otherwise."""
        if self.expander.uses_keras:
            nodes, inputs, layout = self.graph.nodes, self.graph.inputs, self.layout
            yield from unsettled(nodes, layout, inputs, stated=self.spec.layout is not None)

    def _add_inputs(self, variables: Variables, given: Mapping[str, Shape]) -> None:
        *others, last = self.spec.inputs.values()
        self.expander.step(last, INPUT_STEPS * len(others))
        for name, value in self.spec.inputs.items():
            shape = given.get(name)
            try:
                written = (
                    None
                    if value is None
                    else shape_of_input(value, self.layout, variables, self.expander.account)
                )
            except SpecProblem as problem:
                written = None
                if shape is None:
                    self.graph.report(problem)
            if written is not None:
                self._written[name] = written
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
            self.expander.name,
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
            description=getattr(self.spec.description, "text", ""),  # as it is written
        )
