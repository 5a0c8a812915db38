"""`cnncalc new`: a spec to start from."""

from __future__ import annotations

import sys
from typing import Annotated

from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.options import usage_error
from cnncalc.cli.output import emit, width_of

EXAMPLES = (
    "cnncalc new --list",
    "cnncalc new lenet5 > net.yaml",
)

TemplateArgument = Annotated[
    str,
    Argument(
        help="The name of a packaged net.",
        show_default=True,
        complete="templates",
    ),
]
ListOption = Annotated[bool, Option("--list", "-l", help="List the packaged nets.")]


def new(
    template: TemplateArgument = "lenet5",
    *,
    list_: ListOption = False,
) -> None:
    """Print a packaged net, to be changed into your own."""
    if list_:
        emit(_listing(width_of(sys.stdout)))
        return
    from cnncalc.language.limits import DEFAULT  # noqa: PLC0415 - start-up
    from cnncalc.language.problems import SpecProblem  # noqa: PLC0415 - start-up
    from cnncalc.language.text import ZOO, text_of  # noqa: PLC0415 - start-up

    try:
        emit(text_of(ZOO + template.removeprefix(ZOO), DEFAULT))
    except SpecProblem as problem:
        raise usage_error(problem) from None


def _listing(width: int | None) -> str:
    """A line a packaged net, continued under its description on a narrow terminal."""
    from textwrap import fill  # noqa: PLC0415 - only for this option

    from cnncalc import zoo  # noqa: PLC0415 - start-up

    lines = (f"{name:<20} {zoo.description(name)}".rstrip() for name in zoo.names())
    if width is not None:
        room = max(width, 40)
        lines = (fill(line, room, subsequent_indent=" " * 21) for line in lines)
    return "".join(f"{line}\n" for line in lines)
