"""A Keras model as a flat model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.keras.archive import config_of
from cnncalc.importers.keras.classes import layer_of
from cnncalc.importers.keras.graph import MODELS, Result, class_of, graph_of
from cnncalc.importers.keras.operations import part_of_split
from cnncalc.importers.keras.parts import parts_of
from cnncalc.importers.keras.preprocessing import unstated_shape
from cnncalc.importers.keras.regularizers import regularizers_of
from cnncalc.importers.model import ImportedLayer, ImportedModel
from cnncalc.importers.naming import NotKnownError
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.values import plain_text
from cnncalc.layers.base.tensors import Inputs
from cnncalc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.importers.keras.graph import Call, Graph
    from cnncalc.importers.onnx.wire import Data
    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Shape, Weight


def read(data: Data, shapes: Mapping[str, Shape], limits: Limits) -> ImportedModel:
    """Read a model.

    Args:
        data: a `.keras` file, or the JSON of a model.
        shapes: those of inputs whose sizes the file leaves open; under "" that of the first.
        limits: on the layers, and on the bytes of the configuration.

    Raises:
        ImportProblem: it is no Keras model, or cannot be read.
    """
    config = config_of(data, limits)
    class_ = class_of(config)
    if class_ not in MODELS:
        raise ImportProblem(
            f"the class `{class_}` is no Functional or Sequential model: "
            "what it computes is not in the file"
        )
    return _Reading(graph_of(config, limits), shapes).model(_name(config))


def _name(config: Mapping[str, Any]) -> str | None:
    name = config["config"].get("name")
    return name if isinstance(name, str) and visible(name) and name else None


class _Reading:
    def __init__(self, graph: Graph, given: Mapping[str, Shape]) -> None:
        self.graph = graph
        self.shapes: dict[Result, Shape] = {}
        self.layers: list[ImportedLayer] = []
        self.first: dict[str, str] = {}  # the first call of each layer
        self.states: dict[Result, str] = {}
        self.splits: dict[str, Call] = {}
        self.notes: list[str] = []
        self.dropped: dict[str, list[str]] = {}  # the layers, by arguments that are left out
        for index, (name, shape) in enumerate(graph.inputs):
            other = given.get(name, given.get("") if index == 0 else None)
            self.shapes[Result(name)] = _closed(name, shape, other)

    def model(self, name: str | None) -> ImportedModel:
        for call in self.graph.calls:
            for part in parts_of(call):
                self._add(part)
        outputs = tuple(dict.fromkeys(map(self._taken, self.graph.outputs)))  # may add layers
        return ImportedModel(
            name=name,
            framework="keras",
            inputs=tuple((name, self.shapes[Result(name)]) for name, _ in self.graph.inputs),
            layers=tuple(self.layers),
            outputs=outputs,
            notes=(*self.notes, *map(_left_out, self.dropped.items())),
        )

    def _add(self, call: Call) -> None:
        if call.class_ == "Split":
            self.splits[call.name] = call  # whoever takes a part tells which
            return
        inputs = tuple(map(self._taken, call.inputs))
        shapes = [self.shapes[one] for one in call.inputs]
        if len(set(call.inputs)) == 1 and call.class_ == "MultiHeadAttention":
            inputs, shapes = inputs[:1], shapes[:1]
        stated = self.graph.stated.get(Result(call.name))
        try:
            read_ = layer_of(call.class_, call.module, call.config, shapes)
            type_, arguments, shape = read_.type, read_.arguments, read_.facts.output_shape
            weights = read_.facts.weights
        except NotKnownError:
            type_, arguments, shape, weights = "custom", {}, (), ()
        if type_ == "custom" or (stated is not None and stated != shape):
            type_, shape, weights = "custom", self._stated(call, stated), ()
            arguments = {"shape": list(shape) or [1], "label": plain_text(call.class_)}
            if shapes and shapes[0] == shape:
                del arguments["shape"]
            self.notes.append(
                f"{call.name}: {call.class_} is a `custom`; the file does not say its parameters"
            )
        if call.class_ == "SpectralNormalization" and type_ != "custom":
            self.notes.append(f"{call.name}: the layer alone, without its spectral normalization")
        self.shapes[Result(call.name)] = shape
        shares = self.first.get(call.layer) if weights else None
        if call.layer not in self.first:
            arguments = {**arguments, **self._regularizers(call, type_, weights)}
        self.layers.append(
            ImportedLayer(
                name=call.name, type=type_, arguments=arguments, inputs=inputs, path=call.path,
                shape=stated, shares=shares,
                trainable=not weights or call.config.get("trainable", True) is not False,
            )
        )  # fmt: skip
        self.first.setdefault(call.layer, call.name)

    def _regularizers(self, call: Call, type_: str, weights: Sequence[Weight]) -> dict[str, Any]:
        """The regularizers as arguments; those that a spec does not say are noted."""
        arguments, dropped = regularizers_of(call.config, type_, weights)
        for key in dropped:
            self.dropped.setdefault(key, []).append(call.name)
        return arguments

    def _stated(self, call: Call, stated: Shape | None) -> Shape:
        shape = stated if stated is not None else self.graph.built.get(Result(call.name))
        if shape is None:
            taken = [self.shapes[one] for one in call.inputs]
            shape = unstated_shape(call.class_, call.config, taken)
        if shape is None:
            raise ImportProblem(
                f"the layer `{call.name}` ({call.class_}) is not known, and no layer says the "
                "shape of what it gives",
                "a Keras file has that shape only where a layer after it takes it: save the model "
                "with Keras 3 and with a layer after it, such as `Activation('linear')`",
                "or export the model to ONNX, which has all shapes",
            )
        return shape

    def _taken(self, result: Result) -> str:
        """The name of a result; one that is not the first of its call is a `custom`."""
        if result.call in self.splits:
            return self._part(self.splits[result.call], result)
        if not result.number:
            return result.call
        if result not in self.states:
            stated = self.graph.stated.get(result)
            if stated is None:
                raise ImportProblem(
                    f"the result {result.number} of `{result.call}` has no shape in the file"
                )
            name = f"{result.call}.{result.number}"
            self.states[result] = name
            self.shapes[result] = stated
            arguments = {"shape": list(stated) or [1], "label": f"result {result.number}"}
            self.layers.append(
                ImportedLayer(name, "custom", arguments, (result.call,), shape=stated)
            )
            self.notes.append(f"{name}: another result of {result.call} is a `custom`")
        return self.states[result]

    def _part(self, call: Call, result: Result) -> str:
        """The layer that takes a part of a tensor, for each part that is taken."""
        if result not in self.states:
            taken = tuple(map(self._taken, call.inputs))
            inputs = Inputs(tuple(self.shapes[one] for one in call.inputs), "channels_last")
            try:
                read_ = part_of_split(call.config, inputs, result.number)
            except NotKnownError:
                raise ImportProblem(f"the parts of `{call.name}` are not known") from None
            name = f"{call.name}.{result.number}" if result.number else call.name
            self.states[result], self.shapes[result] = name, read_.facts.output_shape
            self.layers.append(ImportedLayer(name, read_.type, read_.arguments, taken, call.path))
        return self.states[result]


def _left_out(dropped: tuple[str, list[str]]) -> str:
    """The note on an argument that a spec does not say."""
    key, layers = dropped
    of = layers[0] if len(layers) == 1 else f"{len(layers):,} layers, of which {layers[0]} is one,"
    return f"`{key}` of {of} is left out; only L1 and L2 are read, on the layers that take them"


def _closed(name: str, shape: tuple[int | None, ...] | None, other: Shape | None) -> Shape:
    """The shape of an input whose sizes are all known."""
    if shape is None:
        if other is not None:
            return other
        raise ImportProblem(
            f"the input `{name}` has no shape in the file",
            "`--input SHAPE` gives it, such as 224x224x3",
            "or build the model before saving",
        )
    known = tuple(size for size in shape if size is not None)
    if len(known) == len(shape):
        return known
    if other is not None and len(other) == len(shape):
        return other
    raise ImportProblem(
        f"the input `{name}` leaves a size open: {list(shape)}",
        "`--input SHAPE` gives it, such as 224x224x3",
    )
