"""More than half of all parameters sit in one dense layer behind a `flatten`. LeNet,
AlexNet and VGG are built so; global average pooling has replaced it since.

## Bad

```yaml
input: [3, 32, 32]
lint: {select: [L421]}
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - flatten
  - dense: 10
```

## Good

```yaml
input: [3, 32, 32]
lint: {select: [L421]}
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - global_avgpool
  - dense: 10
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.layers.base.layout import channels_of
from cnncalc.layers.base.tensors import plural, show_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    total = view.network.totals.params
    for node in view.network.layers:
        above = view.before(node) if node.layer.fully_connected else None
        if above is not None and above.flattens and 2 * node.params > total:
            channels = channels_of(above.input_shapes[0], view.network.layout)
            yield Hit(
                f"{node.name} holds {node.params:,} of the {total:,} parameters",
                node,
                f"its input is {show_shape(above.input_shapes[0])}, flattened",
                help=(f"`global_avgpool` instead of `flatten` leaves {plural(channels, 'value')}",),
            )


LINT = Lint(
    "L421",
    "most parameters sit in one dense layer after a flatten",
    find,
    __doc__,
    source="Lin, Chen and Yan, Network in network (2013), section 3.2",
    url="https://arxiv.org/abs/1312.4400",
    opinion=True,
)
