"""A PyTorch model as a flat model.

It is built on the meta device, where tensors have shapes and no memory, and traced
symbolically, down to the layers that PyTorch has itself; torch.export follows it where that
fails.
"""

from __future__ import annotations

import inspect
import logging
import sys
import warnings
from contextlib import contextmanager, redirect_stderr
from functools import partial
from importlib import import_module
from io import StringIO
from itertools import islice, product
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc.importers.model import ImportedLayer, ImportedModel
from cnncalc.importers.naming import NotKnownError
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.torch.functions import PARTS, function_of
from cnncalc.importers.torch.modules import known, layer_of
from cnncalc.importers.torch.parameters import Parameters, without_memory
from cnncalc.importers.values import plain_text
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.net.facts import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Shape

#: What a model raises, which is any program; one that ends the process is an error as well.
_FAILURES = (Exception, SystemExit)
_MOST_EXAMPLES = 8  # of the kinds of numbers that a model may take
_Place = tuple[tuple[str, ...], tuple[str, ...]]  # modules, and the names of their classes
# What PyTorch has the types of, which is not there for this package.
Torch: TypeAlias = Any
Module: TypeAlias = Any
Graph: TypeAlias = Any
Node: TypeAlias = Any
Tensor: TypeAlias = Any


def read(source: str, shapes: Mapping[str, Shape], limits: Limits) -> ImportedModel:
    """Build a model and read it.

    Args:
        source: `package.module:callable`; what it gives, called without arguments, is the model.
        shapes: of its inputs, for one sample, by the names in `forward`; under "" of the first.
        limits: on the layers.

    Raises:
        ImportProblem: PyTorch is missing, or the model cannot be built or traced.
    """
    try:
        torch = import_module("torch")
        import_module("torch.fx.passes.shape_prop")
    except ImportError:
        raise ImportProblem("PyTorch is not installed", "pip install 'cnncalc[torch]'") from None
    model = _built(torch, source)
    graph, inputs = _followed(torch, model, shapes, source)
    if len(graph.nodes) > limits.layers:
        raise ImportProblem(
            f"the model has more than {limits.layers:,} operations",
            "`--max-layers` raises the limit",
        )
    return _Reading(torch, graph, model).model(inputs)


def _followed(
    torch: Torch, model: Module, shapes: Mapping[str, Shape], source: str
) -> tuple[Graph, list[tuple[str, Shape]]]:
    """The graph of a model with the shape of each result, and its inputs.

    It is traced symbolically; torch.export follows it where that fails, or passes over a part.
    """
    tracing = _Tracing(torch, model)
    graph = tracing.graph
    names = _inputs_of(graph) if graph is not None else _parameters_of(model)
    inputs = _inputs(names, shapes, source)
    if tracing.failure is not None:
        found = _exported(torch, model, inputs)
        if found is not None:
            return found, inputs
    if graph is None:
        odd = [name for name, _ in model.named_modules() if name and not _speakable(name)]
        if odd and isinstance(tracing.failure, SyntaxError):
            raise ImportProblem(
                f"{source} cannot be traced: the name of the module `{_plain_name(odd[0])}` "
                "cannot be written in Python",
                "give it another name in `add_module`",
            )
        with _told(f"{source} cannot be traced"):
            raise tracing.failure or TypeError("no graph")
    with _told(f"{source} does not run on these inputs"):
        _run(torch, graph, inputs)
    return graph.graph, inputs


def _speakable(name: str) -> bool:
    """Whether Python code can have the name of a module after a dot."""
    return all(
        part.isidentifier() and not iskeyword(part)
        for part in name.split(".")
        if not part.isdigit()
    )


def _run(torch: Torch, graph: Module, inputs: Sequence[tuple[str, Shape]]) -> None:
    """Note the shapes of all results; indices are tried where a model takes no other numbers."""
    propagate = torch.fx.passes.shape_prop.ShapeProp(graph).propagate
    failures: list[BaseException] = []
    for tensors in _examples(torch, inputs):
        _, failure = _attempted(partial(propagate, *tensors))
        if failure is None:
            return
        failures.append(failure)
    raise failures[0]


