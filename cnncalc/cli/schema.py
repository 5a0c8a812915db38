"""`cnncalc schema`: JSON Schemas of the spec language, and of what the commands write."""

from __future__ import annotations

from typing import Annotated

from cnncalc.cli.declared import Option
from cnncalc.cli.output import emit
from cnncalc.cli.usage import UsageError

EXAMPLES = (
    "cnncalc schema > cnncalc.schema.json",
    "cnncalc schema --of summarize",
)

OfOption = Annotated[
    str | None,
    Option(
        "--of",
        metavar="COMMAND",
        help="The JSON that this command writes, in place of the language.",
        complete="contracts",
    ),
]


def schema(
    of: OfOption = None,
) -> None:
    """Print a JSON Schema (draft 2020-12) of the language, for editors, or of a command's JSON."""
    from cnncalc.render.json_text import indented  # noqa: PLC0415 - start-up

    if of is None:
        from cnncalc.language.schema import language  # noqa: PLC0415 - start-up

        emit(indented(language(), 1) + "\n")
        return
    from cnncalc.diagnostics.suggestion import hint  # noqa: PLC0415 - only on errors
    from cnncalc.render.contracts import contract, names  # noqa: PLC0415 - only for this option

    try:
        emit(indented(contract(of), 1) + "\n")
    except KeyError:
        raise UsageError(f"--of: no command {of!r} has JSON; {hint(of, names())}") from None
