"""An ONNX file as a flat model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.model import ImportedLayer, ImportedModel
from cnncalc.importers.onnx.biases import holds_norm, restored
from cnncalc.importers.onnx.decoding import decode
from cnncalc.importers.onnx.names import places_of, printable
from cnncalc.importers.onnx.noted import modules_of
from cnncalc.importers.onnx.patterns import join_biases, recognise
from cnncalc.importers.onnx.patterns.unrolled import roll
from cnncalc.importers.onnx.reading import steps_of
from cnncalc.importers.onnx.signature import Signature
from cnncalc.importers.onnx.steps import Steps
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.values import plain_text
from cnncalc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cnncalc.importers.onnx.names import Place
    from cnncalc.importers.onnx.steps import Held, Step
    from cnncalc.importers.onnx.wire import Data
    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Shape

#: Names that exporters give every graph.
_NO_NAMES = frozenset({"main_graph", "main", "torch_jit", "torch-jit-export", "graph", "tf2onnx"})


def read(data: Data, *, shapes: Mapping[str, Shape], unfold: bool, limits: Limits) -> ImportedModel:
    """Read a model.

    Args:
        data: the file; weights in it are passed over.
        shapes: those of inputs whose sizes the file leaves open; under "" that of the first.
        unfold: whether batch norms that were folded into convolutions come back.
        limits: on the nodes, and on the bytes of the graph without its weights.

    Raises:
        ImportProblem: it is no ONNX model, or cannot be read.
    """
    file = decode(data, limits.layers, limits.size)
    signature = Signature(file)
    targets = signature.parameters
    read_ = steps_of(file, shapes, limits, signature)
    roll(read_.steps, targets)
    join_biases(read_.steps)
    folded = 0 if unfold else sum(map(holds_norm, read_.steps))
    kept = restored(read_.steps, targets, unfold=unfold)
    steps = Steps(kept, read_.steps.outputs, read_.steps.inputs)
    recognise(steps)
    inputs = _input_names(read_.inputs)
    places = places_of(list(steps), inputs.values())
    names = inputs | {step.output: one.name for step, one in zip(steps, places, strict=True)}
    imported = list(_layers(steps, places, names, read_.stated))
    return ImportedModel(
        name=None if file.name in _NO_NAMES or not visible(file.name) else file.name or None,
        framework="pytorch",
        inputs=tuple((inputs[name], shape) for name, shape in read_.inputs),
        layers=tuple(imported),
        outputs=tuple(names[name] for name in steps.outputs),
        notes=tuple(_notes(steps, places)),
        folded=folded,
    )


def _input_names(inputs: tuple[tuple[str, Shape], ...]) -> dict[str, str]:
    """What inputs are called: as in the file, as far as a spec can say it."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # of alike names the one that was given last
    for name, _ in inputs:
        if name in found:
            raise ImportProblem(f"the graph has two inputs of the name `{name}`")
        plain = shown = printable(name) or "input"
        while plain in taken:
            numbers[shown] = numbers.get(shown, 1) + 1
            plain = f"{shown}_{numbers[shown]}"
        taken.add(plain)
        found[name] = plain
    return found


def _layers(
    steps: Steps,
    places: Sequence[Place],
    names: Mapping[str, str],
    stated: Mapping[str, Shape],
) -> Iterator[ImportedLayer]:
    owners: dict[object, str] = {}
    kept: set[str] = set()
    for step, place in zip(steps, places, strict=True):
        key = _weights_key(step)
        taken = tuple(names[name] for name in step.inputs)
        if step.extra:
            table = f"{place.name}.added"
            size = sum(held.size for held in step.extra)
            yield ImportedLayer(
                table, "custom", {"params": size, "label": "added to the scores"}, taken,
                (*place.path, place.name), parameters=size,
            )  # fmt: skip
            taken = (table, *taken[1:])
        held = [
            one for one in {one.name: one for one in step.holds}.values() if one.name not in kept
        ]
        kept |= {one.name for one in held if one.buffer and step.type.startswith(":")}
        yield ImportedLayer(
            name=place.name,
            type="custom" if step.type.startswith(":") else step.type,
            arguments=_custom(step, steps, held) if step.type.startswith(":") else step.arguments,
            inputs=taken,
            path=place.path,
            classes=place.classes,
            shape=stated.get(step.output),
            parameters=sum(one.size for one in held if not one.buffer),
            shares=owners.get(key) if key else None,
        )
        owners.setdefault(key, place.name)


def _weights_key(step: Step) -> object:
    """What two steps that share weights have in common; None without weights.

    The newer exporter has one tensor for equal weights of two modules: there the module
    counts, too.
    """
    names = tuple(one.name for one in step.holds)
    if not names or step.type.startswith(":"):
        return None
    modules = modules_of(step.node)
    return (step.type, names, modules.path if modules.classes else None)


def _custom(step: Step, steps: Steps, held: Iterable[Held]) -> dict[str, Any]:
    """The figures that the file has of what is not understood."""
    learned = sum(one.size for one in held if not one.buffer)
    before = steps.get(step.inputs[0]) if step.inputs else None
    shape = before.shape if before is not None else steps.inputs.get(step.inputs[0])
    arguments: dict[str, Any] = {}
    if shape != step.shape:
        arguments["shape"] = list(step.shape) or [1]
    if learned:
        arguments["params"] = learned
    if kept := sum(one.size for one in held if one.buffer):
        arguments["buffers"] = kept
    return {**arguments, "label": plain_text(step.type[1:].lower())}


def _notes(steps: Steps, places: Sequence[Place]) -> Iterator[str]:
    owners: dict[str, tuple[str, str]] = {}
    for step, place in zip(steps, places, strict=True):
        for held in step.holds:
            type_, owner = owners.setdefault(held.name, (step.type, place.name))
            if type_ != step.type:
                yield f"{place.name}: its weights are those of {owner}, and count twice"
        if step.extra:
            computed = any(held.name.startswith("onnx::") for held in step.extra)
            form = ", written out by the exporter" if computed else ""
            yield f"{place.name}.added: a table added to the scores of attention{form}, a `custom`"
        if step.type.startswith(":"):
            yield f"{place.name}: the operator {step.type[1:]} is a `custom`"
