"""The MLP that does the same job as a CNN: the input flattened, then dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.compare.totals import ratio
from cnncalc.arithmetic import product
from cnncalc.layers import registry
from cnncalc.layers.base.tensors import Inputs
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import facts_of
from cnncalc.net.network import Network
from cnncalc.net.node import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Layer


class Derived(NamedTuple):
    """How an MLP came about: `sizes` from the inputs over hidden layers to the outputs.

    `origin` is "head" where the hidden layers are those of the CNN's own dense
    head, "given" where the caller chose them, "matched" where one layer was
    sized to `budget` parameters; `width` is what the budget buys, 0 for nothing.
    """

    net: str
    label: str
    origin: str
    sizes: tuple[int, ...]
    params: int
    budget: int = 0
    width: int = 0
    params_ratio: float | None = None
    macs_ratio: float | None = None


class Mlp(NamedTuple):
    """An MLP, and how it came about; the net is None where none is that small."""

    network: Network | None
    derived: Derived


class MlpRule(NamedTuple):
    """Which MLP a net is compared with: the hidden units, or as many as its parameters allow."""

    hidden: tuple[int, ...] | None = None
    matched: bool = False

    def of(self, cnn: Network, label: str) -> Mlp:
        """The MLP of a net that the comparison calls `label`."""
        return matched_mlp(cnn, label) if self.matched else mlp_for(cnn, label, self.hidden)


def mlp_for(cnn: Network, label: str, hidden: Sequence[int] | None = None) -> Mlp:
    """The MLP from all inputs of a net to all its outputs.

    Args:
        cnn: the net.
        label: what the comparison calls it.
        hidden: units of the hidden layers; None takes the net's own dense head.
    """
    head = dense_head(cnn)
    outputs = sum(product(cnn.shape_of(name)) for name in cnn.outputs)
    if hidden is None:
        layers = [_unclaimed(node.layer) for node in head]
        if not head or head[-1].output_shape != (outputs,):
            layers.append(_layer("dense", units=outputs))
        origin = "head"
    else:
        layers = [_layer("dense", units=units) for units in (*hidden, outputs)]
        origin = "given"
    network = _build(cnn, f"MLP of {label}", layers)
    return Mlp(network, _derived(cnn, network, label, origin))


def matched_mlp(cnn: Network, label: str) -> Mlp:
    """The MLP with one hidden layer and at most the net's parameters.

    A hidden layer of `width` units costs
    `(inputs + 1) * width + (width + 1) * outputs` parameters, so that the
    widest within a budget has
    `floor((budget - outputs) / (inputs + 1 + outputs))` units. Where that is
    less than one, there is no such MLP.
    """
    budget = cnn.totals.params
    inputs = sum(product(shape) for shape in cnn.inputs.values())
    outputs = sum(product(cnn.shape_of(name)) for name in cnn.outputs)
    width = (budget - outputs) // (inputs + 1 + outputs)
    if width < 1:
        return Mlp(None, Derived(label, "", "matched", (inputs, outputs), 0, budget))
    made = mlp_for(cnn, label, (width,))
    return made._replace(
        derived=made.derived._replace(origin="matched", budget=budget, width=width)
    )


def dense_head(cnn: Network) -> tuple[Node, ...]:
    """The dense layers at the end of a net with one output, after its last map of features."""
    if len(cnn.outputs) != 1:
        return ()
    found: list[Node] = []
    name = cnn.outputs[0]
    while name not in cnn.inputs:
        node = cnn[name]
        if len(node.inputs) != 1 or len(node.input_shapes[0]) != 1:
            break
        if node.layer.fully_connected:
            found.append(node)
        name = node.inputs[0]
    return tuple(reversed(found))


def _derived(cnn: Network, mlp: Network, label: str, origin: str) -> Derived:
    inputs = sum(product(shape) for shape in cnn.inputs.values())
    units = [node.output_shape[0] for node in mlp.layers if node.layer.fully_connected]
    return Derived(
        label, mlp.name, origin, (inputs, *units), mlp.totals.params,
        params_ratio=ratio(cnn.totals.params, mlp.totals.params),
        macs_ratio=ratio(cnn.totals.macs, mlp.totals.macs),
    )  # fmt: skip


def _layer(type_: str, **arguments: object) -> Layer:
    name = registry.find(type_)
    assert name is not None  # noqa: S101 - the catalogue has these types
    return name.make(arguments)


def _unclaimed(layer: Layer) -> Layer:
    """The layer without what it declares of its input, which is another one here."""
    declared = [name for name, spec in layer.arguments.items() if spec.declared]
    return layer.replace(**dict.fromkeys(declared)) if declared else layer


class _Builder:
    """Strings layers together into a net."""

    def __init__(self, cnn: Network) -> None:
        self.cnn = cnn
        self.nodes: dict[str, Node] = {}
        self.counts: dict[str, int] = {}

    def add(self, layer: Layer, *inputs: str) -> str:
        """Place a layer after those that it takes from; gives its name."""
        shapes = tuple(
            self.nodes[name].output_shape if name in self.nodes else self.cnn.inputs[name]
            for name in inputs
        )
        self.counts[layer.type] = self.counts.get(layer.type, 0) + 1
        name = f"{layer.type}_{self.counts[layer.type]}"
        facts = facts_of(layer, Inputs(shapes, self.cnn.layout))
        self.nodes[name] = Node(name, layer, inputs, facts)
        return name


def _build(cnn: Network, name: str, dense: Sequence[Layer]) -> Network:
    builder = _Builder(cnn)
    flat = [builder.add(_layer("flatten"), source) for source in cnn.inputs]
    last = flat[0] if len(flat) == 1 else builder.add(_layer("concat"), *flat)
    for i, layer in enumerate(dense):
        last = builder.add(layer, last)
        if i + 1 < len(dense):
            last = builder.add(_layer("relu"), last)
    return Network(name, cnn.layout, cnn.inputs, tuple(builder.nodes.values()), (last,))
