"""What a spec says of how a net is trained or run, which its code leaves out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.net.network import Network


def left_out(network: Network) -> dict[str, int]:
    """The arguments that change nothing of what a net gives, and how many layers have each."""
    found: Counter[str] = Counter()
    known: dict[int, list[str]] = {}
    for node in network.layers:
        layer = node.layer
        names = known.get(id(layer))
        if names is None:
            names = known[id(layer)] = list(_aside(layer))
        found.update(names)
    return dict(found)


def _aside(layer: Layer) -> Iterator[str]:
    for name, value in {**layer.settings(), **layer.inert_settings()}.items():
        spec = layer.lookup[name]
        if spec.aside and value != spec.default:
            yield name
        elif isinstance(value, Layer):
            yield from _aside(value)