def _exported(torch: Torch, model: Module, inputs: Sequence[tuple[str, Shape]]) -> Graph | None:
    """The graph that torch.export gives; None where it cannot follow the model either."""
    from cnncalc.importers.torch.exported import exported  # noqa: PLC0415 - where it is needed

    leaf = partial(_is_leaf, torch)
    made = (partial(exported, torch, model, one, leaf) for one in _examples(torch, inputs))
    return next((found for make in made if (found := _attempted(make)[0]) is not None), None)


def _attempted(compute: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """What is computed, or why not; what PyTorch says of it meanwhile is not for the terminal."""
    with _silent():
        try:
            return compute(), None
        except _FAILURES as error:
            return None, error


@contextmanager
def _silent() -> Iterator[None]:
    """Without warnings and logs; a log goes to the stream that was there as it was set up."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        with redirect_stderr(StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _examples(torch: Torch, inputs: Sequence[tuple[str, Shape]]) -> Iterator[list[Any]]:
    """Tensors without memory for the inputs: of numbers, then some of them of indices."""
    kinds = (torch.float32, torch.int64)
    for dtypes in islice(product(kinds, repeat=len(inputs)), _MOST_EXAMPLES):
        yield [
            torch.empty((1, *shape), device="meta", dtype=dtype)
            for (_, shape), dtype in zip(inputs, dtypes, strict=True)
        ]


@contextmanager
def _told(what: str) -> Iterator[None]:
    """What goes wrong inside the model, in one line."""
    try:
        yield
    except ImportProblem:
        raise
    except _FAILURES as error:
        reason = str(error).strip().split("\n")[0][:300]
        name = type(error).__name__
        raise ImportProblem(f"{what}: {name}: {reason}" if reason else f"{what}: {name}") from None


def _built(torch: Torch, source: str) -> Module:
    module, _, attribute = source.partition(":")
    sys.path.insert(0, "")  # as `python -m` finds modules of the folder
    try:
        with _told(f"{module} cannot be imported"):
            found: Any = import_module(module)
            for name in attribute.split("."):
                found = getattr(found, name, None)
    finally:
        sys.path.remove("")
    if isinstance(found, torch.nn.Module):
        with _told(f"{source} cannot be built"):
            return found.eval()
    if not callable(found):
        raise ImportProblem(f"{module} has no `{attribute}` that can be called")
    with _told(f"{source} cannot be built"):
        model = _called_on_meta(torch, found)
    if not isinstance(model, torch.nn.Module):
        raise ImportProblem(f"{source} gives a {type(model).__name__}, not a module of PyTorch")
    with _told(f"{source} cannot be built"):
        return model.eval()


def _called_on_meta(torch: Torch, make: Callable[[], Module]) -> Module:
    """What a callable gives without memory for its weights, where it can be made so."""
    try:
        with torch.device("meta"):
            return make()
    except (NotImplementedError, RuntimeError):  # it looks at its weights as it is built
        return without_memory(make())


class _Tracing:
    """What symbolic tracing gives of a model.

    Attributes:
        graph: the model's graph; None where it fails at the model itself.
        failure: why a module could not be followed, which is one step then; the last one.
    """

    def __init__(self, torch: Torch, model: Module) -> None:
        self.torch = torch
        self.failure: BaseException | None = None
        self.graph: Module | None = None
        tracer = self._tracer()
        try:
            self.graph = torch.fx.GraphModule(model, tracer.trace(model))
        except _FAILURES as error:
            self.failure = error

    def _tracer(self) -> Any:  # noqa: ANN401 - as torch.fx has it
        torch: Any = self.torch
        tracing = self

        class Tracer(torch.fx.Tracer):  # type: ignore[misc] # known only with PyTorch
            def is_leaf_module(self, module: Module, _: str) -> bool:
                return _is_leaf(torch, module)

            def call_module(
                self,
                m: Module,
                forward: Callable[..., Any],
                args: tuple[Any, ...],
                kwargs: dict[str, Any],
            ) -> Any:  # noqa: ANN401 - as torch.fx has it
                before, above = len(self.graph.nodes), len(self.module_stack)
                try:
                    return super().call_module(m, forward, args, kwargs)
                except _FAILURES as error:  # it is one step, with its figures
                    tracing.failure = error
                    for node in reversed(list(self.graph.nodes)[before:]):
                        self.graph.erase_node(node)
                    while len(self.module_stack) > above:
                        self.module_stack.popitem()
                    return self.create_proxy("call_module", self.path_of_module(m), args, kwargs)

        return Tracer()


def _is_leaf(torch: Torch, module: Module) -> bool:
    """Whether a module is one layer; an empty sequence gives what it takes."""
    if isinstance(module, torch.nn.Sequential):
        return False
    own = type(module).__module__.startswith("torch.nn")
    return known(module) is not None or (own and not any(module.children()))


def _inputs_of(graph: Module) -> list[str]:
    return [str(node.target) for node in graph.graph.nodes if node.op == "placeholder"]


def _parameters_of(model: Module) -> list[str]:
    """The names of what `forward` needs."""
    parameters = inspect.signature(model.forward).parameters.values()
    return [one.name for one in parameters if one.default is inspect.Parameter.empty]


def _inputs(
    names: Sequence[str], shapes: Mapping[str, Shape], source: str
) -> list[tuple[str, Shape]]:
    unknown = [name for name in shapes if name and name not in names]
    if unknown:
        raise ImportProblem(f"the model has no input `{unknown[0]}`; it has {', '.join(names)}")
    found = []
    for index, name in enumerate(names):
        shape = shapes.get(name, shapes.get("") if index == 0 else None)
        if shape is None:
            raise ImportProblem(
                f"the shape of the input `{name}` of {source} is not known",
                f"`--input {name}=3x224x224` gives it, `--input 3x224x224` for the first",
            )
        found.append((name, shape))
    return found


class _Reading:
    def __init__(self, torch: Torch, graph: Graph, model: Module) -> None:
        self.torch = torch
        self.graph = graph
        self.whole = model
        self.modules = dict(model.named_modules(remove_duplicate=False))
        self.parameters = Parameters(torch, model)
        self.layers: list[ImportedLayer] = []
        self.values: dict[Any, str] = {}  # the result that a node stands for
        self.shapes: dict[str, Shape] = {}
        self.names: set[str] = set()
        self.notes: list[str] = []

    def model(self, inputs: Sequence[tuple[str, Shape]]) -> ImportedModel:
        given = dict(inputs)
        outputs: tuple[str, ...] = ()
        for node in self.graph.nodes:
            if node.op == "placeholder":
                self.values[node] = self._free(str(node.target))
                self.shapes[self.values[node]] = given[str(node.target)]
            elif node.op == "output":
                outputs = tuple(dict.fromkeys(self._taken(node.args)))
            else:
                self._add(node)
        if not outputs:
            raise ImportProblem("the outputs of the model do not depend on its inputs")
        return ImportedModel(
            name=type(self.whole).__name__, framework="pytorch", inputs=tuple(inputs),
            layers=_pooled(self.layers, outputs), outputs=outputs,
            notes=(*self.notes, *self.parameters.notes, *self.parameters.unused(self._mentions)),
            parameters=self.parameters.total(),
        )  # fmt: skip

    def _mentions(self, name: str) -> bool:
        """Whether the graph calls a module, one in it, or takes a parameter of it."""
        return any(
            node.op in {"call_module", "get_attr"}
            and (f"{node.target}.".startswith(f"{name}.") or name.startswith(f"{node.target}."))
            for node in self.graph.nodes
            if node.op == "call_module" or node.users
        )

    def _taken(self, value: object) -> list[str]:
        """The results among the arguments of a call, in order."""
        if isinstance(value, (list, tuple)):
            return [name for one in value for name in self._taken(one)]
        if isinstance(value, dict):
            return [name for one in value.values() for name in self._taken(one)]
        return (
            [self.values[value]]
            if isinstance(value, self.torch.fx.Node) and value in self.values
            else []
        )

    def _add(self, node: Node) -> None:
        taken = [*self._taken(node.args), *self._taken(node.kwargs)]
        shape = self._shape(node)
        if not taken or shape is None or not node.users:
            return  # a parameter, a number, the shape of something, or what nothing takes
        path, classes = self._place(node)
        if node.op == "call_module":
            self._module(node, taken, shape, (path, classes))
            return
        called = _called(node)
        if called in PARTS:
            self.values[node] = taken[0]  # whoever takes a part tells which
            return
        place = (path, classes)
        learned = self._learned(node)
        try:
            type_, arguments = self._call(node, taken, shape, place)
        except NotKnownError:
            new = self.parameters.new(learned)
            type_, arguments = "custom", _custom(called, shape, self.shapes[taken[0]], new)
        if type_:
            own = self._put(node, (called.strip("_"), type_, arguments), taken, shape, place)
            shares = self.parameters.hold(own, type_, learned, shape)
            self.layers[-1] = self.layers[-1]._replace(shares=shares)
        else:
            self.values[node] = taken[0]

    def _call(
        self,
        node: Node,
        taken: list[str],
        shape: Shape,
        place: _Place,
    ) -> tuple[str, dict[str, Any]]:
        """What a function or method is; without a type it is what it takes."""
        called, learned = _called(node), self._learned(node)
        if called == "getitem":
            type_, arguments = self._item(node, taken, shape, place)
        elif learned:
            sizes = [one.numel() for one in learned]
            type_, arguments = _with_parameter(called, sizes, self.shapes[taken[0]], shape)
        else:
            plain = [one for one in node.args if not _is_tensors(one, self.torch)]
            given = [one for one in plain if not isinstance(one, self.torch.fx.Node)]
            shapes = [self.shapes[name] for name in taken]
            function = function_of(called, given, node.kwargs, shapes, shape)
            type_, arguments = function.type, dict(function.arguments)
        if type_:
            _check(type_, arguments, [self.shapes[name] for name in taken], shape)
        return type_, arguments

    def _module(self, node: Node, taken: list[str], shape: Shape, place: _Place) -> None:
        module = self.modules[node.target]
        taken = taken[:1] if len(set(taken)) == 1 else taken
        held = list(module.parameters())
        weights = sum(one.numel() for one in held)
        try:
            read_ = layer_of(module, [self.shapes[one] for one in taken])
            type_, arguments = read_.type, read_.arguments
            same = (read_.facts.output_shape, read_.facts.params) == (shape, weights)
        except NotKnownError:
            same = False
        if not same:
            type_ = "custom"
            new = self.parameters.new(held)
            arguments = _custom(type(module).__name__, shape, self.shapes[taken[0]], new)
        name = str(node.target).rpartition(".")[2]
        own = self._put(node, (name, type_, arguments), taken, shape, place)
        self.layers[-1] = self.layers[-1]._replace(
            shares=self.parameters.hold(own, type_, [*held, *module.buffers()] if held else ()),
            trainable=all(one.requires_grad for one in held),
        )

    def _put(
        self,
        node: Node,
        what: tuple[str, str, Mapping[str, Any]],
        taken: Sequence[str],
        shape: Shape,
        place: _Place,
    ) -> str:
        """Add a layer, given by its name in its modules, its type and its arguments."""
        name, type_, arguments = what
        path = tuple(map(_plain_name, place[0]))
        own = self._free(".".join((*path, _plain_name(name))))
        self.layers.append(
            ImportedLayer(own, type_, arguments, tuple(taken), path, place[1], shape)
        )
        if type_ == "custom":
            self.notes.append(f"{own}: {arguments['label']} is a `custom`")
        self.values[node], self.shapes[own] = own, shape
        return own

    def _shape(self, node: Node) -> Shape | None:
        """The shape of a result for one sample; that of the first of several."""
        meta = node.meta.get("tensor_meta")
        while isinstance(meta, (tuple, list)) and not hasattr(meta, "shape") and meta:
            meta = meta[0]
        sizes = getattr(meta, "shape", None)
        if sizes is None:
            return None
        shape = tuple(int(size) for size in sizes)
        return shape[1:] if shape[:1] == (1,) else shape

    def _place(self, node: Node) -> _Place:
        """The modules around a node, and the names of their classes."""
        if node.op == "call_module":
            qualified = str(node.target).rpartition(".")[0]
        else:
            stack = node.meta.get("nn_module_stack") or {}
            qualified = next(reversed(stack.values()))[0] if stack else ""
        path = tuple(part for part in qualified.split(".") if part)
        names = [".".join(path[: end + 1]) for end in range(len(path))]
        return path, tuple(type(self.modules.get(one)).__name__ for one in names)

    def _item(
        self, node: Node, taken: list[str], shape: Shape, place: _Place
    ) -> tuple[str, dict[str, Any]]:
        """What an index takes: a part of several, the first result of a layer, or a slice."""
        source, index = node.args[0], node.args[1]
        called, before = _called(source), self.shapes[taken[0]]
        if called in PARTS and isinstance(index, int):
            return _part(called, source, index, before, shape)
        if source.op == "call_module" and index == 0 and before == shape:
            return "", {}
        if not isinstance(index, tuple):
            raise NotKnownError
        axis, part = _indexed(index)
        if isinstance(part, slice):
            return "slice", _slice(axis, part.start, part.stop, before)
        row = (*before[:axis], 1, *before[axis + 1 :])
        if row != before:
            stop = part + 1 if part != -1 else None
            arguments = _slice(axis, part, stop, before)
            taken[:] = [self._put(node, ("slice", "slice", arguments), taken, row, place)]
        function = function_of("view", (), {}, [row], shape)
        return function.type, dict(function.arguments)

    def _learned(self, node: Node) -> list[Tensor]:
        """The model's own parameters among the arguments of a call."""
        found: list[Tensor] = []
        pending = [*node.args, *node.kwargs.values()]
        while pending:
            one = pending.pop()
            if isinstance(one, (list, tuple)):
                pending += one
            elif isinstance(one, self.torch.fx.Node) and one not in self.values:
                if one.op == "get_attr":
                    tensor = self.whole
                    for part in str(one.target).split("."):
                        tensor = getattr(tensor, part, None)
                    if isinstance(tensor, self.torch.nn.Parameter):
                        found.append(tensor)
                elif one.op in {"call_function", "call_method"} and not self._taken(one.args):
                    pending += one.args
        return found

    def _free(self, wanted: str) -> str:
        own, number = wanted, 1
        while own in self.names:
            number += 1
            own = f"{wanted}_{number}"
        self.names.add(own)
        return own


def _plain_name(name: str) -> str:
    """A name of a module as a spec can have it."""
    return "".join(one if one.isprintable() else "_" for one in plain_text(name))


def _is_tensors(value: object, torch: Torch) -> bool:
    """Whether an argument is a list of results."""
    return isinstance(value, (list, tuple)) and any(isinstance(one, torch.fx.Node) for one in value)


def _check(type_: str, arguments: Mapping[str, Any], shapes: Sequence[Shape], shape: Shape) -> None:
    """Hold a layer of ours to a shape; raises `NotKnownError` if it gives another, or refuses."""
    name = registry.find(type_)
    try:
        found = name and shape_of(name.make(arguments), Inputs(tuple(shapes)))
    except LayerError:
        found = None
    if found != shape:
        raise NotKnownError


def _custom(called: str, shape: Shape, before: Shape, learned: int) -> dict[str, Any]:
    arguments: dict[str, Any] = {} if shape == before else {"shape": list(shape) or [1]}
    return {**arguments, **({"params": learned} if learned else {}), "label": called.strip("_")}


def _with_parameter(
    called: str, learned: Sequence[int], before: Shape, shape: Shape
) -> tuple[str, dict[str, Any]]:
    """A call with a parameter of the model: a table of positions, a factor a channel, a token."""
    size = 1
    for one in shape:
        size *= one
    if called in {"add", "iadd"} and list(learned) == [size]:
        return "position_embedding", {}
    features = before[-1] if len(before) <= 2 else before[0]  # noqa: PLR2004 - a sequence
    if called in {"mul", "imul"} and list(learned) == [features]:
        return "layer_scale", {}
    if called == "cat" and len(learned) == 1 and len(before) == 2:  # noqa: PLR2004 - a sequence
        count, rest = divmod(learned[0], before[1])
        if not rest and shape == (before[0] + count, before[1]):
            return "class_token", {} if count == 1 else {"count": count}
    raise NotKnownError


def _called(node: Node) -> str:
    """The name of the function or method that a node calls."""
    return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")


def _part(
    called: str,
    source: Node,
    index: int,
    before: Shape,
    shape: Shape,
) -> tuple[str, dict[str, Any]]:
    """One of several parts along an axis."""
    sizes = zip(before, shape, strict=True) if len(before) == len(shape) else ()
    axis = next((at for at, (one, two) in enumerate(sizes) if one != two), None)
    if axis is None:
        raise NotKnownError
    where = {} if axis == 0 and len(before) != 2 else {"axis": axis}  # noqa: PLR2004 - a sequence
    number = {"index": index} if index else {}
    wanted = source.args[1] if len(source.args) > 1 else None
    if called == "chunk":
        return "chunk", {"chunks": wanted or source.kwargs.get("chunks"), **number, **where}
    given = list(wanted) if isinstance(wanted, (list, tuple)) else wanted
    return "split", {"sizes": given, **number, **where}


def _indexed(index: Sequence[Any]) -> tuple[int, Any]:
    """The only axis of which not all is taken, the batch aside, and what is."""
    real = [(at, one) for at, one in enumerate(index) if one != slice(None)]
    if len(real) != 1 or not real[0][0]:
        raise NotKnownError
    at, part = real[0]
    whole = isinstance(part, slice) and part.step in {None, 1}
    if not whole and (isinstance(part, bool) or not isinstance(part, int)):
        raise NotKnownError
    return at - 1, part


def _slice(axis: int, start: int | None, stop: int | None, before: Shape) -> dict[str, Any]:
    where = {} if axis == 0 and len(before) != 2 else {"axis": axis}  # noqa: PLR2004 - a sequence
    bounds = {"start": start, "stop": stop}
    return {key: value for key, value in bounds.items() if value} | where


def _pooled(layers: Sequence[ImportedLayer], outputs: Sequence[str]) -> tuple[ImportedLayer, ...]:
    """The layers, a pooling to one place and the flattening after it as one."""
    users: dict[str, int] = dict.fromkeys(outputs, 1)
    for one in layers:
        for name in one.inputs:
            users[name] = users.get(name, 0) + 1
    by_name = {one.name: one for one in layers}
    gone: set[str] = set()
    found = []
    for one in layers:
        before = by_name.get(one.inputs[0])
        if one.type == "flatten" and not one.arguments and before is not None:
            to_one = before.type == "global_avgpool" or (
                before.type == "adaptive_avgpool" and set((before.shape or (0,))[1:]) == {1}
            )
            if to_one and users[before.name] == 1 and len(before.shape or ()) > 1:
                gone.add(before.name)
                found.append(
                    one._replace(type="global_avgpool", arguments={}, inputs=before.inputs)
                )
                continue
        found.append(one)
    return tuple(one for one in found if one.name not in gone)
