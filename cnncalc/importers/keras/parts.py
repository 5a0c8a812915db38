"""Calls of Keras that are several layers of ours, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.keras.graph import Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.importers.keras.graph import Call

_STACKED = "StackedRNNCells"
_NUMPY = "keras.src.ops.numpy"
#: Of a stack of cells, what only its last one has.
_LAST = ("return_sequences", "return_state")


def parts_of(call: Call) -> Sequence[Call]:
    """The calls that one stands for: the cells of an `RNN`, an element of an axis; or itself."""
    if call.class_ == "RNN":
        cells = _cells(call.config.get("cell"))
        if cells:
            return _chained(call, [_of_cell(call.config, one) for one in cells])
    place = _element(call.config.get("index")) if call.class_ == "GetItem" else None
    if place is None:
        return (call,)
    axis, index = place
    stop = index + 1 if index != -1 else None
    whole = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}
    part = {"class_name": "__slice__", "config": {"start": index, "stop": stop, "step": None}}
    return _chained(call, [
        ("GetItem", _NUMPY, {"index": [*(whole,) * axis, part]}),
        ("Squeeze", _NUMPY, {"axis": axis}),
    ])  # fmt: skip


def _chained(call: Call, parts: Sequence[tuple[str, str, Mapping[str, Any]]]) -> Sequence[Call]:
    """Calls of these classes, the last under the name of the one that they stand for."""
    found: list[Call] = []
    inputs = call.inputs
    for number, (class_, module, config) in enumerate(parts, 1):
        last = number == len(parts)
        name = call.name if last else f"{call.name}.{number}"
        layer = f"{call.layer}.{number}"
        found.append(
            call._replace(
                name=name, layer=layer, class_=class_, module=module, config=config, inputs=inputs
            )
        )
        inputs = (Result(name),)
    return found


def _cells(cell: Any) -> list[Any]:  # noqa: ANN401 - as the file has it
    """The cells of a stack; none for a single one."""
    if isinstance(cell, list):
        return cell
    if isinstance(cell, dict) and cell.get("class_name") == _STACKED:
        config = cell.get("config")
        cells = config.get("cells") if isinstance(config, dict) else None
        return cells if isinstance(cells, list) else []
    return []


def _of_cell(config: Mapping[str, Any], cell: Any) -> tuple[str, str, Mapping[str, Any]]:  # noqa: ANN401 - as above
    """An `RNN` of one cell; all but the last give on what they gave at every step."""
    last = cell is _cells(config.get("cell"))[-1]
    own = {key: value for key, value in config.items() if last or key not in _LAST}
    every = {} if last else {"return_sequences": True}
    return "RNN", "keras.layers", {**own, **every, "cell": cell}


def _element(index: Any) -> tuple[int, int] | None:  # noqa: ANN401 - as above
    """The axis of which one element is taken, and its place; None where more is asked for."""
    parts = index if isinstance(index, list) else [index]
    real = [(axis, part) for axis, part in enumerate(parts) if not _is_whole(part)]
    if len(real) != 1 or not real[0][0]:
        return None
    axis, part = real[0]
    return (axis, part) if isinstance(part, int) and not isinstance(part, bool) else None


def _is_whole(part: Any) -> bool:  # noqa: ANN401 - as above
    config = part.get("config") if isinstance(part, dict) else None
    return isinstance(config, dict) and not any(value is not None for value in config.values())
