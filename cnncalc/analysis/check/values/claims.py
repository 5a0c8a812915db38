"""The claims on values that a spec makes, and whether a number agrees with a claimed one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from cnncalc.analysis.check.expectations import claimed_by
from cnncalc.named_tuple import NamedTuple
from cnncalc.numbers.errors import ComputeError
from cnncalc.numbers.exact import decimals
from cnncalc.numbers.given import shaped_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.diagnostics.diagnostic import Place
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Stated
    from cnncalc.numbers.exact import Number

Key = Literal["values", "gradient"]
_KEYS: tuple[Key, ...] = ("values", "gradient")
_CLOSEST = Fraction(1, 200)  # how far a rounded claim may be from the number, as a share of it


class ValuesClaim(NamedTuple):
    """What a spec claims of a layer's result, or of the loss's gradient by it.

    Attributes:
        layer: its name.
        key: `values` or `gradient`.
        shape: as the claim is written, without the leading axes that it leaves out.
        numbers: row by row.
        place: where it is.
    """

    layer: str
    key: Key
    shape: Shape
    numbers: tuple[Number, ...]
    place: Place | None

    def fits(self, shape: Shape) -> bool:
        """Whether it can be held against a tensor of this shape."""
        return self.shape == shape[len(shape) - len(self.shape) :]


def claims_of(network: Network) -> Iterator[ValuesClaim]:
    """Every claim on values, in the order of the layers; a block's and the net's are of its result.

    Raises:
        ComputeError: a claim is not made of numbers.
    """
    for subject, stated in claimed_by(network):
        yield from _claims(subject.result, stated)


def _claims(layer: str, stated: Stated) -> Iterator[ValuesClaim]:
    if not isinstance(stated.value, dict):
        return
    for key in _KEYS:
        if key in stated.value:
            place = stated.parts.get(key, stated.place)
            if not layer:
                raise ComputeError(f"there is no single result that `{key}` could be of", place)
            what = f"`{key}` of `expect`"
            shape, numbers = shaped_numbers(stated.value[key], what, place)
            yield ValuesClaim(layer, key, shape, tuple(numbers), place)


def agrees(number: Number, claimed: Number) -> bool:
    """Whether a declared number is right.

    A number whose decimals end must be claimed exactly. Others (floats, and fractions
    such as 1/3) may be rounded to the digits that the claim writes, at least to about
    two significant ones.

    >>> agrees(29, 29), agrees(Fraction(87, 100), Fraction(885, 1000))
    (True, False)
    >>> agrees(Fraction(1, 3), Fraction(333, 1000)), agrees(0.6224593, 1)
    (True, False)
    """
    if not isinstance(number, float) and decimals(number) is not None:
        return number == claimed
    actual, wanted = Fraction(number), Fraction(claimed)
    places = decimals(wanted)
    rounding = Fraction(1, 2 * 10**places) if places is not None else Fraction(0)
    return abs(actual - wanted) <= min(rounding, _CLOSEST * abs(actual))


def differing(numbers: Sequence[Number | None], claim: ValuesClaim) -> list[int]:
    """The positions at which a claim is wrong; it repeats along the axes that it leaves out."""
    count = len(claim.numbers)
    return [
        position
        for position, number in enumerate(numbers)
        if not agrees(number if number is not None else 0, claim.numbers[position % count])
    ]
