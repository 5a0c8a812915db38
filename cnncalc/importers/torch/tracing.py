"""The graph of a model with the shape of each result.

It is traced symbolically, down to the layers that PyTorch has itself; torch.export follows it
where that fails.
"""

from __future__ import annotations

import inspect
from functools import partial
from itertools import islice, product
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.torch.failures import FAILURES, attempted, told
from cnncalc.importers.torch.modules import known, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnncalc.importers.torch.torch_types import Graph, Module, Node, Torch
    from cnncalc.layers.base.tensors import Shape

_MOST_EXAMPLES = 8  # of the kinds of numbers that a model may take


def followed(
    torch: Torch, model: Module, shapes: Mapping[str, Shape], source: str
) -> tuple[Graph, list[tuple[str, Shape]]]:
    """The graph of a model with the shape of each result, and its inputs.

    It is traced symbolically; torch.export follows it where that fails, or passes over a part.

    Args:
        torch: the package.
        model: a module.
        shapes: of its inputs, for one sample, by the names in `forward`; under "" of the first.
        source: what the model is called in messages.

    Raises:
        ImportProblem: the model cannot be traced, or does not run on inputs of these shapes.
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
                f"{source} cannot be traced: the name of the module `{plain_name(odd[0])}` "
                "cannot be written in Python",
                "give it another name in `add_module`",
            )
        with told(f"{source} cannot be traced"):
            raise tracing.failure or TypeError("no graph")
    with told(f"{source} does not run on these inputs"):
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
    """Note the shapes of all results, and the numbers that the model computes of them.

    Indices are tried where a model takes no other numbers.
    """
    propagate = _noting(torch, graph).propagate
    failures: list[BaseException] = []
    for tensors in _examples(torch, inputs):
        _, failure = attempted(partial(propagate, *tensors))
        if failure is None:
            return
        failures.append(failure)
    raise failures[0]


def _noting(torch: Torch, graph: Module) -> Any:  # noqa: ANN401 - as torch.fx has it
    """What runs a graph and notes shapes and numbers with its nodes."""
    shapes: Any = torch.fx.passes.shape_prop.ShapeProp

    class Noting(shapes):  # type: ignore[misc] # known only with PyTorch
        def run_node(self, n: Node) -> Any:  # noqa: ANN401 - as torch.fx has it
            found = super().run_node(n)
            if isinstance(found, int):
                n.meta["number"] = found
            return found

    return Noting(graph)


def _exported(torch: Torch, model: Module, inputs: Sequence[tuple[str, Shape]]) -> Graph | None:
    """The graph that torch.export gives; None where it cannot follow the model either."""
    from cnncalc.importers.torch.exported import exported  # noqa: PLC0415 - where it is needed

    leaf = partial(_is_leaf, torch)
    made = (partial(exported, torch, model, one, leaf) for one in _examples(torch, inputs))
    return next((found for make in made if (found := attempted(make)[0]) is not None), None)


def _examples(torch: Torch, inputs: Sequence[tuple[str, Shape]]) -> Iterator[list[Any]]:
    """Tensors without memory for the inputs: of numbers, then some of them of indices."""
    kinds = (torch.float32, torch.int64)
    for dtypes in islice(product(kinds, repeat=len(inputs)), _MOST_EXAMPLES):
        yield [
            torch.empty((1, *shape), device="meta", dtype=dtype)
            for (_, shape), dtype in zip(inputs, dtypes, strict=True)
        ]


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
        except FAILURES as error:
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
                except FAILURES as error:  # it is one step, with its figures
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
