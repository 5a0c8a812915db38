"""A model between the file's operators and layers: steps, one for each that computes something.

Shapes of steps are those of one sample. A step's type is one of ours, or the name of an
operator of ONNX, which has a capital letter and a colon before it (`:Erf`): what is left
of those in the end is `custom`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cnncalc.importers.onnx.constants import Constant
    from cnncalc.importers.onnx.proto import Node
    from cnncalc.layers.base.tensors import Shape


class Held(NamedTuple):
    """A tensor of the file that a step holds."""

    name: str
    size: int
    buffer: bool = False


class Step(NamedTuple):
    """Something that the model computes.

    Attributes:
        type: a layer type of ours, or `:Op`.
        arguments: of the layer.
        inputs: the names of the tensors that it takes.
        output: the name of its result.
        shape: the shape of its result, for one sample.
        node: the operator that it comes from; where several became one, the one that
            says most about its place.
        holds: the tensors of the file that are its own.
        operand: the constant that it adds, multiplies by, ..., if there is one.
        within: further operators of the same layer, whose common module is its place.
        extra: tensors of the file that belong to it, and that our layer does not have.
    """

    type: str
    arguments: Mapping[str, Any]
    inputs: tuple[str, ...]
    output: str
    shape: Shape
    node: Node
    holds: tuple[Held, ...] = ()
    operand: Constant | None = None
    within: tuple[Node, ...] = ()
    extra: tuple[Held, ...] = ()


class Steps:
    """The steps of a model in order, by the names of their results, and who takes what."""

    def __init__(
        self, steps: Iterable[Step], outputs: Iterable[str], inputs: Mapping[str, Shape]
    ) -> None:
        self.inputs = inputs
        self._fill(steps, outputs)

    def _fill(self, steps: Iterable[Step], outputs: Iterable[str]) -> None:
        self.by_output = {step.output: step for step in steps}
        self.outputs = tuple(outputs)
        self.uses: dict[str, int] = dict.fromkeys(self.outputs, 1)
        for step in self.by_output.values():
            self._count(step, 1)

    def __iter__(self) -> Iterator[Step]:
        return iter(list(self.by_output.values()))

    def get(self, name: str) -> Step | None:
        """The step that makes a tensor; None for an input of the model."""
        return self.by_output.get(name)

    def only(self, name: str) -> Step | None:
        """The step that makes a tensor, if nothing but one step takes it."""
        return self.by_output.get(name) if self.uses.get(name) == 1 else None

    def chain(self, name: str, types: Sequence[str]) -> list[Step] | None:
        """The steps of these types, the last first, each the only one that takes the one before.

        None where they are others; the last one named may have several inputs.
        """
        found: list[Step] = []
        for type_ in types:
            step = self.only(name) if found else self.get(name)
            if step is None or step.type != type_:
                return None
            found.append(step)
            name = step.inputs[0]
        return found

    def replace(self, step: Step) -> None:
        """Put a step in the place of the one with the same result; what nothing takes goes."""
        before = self.by_output[step.output]
        self.by_output[step.output] = step
        self._count(step, 1)
        self._release(before)

    def rename(self, names: Mapping[str, str]) -> None:
        """Let all who take one tensor take another; the steps that made the old ones go."""

        def now(name: str) -> str:
            while name in names:
                name = names[name]
            return name

        kept = [step for step in self if step.output not in names]
        renamed = [one._replace(inputs=tuple(map(now, one.inputs))) for one in kept]
        self._fill(renamed, dict.fromkeys(map(now, self.outputs)))

    def rebuild(self, steps: Iterable[Step]) -> None:
        """Let other steps be the model's, with the same outputs; what nothing takes goes."""
        found = {step.output: step for step in steps}
        wanted: set[str] = set()
        names = list(self.outputs)
        while names:
            step = found.get(names.pop())
            if step is not None and step.output not in wanted:
                wanted.add(step.output)
                names += step.inputs
        self._fill([step for name, step in found.items() if name in wanted], self.outputs)

    def _count(self, step: Step, times: int) -> None:
        for name in step.inputs:
            self.uses[name] = self.uses.get(name, 0) + times

    def _release(self, step: Step) -> None:
        """Forget what a step took, and what then nothing takes."""
        gone = [step]
        while gone:
            one = gone.pop()
            self._count(one, -1)
            unused = [name for name in dict.fromkeys(one.inputs) if not self.uses[name]]
            gone += [self.by_output.pop(name) for name in unused if name in self.by_output]
