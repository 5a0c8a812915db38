"""`cnncalc layers`: the catalogue."""

from __future__ import annotations

import sys
from typing import Annotated

from cnncalc.cli.declared import Argument
from cnncalc.cli.output import emit, style_of, width_of
from cnncalc.cli.usage import UsageError

EXAMPLES = (
    "cnncalc layers",
    "cnncalc layers conv",
    "cnncalc layers Conv2d",
)

TypeArgument = Annotated[
    str | None,
    Argument(
        metavar="[TYPE]",
        help="A layer type, by any of its names.",
        complete="layer_types",
    ),
]


def layers(
    type_: TypeArgument = None,
) -> None:
    """List the layer types, or print one with its arguments, formulas and names."""
    from cnncalc.layers import registry  # noqa: PLC0415 - start-up
    from cnncalc.render import catalogue  # noqa: PLC0415 - start-up

    style, width = style_of(sys.stdout), width_of(sys.stdout)
    if type_ is None:
        emit(catalogue.listing(registry.types(), style, width))
        return
    found = registry.find(type_)
    if found is None:
        raise UsageError(f"no layer type is called {type_}{_hint(type_)}")
    emit(catalogue.page(found.layer, style, width))


def _hint(word: str) -> str:
    """What may have been meant by a word that is no layer type."""
    from cnncalc.diagnostics.suggestion import nearest  # noqa: PLC0415 - only on errors
    from cnncalc.language.foreign import INSTEAD  # noqa: PLC0415 - only on errors
    from cnncalc.language.words import COMPOSITES, ENTRY_KEYS  # noqa: PLC0415 - only on errors
    from cnncalc.layers import registry  # noqa: PLC0415 - start-up

    if word in INSTEAD:
        return f"; {INSTEAD[word]}"
    if word in {*ENTRY_KEYS, *COMPOSITES, "input", "inputs"}:
        return ", which is a word of the spec language; `cnncalc layers` lists the layer types"
    close = registry.ending_in(word) or [nearest(word, registry.names())]
    if any(close):
        return f"; did you mean {' or '.join(close)}?"
    return "; `cnncalc layers` lists all"
