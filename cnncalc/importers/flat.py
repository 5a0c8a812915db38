"""A flat model as a spec with one entry a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.values import arguments_value, shape_value
from cnncalc.language.syntax import Beside, Entries, Layer, List, Literal, Spec, Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.importers.model import ImportedLayer, ImportedModel

_ONLY_INPUT = "input"  # the name of an input that a spec does not name


def flat_spec(model: ImportedModel) -> Spec:
    """The spec of a model, one entry a layer under its name in the file.

    `from` stands only where a layer does not take the result of the one before.
    """
    called = _inputs(model)
    inputs = {called[name]: shape_value(shape) for name, shape in model.inputs}
    outputs = tuple(called.get(name, name) for name in model.outputs)
    last = model.layers[-1].name if model.layers else ""
    return Spec(
        inputs=inputs,
        entries=Entries(list(_entries(model, called))),
        name=model.name,
        layout="channels_last" if model.framework == "keras" else None,
        outputs=() if outputs == (last,) else tuple(map(Template, outputs)),
    )


def _inputs(model: ImportedModel) -> dict[str, str]:
    """What the spec calls the inputs: an only one needs no name."""
    names = [name for name, _ in model.inputs]
    free = all(layer.name != _ONLY_INPUT for layer in model.layers)
    return {name: _ONLY_INPUT if len(names) == 1 and free else name for name in names}


def _entries(model: ImportedModel, called: dict[str, str]) -> Iterator[Layer]:
    before = called[model.inputs[0][0]] if len(model.inputs) == 1 else None
    for layer in model.layers:
        inputs = tuple(called.get(name, name) for name in layer.inputs)
        yield _entry(layer, () if inputs == (before,) else inputs)
        before = layer.name


def _entry(layer: ImportedLayer, inputs: tuple[str, ...]) -> Layer:
    beside = Beside(
        name=Template(layer.name),
        inputs=List(tuple(map(Template, inputs))) if inputs else None,
        share=Template(layer.shares) if layer.shares is not None else None,
        trainable=None if layer.trainable else Literal(value=False),
    )
    return Layer(layer.type, arguments_value(layer.type, layer.arguments), beside)
