"""What is known of each layer of a flat net beside its arguments: what arrives and leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.slots import Scaled, ratio
from cnncalc.layers.base.layout import channels_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.importers.structured.terms import Term
    from cnncalc.layers.base.tensors import Layout, Shape

#: Arguments that may follow from what arrives.
_SIZES = frozenset({"filters", "groups", "units"})


class Facts(NamedTuple):
    """Facts of layers, by their numbers.

    Attributes:
        channels: what arrives along the channel axis, None where several inputs do.
        features: what arrives along the last axis, likewise.
        shapes: what leaves.
        values: the arguments.
        reshaping: the layers in which a residual ends whose body changes the shape.
        shortcuts: the layers in which a residual ends whose shortcut has layers.
        layout: where the channels are.
    """

    channels: Sequence[int | None]
    features: Sequence[int | None]
    shapes: Sequence[Shape]
    values: Sequence[Mapping[str, Any]]
    reshaping: set[int]
    shortcuts: set[int]
    layout: Layout

    def leaving(self, place: int) -> int:
        """The channels that leave a layer."""
        shape = self.shapes[place]
        return channels_of(shape, self.layout) if shape else 1

    def needed(self, places: Sequence[int]) -> bool:
        """Whether these residuals have a shortcut exactly where the shape changes."""
        return all((place in self.shortcuts) == (place in self.reshaping) for place in places)

    def arriving(self, term: Term, index: int, places: Sequence[int]) -> Scaled | None:
        """A slot as a multiple of what arrives, if it is the same one in all places."""
        if term.kind != "layer" or not places:
            return None
        name = term.head.names[index]
        if name not in _SIZES:
            return None
        dense = name == "units"
        sizes = self.features if dense else self.channels
        found: tuple[int, int] | None = None
        for place in places:
            size, value = sizes[place], self.values[place].get(name)
            own = ratio(size, value) if size and value else None
            if own is None or (found is not None and own != found):
                return None
            found = own
        return Scaled("in_features" if dense else "in_channels", *found) if found else None
