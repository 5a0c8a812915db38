"""The layer graph: nodes in topological order, and what each layer makes of its inputs."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.diagnostics import codes
from cnncalc.layers.base import Inputs, plural, show_shape
from cnncalc.layers.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.diagnostics import Place, Placed
    from cnncalc.layers.base import Layer, Layout, Shape, Weight

#: Sizes beyond this are refused: no tensor has them, and printing them would not end.
LARGEST_SIZE = 10**300
#: Likewise for a layer's parameters, buffers and MACs.
LARGEST_COUNT = 10**1000


class Facts(NamedTuple):
    """What a layer does with given inputs, for one sample."""

    inputs: Inputs
    output_shape: Shape
    weights: tuple[Weight, ...]
    params: int
    buffers: int
    macs: int


class Stated(NamedTuple):
    """What a spec says under a key, as plain values; where it stands, and its parts by key."""

    value: Any
    place: Place | None = None
    parts: Mapping[str, Place] = MappingProxyType({})


class Scope(NamedTuple):
    """A block or named group that layers stand in."""

    name: str  # its path
    type: str
    expect: Stated | None = None


class Traits(NamedTuple):
    """What a spec says about a layer beside its type and arguments."""

    trainable: bool = True
    shared_with: str = ""
    regularizer: Mapping[str, float] | None = None
    expect: Stated | None = None


PLAIN = Traits()


class Node(NamedTuple):
    """A layer in its place in the net; `inputs` are names of earlier nodes or inputs."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    facts: Facts
    scopes: tuple[Scope, ...] = ()
    traits: Traits = PLAIN
    origin: Placed | None = None

    @property
    def place(self) -> Place | None:
        """Where the layer stands in its spec; None if it was derived."""
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


class Totals(NamedTuple):
    """Sums over a net; MACs for one sample."""

    params: int
    trainable_params: int
    buffers: int
    macs: int


class Network:
    """A net whose layers fit together: inputs, layers in topological order, outputs.

    Attributes:
        name: as the spec says, or the file's name.
        layout: where the channels stand in every shape.
        inputs: the shape of each input, by name.
        layers: every layer, each after all that it takes.
        outputs: the names of the nodes whose results leave the net.
        expect: the claims that the spec makes about the whole net, if it makes any.
        lint: the spec's `lint` settings, if it has any.
    """

    __slots__ = ("_by_name", "_totals", "expect", "inputs", "layers", "layout", "lint", "name",
                 "outputs")  # fmt: skip

    def __init__(  # noqa: PLR0913 - the parts of a net
        self,
        name: str,
        layout: Layout,
        inputs: Mapping[str, Shape],
        layers: Sequence[Node],
        outputs: Sequence[str],
        *,
        expect: Stated | None = None,
        lint: Stated | None = None,
    ) -> None:
        self.name = name
        self.layout = layout
        self.inputs = dict(inputs)
        self.layers = tuple(layers)
        self.outputs = tuple(outputs)
        self.expect = expect
        self.lint = lint
        self._by_name: dict[str, Node] | None = None
        self._totals: Totals | None = None

    def __getitem__(self, name: str) -> Node:
        """The layer of this name; raises `KeyError`."""
        if self._by_name is None:
            self._by_name = {node.name: node for node in self.layers}
        return self._by_name[name]

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        return f"<Network {self.name}: {plural(len(self.layers), 'layer')}>"

    def shape_of(self, name: str) -> Shape:
        """The shape of a layer's result or of an input; raises `KeyError`."""
        return self.inputs[name] if name in self.inputs else self[name].output_shape

    @property
    def totals(self) -> Totals:
        """Parameters, buffers and MACs (one sample) of the whole net."""
        if self._totals is None:
            params = trainable = buffers = macs = 0
            for _, _, _, facts, _, traits, _ in self.layers:
                own, trained, kept = counts_of(facts, traits)
                params += own
                trainable += trained
                buffers += kept
                macs += facts.macs
            self._totals = Totals(params, trainable, buffers, macs)
        return self._totals


def facts_of(layer: Layer, inputs: Inputs) -> Facts:
    """Ask a layer what it makes of these inputs.

    Raises:
        LayerError: it cannot take them, or a claimed size is wrong.
    """
    _check_count(layer, inputs)
    if any(len(shape) < layer.least_axes for shape in inputs.shapes):
        raise LayerError(
            codes.RANK, f"`{layer.called or layer.type}` receives one number a sample, without axes"
        )
    if any(0 in shape for shape in inputs.shapes):
        raise LayerError(
            codes.EMPTY_OUTPUT, f"`{layer.called or layer.type}` receives a tensor without elements"
        )
    for name, actual in layer.claims(inputs).items():
        claimed = getattr(layer, name)
        if claimed is not None and claimed != actual:
            arriving = " and ".join(show_shape(shape) for shape in inputs.shapes)
            raise LayerError(
                codes.CLAIM,
                f"`{name}` says {show_claim(claimed)}, but it is {show_claim(actual)}",
                argument=name,
                label=f"should be {show_claim(actual)}",
                help=(f"the input is {arriving}; leave `{name}` out, it is known from there",),
            )
    output = layer.output_shape(inputs)
    if not output:
        output = (1,)
    _check_sizes(layer, output)
    weights = tuple(layer.weights(inputs))
    params = sum(weight.size for weight in weights if not weight.buffer)
    buffers = sum(weight.size for weight in weights if weight.buffer)
    macs = layer.macs(inputs, output)
    if max(params, buffers, macs) > LARGEST_COUNT:
        raise LayerError(
            codes.LIMIT, f"a count of `{layer.called or layer.type}` has over 1,000 digits"
        )
    return Facts(inputs, output, weights, params, buffers, macs)


def show_claim(value: object) -> str:
    """A claimed number or shape as messages print it."""
    return show_shape(value) if isinstance(value, tuple) else str(value)


def _check_count(layer: Layer, inputs: Inputs) -> None:
    least, most = layer.arity
    count = len(inputs.shapes)
    if count < least or (most is not None and count > most):
        wanted = plural(least, "input") if least == most else f"{least} or more inputs"
        raise LayerError(
            codes.INPUT_COUNT,
            f"`{layer.called or layer.type}` takes {wanted}, not {count}",
            help=(
                ("`from: [a, b]` names them",)
                if count < least
                else ("merge them first, with `add` or `concat`",)
            ),
        )


def _check_sizes(layer: Layer, output: Shape) -> None:
    for size in output:
        if size < 0:
            raise LayerError(
                codes.EMPTY_OUTPUT,
                f"the output of `{layer.called or layer.type}` would be {show_shape(output)}: "
                "no size may be negative",
            )
        if size > LARGEST_SIZE:
            raise LayerError(
                codes.LIMIT, f"the output of `{layer.called or layer.type}` has over 300 digits"
            )
