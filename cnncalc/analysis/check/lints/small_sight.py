"""The last map of a classifier sees less of the input than there is: no unit knows the whole
object, and what follows only averages or compares parts.

An AlexNet sees 195 of 224 elements and works. Silent where a gate or a normalisation looks at the
whole map before.

## Bad

```yaml
input: [3, 64, 64]
lint: {select: [L424]}
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - global_avgpool
  - dense: 10
```

## Good

```yaml
input: [3, 64, 64]
lint: {select: [L424]}
layers:
  - conv: {filters: 8, kernel: 4, stride: 4}
  - relu
  - conv: {filters: 16, kernel: 4, stride: 4}
  - relu
  - conv: {filters: 16, kernel: 3, padding: 1}
  - relu
  - conv: {filters: 16, kernel: 3, padding: 1}
  - relu
  - global_avgpool
  - dense: 10
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.arithmetic import product
from cnncalc.layers.base.layout import spatial_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.net.node import Node


def find(view: View) -> Iterator[Hit]:
    """The last map of a net with one input and one output, where it sees too little."""
    net = view.network
    if len(net.inputs) != 1 or len(net.outputs) != 1:
        return
    (shape,) = net.inputs.values()
    node = _last_map(view, net.outputs[0])
    if node is None:
        return
    from cnncalc.figures.receptive_field import receptive_fields  # noqa: PLC0415 - an opinion

    seen = [one.size for one in receptive_fields(net)[node.name]]
    sizes = spatial_of(shape, net.layout)
    if any(size is not None and size < there for size, there in zip(seen, sizes, strict=False)):
        told = "x".join("all" if size is None else str(size) for size in seen)
        there = "x".join(map(str, sizes))
        yield Hit(
            f"{node.name}, the last map, sees {told} of the {there} input",
            node,
            help=("more layers, strides or dilations before it",),
        )


def _last_map(view: View, name: str) -> Node | None:
    """The layer before the last map is pooled or flattened; None where the output is a map."""
    first = True
    while name in view.nodes:
        node = view.nodes[name]
        layout = node.layer.layout_of(node.facts.inputs)
        is_map = len(node.output_shape) > 1 and product(spatial_of(node.output_shape, layout)) > 1
        if is_map:
            return None if first else node
        first = False
        name = node.inputs[0]
    return None


LINT = Lint(
    "L424",
    "the last map of a classifier sees less than its input",
    find,
    __doc__,
    source="Araujo, Norris and Sim, Computing receptive fields of CNNs (2019)",
    url="https://distill.pub/2019/computing-receptive-fields/",
    opinion=True,
)
