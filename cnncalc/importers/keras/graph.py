"""The calls of layers in a configuration, nested models opened, in an order that can run."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from cnncalc.importers.problems import ImportProblem
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Shape

MODELS = frozenset({"Functional", "Sequential", "Model"})
_TENSOR = "__keras_tensor__"
_DEEPEST = 30  # models in models
_PER_LAYER = 10  # entries and references in nested models for each layer of the limit
_REFERENCE = 3  # parts: layer, call, which of its results


class Result(NamedTuple):
    """One of the results of a call, by the name of the call."""

    call: str
    number: int = 0


class Call(NamedTuple):
    """A call of a layer.

    Attributes:
        name: its own.
        layer: the name of the layer with the models around it: calls of one layer share it.
        path: the models around it, outermost first.
        class_: the name of the layer's class.
        module: where that comes from.
        config: its arguments.
        inputs: what it takes.
    """

    name: str
    layer: str
    path: tuple[str, ...]
    class_: str
    module: str
    config: Mapping[str, Any]
    inputs: tuple[Result, ...]


class Graph(NamedTuple):
    """The calls of a model.

    Attributes:
        inputs: the name and shape of each input; None for a size that is open, or for a shape
            that the file does not say.
        calls: in an order that can run.
        outputs: the results of the model.
        stated: the shapes of results, the batch aside, as far as calls that take them say.
        built: likewise, as far as layers that were built for them say.
    """

    inputs: tuple[tuple[str, tuple[int | None, ...] | None], ...]
    calls: tuple[Call, ...]
    outputs: tuple[Result, ...]
    stated: Mapping[Result, Shape]
    built: Mapping[Result, Shape]


def graph_of(model: Mapping[str, Any], limits: Limits) -> Graph:
    """The calls of a model; raises `ImportProblem` where it is none, or too large."""
    opener = _Opener(limits.layers)
    outputs = opener.open(model, (), None)
    inputs = tuple((name, shape) for name, shape in opener.inputs.items())
    if not inputs:
        raise ImportProblem("the model has no input of a known shape", "build it before saving")
    return Graph(inputs, tuple(opener.calls), tuple(outputs), opener.stated, opener.built)


class _Waiting(NamedTuple):
    """A call whose inputs are references to other calls of the same model."""

    entry: Mapping[str, Any]
    number: int
    references: tuple[tuple[str, int, int], ...]


class _Opener:
    def __init__(self, most: int) -> None:
        self.most = most
        self.inputs: dict[str, tuple[int | None, ...] | None] = {}
        self.calls: list[Call] = []
        self.stated: dict[Result, Shape] = {}
        self.built: dict[Result, Shape] = {}
        self.names: set[str] = set()
        self.numbers: dict[str, int] = {}  # the last one that a name was given
        self.left = most * _PER_LAYER

    def open(
        self, model: Mapping[str, Any], path: tuple[str, ...], given: Sequence[Result] | None
    ) -> list[Result]:
        """Add the calls of a model.

        Args:
            model: its class and configuration.
            path: the models around it, itself included.
            given: what it takes; None for the outermost, whose inputs are the model's.
        """
        if len(path) > _DEEPEST:
            raise ImportProblem(f"models are nested more than {_DEEPEST} deep")
        config = _mapping(model.get("config"))
        entries = [_mapping(one) for one in _list(config.get("layers"))]
        if path:
            self._charge(_PER_LAYER + len(entries))
        if model.get("class_name") == "Sequential":
            return self._sequential(config, entries, path, given)
        return self._functional(config, entries, path, given)

    def _charge(self, count: int) -> None:
        """Count what is opened in nested models, which calls may repeat without end."""
        self.left -= count
        if self.left < 0:
            raise self._too_many()

    def _too_many(self) -> ImportProblem:
        return ImportProblem(
            f"the model has more than {self.most:,} layers", "`--max-layers` raises the limit"
        )

    # -- sequential -----------------------------------------------------------------------------

    def _sequential(
        self,
        config: Mapping[str, Any],
        entries: Sequence[Mapping[str, Any]],
        path: tuple[str, ...],
        given: Sequence[Result] | None,
    ) -> list[Result]:
        results = list(given or ())
        for entry in entries:
            if entry.get("class_name") == "InputLayer":
                if not results:
                    results = [self._input(entry)]
                continue
            if not results:
                results = [self._first_input(config, entry)]
            results = self._call(entry, 0, results, path)
        if not results:
            raise ImportProblem("the model has no layers")
        return results

    def _first_input(self, config: Mapping[str, Any], entry: Mapping[str, Any]) -> Result:
        """The input of a sequence that has no layer for it."""
        build = entry.get("build_config")
        own = _mapping(entry.get("config"))
        shapes = [
            own.get("batch_input_shape"), own.get("batch_shape"), config.get("build_input_shape"),
            build.get("input_shape") if isinstance(build, dict) else None,
        ]  # fmt: skip
        shape = next((one for one in shapes if one), None)
        return self._add_input("input", shape)

    # -- functional -----------------------------------------------------------------------------

    def _functional(
        self,
        config: Mapping[str, Any],
        entries: Sequence[Mapping[str, Any]],
        path: tuple[str, ...],
        given: Sequence[Result] | None,
    ) -> list[Result]:
        done: dict[tuple[str, int], list[Result]] = {}
        wanted: dict[str, int] = {}
        for at, (name, _, _) in enumerate(_references(config.get("input_layers"))):
            wanted.setdefault(name, at)
        waiting: list[_Waiting] = []
        for entry in entries:
            name = _name(entry)
            if entry.get("class_name") == "InputLayer":
                place = wanted.get(name, -1)
                inside = given is not None and 0 <= place < len(given)
                own = given[place] if given is not None and inside else self._input(entry)
                done[name, 0] = [own]
                continue
            for number, call in enumerate(_list(entry.get("inbound_nodes"))):
                references = tuple(reference for reference, _ in _tensors(call))
                if path:
                    self._charge(len(references))
                waiting.append(_Waiting(entry, number, references))
        self._run(waiting, done, path)
        outputs = _references(config.get("output_layers"))
        results = [
            _picked(done[name, number], index)
            for name, number, index in outputs if (name, number) in done
        ]  # fmt: skip
        if not results:
            model = f"model `{path[-1]}`" if path else "model"
            raise ImportProblem(f"the {model} has no outputs: `output_layers` names no result")
        return results

    def _run(
        self,
        waiting: Sequence[_Waiting],
        done: dict[tuple[str, int], list[Result]],
        path: tuple[str, ...],
    ) -> None:
        """Add calls as soon as what they take is there.

        In the order of the file, again from its front for those that stand before what they
        take.
        """
        missing: list[int] = []
        takers: dict[tuple[str, int], list[int]] = {}
        for place, call in enumerate(waiting):
            keys = {(name, number) for name, number, _ in call.references} - done.keys()
            missing.append(len(keys))
            for key in keys:
                takers.setdefault(key, []).append(place)
        ready = [(0, place) for place, count in enumerate(missing) if not count]
        heapify(ready)
        while ready:
            turn, place = heappop(ready)
            call = waiting[place]
            taken = [_picked(done[name, number], index) for name, number, index in call.references]
            key = (_name(call.entry), call.number)
            done[key] = self._call(call.entry, call.number, taken, path)
            for taker in takers.pop(key, ()):
                missing[taker] -= 1
                if not missing[taker]:
                    heappush(ready, (turn + (taker < place), taker))
        stuck = next((call for call, count in zip(waiting, missing, strict=True) if count), None)
        if stuck is not None:
            raise ImportProblem(f"`{_name(stuck.entry)}` takes results that are nowhere made")

    # -- calls ----------------------------------------------------------------------------------

    def _input(self, entry: Mapping[str, Any]) -> Result:
        config = _mapping(entry.get("config"))
        return self._add_input(
            _name(entry), config.get("batch_shape") or config.get("batch_input_shape")
        )

    def _add_input(self, name: str, shape: Any) -> Result:  # noqa: ANN401 - as the file has it
        own = self._free(name)
        known = isinstance(shape, list) and bool(shape)
        self.inputs[own] = (
            tuple(size if isinstance(size, int) and size > 0 else None for size in shape[1:])
            if known
            else None
        )
        return Result(own)

    def _call(
        self, entry: Mapping[str, Any], number: int, taken: Sequence[Result], path: tuple[str, ...]
    ) -> list[Result]:
        name = _name(entry)
        for result, shape in zip(taken, _shapes(entry, number, len(taken)), strict=False):
            if shape is not None:
                self.stated.setdefault(result, shape)
        built = _built(entry)
        if built is not None and len(taken) == 1 and not number:
            self.built.setdefault(taken[0], built)
        class_ = class_of(entry)
        if class_ in MODELS:
            return self.open(entry, (*path, name), taken)
        if len(self.calls) >= self.most:
            raise self._too_many()
        own = self._free(name if not number else f"{name}_{number}")
        config = {**_mapping(entry.get("config")), **_beside(entry, number)}
        self.calls.append(
            Call(own, ".".join((*path, name)), path, class_,
                 str(entry.get("module", "keras.layers")), config, tuple(taken))
        )  # fmt: skip
        return [Result(own)]

    def _free(self, name: str) -> str:
        wanted = "".join(one if one.isalnum() or one in "_-." else "_" for one in name).strip(".")
        wanted = wanted or "layer"
        number = self.numbers.get(wanted, 1)
        own = wanted if number == 1 else f"{wanted}_{number}"
        while own in self.names:
            number += 1
            own = f"{wanted}_{number}"
        self.names.add(own)
        self.numbers[wanted] = number
        return own


def class_of(entry: Mapping[str, Any]) -> str:
    """The name of the class of a layer or model; raises `ImportProblem` without one."""
    class_ = entry.get("class_name")
    if not isinstance(class_, str):
        raise ImportProblem(f"the `class_name` of `{_name(entry)}` is not a name")
    return class_


def _picked(results: Sequence[Result], index: int) -> Result:
    """One of the results of a call."""
    if index < len(results):
        return results[index]
    return results[0]._replace(number=index)


def _shapes(entry: Mapping[str, Any], number: int, count: int) -> list[Shape | None]:
    """The shapes that a call says of what it takes."""
    calls = _list(entry.get("inbound_nodes"))
    if number < len(calls):
        return [shape for _, shape in _tensors(calls[number])][:count]
    return []


def _built(entry: Mapping[str, Any]) -> Shape | None:
    """The shape of the one tensor that a layer was built for, without the batch."""
    shape = _mapping(entry.get("build_config")).get("input_shape")
    sizes = shape[1:] if isinstance(shape, list) and shape else [None]
    known = tuple(size for size in sizes if isinstance(size, int) and size > 0)
    return known if len(known) == len(sizes) else None


def _beside(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What an operation on a tensor takes beside it: a number, before it or after, or an index."""
    calls = _list(entry.get("inbound_nodes"))
    arguments = _list(_mapping(calls[number]).get("args")) if number < len(calls) else []
    found: dict[str, Any] = {}
    numbers = [one for one in arguments if isinstance(one, (int, float))]
    if len(numbers) == 1 and not isinstance(numbers[0], bool):
        found["scalar"] = numbers[0]
        if arguments[0] is numbers[0]:
            found["scalar_first"] = True
    if class_of(entry) == "GetItem" and len(arguments) > 1:
        found["index"] = arguments[1]
    return found


