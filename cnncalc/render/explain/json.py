"""Explanations as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.analysis.formula.sight import Sight
from cnncalc.render.explain.shared import Shared
from cnncalc.render.json_text import indented, json_text, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.analysis.explain import Explanation, LayerExplained, Total


def json(explanation: Explanation) -> Iterator[str]:
    """One JSON object, in parts of one layer or total each, since nets may be long."""
    head = {"schema_version": 1, "name": explanation.name, "source": explanation.source}
    yield indented(head, 2)[: -len("\n}")]
    memory = (
        {**one._asdict(), "terms": [term._asdict() for term in one.terms]}
        for one in explanation.memory
    )
    yield from _listed("layers", _layers_json(explanation.layers))
    yield from _listed("totals", map(_item, map(_total_data, explanation.totals)))
    yield from _listed("memory", map(_item, memory))
    yield "\n}\n"


def _listed(key: str, items: Iterable[str]) -> Iterator[str]:
    """A further member of the object: a list, in parts of one item each."""
    yield f',\n  "{key}": ['
    before = "\n    "
    for item in items:
        yield before + item
        before = ",\n    "
    yield "\n  ]" if before[0] == "," else "]"


def _item(value: object, line: str = "\n    ") -> str:
    """The JSON of a value whose lines begin so."""
    return indented(value, 2).replace("\n", line)


def _layers_json(layers: Iterable[LayerExplained]) -> Iterator[str]:
    """Each layer: its name, what alike ones share, what it sees."""
    shared = Shared(lambda layer: _item(_layer_data(layer))[1 : -len("\n    }")])
    for layer in layers:
        seen = f",{_LINE}".join(map(_sight_json, layer.receptive_field))
        field = f"[{_LINE}{seen}\n      ]" if seen else "[]"
        yield (
            f'{{\n      "name": {quoted(layer.name)},{shared.of(layer)},'
            f'\n      "receptive_field": {field}\n    }}'
        )


_LINE = "\n        "  # of an item in a list of a layer


def _sight_json(sight: Sight) -> str:
    members = zip(Sight._fields, sight, strict=True)
    inside = ",".join([f'{_LINE}  "{key}": {json_text(value)}' for key, value in members])
    return f"{{{inside}{_LINE}}}"


def _total_data(total: Total) -> dict[str, Any]:
    terms = [{"name": name, "value": number} for name, number in total.terms]
    return {"name": total.name, "terms": terms, "result": total.result}


def _layer_data(layer: LayerExplained) -> dict[str, Any]:
    """What alike layers share."""
    return {
        "type": layer.type,
        "input_shapes": [list(sizes) for sizes in layer.input_shapes],
        "output_shape": list(layer.output_shape),
        "quantities": [quantity._asdict() for quantity in layer.quantities],
        "weights": [
            {"name": one.name, "shape": list(one.shape), "size": one.size, "buffer": one.buffer}
            for one in layer.weights
        ],
        "padding": [side._asdict() for side in layer.padding],
        "penalties": [term._asdict() for term in layer.penalties],
        "equations": [equation._asdict() for equation in layer.equations],
        "notes": list(layer.notes),
    }
