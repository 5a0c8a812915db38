"""What a convolution saves: by looking at a window, and by sharing its weights.

Between the same two tensors stand three layers. A dense layer has a weight for
every input and output. A locally connected one has, for every output, a weight
for each input in its window: as many weights as the convolution has MACs. The
convolution has one set of them for all positions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.compare.totals import biases_of, ratio
from cnncalc.arithmetic import product
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


class Saving(NamedTuple):
    """One convolution against its dense and its locally connected counterpart.

    Attributes:
        name: of the layer, or of several that are alike, with commas.
        type: of the layer.
        input_shape: what arrives, in the net's layout.
        output_shape: what leaves.
        inputs: elements that arrive.
        outputs: elements that leave, at the positions counted.
        kernel_shape: of the kernel weights.
        positions: where the kernel is applied: for a convolution its output
            positions, for a transposed one its input positions.
        dense: weights of the dense layer, `inputs * outputs`.
        local: weights of the locally connected layer, `shared * positions`.
        shared: weights of the convolution.
        biases: of the convolution, one per filter.
        neuron_biases: of the other two, one an output element.
    """

    name: str
    type: str
    input_shape: Shape
    output_shape: Shape
    inputs: int
    outputs: int
    kernel_shape: Shape
    positions: int
    dense: int
    local: int
    shared: int
    biases: int
    neuron_biases: int

    @property
    def by_locality(self) -> float | None:
        """The factor saved by local connectivity, dense over local weights; None beyond floats."""
        return ratio(self.dense, self.local)

    @property
    def by_sharing(self) -> int:
        """The factor saved by weight sharing: local over shared weights, the positions."""
        return self.positions


def savings(network: Network, positions: int | None = None) -> tuple[Saving, ...]:
    """Every convolution of a net, in order; those that are alike in one entry.

    Args:
        network: the net.
        positions: count only this many of the output positions, as a drawing
            of a few of them does; None counts all.
    """
    found: dict[Saving, list[str]] = {}
    for node in network.layers:
        if _slides_one_kernel(node):
            found.setdefault(_saving(node, positions), []).append(node.name)
    return tuple(saving._replace(name=", ".join(names)) for saving, names in found.items())


def _slides_one_kernel(node: Node) -> bool:
    """Whether the layer is one convolution; a separable one is two in a row."""
    kernels = [weight for weight in node.weights if weight.role == "kernel"]
    return len(kernels) == 1 and bool(node.layer.windows(node.facts.inputs))


def _saving(node: Node, limit: int | None) -> Saving:
    kernel = next(weight for weight in node.weights if weight.role == "kernel")
    every = node.macs // kernel.size
    positions = every if limit is None else min(limit, every)
    inputs = product(node.input_shapes[0])
    # A transposed convolution is counted over its input: some of its outputs are no round share.
    outputs = product(node.output_shape) * positions // every
    biases = biases_of(node)
    return Saving(
        "",
        node.type,
        node.input_shapes[0],
        node.output_shape,
        inputs,
        outputs,
        kernel.shape,
        positions,
        inputs * outputs,
        kernel.size * positions,
        kernel.size,
        biases,
        outputs if biases else 0,
    )
