"""The options `--max-...` and `--min-...` of a command: a pair per figure that takes a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from cnncalc.cli.declared import Family, Option
from cnncalc.cli.usage import UsageError
from cnncalc.figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.analysis.check.budgets import Budget

_BOUNDS: Final[tuple[Literal["max", "min"], ...]] = ("max", "min")
_WORDS: Final = {"max": "Upper", "min": "Lower"}


def _options() -> dict[str, Option]:
    options = {}
    for key, figure in FIGURES.items():
        for bound in _BOUNDS if figure.budget else ():
            about = f"{_WORDS[bound]} limit on {figure.title or figure.heading}"
            text = f"{about}: {figure.meaning}." if bound == "max" else f"{about}."
            options[f"{bound}_{key}"] = Option(metavar="N", help=text, show_default=False)
    return options


BudgetOptions = Annotated[str | None, Family(_options)]


def budgets_of(limits: Mapping[str, str | None]) -> tuple[Budget, ...]:
    """The budgets that the options state."""
    return tuple([_budget(name, text) for name, text in limits.items() if text is not None])


def _budget(name: str, text: str) -> Budget:
    from cnncalc.analysis.check.budgets import budget  # noqa: PLC0415 - few runs have any

    try:
        return budget(name, text)
    except ValueError as error:
        raise UsageError(f"--{name.replace('_', '-')}: {error}") from None
