"""Where the stride of a transposed convolution does not divide its kernel, outputs are
made of different numbers of inputs, which shows as a checkerboard.

Silent at stride 1, where every overlap is alike.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv_transpose: {filters: 8, kernel: 3, stride: 2}
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv_transpose: {filters: 8, kernel: 4, stride: 2}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.arithmetic import TransposedWindow, ceil_div

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for node, windows in view.sliding():
        for window in windows:
            if isinstance(window, TransposedWindow) and window.kernel % window.stride:
                above = ceil_div(window.kernel, window.stride) * window.stride
                yield Hit(
                    f"{node.name}: stride {window.stride} does not divide "
                    f"the transposed kernel of {window.kernel}",
                    node,
                    "its windows overlap unevenly: a checkerboard in the output",
                    help=(f"a kernel of {above}, or upsampling and a convolution",),
                )
                break


LINT = Lint(
    "L406",
    "the stride does not divide the transposed kernel",
    find,
    __doc__,
    source="Odena, Dumoulin and Olah, Deconvolution and checkerboard artifacts (2016)",
    url="https://distill.pub/2016/deconv-checkerboard/",
)
