"""The options `--max-...` and `--min-...` of a command: a pair per figure that takes a budget."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

import typer

from cnncalc.figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cnncalc.analysis.check.budgets import Budget

    Function = TypeVar("Function", bound=Callable[..., None])

_BOUNDS: Final[tuple[Literal["max", "min"], ...]] = ("max", "min")
_WORDS: Final = {"max": "Upper", "min": "Lower"}


def takes_budgets(command: Function) -> Function:
    """Put the options in the place of a command's `**limits`, for typer to read."""
    signature = inspect.signature(command, eval_str=True)
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        variable = parameter.kind is inspect.Parameter.VAR_KEYWORD
        parameters += _options() if variable else [parameter]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def _options() -> Iterator[inspect.Parameter]:
    for key, figure in FIGURES.items():
        for bound in _BOUNDS if figure.budget else ():
            about = f"{_WORDS[bound]} limit on {figure.title or figure.heading}"
            text = f"{about}: {figure.meaning}." if bound == "max" else f"{about}."
            option = typer.Option(metavar="N", help=text, show_default=False)
            yield inspect.Parameter(
                f"{bound}_{key}",
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[str | None, option],
            )


def budgets_of(limits: Mapping[str, str | None]) -> tuple[Budget, ...]:
    """The budgets that the options state."""
    from cnncalc.analysis.check.budgets import budget  # noqa: PLC0415 - start-up

    budgets = []
    for name, text in limits.items():
        if text is not None:
            try:
                budgets.append(budget(name, text))
            except ValueError as error:
                option = f"--{name.replace('_', '-')}"
                raise typer.BadParameter(f"{option}: {error}") from None
    return tuple(budgets)
