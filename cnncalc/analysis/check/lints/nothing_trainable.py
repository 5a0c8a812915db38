"""Every parameter of the net is frozen (`trainable: false`): training would change nothing.

Silent for a net without parameters.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
    trainable: false
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
    trainable: false
  - relu
  - conv: {filters: 8, kernel: 3}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.lint import Hit, Lint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.check.view import View


def find(view: View) -> Iterator[Hit]:
    """Every place in a net."""
    totals = view.network.totals
    if totals.params and not totals.trainable_params:
        yield Hit(
            f"all {totals.params:,} parameters are frozen: training changes nothing",
            help=("`trainable: true` on the layers that are to learn",),
        )


LINT = Lint(
    "W302",
    "there is nothing to train",
    find,
    __doc__,
    source="Keras's guide to transfer learning, on `trainable`",
    url="https://keras.io/guides/transfer_learning/",
)
