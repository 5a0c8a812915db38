"""A softmax makes its values sum to 1, which is for the end of a classifier. Inside, it
throttles what the next layer can learn from.

Silent where its result weighs another (attention, gates), and at outputs.

## Bad

```yaml
input: [8]
layers:
  - dense: 20
  - softmax
  - dense: 10
```

## Good

```yaml
input: [8]
layers:
  - dense: 20
  - relu
  - dense: 10
  - softmax
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint
from cnncalc.analysis.check.view import RESHAPING, activation_of, is_activation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.net.node import Node


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    for above, node, _ in view.pairs(_throttles, RESHAPING):
        yield Hit(
            f"{above.name} squeezes its values to a sum of 1 before {node.name}",
            above,
            "a softmax turns the last values into probabilities",
            help=("an activation such as `relu` inside the net",),
        )


def _throttles(above: Node, node: Node) -> bool:
    learns = any(weight.role == "kernel" for weight in node.weights)
    softmax = activation_of(above) in ("softmax", "log_softmax")
    return softmax and (learns or is_activation(node))


LINT = Lint(
    "L414",
    "a softmax comes before other layers",
    find,
    __doc__,
    source="Goodfellow, Bengio and Courville, Deep learning (2016), section 6.2.2.3",
    url="https://www.deeplearningbook.org/contents/mlp.html",
)
