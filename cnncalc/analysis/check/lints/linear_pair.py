"""Two linear layers in a row can do no more than one.

Silent where the pair is a factorisation, which saves work: a 1x1 or depthwise
convolution beside it, kernels of different axes (1x3 then 3x1), or a middle that is
narrower than both ends.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - conv: {filters: 8, kernel: 3}
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - conv: {filters: 8, kernel: 3}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.analysis.check.view import RESHAPING, activation_of, is_convolution, is_learned_map
from cnncalc.arithmetic import TransposedWindow, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.net.node import Node


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for above, node, _ in view.pairs(_wasted, RESHAPING):
        yield Hit(
            f"{above.name} and {node.name} have no activation between them",
            node,
            "together they can do no more than one linear layer",
            help=("`- relu` between them",),
        )


def _wasted(above: Node, node: Node) -> bool:
    linear = _is_plain(above) and _is_plain(node) and not activation_of(above)
    return linear and not _factorised(above, node)


def _is_plain(node: Node) -> bool:
    windows = node.layer.windows(node.facts.inputs)
    return is_learned_map(node) and not any(isinstance(w, TransposedWindow) for w in windows)


def _factorised(above: Node, node: Node) -> bool:
    if is_convolution(above) and is_convolution(node):
        first, second = _kernel(above), _kernel(node)
        depthwise = _grouped(above) or _grouped(node)
        return depthwise or 1 in (*first, *second)
    middle = product(above.output_shape)
    return middle < product(above.input_shapes[0]) and middle < product(node.output_shape)


def _grouped(node: Node) -> bool:
    """Whether a kernel sees a part of the channels only."""
    channels, _ = node.layer.split(node.facts.inputs)
    kernels = (weight.shape for weight in node.weights if weight.role == "kernel")
    return any(shape[1] < channels for shape in kernels)


def _kernel(node: Node) -> list[int]:
    return [window.kernel for window in node.layer.windows(node.facts.inputs)]


LINT = Lint(
    "L412",
    "two linear layers with no activation between",
    find,
    __doc__,
    source="Goodfellow, Bengio and Courville, Deep learning (2016), section 6.1",
    url="https://www.deeplearningbook.org/contents/mlp.html",
)
