"""What a difference of two nets is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.layers.base.tensors import Shape

Mark: TypeAlias = Literal["equal", "changed", "removed", "added"]


class Side(NamedTuple):
    """A layer of one of the nets, or a whole block; MACs for one sample.

    The shape is written in the layout of the first of the two nets.
    """

    name: str
    type: str
    output_shape: Shape
    params: int
    macs: int


class SettingChange(NamedTuple):
    """A setting of a layer, its type or its inputs, before and after, as a spec writes it."""

    what: str
    before: str
    after: str


class Step(NamedTuple):
    """One line of a difference; `layers` is more than 1 for what was folded into it.

    Equal layers have equal types and settings, and take from the same layers.
    `resized` are those whose shapes or parameters differ nevertheless, since
    another layer before them changed.
    """

    mark: Mark
    before: Side | None
    after: Side | None
    changes: tuple[SettingChange, ...] = ()
    layers: int = 1
    resized: bool = False


class Difference(NamedTuple):
    """How the net `after` differs from the net `before`; `folded` is the short form."""

    before: str
    after: str
    steps: tuple[Step, ...]
    folded: tuple[Step, ...]

    def count(self, mark: Mark) -> int:
        """The number of layers with this mark."""
        return sum(step.layers for step in self.folded if step.mark == mark)

    @property
    def resized(self) -> int:
        """The number of equal layers whose sizes follow from a change before them."""
        return sum(step.layers for step in self.folded if step.mark == "equal" and step.resized)
