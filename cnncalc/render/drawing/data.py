"""A drawing as data: everything with its coordinates, in pixels from the upper left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.render.drawing.contents import ItemKind, Weigh

Direction = Literal["down", "right"]
Point = tuple[int, int]


class Box(NamedTuple):
    """A layer, a closed block, or an input or output of the net.

    Attributes:
        number: by which edges name it.
        kind: what it is.
        title: the layer's type or the block's name.
        detail: its arguments.
        times: the equal turns that it stands for.
        name: its path in the net.
        shared: the layer whose weights it uses; empty for its own.
        weight: its value of the weighed figure.
        share: of the net's, in percent; empty for none.
        level: 0 for none, to 5 for the box with the most.
        x: its left side.
        y: its upper side.
        width: in pixels.
        height: in pixels.
    """

    number: int
    kind: ItemKind
    title: str
    detail: str
    times: int
    name: str
    shared: str
    weight: int
    share: str
    level: int
    x: int
    y: int
    width: int
    height: int


class Frame(NamedTuple):
    """An open block or loop around what is in it; `depth` counts the frames around it."""

    title: str
    detail: str
    times: int
    name: str
    depth: int
    x: int
    y: int
    width: int
    height: int


class Edge(NamedTuple):
    """A result on its way from one box into another, along a line with right angles.

    `skips` says whether it passes boxes through which the same result runs as well.
    """

    source: int
    target: int
    skips: bool
    points: tuple[Point, ...]


class Label(NamedTuple):
    """The shape of a result, from the left end of its base line."""

    text: str
    x: int
    y: int


class Drawing(NamedTuple):
    """A picture of a net.

    Attributes:
        name: of the net.
        direction: in which results flow.
        depth: levels of blocks that are told apart.
        weigh: the figure of which boxes show their share.
        total: the net's value of it.
        most: the largest value of a box.
        width: in pixels.
        height: in pixels.
        frames: outer ones before those inside.
        boxes: by their numbers.
        edges: in the order of their targets.
        labels: shapes, where they change.
    """

    name: str
    direction: Direction
    depth: int
    weigh: Weigh
    total: int
    most: int
    width: int
    height: int
    frames: tuple[Frame, ...]
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    labels: tuple[Label, ...]
