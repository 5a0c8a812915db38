"""The structure of a flat net: its tree, its loops and blocks, and names for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.structured.facts import Facts
from cnncalc.importers.structured.graph import graph_of
from cnncalc.importers.structured.names import Names
from cnncalc.importers.structured.program import WORK, Program
from cnncalc.importers.structured.signatures import signed
from cnncalc.importers.structured.spec import SpecWriter
from cnncalc.importers.structured.terms import Terms
from cnncalc.importers.structured.tree import Tree, lifted
from cnncalc.importers.values import shape_value
from cnncalc.language.syntax import Spec, Template
from cnncalc.layers.base.layout import channels_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.importers.model import ImportedModel
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network


class Found(NamedTuple):
    """A structured spec, and whether the search for structure came to its end."""

    spec: Spec
    complete: bool


def found(model: ImportedModel, network: Network) -> Found:
    """The structured spec of a model.

    Args:
        model: the model.
        network: the net of its flat spec, whose layers are those of the model in order.
    """
    terms, graph = Terms(WORK), graph_of(model)
    facts = _facts(model, network)
    tree = Tree(terms, graph, signed(model), facts)
    program = Program(terms, lifted(terms, tree.run(), facts), facts)
    program.shorten()
    names = Names(model, program)
    writer = SpecWriter(names)
    spec = Spec(
        inputs={
            names.results[-1 - place]: shape_value(shape)
            for place, (_, shape) in enumerate(model.inputs)
        },
        entries=writer.net(program.run),
        name=model.name,
        layout="channels_last" if model.framework == "keras" else None,
        outputs=tuple(Template(names.results[one]) for one in tree.named_outputs),
        blocks=writer.blocks(program.bodies),
    )
    return Found(spec, program.complete)


def _facts(model: ImportedModel, network: Network) -> Facts:
    def sizes(shapes: tuple[Shape, ...]) -> tuple[int | None, int | None]:
        if len(shapes) != 1 or not shapes[0]:
            return None, None
        return channels_of(shapes[0], network.layout), shapes[0][-1]

    arriving = [sizes(node.input_shapes) for node in network.layers]
    return Facts(
        [channels for channels, _ in arriving],
        [features for _, features in arriving],
        [node.output_shape for node in network.layers],
        [layer.arguments for layer in model.layers],
        set(),
        set(),
        network.layout,
    )
