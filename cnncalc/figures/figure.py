"""What a figure of a layer is: how its value is found, and how a block's layers make one."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

#: A number; one per axis, a text where it is a fraction and None where the axis has none; or
#: None where the figure is not counted.
Value: TypeAlias = "int | tuple[int | str | None, ...] | None"

#: How the layers of a block make the block's value.
Fold = Literal["sum", "maximum", "last"]

Unit = Literal["count", "bytes"]


class Figure(NamedTuple):
    """A quantity of every layer, declared once for all commands and formats.

    Attributes:
        key: its name in columns, JSON, CSV, `--sort`, `--total-of` and `expect`.
        heading: its name above a column.
        title: its name in front of a total, if that is another.
        meaning: what it counts, in a few words for the help.
        value: its value of one layer, for one sample; equal layers are asked once.
        values: in place of `value`, its values of all layers of a net, in their order, for a
            batch; asked only where the figure is wanted.
        fold: how a block, and the net, has it from its layers.
        unit: what it counts.
        per_sample: whether it is that many times larger for a batch of samples.
        data: whether the JSON and CSV of a summary have it without being asked.
        detail: whether the layers in that JSON have it without being asked, but no total.
        compared: whether a comparison of nets has it.
        budget: whether `check` takes limits for the net's value.
        column: a shorter name of its column, if it has one.
    """

    key: str
    heading: str
    meaning: str
    value: Callable[[Node], Value] | None = None
    values: Callable[[Network, int], Sequence[Value]] | None = None
    fold: Fold = "sum"
    unit: Unit = "count"
    per_sample: bool = False
    data: bool = False
    detail: bool = False
    compared: bool = False
    budget: bool = False
    title: str = ""
    column: str = ""

    def folded(self, values: Sequence[Value]) -> Value:
        """The value of layers that follow each other; what is not counted adds nothing."""
        if self.fold == "last":
            return values[-1] if values else None
        if None in values:
            values = [value for value in values if value is not None]
            if not values:
                return None
        counted = cast("Sequence[int]", values)  # a figure with axes folds by its last
        return sum(counted) if self.fold == "sum" else max(counted, default=0)

    def of_batch(self, value: Value, batch: int) -> Value:
        """The value for so many samples."""
        return value * batch if self.per_sample and isinstance(value, int) else value


def numbers_of(value: Value) -> tuple[int | Fraction | None, ...]:
    """The numbers of a value, one per axis where it has axes."""
    if not isinstance(value, tuple):
        return (value,)
    return tuple(_fraction(one) if isinstance(one, str) else one for one in value)


def _fraction(text: str) -> Fraction:
    from fractions import Fraction  # noqa: PLC0415 - few values are fractions

    return Fraction(text)


def values_of(
    network: Network, figures: Sequence[Figure], batch: int = 1
) -> Iterator[tuple[Value, ...]]:
    """The values of each layer of a net, in the order of `figures`; equal layers share them.

    What is counted per sample is for one; what takes the whole net is for the batch.
    """
    of_net = [at for at, figure in enumerate(figures) if figure.values is not None]
    columns = [figure.values(network, batch) for figure in figures if figure.values is not None]
    known: dict[tuple[int, int, tuple[Value, ...]], tuple[Value, ...]] = {}
    of_node: dict[tuple[int, int], list[Value]] = {}
    rests = zip(*columns, strict=True) if columns else repeat(())
    for node, rest in zip(network.layers, rests, strict=False):
        facts, traits = id(node.facts), id(node.traits)
        found = known.get((facts, traits, rest))
        if found is None:
            counted = of_node.get((facts, traits))
            if counted is None:
                counted = of_node[facts, traits] = [
                    figure.value(node) if figure.value is not None else None for figure in figures
                ]
            for at, value in zip(of_net, rest, strict=True):
                counted[at] = value
            found = known[facts, traits, rest] = tuple(counted)
        yield found


def total_of(network: Network, figure: Figure, batch: int = 1) -> Value:
    """A net's value of one figure, for a batch."""
    values = [values[0] for values in values_of(network, (figure,), batch)]
    return figure.of_batch(figure.folded(values), batch)
