"""A model that cannot be traced symbolically, as torch.export follows it for given inputs.

The graph of its operators is brought into the form of a traced one: what is computed inside a
layer of PyTorch is one call of that module, and operators go by the names of functions.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.torch.torch_types import Graph, Module, Node, Program, Torch

#: Operators under other names than the function of Python has.
_NAMES = {
    "split_with_sizes": "split", "_unsafe_view": "view", "_to_copy": "to", "expand_as": "expand",
    "convolution": "conv", "_softmax": "softmax", "_log_softmax": "log_softmax", "lift_fresh": "to",
    "lift_fresh_copy": "to", "alias": "to", "div_": "div", "sub_": "sub", "silu_": "silu",
    "hardtanh_": "hardtanh", "hardswish_": "hardswish", "leaky_relu_": "leaky_relu",
}  # fmt: skip
_WHOLE: tuple[Any, ...] = (0, None, None, 1)  # axis, start, stop and step of all of an axis
_END = 1 << 62  # a place behind every axis
_META = "tensor_meta"
_STACK = "nn_module_stack"


class _Call(NamedTuple):
    """A call of a layer: which module, and the nodes of what is computed in it."""

    path: str
    stack: dict[str, Any]
    nodes: list[Node]


def exported(
    torch: Torch, model: Module, inputs: Sequence[Any], is_leaf: Callable[[Module], bool]
) -> Graph:
    """The graph of a model in the form that tracing gives it.

    Args:
        torch: the package.
        model: a module.
        inputs: tensors that it takes; without memory, as the model.
        is_leaf: whether a module is one layer.
    """
    program = torch.export.export(model, tuple(inputs), strict=False)
    return _Rewriting(torch, model, program, is_leaf).rewritten()


class _Rewriting:
    def __init__(
        self,
        torch: Torch,
        model: Module,
        program: Program,
        is_leaf: Callable[[Module], bool],
    ) -> None:
        self.torch = torch
        self.modules = dict(model.named_modules())
        self.program = program
        self.is_leaf = is_leaf
        signature = program.graph_signature
        self.attributes = {
            **signature.inputs_to_parameters, **signature.inputs_to_buffers,
            **getattr(signature, "inputs_to_lifted_tensor_constants", {}),
        }  # fmt: skip
        self.graph = torch.fx.Graph()
        self.made: dict[Node, Node] = {}
        self.flowing: set[Node] = set()  # what depends on the inputs

    def rewritten(self) -> Graph:
        calls = self._calls()
        last = {id(call): call.nodes[-1] for call in calls.values()}
        for node in self.program.graph.nodes:
            call = calls.get(node)
            if node.op == "placeholder":
                self._placeholder(node)
            elif node.op == "output":
                self.graph.output(self._mapped(node.args[0]))
            elif call is None:
                self._operator(node)
            elif node is last[id(call)]:
                self._layer(call)
        for node in reversed(self.graph.nodes):
            if node.op in {"call_function", "call_method"} and not node.users:
                self.graph.erase_node(node)  # an assignment in place, and the part that it is to
        return self.graph

    def _calls(self) -> dict[Node, _Call]:
        """The call of a layer that each node belongs to; nodes of no layer are not there."""
        found: dict[Node, _Call] = {}
        by_key: dict[str, _Call] = {}
        for node in self.program.graph.nodes:
            outer: dict[str, Any] = {}
            for key, (path, class_) in (node.meta.get(_STACK) or {}).items():
                module = self.modules.get(path)
                if path and module is not None and self.is_leaf(module):
                    call = by_key.setdefault(key, _Call(path, outer, []))
                    call.nodes.append(node)
                    found[node] = call
                    break
                outer = {**outer, key: (path, class_)}
        return found

    def _placeholder(self, node: Node) -> None:
        if node.name in self.attributes:
            self.made[node] = self.graph.create_node("get_attr", self.attributes[node.name])
            return
        self.made[node] = self.graph.placeholder(node.name)
        self.flowing.add(node)
        self._shaped(node, self.made[node])

    def _layer(self, call: _Call) -> None:
        """One call in the place of all nodes of a layer."""
        inside = set(call.nodes)
        taken = dict.fromkeys(
            one for node in call.nodes for one in node.all_input_nodes
            if one not in inside and one in self.flowing
        )  # fmt: skip
        results = [node for node in call.nodes if any(user not in inside for user in node.users)]
        args = tuple(self.made[one] for one in taken)
        made = self.graph.create_node("call_module", call.path, args)
        made.meta[_STACK] = call.stack
        for index, node in enumerate(results):
            one = made if not index else self.graph.call_function(operator.getitem, (made, index))
            one.meta.setdefault(_STACK, call.stack)
            self._shaped(node, one)
            self.made[node] = one
            if taken:
                self.flowing.add(node)

    def _operator(self, node: Node) -> None:
        args, kwargs = self._mapped(node.args), self._mapped(node.kwargs)
        name = getattr(node.target, "__name__", str(node.target)).partition(".")[0]
        index = _index(name, node.args)
        if index is not None:
            made = self.graph.call_function(operator.getitem, (args[0], index))
        elif node.target is operator.getitem:
            made = self.graph.call_function(operator.getitem, args, kwargs)
        else:
            made = self.graph.create_node("call_method", _NAMES.get(name, name), args, kwargs)
        made.meta[_STACK] = node.meta.get(_STACK) or {}
        self._shaped(node, made)
        self.made[node] = made
        if any(one in self.flowing for one in node.all_input_nodes):
            self.flowing.add(node)

    def _mapped(self, value: Any) -> Any:  # noqa: ANN401 - any argument
        return self.torch.fx.node.map_arg(value, lambda one: self.made[one])

    def _shaped(self, node: Node, made: Node) -> None:
        """Note what a result is, as the tracing of shapes notes it."""
        made.meta[_META] = node.meta.get("val")


def _index(name: str, args: Sequence[Any]) -> tuple[Any, ...] | None:
    """The index in Python of an operator that takes a part along one axis; None for others."""
    if name not in {"select", "slice"}:
        return None
    axis, first, stop, step = [*args[1:], *_WHOLE[len(args) - 1 :]]
    if axis < 0:
        return None
    if name == "select":
        return (*(slice(None),) * axis, first)
    stop = None if stop is not None and stop >= _END else stop
    return (*(slice(None),) * axis, slice(first or None, stop, None if step == 1 else step))
