"""The nodes of a file in an order in which each takes what is there, functions unrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.proto import Branch, Reference, captured
from cnncalc.importers.problems import ImportProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.importers.onnx.proto import File, Function, Node
    from cnncalc.language.limits import Limits

_DEEPEST = 32  # functions in functions


def nodes_of(file: File, limits: Limits) -> list[Node]:
    """The nodes on the way to the outputs, in order.

    Raises:
        ImportProblem: they take results of each other, or functions contain themselves,
            or are too many.
    """
    nodes = list(_unrolled(file, limits))
    makers = {name: node for node in nodes for name in node.outputs if name}
    return _sorted(_wanted(file, makers), makers)


def _unrolled(file: File, limits: Limits) -> Iterable[Node]:
    functions = {(one.domain, one.name): one for one in file.functions}
    return _Unroller(functions, limits).nodes(file.nodes, 0) if functions else file.nodes


class _Unroller:
    def __init__(self, functions: Mapping[tuple[str, str], Function], limits: Limits) -> None:
        self.functions = functions
        self.limits = limits
        self.left = limits.layers
        self.text = limits.size

    def nodes(self, nodes: Iterable[Node], depth: int) -> Iterator[Node]:
        for index, node in enumerate(nodes):
            self.left -= 1
            if self.left < 0:
                raise ImportProblem(
                    f"the functions of the graph unroll to more than {self.limits.layers:,} nodes",
                    "`--max-layers` raises the limit",
                )
            function = self.functions.get((node.domain, node.op))
            if function is None:
                yield node
                continue
            if depth == _DEEPEST:
                raise ImportProblem(f"the function `{node.op}` contains itself, or lies too deep")
            prefix = f"{node.name or node.op}.{index}/"
            yield from self.nodes(self._charged(_body(node, function, prefix)), depth + 1)

    def _charged(self, nodes: Iterable[Node]) -> Iterator[Node]:
        """Nodes whose names, longer with each function around them, count as bytes of the file."""
        for node in nodes:
            self.text -= len(node.attributes) + sum(
                map(len, (node.name, *node.inputs, *node.outputs))
            )
            if self.text < 0:
                raise ImportProblem(
                    "the names in the functions of the graph unroll to more than "
                    f"{self.limits.size:,} characters",
                    "`--max-size` raises the limit",
                )
            yield node


def _body(call: Node, function: Function, prefix: str) -> Iterator[Node]:
    """The nodes of a function with the names of the one who calls it."""
    names = dict(zip(function.inputs, call.inputs, strict=False))
    names |= dict(zip(function.outputs, call.outputs, strict=False))
    names[""] = ""

    def called(name: str) -> str:
        return names.get(name) if name in names else f"{prefix}{name}"  # type: ignore[return-value]

    for node in function.nodes:
        attributes = {
            key: call.attributes.get(value.name) if isinstance(value, Reference) else value
            for key, value in node.attributes.items()
            if not isinstance(value, Branch)  # whose names are those of the function
        }
        yield node._replace(
            name=f"{prefix}{node.name or node.op}",
            inputs=tuple(map(called, node.inputs)),
            outputs=tuple(map(called, node.outputs)),
            attributes=attributes,
            metadata=node.metadata or call.metadata,
        )


def _wanted(file: File, makers: Mapping[str, Node]) -> list[Node]:
    """The nodes that an output depends on, in the order of the file."""
    wanted: set[int] = set()
    names = [info.name for info in file.outputs]
    while names:
        node = makers.get(names.pop())
        if node is not None and id(node) not in wanted:
            wanted.add(id(node))
            names += (*node.inputs, *captured(node))
    unique = dict.fromkeys(map(id, makers.values()))
    by_id = {id(node): node for node in makers.values()}
    return [by_id[one] for one in unique if one in wanted]


def _sorted(nodes: list[Node], makers: Mapping[str, Node]) -> list[Node]:
    """The nodes so that each follows those whose results it takes.

    Files have to be in such an order; those that are stay as they are.
    """
    found: list[Node] = []
    done: set[int] = set()
    begun: set[int] = set()
    for first in nodes:
        stack = [first]
        while stack:
            node = stack[-1]
            if id(node) in done:
                stack.pop()
                continue
            before = [makers[name] for name in (*node.inputs, *captured(node)) if name in makers]
            missing = [one for one in before if id(one) not in done]
            if not missing:
                stack.pop()
                done.add(id(node))
                found.append(node)
                continue
            if id(node) in begun:
                raise ImportProblem(
                    f"the graph has a cycle: `{node.name or node.op}` depends on its own result"
                )
            begun.add(id(node))
            stack += reversed(missing)
    return found
