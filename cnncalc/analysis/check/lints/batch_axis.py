"""Shapes in a spec have no batch axis; PyTorch code has one, 1x3x32x32. Read as it stands, such
an input is a volume: a convolution slides along the channels of the image, too, and has the
wrong weights.

The sign is an input of four axes whose height and width are those of an image: the first axis
is 1 and the channels 1, 3 or 4; or, with channels first, there are 5 or more images of 1 or 3
channels.

## Bad

```yaml
input: [1, 3, 32, 32]
layers:
  - conv: {filters: 10, kernel: 3}
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 10, kernel: 3}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.layers.base.layout import may_have_batch
from cnncalc.layers.base.tensors import show_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View


def find(view: View) -> Iterator[Hit]:
    """Every input of a net that seems to begin with a batch axis."""
    for name, shape in view.network.inputs.items():
        if may_have_batch(shape, view.network.layout):
            yield Hit(
                f"the first axis of the input `{name}` {show_shape(shape)} looks like a batch axis",
                help=(f"a shape is that of one sample: `{'x'.join(map(str, shape[1:]))}`",),
            )


LINT = Lint(
    "L425",
    "the input looks like it has a batch axis",
    find,
    __doc__,
    source="the documentation of torch.nn.Conv2d, whose input is (N, C, H, W) or (C, H, W)",
    url="https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html",
)
