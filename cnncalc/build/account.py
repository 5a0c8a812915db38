"""One account of the work that a spec costs: every pass charges it where the work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.language.limits import TEXT_A_STEP, VALUES_A_STEP
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.limits import Limits

_FREE = 40  # values of an ordinary list or row


class Account:
    """The steps of unrolling that are left; text and values that are made cost steps, too.

    Every method raises `SpecProblem` once there was too much work.
    """

    __slots__ = ("left", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.steps

    def charge(self, at: Placed | None, steps: int = 1) -> None:
        """Charge for work."""
        self.left -= steps
        if self.left < 0:
            raise self.exhausted(at)

    def afford(self, at: Placed | None, steps: int) -> None:
        """Refuse work that there are not enough steps for, before it is begun."""
        if steps > self.left:
            raise self.exhausted(at)

    def text(self, at: Placed | None, characters: int) -> None:
        """Charge for text that is to be made."""
        if characters >= TEXT_A_STEP:
            self.charge(at, characters // TEXT_A_STEP)

    def value(self, at: Placed | None, value: object) -> None:
        """Charge for a value by all that it holds: lists that variables nest, time and again."""
        if not isinstance(value, (list, dict)) or not value:
            return
        left = _FREE + VALUES_A_STEP * (self.left + 1)
        count, level = 0, [value]
        while level and count <= left:
            count += sum(map(len, level))
            level = [
                part
                for whole in level
                for part in (whole.values() if isinstance(whole, dict) else whole)
                if isinstance(part, (list, dict))
            ]
        if count > _FREE:
            self.charge(at, (count - _FREE) // VALUES_A_STEP)

    def exhausted(self, at: Placed | None) -> SpecProblem:
        """The error for a spec that takes too much work."""
        return SpecProblem(
            codes.LIMIT, f"unrolling the net takes more than {self.limits.steps:,} steps", at,
            help=(
                "a higher `--max-layers` raises the limit: six steps per layer",
                "a layer unlike all before it takes about 60",
            ),
        )  # fmt: skip
