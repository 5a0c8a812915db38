"""A net with its activations in place, where PyTorch takes that and it gains something.

An activation writes over its input where nobody reads that input later, where no earlier layer
has saved it for its backward, and where its own backward needs no copy of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.figures.memory.forward import inference
from cnncalc.figures.memory.in_place import refusals
from cnncalc.figures.memory.program import program_of
from cnncalc.layers.base.usage import Run
from cnncalc.net.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.net.node import Node

_TRAINING = Run(training=True)


def in_place(network: Network) -> tuple[Network, int]:
    """The net with all activations in place that can be, and how many these are."""
    twins = {node.name: node for node in _candidates(network)}
    while True:
        changed = _with(network, twins)
        found = refusals(program_of(changed, _TRAINING))
        refused = {one.changing.name for one in found} & twins.keys()
        if not refused:
            return changed, len(twins)
        twins = {name: node for name, node in twins.items() if name not in refused}


def _candidates(network: Network) -> Iterator[Node]:
    """Activations in place, of those that may write over their input."""
    program = program_of(network, _TRAINING)
    until = inference(program).until
    for index, operation in enumerate(program.operations):
        node = operation.node
        layer, facts = node.layer, node.facts
        if not layer.activation_function or "inplace" not in layer.inert:
            continue
        if layer.dialect == "keras" or getattr(layer, "inplace", False):
            continue
        read = program.values[operation.inputs[0]]
        if until[read.storage] != index:
            continue
        maker = program.operations[read.operation].usage
        if maker.shares is not None and not maker.in_place:
            continue  # a view: PyTorch copies what lies behind it
        twin = layer.replace(inplace=True)
        usage = twin.usage(facts.inputs, facts.output_shape, _TRAINING)
        if usage.in_place and not usage.kept:
            yield node._replace(layer=twin)


def _with(network: Network, twins: Mapping[str, Node]) -> Network:
    layers = [twins.get(node.name, node) for node in network.layers]
    return Network(
        network.name, network.layout, network.inputs, layers, network.outputs, dtype=network.dtype
    )
