"""What a picture of a net shows: frames, closed blocks, layers, and which takes what of which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cnncalc.figures import FIGURES
from cnncalc.figures.figure import values_of
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.structure import structure
from cnncalc.render.drawing import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node
    from cnncalc.net.structure import Part

Weigh = Literal["params", "macs", "memory"]
ItemKind = Literal["input", "output", "layer", "merge", "block", "frame"]

#: The figure whose share is shown; memory is what a layer keeps for the backward.
WEIGHED: Mapping[Weigh, str] = {"params": "params", "macs": "macs", "memory": "saved"}

#: A net is opened as deep as its longest path has no more boxes, and all of it no more.
_LONGEST, _MOST = 44, 160


class Item(NamedTuple):
    """A box or an open frame of a picture.

    Boxes are numbered from 0 in topological order; a frame has the numbers of what is inside.

    Attributes:
        kind: an input or output of the net, a layer, a layer that merges, a closed block, or
            an open frame.
        title: the layer's type or the block's name.
        detail: its arguments.
        times: the equal turns that it stands for.
        name: its path in the net; empty where it has none.
        first: the number of its first box; of the box itself.
        last: the number of its last box.
        children: what is in a frame.
        takes: the numbers of the boxes whose results a box takes.
        shape: the shape of its result, if that is another than arrives.
        weight: its value of the weighed figure, all turns together.
        shared: the layer whose weights it uses.
    """

    kind: ItemKind
    title: str
    detail: str
    times: int
    name: str
    first: int
    last: int
    children: tuple[Item, ...] = ()
    takes: tuple[int, ...] = ()
    shape: str = ""
    weight: int = 0
    shared: str = ""


class Contents(NamedTuple):
    """All of a picture, before it has coordinates.

    Attributes:
        name: of the net.
        items: boxes and frames, in topological order.
        boxes: all boxes, by their numbers.
        weigh: the figure by which boxes are weighed.
        total: the net's value of it.
        depth: how many levels of blocks are told apart.
        levels: how many there are.
    """

    name: str
    items: tuple[Item, ...]
    boxes: tuple[Item, ...]
    weigh: Weigh
    total: int
    depth: int
    levels: int


def contents(
    network: Network, *, depth: int | None = None, weigh: Weigh = "params", unfold: bool = False
) -> Contents:
    """What a picture of a net shows.

    Args:
        network: the net.
        depth: blocks below this level are closed, as in `summarize --depth`; None opens as many
            levels as can be read at a glance.
        weigh: the figure whose share each box shows.
        unfold: draw equal turns of a loop one by one.
    """
    whole = structure(network)
    inside = {id(node.scope): node for node in network.layers}  # a layer of each scope
    levels = 1 + max((len(node.scopes) for node in inside.values()), default=0)
    if depth is None:
        outline = _opened(network, whole, levels, unfold=unfold)
    else:
        outline = _Outline(network, whole, min(depth, levels), unfold=unfold)
    figure = FIGURES[WEIGHED[weigh]]
    weights = [0] * len(outline.nodes)
    for node, (value,) in zip(network.layers, values_of(network, (figure,)), strict=True):
        if isinstance(value, int):
            weights[outline.owner[node.name]] += value
    boxes: list[Item] = []
    items = tuple(_finished(item, outline, weights, boxes) for item in outline.items)
    return Contents(
        words.shown(network.name),
        items,
        tuple(boxes),
        weigh,
        sum(weights),
        outline.depth,
        levels,
    )


def _opened(network: Network, whole: Part, levels: int, *, unfold: bool) -> _Outline:
    """Items of as many levels as can be read at a glance."""
    found = None
    for depth in range(2, levels + 1):
        deeper = _Outline(network, whole, depth, unfold=unfold)
        if not _readable(deeper):
            break
        found = deeper
    return found or _Outline(network, whole, 1, unfold=unfold)


def _readable(outline: _Outline) -> bool:
    longest = [0] * len(outline.nodes)
    for number in range(len(longest)):
        longest[number] = 1 + max((longest[one] for one in outline.takes(number)), default=0)
    return max(longest) <= _LONGEST and len(longest) <= _MOST


class _Outline:
    """Items of a net, and which box stands for each layer.

    Layers have no words yet, and nothing has what comes from the wiring.
    """

    def __init__(self, network: Network, whole: Part, depth: int, *, unfold: bool) -> None:
        self.network = network
        self.depth = depth
        self.unfold = unfold
        #: The box of each layer and input.
        self.owner: dict[str, int] = {}
        #: The layers that each box shows, those of the first turn only.
        self.nodes: list[tuple[Node, ...]] = []
        #: The last layer that each box stands for.
        self.ends: list[Node | None] = []
        self._taken: dict[int, tuple[int, ...]] = {}
        self.outputs: dict[int, str] = {}
        items: list[Item] = []
        waiting = dict(network.inputs)
        for part in whole.children:
            items += self._entering(part, waiting)
            items += self._items(part, 0, None)
        items += [self._input(name, shape) for name, shape in waiting.items()]
        items += [self._output(name) for name in network.outputs]
        self.items = tuple(items)

    def _entering(self, part: Part, waiting: dict[str, Shape]) -> Iterator[Item]:
        """The inputs that are first taken in a part, in front of it."""
        taken = {name for node in part.layers() for name in node.inputs} if waiting else set()
        for name in [name for name in waiting if name in taken]:
            yield self._input(name, waiting.pop(name))

    def _input(self, name: str, shape: Shape) -> Item:
        number = self._box((), None)
        self.owner[name] = number
        text = words.shape((shape,))
        return Item("input", words.shown(name), text, 1, name, number, number)

    def _output(self, name: str) -> Item:
        number = self._box((), None)
        self.outputs[number] = name
        text = words.shape((self.network.shape_of(name),))
        title = "output" if len(self.network.outputs) == 1 else words.shown(name)
        return Item("output", title, text, 1, "", number, number)

    def _box(self, nodes: tuple[Node, ...], end: Node | None) -> int:
        self.nodes.append(nodes)
        self.ends.append(end)
        return len(self.nodes) - 1

    def _inside(self, part: Part, level: int, values: Mapping[str, Any] | None) -> list[Item]:
        """The items of the parts in a part; `values` are those of the `for` around them."""
        alone = len(part.children) == 1
        found: list[Item] = []
        for child in part.children:
            found += self._items(child, level, values if alone else None)
        return found

    def _items(self, part: Part, level: int, values: Mapping[str, Any] | None) -> Iterable[Item]:
        if self.unfold and part.alike:
            turns = (part._replace(alike=()), *part.alike)
            return [item for turn in turns for item in self._items(turn, level, values)]
        if part.node is not None:
            return (self._layer(part.node),)
        scope = part.scope
        if scope is not None and scope.name:
            return (self._block(part, part, level, values),)
        if part.times == 1:
            own = scope.arguments if scope is not None and scope.arguments else values
            return self._inside(part, level, own)
        only = part.children[0]
        if len(part.children) == 1 and only.scope is not None and only.scope.name:
            return (self._block(part, only, level, values),)
        return (self._frame(part, part, level, "repeat", ""),)

    def _layer(self, node: Node) -> Item:
        number = self._box((node,), node)
        self.owner[node.name] = number
        kind: ItemKind = "merge" if len(node.inputs) > 1 else "layer"
        return Item(kind, "", "", 1, node.name, number, number)

    def _block(self, turn: Part, part: Part, level: int, values: Mapping[str, Any] | None) -> Item:
        """A block or a named group, with the count of the turns that it is all of."""
        scope = part.scope
        assert scope is not None  # noqa: S101 - a part with a name has one
        title, detail = words.block(scope, values or {})
        if level + 1 < self.depth:
            return self._frame(turn, part, level + 1, title, detail)
        every = tuple(turn.layers())
        shown = every[: len(every) // turn.times]
        number = self._box(shown, every[-1])
        for node in every:
            self.owner[node.name] = number
        return Item("block", title, detail, turn.times, scope.name, number, number)

    def _frame(self, turn: Part, part: Part, level: int, title: str, detail: str) -> Item:
        first = len(self.nodes)
        children = tuple(self._inside(part, level, None))
        shown = tuple(turn._replace(alike=()).layers()) if turn.alike else ()
        for other in turn.alike:
            for here, there in zip(shown, other.layers(), strict=True):
                self.owner[there.name] = number = self.owner[here.name]
                self.ends[number] = there
        last = len(self.nodes) - 1
        name = part.scope.name if part.scope is not None else ""
        return Item("frame", title, detail, turn.times, name, first, last, children)

    def takes(self, number: int) -> tuple[int, ...]:
        """The boxes whose results a box takes: a layer every one that it names, a block once."""
        if number not in self._taken:
            self._taken[number] = tuple(self._sources(number))
        return self._taken[number]

    def _sources(self, number: int) -> Iterator[int]:
        if number in self.outputs:
            yield self.owner[self.outputs[number]]
            return
        nodes = self.nodes[number]
        if len(nodes) == 1:
            for name in nodes[0].inputs:
                if self.owner[name] != number:
                    yield self.owner[name]
            return
        found = {self.owner[name]: None for node in nodes for name in node.inputs}
        found.pop(number, None)
        yield from found

    def shape(self, number: int) -> str:
        """The shape of a box's result, if another than what arrives; of all turns."""
        nodes, end = self.nodes[number], self.ends[number]
        if end is None:
            return ""
        if len(nodes) == 1:
            arriving: set[Shape] = set(nodes[0].input_shapes)
            leaving = [nodes[0].output_shape, end.output_shape]
            if arriving == {leaving[0]}:
                return ""
        else:
            arriving = {
                shape
                for node in nodes
                for name, shape in zip(node.inputs, node.input_shapes, strict=False)
                if self.owner[name] != number
            }
            leaving = [end.output_shape]
        return "" if arriving == set(leaving) else words.shape(leaving)


def _finished(item: Item, outline: _Outline, weights: Sequence[int], boxes: list[Item]) -> Item:
    if item.kind == "frame":
        inside = tuple(_finished(one, outline, weights, boxes) for one in item.children)
        return item._replace(children=inside)
    number = item.first
    title, detail, shared = item.title, item.detail, ""
    if item.kind in {"layer", "merge"}:
        (node,) = outline.nodes[number]
        title, detail = words.layer(node)
        shared = words.shown(node.traits.shared_with)
    made = item._replace(
        title=title, detail=detail, shared=shared,
        takes=outline.takes(number), shape=outline.shape(number), weight=weights[number],
    )  # fmt: skip
    boxes.append(made)
    return made
