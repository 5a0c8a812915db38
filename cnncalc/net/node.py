"""A layer in its place in the net."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cnncalc.layers.base.tensors import plural, show_shape
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.diagnostics.diagnostic import Place, Placed
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape, Weight
    from cnncalc.net.facts import Facts


class Stated(NamedTuple):
    """What a spec says under a key, as plain values; where it is, and its parts and their keys."""

    value: Any
    place: Place | None = None
    parts: Mapping[str, Place] = MappingProxyType({})
    keys: Mapping[str, Place] = MappingProxyType({})


#: The arguments of a scope that has none.
NO_VALUES: Mapping[str, Any] = MappingProxyType({})

ScopeKind: TypeAlias = Literal[
    "block", "group", "loop", "turn", "residual", "body", "shortcut", "parallel", "branch"
]


class Scope(NamedTuple):
    """A part of the spec that layers come from: one object, shared by all of them.

    The layers of a scope follow one another in the net. A `repeat` or `for` is a
    loop that holds its turns, or its layers where each turn of a `repeat` is a single
    one; a residual holds its body, its shortcut and the
    layers that merge them, a parallel its branches.

    Attributes:
        kind: what is there.
        start: how many layers of the net come before it.
        outer: the scope around it.
        name: its path; "" for what has no name of its own.
        block: the name of the block that is used.
        arguments: the values of a block's arguments, or of the variables of a `for`.
        turn: which turn of the loop around it, from 1.
        expect: what the spec expects about it.
    """

    kind: ScopeKind
    start: int
    outer: Scope | None = None
    name: str = ""
    block: str = ""
    arguments: Mapping[str, Any] = NO_VALUES
    turn: int = 0
    expect: Stated | None = None

    @property
    def type(self) -> str:
        """The block's name, or the kind."""
        return self.block or self.kind

    @property
    def chain(self) -> tuple[Scope, ...]:
        """This scope and all around it, the outermost first."""
        found = []
        here: Scope | None = self
        while here is not None:
            found.append(here)
            here = here.outer
        return tuple(reversed(found))


class Traits(NamedTuple):
    """What a spec says about a layer beside its type and arguments."""

    trainable: bool = True
    shared_with: str = ""
    regularizer: Mapping[str, float] | None = None
    expect: Stated | None = None
    weights: Stated | None = None
    dtype: str = ""  # empty: that of the net


PLAIN = Traits()


class Node(NamedTuple):
    """A layer in its place in the net; `inputs` are names of earlier nodes or inputs."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    facts: Facts
    scope: Scope | None = None
    traits: Traits = PLAIN
    origin: Placed | None = None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The blocks, groups and branches with a name that the layer is in, outermost first."""
        found = []
        here = self.scope
        while here is not None:
            if here.name:
                found.append(here)
            here = here.outer
        found.reverse()
        return tuple(found)

    def __repr__(self) -> str:
        arriving = ", ".join(map(show_shape, self.input_shapes))
        made = f"{arriving} -> {show_shape(self.output_shape)}"
        return f"<{self.name}: {self.type}, {made}, {plural(self.params, 'parameter')}>"

    @property
    def place(self) -> Place | None:
        """Where the layer is in its spec; None if it was derived."""
        return self.origin.place if self.origin is not None else None

    @property
    def type(self) -> str:
        """The canonical name of the layer type."""
        return self.layer.type

    @property
    def output_shape(self) -> Shape:
        """The shape that leaves, without the batch dimension."""
        return self.facts.output_shape

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """The shapes that arrive, without the batch dimension."""
        return self.facts.inputs.shapes

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The named tensors that the layer keeps; those of another node if shared."""
        return self.facts.weights

    @property
    def flattens(self) -> bool:
        """Whether it lays all elements of an input with several axes along one."""
        return self.layer.view == "reshape" and len(self.output_shape) == 1 < len(
            self.input_shapes[0]
        )

    @property
    def params(self) -> int:
        """Learned weights, frozen ones included; 0 where another layer's are shared."""
        return counts_of(self.facts, self.traits)[0]

    @property
    def trainable_params(self) -> int:
        """Learned weights that training changes."""
        return counts_of(self.facts, self.traits)[1]

    @property
    def buffers(self) -> int:
        """Elements kept but not learned, such as running statistics."""
        return counts_of(self.facts, self.traits)[2]

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one sample."""
        return self.facts.macs


def counts_of(facts: Facts, traits: Traits) -> tuple[int, int, int]:
    """Learned weights, those that training changes, and buffers that a layer keeps.

    Shared weights count where they are kept, and nowhere else.
    """
    if traits.shared_with:
        return 0, 0, 0
    return facts.params, facts.params if traits.trainable else 0, facts.buffers