def _tensors(
    call: Any,  # noqa: ANN401 - as the file has it
) -> list[tuple[tuple[str, int, int], Shape | None]]:
    """The tensors in a call and their shapes, in order."""
    if isinstance(call, dict):
        found = list(_of_new(call.get("args"), 0))
        for key, value in _mapping(call.get("kwargs")).items():
            if key not in {"mask", "training", "initial_state"}:
                found += _of_new(value, 0)
        return found
    return [(reference, None) for one in _list(call) if (reference := _reference(one)) is not None]


def _of_new(value: Any, depth: int) -> Iterator[tuple[tuple[str, int, int], Shape | None]]:  # noqa: ANN401 - as the file has it
    if depth > _DEEPEST:
        raise ImportProblem("the arguments of a call are nested too deep")
    if isinstance(value, list):
        for one in value:
            yield from _of_new(one, depth + 1)
    elif isinstance(value, dict) and value.get("class_name") == _TENSOR:
        config = _mapping(value.get("config"))
        reference = _reference(config.get("keras_history"))
        shape = config.get("shape")
        if reference is not None:
            sizes = shape[1:] if isinstance(shape, list) else [None]
            known = tuple(size for size in sizes if isinstance(size, int))
            yield reference, known if len(known) == len(sizes) else None


def _reference(value: Any) -> tuple[str, int, int] | None:  # noqa: ANN401 - as the file has it
    if isinstance(value, list) and len(value) >= _REFERENCE and isinstance(value[0], str):
        number, index = value[1], value[2]
        if isinstance(number, int) and isinstance(index, int):
            if number < 0 or index < 0:
                raise ImportProblem(f"a reference to `{value[0]}` has a negative number")
            return value[0], number, index
    return None


def _references(value: Any) -> list[tuple[str, int, int]]:  # noqa: ANN401 - as the file has it
    """References in a list, in lists of it, or one alone."""
    single = _reference(value)
    if single is not None:
        return [single]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for item in values if (one := _reference(item)) is not None]


def _name(entry: Mapping[str, Any]) -> str:
    name = entry.get("name") or _mapping(entry.get("config")).get("name")
    if isinstance(name, str):
        return name
    class_ = entry.get("class_name")
    return class_.lower() if isinstance(class_, str) else "layer"


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as the file has it
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - as the file has it
    return value if isinstance(value, list) else []
