"""Whether two nets have the same layers, wired alike."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from cnncalc.layers.base.layer import Layer
    from cnncalc.net.network import Network

#: Types whose inputs may be in any order.
COMMUTATIVE = frozenset({"add", "multiply", "average", "maximum", "minimum"})
_LONGEST = 1000  # results of concats in concats that are compared one by one


def equal(one: Network, other: Network) -> bool:
    """Whether two nets compute the same: layers of the same types, settings and inputs.

    Layers are compared by what they are and, in turn, by what they take, so that neither
    their names nor their order matter. A concat of concats is one of all that they join.
    """
    return _described(one) == _described(other)


def _described(network: Network) -> tuple[Counter[Hashable], list[Hashable]]:
    """Each layer as a number that stands for it and all before it; and those that leave."""
    # Inputs are told by their order: a spec cannot have every name of a file.
    known: dict[str, int] = {
        name: hash(("input", place)) for place, name in enumerate(network.inputs)
    }
    joined: dict[str, tuple[Hashable, tuple[int, ...]]] = {}
    settings: dict[int, Hashable] = {}
    found: Counter[Hashable] = Counter()
    for node in network.layers:
        own = settings.get(id(node.layer))
        if own is None:
            own = settings[id(node.layer)] = _settings(node.layer)
        taken = tuple(known[name] for name in node.inputs)
        if node.type in COMMUTATIVE:
            taken = tuple(sorted(taken))
        elif node.type == "concat":
            taken = tuple(_parts(node.inputs, own, joined, known))
            joined[node.name] = own, taken
        shared = node.traits.shared_with
        known[node.name] = hash(
            (node.type, own, node.traits.trainable, known[shared] if shared else None, taken)
        )
        figures = node.output_shape, node.params, node.buffers, node.macs
        found[known[node.name], node.type, figures] += 1
    return found, [known[name] for name in network.outputs]


def _parts(
    inputs: tuple[str, ...],
    settings: Hashable,
    joined: dict[str, tuple[Hashable, tuple[int, ...]]],
    known: dict[str, int],
) -> Iterator[int]:
    """What a concat joins, with what the concats among its inputs join."""
    for name in inputs:
        before = joined.get(name)
        if before is not None and before[0] == settings and len(before[1]) <= _LONGEST:
            yield from before[1]
        else:
            yield known[name]


def _settings(layer: Layer) -> Hashable:
    """The arguments of a layer that are not at their defaults."""
    usual = {name: spec.default for name, spec in layer.inert.items()}
    inert = {
        name: value for name, value in layer.inert_settings().items() if value != usual.get(name)
    }
    given = {**layer.settings(), **inert}
    return repr(
        sorted((name, value) for name, value in given.items() if not _unpadded(name, value))
    )


def _unpadded(name: str, value: Any) -> bool:  # noqa: ANN401 - any plain value
    """Whether it is a padding of 0, which is none."""
    if name != "padding":
        return False
    while isinstance(value, (tuple, list)) and value and all(one == value[0] for one in value):
        value = value[0]
    return type(value) is int and value == 0
