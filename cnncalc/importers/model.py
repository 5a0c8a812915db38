"""A model as a file of another tool says it: layers in topological order, and what is said of each.

Readers make it, one for each kind of file; the finder of structure reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Framework: TypeAlias = Literal["pytorch", "keras"]


class ImportedLayer(NamedTuple):
    """A layer of an imported model.

    Attributes:
        name: its own name, unlike that of every other layer and input.
        type: a layer type of ours; `custom` for what is not understood.
        arguments: the arguments that a spec would write; those at their defaults are left out.
        inputs: the names of the layers and inputs that it takes, in order.
        path: the modules that it stands in, outermost first, without itself (`("layer1", "0")`);
            empty where the file does not say.
        classes: the class names of those modules, in the same order; empty where unknown.
        shape: what the file says that it gives, without the batch; None where it does not say.
        parameters: what the file says that it holds; None where it does not say.
        shares: the name of the layer whose weights it uses.
        trainable: whether its weights are trained.
    """

    name: str
    type: str
    arguments: Mapping[str, Any]
    inputs: tuple[str, ...]
    path: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    shape: tuple[int, ...] | None = None
    parameters: int | None = None
    shares: str | None = None
    trainable: bool = True


class ImportedModel(NamedTuple):
    """A model of another tool.

    Attributes:
        name: its name in the file, if it has one.
        framework: whose rules and layout its layers follow.
        inputs: the name and shape, without the batch, of each input.
        layers: in topological order.
        outputs: the names of the layers whose results are the model's.
        notes: what a person has to be told of the reading, a line each: `NAME: WHAT`.
        folded: how many batch norms the exporter folded into convolutions that did not come back.
        parameters: how many the framework counts; None where the file does not say.
    """

    name: str | None
    framework: Framework
    inputs: tuple[tuple[str, tuple[int, ...]], ...]
    layers: tuple[ImportedLayer, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...] = ()
    folded: int = 0
    parameters: int | None = None
