"""`cnncalc schema`: a JSON Schema of the spec language."""

from __future__ import annotations

from cnncalc.cli.output import emit

EXAMPLES = ("cnncalc schema > cnncalc.schema.json",)


def schema() -> None:
    """Print a JSON Schema (draft 2020-12) of the language, for editors."""
    from json import dumps  # noqa: PLC0415 - start-up

    from cnncalc.language.schema import language  # noqa: PLC0415 - start-up

    emit(dumps(language(), indent=1) + "\n")
