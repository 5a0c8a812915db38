"""A layer changes in place what an earlier one has saved for its backward: PyTorch refuses that
when gradients are computed.

A ReLU saves its output, a convolution its input. Silent after layers that save neither, such as
a convolution or a batch normalisation before an activation, and where nothing is trained.

## Bad

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - sigmoid
  - relu: {inplace: true}
```

## Good

```yaml
input: [3, 32, 32]
layers:
  - conv: {filters: 8, kernel: 3}
  - sigmoid
  - relu
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
    layers = {id(node.layer): node.layer for node in view.network.layers}
    if not any(getattr(layer, "inplace", False) for layer in layers.values()):
        return
    from cnncalc.figures.memory.in_place import refusals  # noqa: PLC0415 - few nets need it
    from cnncalc.figures.memory.program import program_of  # noqa: PLC0415 - as above
    from cnncalc.layers.base.usage import Run  # noqa: PLC0415 - as above

    for changing, saving in refusals(program_of(view.network, Run(training=True))):
        yield Hit(
            f"{changing.name} changes in place what {saving.name} needs for its gradient",
            changing,
            help=(f"{changing.name} without `inplace`",),
        )


LINT = Lint(
    "L416",
    "a change in place of what a gradient needs",
    find,
    __doc__,
    source="PyTorch's documentation: in-place correctness checks",
    url="https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-correctness-checks",
)
