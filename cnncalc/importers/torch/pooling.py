"""A pooling to one place and the flattening after it as one layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.model import ImportedLayer


def pooled(layers: Sequence[ImportedLayer], outputs: Sequence[str]) -> tuple[ImportedLayer, ...]:
    """The layers, a pooling to one place and the flattening after it as one."""
    users: dict[str, int] = dict.fromkeys(outputs, 1)
    for one in layers:
        for name in one.inputs:
            users[name] = users.get(name, 0) + 1
    by_name = {one.name: one for one in layers}
    gone: set[str] = set()
    found = []
    for one in layers:
        before = by_name.get(one.inputs[0])
        if one.type == "flatten" and not one.arguments and before is not None:
            to_one = before.type == "global_avgpool" or (
                before.type == "adaptive_avgpool" and set((before.shape or (0,))[1:]) == {1}
            )
            if to_one and users[before.name] == 1 and len(before.shape or ()) > 1:
                gone.add(before.name)
                found.append(
                    one._replace(type="global_avgpool", arguments={}, inputs=before.inputs)
                )
                continue
        found.append(one)
    return tuple(one for one in found if one.name not in gone)
