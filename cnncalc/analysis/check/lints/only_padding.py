"""The padding is so wide that a window at the edge touches no input at all: its output
is the bias and nothing else.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 1, padding: 1}
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3, padding: 1}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.arithmetic import ceil_div

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.arithmetic import Window


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for node, window in view.windows():
        starts = {-window.before, (window.output - 1) * window.stride - window.before}
        if any(not touches(window, start) for start in starts):
            yield Hit(
                f"{node.name}: along the {window.axis} a window lies wholly in the padding",
                node,
                f"padding {window.before} before and {window.after} after, "
                f"for a kernel that spans {window.extent}",
                help=(f"a padding of {window.extent - 1} at most reaches the input",),
            )


def touches(window: Window, start: int) -> bool:
    """Whether an element of the window that starts here lies on the input.

    >>> from cnncalc.arithmetic import Window
    >>> touches(Window("height", size=4, kernel=1, before=1), -1)
    False
    """
    first = max(0, ceil_div(-start, window.dilation))
    return first < window.kernel and start + first * window.dilation < window.size


LINT = Lint(
    "L403",
    "a window lies wholly in the padding",
    find,
    __doc__,
    source="Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)",
    url="https://arxiv.org/abs/1603.07285",
)
