"""`cnncalc new`: a spec to start from."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc.cli.options import usage_error
from cnncalc.cli.output import emit

EXAMPLES = (
    "cnncalc new --list",
    "cnncalc new lenet5 > net.yaml",
)


def new(
    template: Annotated[
        str, typer.Argument(help="The name of a packaged net.", show_default=True)
    ] = "lenet5",
    *,
    list_: Annotated[bool, typer.Option("--list", "-l", help="List the packaged nets.")] = False,
) -> None:
    """Print a packaged net, to be changed into your own."""
    if list_:
        from cnncalc import zoo  # noqa: PLC0415 - start-up

        emit("".join(f"{name:<20} {zoo.description(name)}".rstrip() + "\n" for name in zoo.names()))
        return
    from cnncalc.spec.limits import DEFAULT  # noqa: PLC0415 - start-up
    from cnncalc.spec.problems import SpecProblem  # noqa: PLC0415 - start-up
    from cnncalc.spec.reader import ZOO, text_of  # noqa: PLC0415 - start-up

    try:
        emit(text_of(ZOO + template, DEFAULT))
    except SpecProblem as problem:
        raise usage_error(problem) from None
