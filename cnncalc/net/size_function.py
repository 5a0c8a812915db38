"""How one size grows with another: integer functions that repeat with a rise.

Every output-size formula is of this kind: with stride `s`, an input that is `s`
larger gives exactly one output more, whatever rounding and padding do in
between. So a formula is known in full from one period, can be composed with
the next layer's, and can be turned round.
"""

from __future__ import annotations

from math import gcd, lcm

from cnncalc.named_tuple import NamedTuple

#: Strides that multiply to more than this are not reasoned about: no net has them.
LONGEST_PERIOD = 8192


class UnevenError(ValueError):
    """A size does not grow evenly with the input; the text says where."""


class SizeFunction(NamedTuple):
    """`f(n) = values[n % period] + rise * (n // period)`, never falling.

    >>> half = SizeFunction((0, 0), 1)  # floor(n / 2)
    >>> [half.at(n) for n in range(5)], half.least(3)
    ([0, 0, 1, 1, 2], 6)
    """

    values: tuple[int, ...]
    rise: int

    @property
    def period(self) -> int:
        """After how many steps of the input it repeats."""
        return len(self.values)

    @property
    def falling(self) -> bool:
        """Whether a larger input may give less, so that it is no growth after all."""
        following = (*self.values[1:], self.values[0] + self.rise)
        return any(after < before for before, after in zip(self.values, following, strict=True))

    @property
    def constant(self) -> bool:
        """Whether it does not depend on the input."""
        return not self.rise and len(self.values) == 1

    def at(self, size: int) -> int:
        """The value for an input of this size."""
        turns, place = divmod(size, len(self.values))
        return self.values[place] + self.rise * turns

    def then(self, following: SizeFunction) -> SizeFunction:
        """The composition: `following` of this."""
        if following.constant:
            return following
        if following == IDENTITY:
            return self
        if following.period == 1:
            (start,), rise = following
            return SizeFunction(
                tuple([start + rise * value for value in self.values]), self.rise * rise
            )
        turns = following.period // gcd(self.rise, following.period)
        period = check_period(self.period * turns)
        rise = self.rise * turns // following.period * following.rise
        return SizeFunction(tuple(following.at(self.at(n)) for n in range(period)), rise).reduced()

    def reduced(self) -> SizeFunction:
        """The same function with its shortest period."""
        here = self
        for prime in _primes(self.period):
            while here.period % prime == 0 and (shorter := here._shortened(prime)):
                here = shorter
        return here

    def _shortened(self, prime: int) -> SizeFunction | None:
        period = self.period // prime
        rise, rest = divmod(self.rise, prime)
        if rest or any(
            self.values[n + period] - self.values[n] != rise for n in range(self.period - period)
        ):
            return None
        return SizeFunction(self.values[:period], rise)

    def least(self, target: int) -> int | None:
        """The smallest input whose value is at least the target; None if there is none."""
        if not self.rise:
            return 1 if min(self.values) >= target else None
        period = self.period
        return min(
            place + period * -((value - target) // self.rise)
            for place, value in enumerate(self.values)
        )

    def meets(self, other: SizeFunction) -> list[int]:
        """The inputs where two functions of different slope have the same value."""
        period = check_period(lcm(self.period, other.period))
        rises = [one.rise * (period // one.period) for one in (self, other)]
        slope = rises[0] - rises[1]
        if not slope:
            return []
        found = []
        for place in range(period):
            turns, rest = divmod(other.at(place) - self.at(place), slope)
            size = place + period * turns
            if not rest and size > 0:
                found.append(size)
        return sorted(found)


#: The input itself, and a size that does not depend on it.
IDENTITY = SizeFunction((0,), 1)


def fixed(size: int) -> SizeFunction:
    """The function that is always this size."""
    return SizeFunction((size,), 0)


def check_period(period: int) -> int:
    """The period, if it can be handled; raises `UnevenError`."""
    if period > LONGEST_PERIOD:
        raise UnevenError(f"the strides multiply to more than {LONGEST_PERIOD:,}")
    return period


def _primes(number: int) -> list[int]:
    found, factor = [], 2
    while factor * factor <= number:
        if number % factor == 0:
            found.append(factor)
            while number % factor == 0:
                number //= factor
        factor += 1
    return [*found, number] if number > 1 else found
