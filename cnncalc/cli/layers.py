"""`cnncalc layers`: the catalogue."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cnncalc.cli import completion
from cnncalc.cli.completion import offer
from cnncalc.cli.output import emit, style_of, width_of

EXAMPLES = (
    "cnncalc layers",
    "cnncalc layers conv",
    "cnncalc layers Conv2d",
)


def layers(
    type_: Annotated[
        str | None,
        typer.Argument(
            metavar="[TYPE]",
            help="A layer type, by any of its names.",
            autocompletion=offer(completion.layer_types),
        ),
    ] = None,
) -> None:
    """List the layer types, or print one with its arguments, formulas and names."""
    from cnncalc.diagnostics.suggestion import nearest  # noqa: PLC0415 - start-up
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
        raise typer.BadParameter(f"no layer type is called {type_}{hint}")
    emit(catalogue.page(found.layer, style, width))
