"""The same activation appears twice with nothing between: the second does nothing (relu),
or was not meant.

Silent for two different ones, where the first result is used elsewhere, and for `glu`,
which takes half of its channels each time.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
  - relu
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - relu
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
    for above, node, twice in view.pairs(_twice, RESHAPING):
        yield Hit(
            f"{node.name} follows {above.name}: `{twice}` appears twice in a row",
            node,
            help=("leave one out",),
        )


def _twice(above: Node, node: Node) -> str:
    """The activation that both are, if the second is lost."""
    twice = activation_of(node) if is_activation(node) else ""
    return twice if twice != "glu" and activation_of(above) == twice else ""


LINT = Lint(
    "L413",
    "an activation appears twice in a row",
    find,
    __doc__,
    source="relu(relu(x)) = relu(x)",
    url="https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html",
)
