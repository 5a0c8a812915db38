"""Claims on values held against worked numbers: a finding for each that fails, with its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.rules import EXPECTATION
from cnncalc.analysis.check.values.claims import ValuesClaim, claims_of, differing
from cnncalc.analysis.check.values.slips import slip_of_element, slip_of_layer
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.layers.base.tensors import plural, show_shape
from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers.backward import Gradients, backward
from cnncalc.numbers.errors import ComputeError
from cnncalc.numbers.exact import shown
from cnncalc.numbers.forward import Computed, compute
from cnncalc.numbers.given import given_of, gradient_of
from cnncalc.numbers.tensor import Tensor, indices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.net.network import Network
    from cnncalc.net.node import Node
    from cnncalc.numbers.exact import Number
    from cnncalc.numbers.given import Given
    from cnncalc.numbers.tape import Value


class ValuesVerdict(NamedTuple):
    """What became of the claims on values: findings, problems of computing, how many hold."""

    findings: tuple[Diagnostic, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    held: int = 0


def check_values(network: Network, source: str = "") -> ValuesVerdict:
    """Hold every claim on values of a spec against what the net computes."""
    try:
        claims = list(claims_of(network))
        if not claims:
            return ValuesVerdict()
        return _Check(network, source).run(claims)
    except ComputeError as error:
        problem = Diagnostic(error.code, error.message, place=error.place, source=source)
        return ValuesVerdict(problems=(problem,))


class _Check:
    def __init__(self, network: Network, source: str) -> None:
        self.network = network
        self.source = source
        self.given: Given = given_of(network)
        self.computed: Computed = compute(network, self.given)
        self.gradients: Gradients | None = None
        self.wrong: list[ValuesClaim] = []  # what later claims may follow from
        self.findings: list[Diagnostic] = []

    def run(self, claims: Sequence[ValuesClaim]) -> ValuesVerdict:
        """Values in the order of the layers, then gradients in the reverse order."""
        values = [claim for claim in claims if claim.key == "values"]
        backwards = [claim for claim in reversed(claims) if claim.key == "gradient"]
        for claim in (*values, *backwards):
            self.hold(claim)
        held = len(claims) - len(self.findings)
        return ValuesVerdict(tuple(self.findings), (), held)

    def hold(self, claim: ValuesClaim) -> None:
        name = claim.layer
        if name in self.computed.missing:
            reason = self.computed.missing[name]
            raise ComputeError(f"{name} is not computed: {reason}", claim.place)
        result = self.computed.results[name]
        if not claim.fits(result.shape):
            self.fail(claim, self.other_shape(claim, result), result)
            return
        numbers = self.numbers(claim, self.computed, self.seeded(self.computed))
        wrong = differing(numbers, claim)
        if not wrong:
            return
        follows = self.follows(claim)
        notes = follows or self.notes(claim, result, numbers, wrong)
        if not follows:
            self.wrong.append(claim)
        self.fail(claim, notes, result, numbers, wrong)

    def node(self, claim: ValuesClaim) -> Node | None:
        return None if claim.layer in self.network.inputs else self.network[claim.layer]

    def seeded(self, computed: Computed) -> Gradients:
        """The gradients of the net as it is; computed once."""
        if self.gradients is None:
            seeds, _ = gradient_of(self.network, computed.results)
            self.gradients = backward(computed.tape, seeds)
        return self.gradients

    @staticmethod
    def numbers(
        claim: ValuesClaim, computed: Computed, gradients: Gradients
    ) -> list[Number | None]:
        result = computed.results[claim.layer]
        if claim.key == "values":
            return [value.number for value in result.values]
        return [gradients.of(value) for value in result.values]

    # -- causes -------------------------------------------------------------------------------

    def follows(self, claim: ValuesClaim) -> tuple[str, ...]:
        """Whether a claim is what earlier wrong claims give."""
        earlier = [one for one in self.wrong if one.key == claim.key and one.layer != claim.layer]
        if not earlier:
            return ()
        computed, gradients = self.computed, self.seeded(self.computed)
        if claim.key == "values":
            computed = compute(
                self.network, self.given, {o.layer: _repeated(o, self.computed) for o in earlier}
            )
        else:
            seeds, _ = gradient_of(self.network, computed.results)
            believed = {
                value.index: number
                for one in earlier
                for value, number in zip(
                    computed.results[one.layer].values, _repeated(one, computed), strict=True
                )
            }
            gradients = backward(computed.tape, seeds, believed)
        if differing(self.numbers(claim, computed, gradients), claim):
            return ()
        words = " and ".join(_named(one) for one in earlier)
        return (f"cause: it follows from {words}",)

    def other_shape(self, claim: ValuesClaim, result: Tensor) -> tuple[str, ...]:
        node = self.node(claim)
        notes = (
            f"the result is {show_shape(result.shape)}, the claim is {show_shape(claim.shape)}",
        )
        slip = slip_of_layer(node, self.computed, claim) if node and claim.key == "values" else ""
        return (*notes, f"cause: {slip}, which gives exactly these values") if slip else notes

    def notes(
        self,
        claim: ValuesClaim,
        result: Tensor,
        numbers: Sequence[Number | None],
        wrong: Sequence[int],
    ) -> tuple[str, ...]:
        """The step of the first element that differs, and the slip that explains the claim."""
        first = wrong[0]
        value, claimed = result.values[first], claim.numbers[first % len(claim.numbers)]
        number = numbers[first]
        actual = shown(number if number is not None else 0)
        step = self.step(claim, value)
        notes = [f"{_at(result, first)}: {step} = {actual}, not {shown(claimed)}"]
        node = self.node(claim)
        if claim.key == "values" and node is not None:
            slip = slip_of_layer(node, self.computed, claim)
            alone = slip_of_element(value, claimed) if not slip and len(wrong) == 1 else ""
            if slip:
                notes.append(f"cause: {slip}, which gives exactly these values")
            elif alone:
                notes.append(f"cause: {alone}")
        return tuple(notes)

    def step(self, claim: ValuesClaim, value: Value) -> str:
        return value.step() if claim.key == "values" else self.seeded(self.computed).step(value)

    # -- findings -----------------------------------------------------------------------------

    def fail(
        self,
        claim: ValuesClaim,
        notes: tuple[str, ...],
        result: Tensor,
        numbers: Sequence[Number | None] = (),
        wrong: Sequence[int] = (),
    ) -> None:
        what = f"{claim.layer}: `{claim.key}`"
        if wrong:
            first = wrong[0]
            number = numbers[first]
            actual = shown(number if number is not None else 0)
            claimed = shown(claim.numbers[first % len(claim.numbers)])
            label = f"{_at(result, first)} is {actual}"
            differ = "differs" if len(wrong) == 1 else "differ"
            count = f"{len(wrong)} of {plural(len(numbers), 'element')} {differ}"
            message = f"{what}: {count}: {label}, but {claimed} is expected"
        else:
            label = f"the shape is {show_shape(result.shape)}"
            message = f"{what}: {label}, but {show_shape(claim.shape)} is expected"
        self.findings.append(
            Diagnostic(
                EXPECTATION,
                message,
                place=claim.place,
                label=label,
                notes=notes,
                source=self.source,
            )
        )


def _repeated(claim: ValuesClaim, computed: Computed) -> list[Number]:
    """A claim's numbers, repeated along the axes that it leaves out."""
    count = len(computed.results[claim.layer].values)
    return list(claim.numbers) * (count // len(claim.numbers))


def _at(result: Tensor, position: int) -> str:
    """The index of an element: `[0, 1, 2]`."""
    index = next(one for i, one in enumerate(indices(result.shape)) if i == position)
    return str(list(index))


def _named(claim: ValuesClaim) -> str:
    line = f" (line {claim.place.line})" if claim.place else ""
    return f"`{claim.key}` of {claim.layer}{line}"
