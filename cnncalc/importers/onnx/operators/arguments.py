"""Arguments as a person writes them: one number for equal sizes, nothing for defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.onnx.context import NotSupported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.onnx.proto import Node


def sizes(given: Sequence[int]) -> int | list[int]:
    """One number if all are equal, else one per axis."""
    return given[0] if len(set(given)) == 1 else list(given)


def given(**arguments: tuple[Any, Any]) -> dict[str, Any]:
    """Arguments, each with its default, without those that are at it."""
    return {name: value for name, (value, default) in arguments.items() if value != default}


def number(value: float) -> float:
    """A number that was stored in 32 bits, as it was written: 0.1, not 0.10000000149."""
    short = float(f"{value:.7g}")
    return int(short) if short.is_integer() and abs(short) < 1 << 53 else short


def padding_of(node: Node, rank: int) -> Any:  # noqa: ANN401 - a name, a number or a list
    """The padding of a sliding window: a name, one number, one per axis, or a pair per axis."""
    auto = node.attributes.get("auto_pad", "NOTSET") or "NOTSET"
    if auto == "SAME_UPPER":
        return "same"
    if auto == "VALID":
        return 0
    if auto != "NOTSET":
        raise NotSupported  # SAME_LOWER has the odd element before
    pads = tuple(node.attributes.get("pads") or (0,) * 2 * rank)
    if len(pads) != 2 * rank:
        raise NotSupported
    return paired(pads)


def paired(pads: Sequence[int]) -> Any:  # noqa: ANN401 - a number or a list
    """Numbers before all axes, then after all, as the shortest that says the same."""
    rank = len(pads) // 2
    pairs = list(zip(pads[:rank], pads[rank:], strict=True))
    if all(before == after for before, after in pairs):
        return sizes([before for before, _ in pairs])
    return [list(pair) for pair in pairs]


def per_axis(node: Node, attribute: str, rank: int) -> int | list[int]:
    """An attribute with a number per spatial axis, 1 each if it is left out."""
    found = tuple(node.attributes.get(attribute) or (1,) * rank)
    if len(found) != rank:
        raise NotSupported
    return sizes(found)
