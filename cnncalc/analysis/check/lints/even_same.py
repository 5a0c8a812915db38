"""An even kernel has no centre. With same padding at stride 1 it pads one side more than
the other, and every such layer shifts the map by half an element.

Silent with a stride above 1, and for pooling, where nothing is centred.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 4, padding: same}
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3, padding: same}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.analysis.check.view import is_convolution

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for node, window in view.windows():
        same = getattr(node.layer, "padding", None) == "same"
        if same and is_convolution(node) and window.stride == 1 and window.extent % 2 == 0:
            yield Hit(
                f"{node.name}: an even kernel with same padding shifts the map "
                f"half an element along the {window.axis}",
                node,
                f"pads {window.before} before and {window.after} after",
                help=(f"a kernel of {window.kernel - 1} or {window.kernel + 1} is centred",),
            )


LINT = Lint(
    "L404",
    "an even kernel with same padding shifts the map",
    find,
    __doc__,
    source="Wu et al., Convolution with even-sized kernels and symmetric padding (2019)",
    url="https://arxiv.org/abs/1903.08385",
)
