"""The kernel spans more than the map is large and fits only thanks to padding: its outer
weights never see anything but padding. Typical of a net for 224x224 images on 32x32.

Silent while every weight meets the input at one position at least, as with the wide
dilations of DeepLab on maps of the size that they were made for.

## Bad

```yaml
input: [3, 2, 2]
layers:
  - conv: {filters: 8, kernel: 5, padding: 2}
```

## Good

```yaml
input: [3, 8, 8]
layers:
  - conv: {filters: 8, kernel: 5, padding: 2}
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
        ends = (0, window.kernel - 1)
        if window.extent > window.size and not all(meets(window, end) for end in ends):
            fitting = max(1, (window.size - 1) // window.dilation + 1)
            yield Hit(
                f"{node.name}: the kernel spans {window.extent} along the {window.axis}, "
                f"the map has {window.size}",
                node,
                "its outer weights only ever see padding",
                help=(f"a kernel of {fitting} sees it all",),
            )


def meets(window: Window, element: int) -> bool:
    """Whether this element of the kernel lies on the input at any position.

    >>> from cnncalc.arithmetic import Window
    >>> meets(Window("height", size=1, kernel=3, before=1, after=1), 0)
    False
    >>> meets(Window("height", size=2, kernel=3, before=1, after=1), 0)
    True
    """
    offset = element * window.dilation - window.before
    first = max(0, ceil_div(-offset, window.stride))
    return first < window.output and first * window.stride + offset < window.size


LINT = Lint(
    "L402",
    "the kernel is larger than its map",
    find,
    __doc__,
    source="Chen et al., Rethinking atrous convolution (2017), section 3.3",
    url="https://arxiv.org/abs/1706.05587",
)
