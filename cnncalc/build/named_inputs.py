"""Names of layers that were written as the argument of a type that joins several inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.syntax import List, Literal

if TYPE_CHECKING:
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.name import Name


def advice_on_names(name: Name, given: Value | None) -> str:
    """How `add: [a, b]` is said; empty where the type takes one input, or no names are given."""
    items = given.items if isinstance(given, List) else ()
    words = [item.value for item in items if isinstance(item, Literal)]
    names = [word for word in words if isinstance(word, str)]
    if name.layer.arity[1] == 1 or not names or len(names) < len(items):
        return ""
    return f"`- {{{name.text}: , from: [{', '.join(names)}]}}` takes these layers"
