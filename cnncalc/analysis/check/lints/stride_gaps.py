"""The kernel steps over rows or columns that it never looks at.

Silent for a kernel of 1, whose purpose that is (the projections on ResNet's shortcuts).

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 2, stride: 3}
```

## Good

```yaml
input: [3, 33, 33]
layers:
  - conv: {filters: 8, kernel: 3, stride: 3}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.analysis.check.view import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for node, window in view.windows():
        if window.stride > window.extent > 1 and window.output > 1:
            skipped = window.stride - window.extent
            yield Hit(
                f"{node.name}: stride {window.stride} is larger than the kernel, "
                f"which spans {window.extent}",
                node,
                f"{skipped} of every {window.stride} {LINES[window.axis]} are never seen",
                help=(f"a stride of at most {window.extent}",),
            )


LINT = Lint(
    "L405",
    "the stride is larger than the kernel",
    find,
    __doc__,
    source="Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)",
    url="https://arxiv.org/abs/1603.07285",
)
