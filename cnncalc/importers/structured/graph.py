"""The flat net by numbers: which layer takes what, with concats of concats joined again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.model import ImportedModel


class Graph(NamedTuple):
    """Layers by their numbers, in topological order.

    Attributes:
        inputs: what each takes, in order; -1 is the first input of the net, -2 the second.
        shares: the layer whose weights it uses, by number.
        outputs: the layers whose results are the net's.
    """

    inputs: Sequence[tuple[int, ...]]
    shares: Sequence[int | None]
    outputs: tuple[int, ...]


def graph_of(model: ImportedModel) -> Graph:
    """The wiring of a model."""
    numbers = {name: -1 - place for place, (name, _) in enumerate(model.inputs)}
    numbers.update((layer.name, place) for place, layer in enumerate(model.layers))
    return Graph(
        _rejoined(model, [tuple(numbers[name] for name in one.inputs) for one in model.layers]),
        [numbers[one.shares] if one.shares is not None else None for one in model.layers],
        tuple(numbers[name] for name in model.outputs),
    )


def _rejoined(model: ImportedModel, inputs: list[tuple[int, ...]]) -> Sequence[tuple[int, ...]]:
    """The inputs, where a concat takes what an earlier one joined, and more after it.

    A dense block is written as concats of all that came before; each is the one before
    it, and one result more.
    """
    joined: dict[tuple[str, tuple[int, ...]], int] = {}
    lengths: set[int] = set()
    found = list(inputs)
    for place, layer in enumerate(model.layers):
        if layer.type != "concat":
            continue
        settings, taken = repr(sorted(layer.arguments.items())), inputs[place]
        for length in sorted(lengths, reverse=True):
            earlier = joined.get((settings, taken[:length])) if length < len(taken) else None
            if earlier is not None:
                found[place] = (earlier, *taken[length:])
                break
        joined.setdefault((settings, taken), place)
        lengths.add(len(taken))
    return found
