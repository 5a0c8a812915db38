"""Nets of the zoo and recorded models of torchvision and Keras, as rows to be compared.

A row holds what decides a layer's shape, its parameters and its cost. What the
frameworks write in different ways is made alike here, each thing in one place:

- Sizes of 1 at the end of a shape are left out, so that (512, 1, 1) is (512), and
  a 1x1 convolution of a single pixel is the dense layer that it is.
- A depthwise convolution is a convolution with as many groups as channels.
- Global pooling is adaptive pooling to one value; what adaptive pooling reaches is
  its shape.
- Padding is counted element by element on each side, whether it is given as
  numbers, as `same`, or as a layer of its own before the window slides (before
  max pooling too, where zeros are not minus infinity: neither shape nor cost tells).
- TensorFlow's `same` puts the odd element at the end, torchvision's padding is the
  same on both sides. A net of the zoo that serves both pads as torchvision does; it
  is marked `centred` for Keras, and there a stride above 1 leaves only the sum of
  what the windows reach to be compared.
"""

from __future__ import annotations

import ast
import gzip
import json
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cnncalc
from cnncalc import zoo
from cnncalc.layers.padding import spread_sides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

ORACLES = Path(__file__).parent / "data" / "oracles"

Record = dict[str, Any]
Shape = tuple[int, ...]

CONVOLUTION = "convolution"
SEPARABLE = "separable convolution"
MAXIMUM, AVERAGE = "max pooling", "average pooling"
LINEAR = "linear"
FIXED = "fixed normalisation"  # a row only where it keeps numbers
WINDOWED = (CONVOLUTION, SEPARABLE, MAXIMUM, AVERAGE)
MERGES = ("add", "multiply", "concat")

#: The types that are compared, by the names of all three sides.
KINDS = {
    **dict.fromkeys(
        ("conv", "depthwise_conv", "Conv2d", "Conv3d", "Conv3DSimple", "Conv3DNoTemporal",
         "Conv2D", "DepthwiseConv2D"), CONVOLUTION),
    **dict.fromkeys(("separable_conv", "SeparableConv2D"), SEPARABLE),
    **dict.fromkeys(("dense", "Linear", "Dense"), LINEAR),
    **dict.fromkeys(("maxpool", "MaxPool2d", "MaxPooling2D"), MAXIMUM),
    **dict.fromkeys(("avgpool", "AvgPool2d", "AveragePooling2D"), AVERAGE),
    **dict.fromkeys(
        ("adaptive_avgpool", "global_avgpool", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d",
         "GlobalAveragePooling2D"), "adaptive average pooling"),
    **dict.fromkeys(
        ("adaptive_maxpool", "global_maxpool", "AdaptiveMaxPool2d", "GlobalMaxPooling2D"),
        "adaptive max pooling"),
    **dict.fromkeys(("batchnorm", "BatchNorm2d", "BatchNorm3d", "BatchNormalization"),
                    "batch normalisation"),
    **dict.fromkeys(("layernorm", "LayerNorm", "LayerNorm2d", "LayerNormalization"),
                    "layer normalisation"),
}  # fmt: skip

#: What only Keras has as layers: torchvision's records leave them out.
KERAS_KINDS = {
    **KINDS,
    **dict.fromkeys(("layer_scale", "LayerScale"), "layer scale"),
    **dict.fromkeys(("normalization", "Normalization"), FIXED),
    **dict.fromkeys(("add", "Add"), "add"),
    **dict.fromkeys(("multiply", "Multiply"), "multiply"),
    **dict.fromkeys(("concat", "Concatenate"), "concat"),
    "Sequential": "nested",
}


class Net(NamedTuple):
    """How a recorded model is written with the zoo."""

    name: str
    variables: dict[str, Any]
    unseen: tuple[str, ...] = ()  # how names of layers begin that the framework runs as functions
    centred: bool = False  # pads as torchvision does, where Keras puts the odd element last
    shortcut_first: bool = False  # the framework runs a block's projection before its body


def net(name: str, *unseen: str, **variables: Any) -> Net:
    return Net(name, variables, unseen)


def centred(name: str, **variables: Any) -> Net:
    return Net(name, variables, centred=True)


class Axis(NamedTuple):
    """A window that slides along one axis."""

    size: int
    output: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def reached(self) -> int:
        """The padding that some window covers."""
        return (self.output - 1) * self.stride + self.dilation * (self.kernel - 1) + 1 - self.size


