"""Whose rules hold in a spec that does not say its layout.

A name that only Keras has brings Keras's rules, its axes included: a net of
such names has its channels last. Where an image is written with its channels
first, or where PyTorch's names appear beside Keras's, both readings are possible;
one is taken, and a warning names the line that settles it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Map
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.layout import opposite, written_layout
from cnncalc.layers.base.name import Name
from cnncalc.layers.base.tensors import show_shape
from cnncalc.layers.base.wrapped import WrappedLayer
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Dialect, Inputs, Layout, Shape
    from cnncalc.net.node import Node

_CALLED: dict[str, str] = {"keras": "Keras", "torch": "PyTorch"}


class Rules(NamedTuple):
    """Where the channels are, and whose rules a name of both frameworks follows."""

    layout: Layout
    framework: Dialect


class Used(NamedTuple):
    """What a name that a spec uses says about its layout.

    Attributes:
        framework: whose it is, by the name or by the spelling of an argument.
        tells_channels: whether its reading depends on where the channels are: the
            type looks, and no argument says it.
        follows: whether it looks where the layout says, not always at the last axis.
    """

    framework: Dialect
    tells_channels: bool
    follows: bool


def rules_of(layout: Layout) -> Rules:
    """The rules of a spec that says its layout, or that no name says anything about."""
    return Rules(layout, "keras" if layout == "channels_last" else "torch")


def used(name: Name, values: Mapping[str, object], spelled: Iterable[str]) -> Used | None:
    """What a name says; None for one of both frameworks without a hint.

    Args:
        name: of the layer.
        values: its arguments.
        spelled: those of them that are given by their names.
    """
    framework = name.dialect or name.layer.hinted(spelled)
    if framework is None:
        return None
    lookup = name.layer.lookup
    for key, value in values.items():
        if key in lookup and isinstance(lookup[key].kind, WrappedLayer):
            inner = _wrapped(value)
            return inner._replace(framework=framework) if inner is not None else None
    given = {
        lookup[key].name for key, value in values.items() if key in lookup and value is not None
    }
    tells = name.layer.tells_channels and not given & {"axis", "data_format"}
    return Used(framework, tells, tells and "axis" not in name.layer.arguments)


def _wrapped(value: object) -> Used | None:
    """What a layer says that is an argument of another: `{Conv2D: {...}}`."""
    inner = value
    if isinstance(value, dict):
        value, inner = next(iter(value.items()), ("", None))
    name = registry.find(value) if isinstance(value, str) else None
    if name is None:
        return None
    given = inner if isinstance(inner, dict) else {}
    return used(name._replace(dialect=name.dialect or "keras"), given, given)


def rules_by_names(
    found: Iterable[Used], written: Mapping[str, Value | None], shapes: Mapping[str, Shape]
) -> Rules:
    """The rules that the names of a spec without a layout speak for.

    Args:
        found: what its names say.
        written: its inputs as it writes them.
        shapes: their shapes.
    """
    by_framework: dict[str, list[Used]] = {"keras": [], "torch": [], "own": []}
    for one in found:
        by_framework[one.framework].append(one)
    keras, torch, own = by_framework.values()
    framework: Dialect = "keras" if keras and not torch else "torch"
    if not any(one.tells_channels for one in keras):
        return Rules("channels_first", framework)
    follows = any(one.follows for one in keras)
    # Named axes (`{height: 32, ...}`) are put in the order of either layout.
    ordered = [shape for one, shape in shapes.items() if not isinstance(written.get(one), Map)]
    layouts = {written_layout(shape) for shape in ordered} - {None}
    if any(one.tells_channels for one in (torch if follows else torch + own)):
        last = layouts == {"channels_last"}
    else:
        last = "channels_first" not in layouts
    return Rules("channels_last" if last else "channels_first", framework)


def unsettled(
    nodes: Iterable[Node], layout: Layout, inputs: Mapping[str, Shape], *, stated: bool
) -> Iterator[SpecProblem]:
    """Warnings about layers that another layout would read otherwise, one of each kind."""
    found = [(node, registry.find(node.layer.called)) for node in nodes]
    telling = [(node, name) for node, name in found if name and node.layer.tells_channels]
    keras = [node for node, name in telling if name.dialect == "keras"]
    if not stated:
        others = [node for node, name in telling if name.dialect != "keras"]
        if layout == "channels_first":
            yield from _read_first(keras, others, inputs)
        elif keras:
            yield from _read_last(others, keras[0])
    if layout == "channels_first":
        yield from _last_axis(keras)


def _read_first(
    keras: list[Node], others: list[Node], inputs: Mapping[str, Shape]
) -> Iterator[SpecProblem]:
    node = next((one for one in keras if _depends(one)), None)
    if node is None:
        return
    image = next(
        (shape for shape in inputs.values() if written_layout(shape) == "channels_first"), None
    )
    torch = next((one for one in others if one.layer.dialect == "torch"), None)
    if image is not None:
        but = f"the input {show_shape(image)} is written with them first"
    elif torch is not None:
        but = f"`{torch.layer.called}` is PyTorch's, whose channels are first"
    else:
        but = "other layers have them first"
    yield SpecProblem(
        codes.LAYOUT,
        f"`{node.layer.called}` is Keras's, whose channels are last, but {but}: "
        "read with the channels first",
        node.origin,
        help=("`layout: channels_first` settles it",
              "`layout: channels_last` reads it as Keras does"),
    )  # fmt: skip


def _read_last(others: list[Node], keras: Node) -> Iterator[SpecProblem]:
    node = next((one for one in others if _depends(one)), None)
    if node is not None:
        yield SpecProblem(
            codes.LAYOUT,
            f"`{node.layer.called}` is read with the channels last, "
            f"since `{keras.layer.called}` is Keras's, whose channels are last",
            node.origin,
            help=("`layout: channels_last` settles it",
                  "`layout: channels_first` reads both with the channels first"),
        )  # fmt: skip


def _last_axis(keras: list[Node]) -> Iterator[SpecProblem]:
    """Layers of Keras that take the last axis whatever the layout, where the channels are first."""
    for node in keras:
        if getattr(node.layer, "axis", 0) is None and _differs_from_ours(node):
            yield SpecProblem(
                codes.LAYOUT,
                f"`{node.layer.called}` takes the last axis, as in Keras, "
                "but the channels are the first here",
                node.origin,
                help=("`axis: 1` takes the channels (the batch is 0)",
                      "`axis: -1` says that the last axis is meant"),
            )  # fmt: skip
            return


def _depends(node: Node) -> bool:
    """Whether the other layout would give the layer other figures."""
    inputs = node.facts.inputs
    if node.layer.layout_of(inputs) != inputs.layout or getattr(node.layer, "data_format", None):
        return False
    return _figures(node.layer, inputs) != _figures(
        node.layer, inputs._replace(layout=opposite(inputs.layout))
    )


def _differs_from_ours(node: Node) -> bool:
    """Whether the layer would have other figures if it took the channels of the layout."""
    layer = node.layer
    ours = Name(layer.called, type(layer), "own", layer.rank, {}).make(layer.settings())
    return _figures(layer, node.facts.inputs) != _figures(ours, node.facts.inputs)


def _figures(layer: Layer, inputs: Inputs) -> object:
    try:
        facts = facts_of(layer, inputs)
    except LayerError as error:
        return error.code
    return facts.output_shape, facts.params, facts.buffers, facts.macs
