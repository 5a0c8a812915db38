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

from itertools import groupby
from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.analysis.check.view import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.check.view import View
    from cnncalc.arithmetic import Window
    from cnncalc.net.node import Node

_NOTABLE = 20  # one in so many elements of an axis, or more, is worth a word


def find(view: View) -> Iterator[Hit]:
    """Every place in a net, with all axes of it."""
    for _, along in groupby(view.windows(), lambda pair: pair[0].name):
        pairs = list(along)
        node = pairs[0][0]
        windows = [window for _, window in pairs if _is_notable(window)]
        if windows and not _padded_before(view, node):
            yield _hit(node, windows)


def _is_notable(window: Window) -> bool:
    unseen = unseen_at_the_end(window)
    return unseen > 0 and unseen * _NOTABLE >= window.size and window.extent >= window.stride


def _hit(node: Node, windows: Sequence[Window]) -> Hit:
    lines = " and ".join(dict.fromkeys(map(_lines, windows)))
    reasons = dict.fromkeys(
        f"stride {window.stride} does not divide "
        f"{window.size} + {window.before} + {window.after} - {window.extent}"
        for window in windows
    )
    seen = " and ".join(
        f"{window.size - unseen_at_the_end(window)} along the {window.axis}" for window in windows
    )
    padding = " and ".join(dict.fromkeys(str(_missing(window)) for window in windows))
    ends = "its end" if len(windows) == 1 else "the ends"
    return Hit(
        f"{node.name} never sees the last {lines} of its {_size(node)} input",
        node,
        ", and ".join(reasons),
        help=(
            f"an input of {seen} gives the same",
            f"{padding} more of padding at {ends} sees it all",
        ),
    )


def _lines(window: Window) -> str:
    unseen = unseen_at_the_end(window)
    return f"{unseen} {LINES[window.axis] if unseen > 1 else LINES[window.axis][:-1]}"


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
