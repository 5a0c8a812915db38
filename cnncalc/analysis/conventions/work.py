"""What conventions count by: one layer at work, in elements of the whole batch."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from cnncalc.arithmetic import product
from cnncalc.layers.base.layout import channel_axis, spatial_of
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.alike import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.alike import Kind
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


class Work(NamedTuple):
    """A layer in a run.

    Attributes:
        node: the layer.
        batch: samples.
        needs_gradient: whether the backward goes on below it.
        folded: of a convolution, that a batch norm folds into it; of a batch norm, that it folds.
    """

    node: Node
    batch: int
    needs_gradient: bool = False
    folded: bool = False

    @property
    def arriving(self) -> int:
        """The elements of the first input."""
        return product(self.node.input_shapes[0]) * self.batch

    @property
    def leaving(self) -> int:
        """The elements of the output."""
        return product(self.node.output_shape) * self.batch

    @property
    def macs(self) -> int:
        """Textbook multiply-accumulates."""
        return self.node.facts.macs * self.batch if self.node.facts.macs else 0

    @property
    def params(self) -> int:
        """Learned weights, shared ones too: a tool counts the work where it is done."""
        return self.node.facts.params

    @property
    def bias(self) -> bool:
        """Whether the layer has one."""
        return any(weight.role == "bias" for weight in self.node.weights)

    @property
    def sizes(self) -> Shape:
        """The spatial sizes of the output."""
        arriving = len(self.node.input_shapes[0])
        if len(self.node.output_shape) < arriving:  # pooled away
            return (1,) * (arriving - 1)
        return spatial_of(self.node.output_shape, self._layout())

    @property
    def arriving_sizes(self) -> Shape:
        """The spatial sizes of the first input."""
        return spatial_of(self.node.input_shapes[0], self._layout())

    @property
    def channels(self) -> int:
        """The channels of the first input."""
        shape = self.node.input_shapes[0]
        at: int = channel_axis(self.node.layer.layout_of(self.node.facts.inputs), len(shape))
        return shape[at]

    @property
    def kernel(self) -> Shape:
        """The sizes of the window."""
        return tuple(one.kernel for one in self.node.layer.windows(self.node.facts.inputs))

    @property
    def groups(self) -> int:
        """The groups of a convolution."""
        groups: int = getattr(self.node.layer, "groups", 1)
        return groups

    def argument(self, name: str) -> Any:  # noqa: ANN401 - of any kind
        """An argument of the layer; None where it has none of this name."""
        return getattr(self.node.layer, name, None)

    def _layout(self) -> Any:  # noqa: ANN401 - a literal
        return self.node.layer.layout_of(self.node.facts.inputs)


Rule = "Callable[[Work], int]"


class Convention(NamedTuple):
    """How one tool counts.

    Attributes:
        name: of the tool, as in JSON.
        version: of the tool.
        source: where the rules are from.
        counts: for each figure that it prints the rules by layer type.
        params: whether it prints a layer's parameters.
        key_params: the name of its parameters in JSON; empty where it prints none.
        single: whether it runs one sample, whatever the batch.
    """

    name: str
    version: str
    source: str
    counts: Mapping[str, Mapping[str, Callable[[Work], int]]]
    params: Callable[[Work], int] | None = None
    single: bool = False


def nothing(_: Work) -> int:
    """A layer that a tool does not count."""
    return 0


def learned(work: Work) -> int:
    """The layer's own learned weights."""
    return work.node.params


def trainable(work: Work) -> int:
    """The layer's own weights that training changes."""
    return work.node.trainable_params


class Run(NamedTuple):
    """The layers of a net at work: for those that work alike one object, and how many each is."""

    layers: tuple[Work, ...]
    kinds: tuple[tuple[Work, int], ...]


@lru_cache(maxsize=2)  # every tool asks, some for a single sample
def run(network: Network, batch: int) -> Run:
    """Every layer of a net at work."""
    layers = tuple(_works(network, batch))
    first = {id(work): work for work in layers}
    counts = Counter(map(id, layers))
    return Run(layers, tuple((work, counts[key]) for key, work in first.items()))


def _works(network: Network, batch: int) -> Iterator[Work]:
    folded = _folded(network)
    needing: set[str] = set()
    known: dict[tuple[Kind, bool, bool], Work] = {}
    for node in network.layers:
        kind = kind_of(node)
        below = not needing.isdisjoint(node.inputs)
        key = kind, below, node.name in folded
        work = known.get(key)
        if work is None:
            work = known[key] = Work(node, batch, *key[1:])
        yield work
        if below or work.node.params or node.traits.shared_with:
            needing.add(node.name)


def _folded(network: Network) -> set[str]:
    """The convolutions whose result a batch norm alone takes, and these batch norms."""
    uses = Counter(chain.from_iterable([node.inputs for node in network.layers]))
    norms = {
        node.inputs[0]: node.name
        for node in network.layers
        if node.layer.type == "batchnorm" and uses[node.inputs[0]] == 1
    }
    found: set[str] = set()
    for node in network.layers if norms else ():
        if node.layer.type == "conv" and node.name in norms:
            found |= {node.name, norms[node.name]}
    return found
