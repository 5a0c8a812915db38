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
    from cnncalc.diagnostics.suggestion import nearest  # noqa: PLC0415 - start-up
    from cnncalc.language.words import COMPOSITES, ENTRY_KEYS  # noqa: PLC0415 - start-up
    from cnncalc.layers import registry  # noqa: PLC0415 - start-up
    from cnncalc.render import catalogue  # noqa: PLC0415 - start-up

    style, width = style_of(sys.stdout), width_of(sys.stdout)
    if type_ is None:
        emit(catalogue.listing(registry.types(), style, width))
        return
    found = registry.find(type_)
    if found is None:
        close = registry.ending_in(type_) or [nearest(type_, registry.names())]
        hint = (
            f"; did you mean {' or '.join(close)}?"
            if any(close)
            else "; `cnncalc layers` lists all"
        )
        if type_ in {*ENTRY_KEYS, *COMPOSITES, "input", "inputs"}:
            hint = ", which is a word of the spec language; `cnncalc layers` lists the layer types"
        raise UsageError(f"no layer type is called {type_}{hint}")
    emit(catalogue.page(found.layer, style, width))
