"""What optimizers keep for each weight.

Source: `torch.optim` of PyTorch 2.13. The state of a tensor is made of copies of it, in its own
width, and of counters in float32. Adafactor (Shazeer and Stern, 2018) keeps the sums along the
last two axes in place of a copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.arithmetic import product
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape

_COUNTER = 4  # bytes, whatever the width of the weights


class Optimizer(NamedTuple):
    """The state of one optimizer.

    Attributes:
        copies: tensors as large as a weight.
        counters: numbers in float32 for each weight.
        more: further copies for arguments: `amsgrad`, `momentum`, `centered`.
        factored: sums along the last two axes in place of copies.
    """

    copies: int
    counters: int = 0
    more: Mapping[str, int] = {}
    factored: bool = False


_MAXIMUM: Final = {"amsgrad": 1}

OPTIMIZERS: Final[dict[str, Optimizer]] = {
    "none": Optimizer(0),
    "sgd": Optimizer(0, more={"momentum": 1, "nesterov": 0}),
    "momentum": Optimizer(1, more={"nesterov": 0}),
    "adam": Optimizer(2, 1, _MAXIMUM),
    "adamw": Optimizer(2, 1, _MAXIMUM),
    "adamax": Optimizer(2, 1),
    "nadam": Optimizer(2, 2),
    "radam": Optimizer(2, 1),
    "rmsprop": Optimizer(1, 1, {"momentum": 1, "centered": 1}),
    "adagrad": Optimizer(1, 1),
    "adadelta": Optimizer(2, 1),
    "rprop": Optimizer(2, 1),
    "asgd": Optimizer(1, 3),
    "adafactor": Optimizer(0, 1, factored=True),
}


def state_bytes(name: str, shapes: Iterable[Shape], width: int) -> int:
    """The bytes of an optimizer's state for weights of these shapes.

    Args:
        name: of an optimizer, with arguments that add state: `adam+amsgrad`.
        shapes: of the weights.
        width: bytes of an element.

    Raises:
        ValueError: there is no such optimizer, or it has no such argument.
    """
    optimizer, copies = _found(name)
    total = 0
    for shape in shapes:
        size = product(shape)
        total += _COUNTER * optimizer.counters
        if optimizer.factored and len(shape) > 1:
            total += width * (size // shape[-1] + size // shape[-2])
        else:
            total += width * size * (copies + optimizer.factored)
    return total


def state_formula(name: str, shapes: Sequence[Shape], width: int) -> tuple[str, str]:
    """How `state_bytes` comes about: the formula in words, and with the values put in.

    Raises:
        ValueError: as `state_bytes`.
    """
    optimizer, copies = _found(name)
    parts: list[tuple[str, str]] = []
    if optimizer.factored:
        sums = state_bytes(name, shapes, width) - _COUNTER * optimizer.counters * len(shapes)
        words = "sums along the last two axes, vectors whole"
        parts.append((f"({words}) * bytes", f"{sums // width:,} * {width}"))
    elif copies:
        elements = sum(map(product, shapes))
        parts.append(("elements * copies * bytes", f"{elements:,} * {copies} * {width}"))
    if optimizer.counters:
        counters = f"{len(shapes):,} * {optimizer.counters} * {_COUNTER}"
        parts.append((f"tensors * counters * {_COUNTER}", counters))
    if not parts:
        return "no state", "0"
    return " + ".join(words for words, _ in parts), " + ".join(values for _, values in parts)


def _found(name: str) -> tuple[Optimizer, int]:
    base, *extras = name.lower().split("+")
    if base not in OPTIMIZERS:
        raise ValueError(f"there is no optimizer {base!r}; there are {', '.join(OPTIMIZERS)}")
    optimizer = OPTIMIZERS[base]
    for extra in extras:
        if extra not in optimizer.more:
            known = ", ".join(f"{base}+{one}" for one in optimizer.more) or "none"
            raise ValueError(f"{base} keeps nothing for {extra!r}; its variants: {known}")
    return optimizer, optimizer.copies + sum(optimizer.more[extra] for extra in extras)