class Row(NamedTuple):
    """What is compared of a layer."""

    name: str  # not compared
    kind: str
    shape: Shape
    learned: int
    kept: int
    settings: Mapping[str, object]
    feeds: tuple[str, ...] = ()  # names of the rows that arrive


@cache
def records(framework: str) -> dict[str, Record]:
    with gzip.open(ORACLES / f"models_{framework}.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return {one["name"]: one for one in found if "header" not in one}


def load(one: Net, shape: Shape | None = None, changes: Mapping[str, str] | None = None) -> Network:
    """The net; with `changes`, of a spec in which every old text is the new one."""
    if not changes:
        return cnncalc.load(f"zoo:{one.name}", variables=one.variables, input=shape)
    text = Path(zoo.path(one.name)).read_text(encoding="utf-8")
    for number, old in enumerate(changes):
        assert old in text, f"zoo:{one.name} has no `{old}`"
        text = text.replace(old, f"\0{number}\0")
    for number, new in enumerate(changes.values()):
        text = text.replace(f"\0{number}\0", new)
    return cnncalc.parse(text, variables=one.variables, input=shape)


def short(shape: Sequence[int]) -> Shape:
    """The shape, channels first, without the sizes of 1 at its end."""
    count = len(shape)
    while count > 1 and shape[count - 1] == 1:
        count -= 1
    return tuple(shape[:count])


def sliding(axes: Sequence[Axis], *, centred: bool = False) -> dict[str, object]:
    """The settings of a window."""
    return {
        "kernel": tuple(axis.kernel for axis in axes),
        "stride": tuple(axis.stride for axis in axes),
        "dilation": tuple(axis.dilation for axis in axes),
        "padding": tuple(
            (axis.reached,) if centred and axis.stride > 1 else (axis.before, axis.after)
            for axis in axes
        ),
    }


def plain(row: Row) -> Row:
    """The row; a dense layer where a convolution sees a single pixel."""
    one = {"kernel": {1}, "stride": {1}, "padding": {(0, 0)}}
    if (
        row.kind == CONVOLUTION
        and len(row.shape) == 1
        and row.settings["groups"] == 1
        and all(set(row.settings[name]) == values for name, values in one.items())
    ):
        return row._replace(kind=LINEAR, settings={"bias": row.settings["bias"]})
    return row


# The zoo's side


def walk(network: Network) -> Iterator[Node]:
    nodes = {node.name: node for node in network.layers}
    inputs = {name: node.inputs for name, node in nodes.items()}
    return (nodes[name] for name in backwards(network.outputs, inputs) if name in nodes)


def backwards(outputs: Iterable[str], inputs: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every layer after its inputs, these in the order in which it takes them."""
    seen: set[str] = set()
    stack = [(name, False) for name in reversed(list(outputs))]
    while stack:
        name, done = stack.pop()
        if done:
            yield name
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack += [(one, False) for one in reversed(inputs.get(name, ()))]


def own_row(node: Node, network: Network, kind: str, one: Net) -> Row:
    shape = node.output_shape
    if node.facts.inputs.layout == "channels_last":
        shape = (shape[-1], *shape[:-1])
    settings = own_settings(node, network, kind, centred=one.centred)
    return plain(Row(node.name, kind, short(shape), node.params, node.buffers, settings))


def own_settings(node: Node, network: Network, kind: str, *, centred: bool) -> dict[str, object]:
    if kind == LINEAR:
        return {"bias": node.layer.bias}
    if kind not in WINDOWED:
        return {}
    windows = node.layer.windows(node.facts.inputs)
    outside = own_padding(node, network) or [(0, 0)] * len(windows)
    axes = [
        Axis(
            window.size - before - after, window.output, window.kernel, window.stride,
            window.dilation, before + window.before, after + window.after,
        )
        for window, (before, after) in zip(windows, outside, strict=True)
    ]  # fmt: skip
    found = sliding(axes, centred=centred)
    if kind == CONVOLUTION:
        channels, _ = node.layer.split(node.facts.inputs)
        found["groups"] = channels if node.type == "depthwise_conv" else node.layer.groups
    if kind in (CONVOLUTION, SEPARABLE):
        found["bias"] = node.layer.bias
    if kind == MAXIMUM:
        found["ceil_mode"] = node.layer.ceil_mode
    return found


def own_padding(node: Node, network: Network) -> Sequence[tuple[int, int]] | None:
    """What a `pad` right before the layer adds on each side of each axis."""
    source = node.inputs[0]
    if source in network.inputs or network[source].type != "pad":
        return None
    layer = network[source].layer
    return spread_sides(layer, layer.padding, len(node.input_shapes[0]) - 1, "padding")


# torchvision


def arguments(text: str) -> dict[str, Any]:
    """The keyword arguments in what a module of PyTorch prints of itself."""
    call = ast.parse(f"module({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    return {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}


def torchvision_rows(record: Record) -> list[Row]:
    """The compared calls, in the order of execution."""
    rows = []
    for layer in record["layers"]:
        if kind := KINDS.get(layer["type"]):
            settings = torchvision_settings(layer, kind)
            shape, kept = short(layer["out"][1:]), layer.get("buffers", 0)
            rows.append(plain(Row(layer["path"], kind, shape, layer["params"], kept, settings)))
    return rows


def torchvision_settings(layer: Record, kind: str) -> dict[str, object]:
    given = arguments(layer["args"])
    if kind == LINEAR:
        return {"bias": given["bias"]}
    if kind not in WINDOWED:
        return {}
    sizes, outputs = layer["in"][0][2:], layer["out"][2:]

    def spread(name: str, default: int | None = None) -> Shape:
        value = given[name] if default is None else given.get(name, default)
        return (value,) * len(sizes) if isinstance(value, int) else value

    padding = spread("padding", 0)
    numbers = (
        sizes, outputs, spread("kernel_size"), spread("stride"), spread("dilation", 1),
        padding, padding,
    )  # fmt: skip
    found = sliding([Axis(*one) for one in zip(*numbers, strict=True)])
    if kind == CONVOLUTION:
        found |= {"groups": given.get("groups", 1), "bias": given.get("bias", True)}
    if kind == MAXIMUM:  # average pooling does not print its own
        found["ceil_mode"] = given["ceil_mode"]
    return found


def compare_torchvision(one: Net, network: Network, record: Record) -> str:
    """Where the net and the record part, in words; empty if nowhere."""
    rows = []
    for node in walk(network) if one.shortcut_first else network.layers:
        kind, name = KINDS.get(node.type), node.name.rpartition("/")[2]
        if kind and not name.startswith(one.unseen):  # a layer without a name is named by its type
            rows.append(own_row(node, network, kind, one))
    return first_difference(rows, torchvision_rows(record))


# Keras: layers are listed by depth, which mixes the branches, so that both graphs are
# walked from the output back, the inputs of each layer in the order in which it takes
# them; and of each row it is compared which rows arrive there.


def keras_rows(record: Record, *, centred: bool = False) -> list[Row]:
    layers = {layer["name"]: layer for layer in record["layers"]}
    inputs = {name: layer["inbound"] for name, layer in layers.items()}
    made: dict[str, Row] = {}
    for name in backwards([record["layers"][-1]["name"]], inputs):
        layer = layers[name]
        kind = KERAS_KINDS.get(layer["class"])
        if kind and not (kind == FIXED and not layer["params"]):
            *sizes, channels = layer["out"][1:]
            kept = layer["non_trainable"]
            learned = layer["params"] - kept
            settings = keras_settings(layer, layers, kind, centred=centred)
            made[name] = plain(Row(name, kind, short([channels, *sizes]), learned, kept, settings))
    return wired(made, inputs, backwards([record["layers"][-1]["name"]], inputs))


def keras_settings(
    layer: Record, layers: Mapping[str, Record], kind: str, *, centred: bool
) -> dict[str, object]:
    config = layer["config"]
    if kind == LINEAR:
        return {"bias": config["use_bias"]}
    if kind not in WINDOWED:
        return {}
    source = layers[layer["inbound"][0]]
    *sizes, channels = source["out"][1:]
    outside = [(0, 0)] * len(sizes)
    if source["class"] == "ZeroPadding2D":
        outside = [tuple(pair) for pair in source["config"]["padding"]]
    kernel = config["pool_size" if kind in (MAXIMUM, AVERAGE) else "kernel_size"]
    dilation = config.get("dilation_rate", [1] * len(sizes))
    numbers = (sizes, layer["out"][1:-1], kernel, config["strides"], dilation, outside)
    axes = [keras_axis(config["padding"], *one) for one in zip(*numbers, strict=True)]
    found = sliding(axes, centred=centred)
    if kind == CONVOLUTION:
        found["groups"] = channels if layer["class"] == "DepthwiseConv2D" else config["groups"]
    if kind in (CONVOLUTION, SEPARABLE):
        found["bias"] = config["use_bias"]
    if kind == MAXIMUM:  # Keras always rounds down
        found["ceil_mode"] = False
    return found


def keras_axis(
    padding: str, size: int, output: int, kernel: int, stride: int, dilation: int,
    outside: tuple[int, int],
) -> Axis:  # fmt: skip
    """The axis with both paddings: of a layer before, and TensorFlow's `same`."""
    axis = Axis(size, output, kernel, stride, dilation, 0, 0)
    total = max(axis.reached, 0) if padding == "same" else 0
    before, after = outside
    return axis._replace(
        size=size - before - after,
        before=before + total // 2,
        after=after + total - total // 2,
    )


def wired(
    made: Mapping[str, Row], inputs: Mapping[str, Sequence[str]], order: Iterable[str]
) -> list[Row]:
    """The rows in this order, each with the rows that arrive through what has none.

    A sum or product of one row with itself is an activation in parts (Keras writes
    `hard_swish` so), and no row.
    """
    rows: list[Row] = []
    reach: dict[str, tuple[str, ...]] = {}
    for name in order:
        found = [one for source in inputs.get(name, ()) for one in reach[source]]
        feeds = tuple(dict.fromkeys(found))
        row = made.get(name)
        if row is None or (row.kind in MERGES and len(feeds) == 1):
            reach[name] = feeds or ("the input",)
        else:
            reach[name] = (name,)
            rows.append(row._replace(feeds=feeds))
    return rows


def own_keras_rows(one: Net, network: Network) -> list[Row]:
    """Our rows as Keras has them.

    An adaptive pooling that changes nothing at this input size (VGG's) is left out:
    Keras's VGG has none. What acts on the last axis between two `permute` (ConvNeXt's)
    is shown as it is in Keras, where the channels are always last.
    """
    made: dict[str, Row] = {}
    for node in walk(network):
        kind = KERAS_KINDS.get(node.type)
        idle = node.type == "adaptive_avgpool" and node.output_shape == node.input_shapes[0]
        without = kind == FIXED and not node.buffers
        if kind and not idle and not without:
            row = own_row(node, network, kind, one)
            if acts_on_last_axis(node):
                row = row._replace(shape=(row.shape[-1], *row.shape[:-1]))
            made[node.name] = row
    inputs = {node.name: node.inputs for node in network.layers}
    return wired(made, inputs, backwards(network.outputs, inputs))


def acts_on_last_axis(node: Node) -> bool:
    first = node.facts.inputs.layout == "channels_first"
    channels = node.weights[0].shape[0] if node.weights else 0
    last = node.type in ("dense", "layernorm") and channels == node.output_shape[-1]
    return first and last and len(node.output_shape) > 1


def nested(ours: Iterable[Row], theirs: Iterable[Row]) -> list[Row]:
    """Our rows, two in one where Keras has a model in the model (ConvNeXt's stem and
    downsampling, a convolution and a normalisation): their sum and last shape."""
    left, found = iter(ours), []
    for other in theirs:
        taken = list(islice(left, 2 if other.kind == "nested" else 1))
        if other.kind == "nested" and taken:
            learned, kept = sum(row.learned for row in taken), sum(row.kept for row in taken)
            merged = taken[-1]._replace(kind="nested", settings={}, feeds=taken[0].feeds)
            taken = [merged._replace(learned=learned, kept=kept)]
        found += taken
    return [*found, *left]


def compare_keras(one: Net, network: Network, record: Record) -> str:
    """Where the net and the record part, in words; empty if nowhere."""
    theirs = keras_rows(record, centred=one.centred)
    return first_difference(nested(own_keras_rows(one, network), theirs), theirs)


# The comparison


def first_difference(ours: Sequence[Row], theirs: Sequence[Row]) -> str:
    """Where two lists part, in words; empty if nowhere."""
    here = {row.name: index for index, row in enumerate(ours, 1)}
    there = {row.name: index for index, row in enumerate(theirs, 1)}
    for left, right in zip(ours, theirs, strict=False):
        shown, wanted = compared(left, here), compared(right, there)
        parts = [
            f"{name} {shown.get(name)} here, {wanted.get(name)} there"
            for name in {**shown, **wanted}
            if shown.get(name) != wanted.get(name)
        ]
        if parts:
            return f"{left.name}, there {right.name}: {'; '.join(parts)}"
    if len(ours) != len(theirs):
        return f"{len(ours)} layers here, {len(theirs)} there"
    return ""


def compared(row: Row, places: Mapping[str, int]) -> dict[str, object]:
    feeds = [places.get(name, 0) for name in row.feeds]
    return {
        "kind": row.kind,
        "shape": row.shape,
        "learned": row.learned,
        "kept": row.kept,
        **row.settings,
        "fed by": feeds if row.kind == "concat" else sorted(feeds),
    }
