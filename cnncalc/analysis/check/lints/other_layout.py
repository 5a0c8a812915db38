"""The sizes are those of an image whose channels are not where the layout has them: tutorials
and Keras write 32x32x3, PyTorch 3x32x32. Read in the wrong order, a height counts as
channels, and a convolution has the wrong parameters.

Two equal sizes and 1, 3 or 4 at the other end are enough. Where height and width differ,
both must be 8 or more, and a window of the first layer must be wider than one element along
the axis that would be the channels: signals of 64 electrodes are 64x500x1.

## Bad

```yaml
input: [32, 32, 3]
layers:
  - conv: {filters: 10, kernel: 3}
```

## Good

```yaml
input: [32, 32, 3]
layout: channels_last
layers:
  - conv: {filters: 10, kernel: 3}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.layers.base.layout import (
    IMAGE_CHANNELS,
    channels_of,
    may_be_opposite,
    opposite,
    spatial_of,
)
from cnncalc.layers.base.tensors import plural, show_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View

_LEAST = 8  # the least height and width of an image that is not square


def find(view: View) -> Iterator[Hit]:
    """Every input of a net that seems to be in the other layout."""
    layout = view.network.layout
    other = opposite(layout)
    for name, shape in view.network.inputs.items():
        if not may_be_opposite(shape, layout):
            continue
        height, width = spatial_of(shape, other)
        square = height == width > max(IMAGE_CHANNELS)
        if square or (min(height, width) >= _LEAST and _slides_over_channels(view, name)):
            where = "last" if other == "channels_last" else "first"
            yield Hit(
                f"the channels of the input `{name}` {show_shape(shape)} look {where}, "
                f"but are read {'first' if where == 'last' else 'last'}",
                help=(
                    (
                        f"`layout: {other}` reads {height}x{width} with "
                        f"{plural(channels_of(shape, other), 'channel')}"
                    ),
                ),
            )


def _slides_over_channels(view: View, name: str) -> bool:
    """Whether a window reaches beyond one element of what may be the channels."""
    axis = "width" if view.network.layout == "channels_first" else "height"
    return any(
        window.axis == axis and window.kernel > 1
        for node in view.consumers.get(name, ())
        for window in node.layer.windows(node.facts.inputs)
    )


LINT = Lint(
    "L422",
    "the input looks like the other layout",
    find,
    __doc__,
    source="the documentation of torch.nn.Conv2d (channels first) and keras.layers.Conv2D (last)",
    url="https://keras.io/api/layers/convolution_layers/convolution2d/",
)
