"""A dense layer acts on the last axis of what arrives. On channels, height and width that is
the width: every row of every channel goes through it alone. Mostly a `flatten` is missing.

Silent with `layout: channels_last`, where it is a 1x1 convolution, and where axes were
moved before it (`permute`).

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - dense: 10
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - flatten
  - dense: 10
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.arithmetic import product
from cnncalc.layers.base.layout import IMAGE_CHANNELS, channels_of
from cnncalc.layers.base.tensors import show_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.net.node import Node

_IMAGE_AXES = 3


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    if view.network.layout != "channels_first":
        return
    made: dict[str, str] = {}  # results that were walked past, by what made their axes
    for node in view.network.layers:
        shape = node.input_shapes[0] if node.input_shapes else ()
        if node.layer.fully_connected and len(shape) >= _IMAGE_AXES and _is_map(view, node, made):
            yield Hit(
                f"{node.name} acts along the last axis of {show_shape(shape)}: on "
                f"{shape[-1]} values at a time, not on all {product(shape):,}",
                node,
                help=("`- flatten` before it",),
            )


def _keeps_axes(node: Node) -> bool:
    """Whether every axis of the only input stays what it was."""
    mixes = any(weight.role == "kernel" for weight in node.weights)
    moves = node.layer.view == "strided" or node.layer.windows(node.facts.inputs)
    return node.input_shapes == (node.output_shape,) and not mixes and not moves


def _is_map(view: View, node: Node, made: dict[str, str]) -> bool:
    """Whether windows made what arrives, or it is an image."""
    name, passed = node.inputs[0], []
    while name not in made and name in view.nodes and _keeps_axes(view.nodes[name]):
        passed.append(name)
        name = view.nodes[name].inputs[0]
    name = made.get(name, name)
    made.update(dict.fromkeys(passed, name))
    if name in view.nodes:
        layer, inputs = view.nodes[name].layer, view.nodes[name].facts.inputs
        return bool(layer.windows(inputs)) or layer.pools
    return channels_of(view.network.inputs[name], view.network.layout) in IMAGE_CHANNELS


LINT = Lint(
    "L415",
    "a dense layer acts along the width of a map",
    find,
    __doc__,
    source="PyTorch's documentation of torch.nn.Linear, which acts on the last axis",
    url="https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html",
)
