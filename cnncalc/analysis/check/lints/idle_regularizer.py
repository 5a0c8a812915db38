"""A regulariser is a penalty on kernels; the layer has none, so that it does nothing.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - relu:
    regularizer: {l2: 1e-4}
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
    regularizer: {l2: 1e-4}
  - relu
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for node in view.network.layers:
        if node.traits.regularizer and not any(w.role == "kernel" for w in node.weights):
            yield Hit(
                f"{node.name} has a regulariser, but no kernel for it to fall on",
                node,
                f"`{node.type}` has no such weights",
                help=("put it on the convolution or dense layer that is meant",),
            )


LINT = Lint(
    "L423",
    "a regulariser where there are no weights",
    find,
    __doc__,
    source="Keras's documentation of regularizers, which are penalties on weights",
    url="https://keras.io/api/layers/regularizers/",
)
