"""A PyTorch model as a flat model: the graph that it is followed to, node by node."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnncalc.importers.model import ImportedLayer, ImportedModel
from cnncalc.importers.naming import NotKnownError
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.torch.building import built
from cnncalc.importers.torch.functions import (
    PARTS,
    function_of,
    hold_to_shape,
    with_parameter,
)
from cnncalc.importers.torch.indexing import indexed, part_of, place_of, row_of, slice_of
from cnncalc.importers.torch.modules import layer_of, plain_name
from cnncalc.importers.torch.parameters import Parameters
from cnncalc.importers.torch.pooling import pooled
from cnncalc.importers.torch.tracing import followed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.importers.torch.torch_types import Graph, Module, Node, Tensor, Torch
    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Shape

_Place = tuple[tuple[str, ...], tuple[str, ...]]  # modules, and the names of their classes


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
    model = built(torch, source)
    graph, inputs = followed(torch, model, shapes, source)
    if len(graph.nodes) > limits.layers:
        raise ImportProblem(
            f"the model has more than {limits.layers:,} operations",
            "`--max-layers` raises the limit",
        )
    return _Reading(torch, graph, model).model(inputs)


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
            layers=pooled(self.layers, outputs), outputs=outputs,
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
            type_, arguments = with_parameter(called, sizes, self.shapes[taken[0]], shape)
        else:
            args, named = (self._numbers(one) for one in (node.args, node.kwargs))
            plain = [one for one in args if not _is_tensors(one, self.torch)]
            given = [one for one in plain if not isinstance(one, self.torch.fx.Node)]
            shapes = [self.shapes[name] for name in taken]
            function = function_of(called, given, named, shapes, shape)
            type_, arguments = function.type, dict(function.arguments)
        if type_:
            hold_to_shape(type_, arguments, [self.shapes[name] for name in taken], shape)
        return type_, arguments

    def _numbers(self, arguments: Any) -> Any:  # noqa: ANN401 - whatever a call is given
        """The arguments of a call, with the numbers that the model computes of sizes."""
        return self.torch.fx.node.map_arg(arguments, lambda one: one.meta.get("number", one))

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
        path = tuple(map(plain_name, place[0]))
        own = self._free(".".join((*path, plain_name(name))))
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
        if called in {"chunk", "split"} and isinstance(index, int):
            return part_of(called, source, index, before, shape)
        if (
            index == 0
            and before == shape
            and (source.op == "call_module" or _gives_several(source))
        ):
            return "", {}
        if called in PARTS and isinstance(index, int):
            axis, part = place_of(called, source, index, before)
        elif isinstance(index, tuple):
            axis, part = indexed(index)
        else:
            raise NotKnownError
        if isinstance(part, slice):
            return "slice", slice_of(axis, part.start, part.stop, before)
        row = (*before[:axis], 1, *before[axis + 1 :])
        if row != before:
            what = ("slice", "slice", row_of(axis, part, before))
            taken[:] = [self._put(node, what, taken, row, place)]
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


def _is_tensors(value: object, torch: Torch) -> bool:
    """Whether an argument is a list of results."""
    return isinstance(value, (list, tuple)) and any(isinstance(one, torch.fx.Node) for one in value)


def _custom(called: str, shape: Shape, before: Shape, learned: int) -> dict[str, Any]:
    arguments: dict[str, Any] = {} if shape == before else {"shape": list(shape) or [1]}
    return {**arguments, **({"params": learned} if learned else {}), "label": called.strip("_")}


def _gives_several(node: Node) -> bool:
    """Whether a call gives a tuple, of which the first part stands for it here."""
    meta = node.meta.get("tensor_meta")
    return isinstance(meta, (tuple, list)) and not hasattr(meta, "shape")


def _called(node: Node) -> str:
    """The name of the function or method that a node calls."""
    return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
