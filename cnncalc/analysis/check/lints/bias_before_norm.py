"""A batch normalisation subtracts the mean, and with it any bias of the layer before; its
own offset (beta) takes the bias's place. `bias: false` saves the parameters.

Silent where an activation is between, or where the result is used elsewhere, too.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - batchnorm
  - relu
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3, bias: false}
  - batchnorm
  - relu
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.analysis.check.view import activation_of, is_learned_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.net.node import Node


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for above, node, held in view.pairs(_void):
        yield Hit(
            f"{above.name} has a bias before {node.name}, which subtracts the mean",
            above,
            f"{held} parameters without effect",
            help=("`bias: false`",),
        )


def _void(above: Node, node: Node) -> int:
    """How many parameters of a bias are without effect."""
    if not node.layer.centers_channels or not is_learned_map(above) or activation_of(above):
        return 0
    return sum(weight.size for weight in above.weights if weight.role == "bias")


LINT = Lint(
    "L411",
    "a bias comes before a batch normalisation",
    find,
    __doc__,
    source="Ioffe and Szegedy, Batch normalization (2015), section 3.2",
    url="https://arxiv.org/abs/1502.03167",
)
