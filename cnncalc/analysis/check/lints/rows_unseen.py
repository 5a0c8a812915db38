"""The stride does not divide what is left of the input after the first window, so that
the last rows or columns lie in no window.

Silent where only padding is left over, that of a `pad` before it too; where the windows
do not even touch (see L405); and below a twentieth of the axis: SqueezeNet's stem leaves
out 1 row of 224.

## Bad

```yaml
input: [3, 15, 15]
layers:
  - maxpool: 2
```

## Good

```yaml
input: [3, 15, 15]
layers:
  - maxpool: {kernel: 2, ceil_mode: true}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.analysis.check.view import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.arithmetic import Window
    from cnncalc.net.node import Node

_NOTABLE = 20  # one in so many elements of an axis, or more, is worth a word


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for node, window in view.windows():
        unseen = 0 if _padded_before(view, node) else unseen_at_the_end(window)
        notable = unseen > 0 and unseen * _NOTABLE >= window.size
        if notable and window.extent >= window.stride:
            lines = LINES[window.axis] if unseen > 1 else LINES[window.axis][:-1]
            yield Hit(
                f"{node.name} never sees the last {unseen} {lines} of its {_size(node)} input",
                node,
                f"stride {window.stride} does not divide "
                f"{window.size} + {window.before} + {window.after} - {window.extent}",
                help=(
                    f"an input of {window.size - unseen} along the {window.axis} gives the same",
                    f"{_missing(window)} more of padding at its end sees it all",
                ),
            )


def _missing(window: Window) -> int:
    """The padding that one more window needs."""
    return window.output * window.stride + window.extent - window.padded


def _padded_before(view: View, node: Node) -> bool:
    above = view.before(node)
    return above is not None and above.layer.pads


def unseen_at_the_end(window: Window) -> int:
    """The input elements after the last window.

    >>> from cnncalc.arithmetic import Window
    >>> unseen_at_the_end(Window("height", size=3, kernel=2, stride=2))
    1
    """
    end = (window.output - 1) * window.stride + window.extent - window.before
    return window.size - end


def _size(node: Node) -> str:
    return "x".join(map(str, node.input_shapes[0]))


LINT = Lint(
    "L401",
    "rows or columns of the input are never seen",
    find,
    __doc__,
    source="Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)",
    url="https://arxiv.org/abs/1603.07285",
)
