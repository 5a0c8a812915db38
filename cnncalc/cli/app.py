"""All commands under one name, as typer takes them: for help, errors of usage and completion."""

from __future__ import annotations

import os
from functools import partial
from inspect import Parameter as Python
from inspect import Signature
from sys import modules
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from cnncalc.cli.commands import COMMANDS, COMPLETING, command_of, print_version
from cnncalc.cli.completers import Before, finder
from cnncalc.cli.declared import REQUIRED, Argument, parameters
from cnncalc.cli.group import Commands
from cnncalc.cli.usage import UsageError
from cnncalc.cli.whole import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.cli.declared import Command, Completer, Parameter

EXAMPLES = (
    "cnncalc summarize net.yaml",
    "cnncalc summarize zoo:resnet --set depth=50",
    "cnncalc compare net.yaml --mlp",
    "cnncalc layers conv",
    "cnncalc new lenet5 > net.yaml",
)


def _epilog(examples: Sequence[str]) -> str:
    """The examples under the help, one a line: the first character says not to rewrap."""
    return "\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples)


app = typer.Typer(
    name="cnncalc",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_epilog(EXAMPLES),
)


def _version(*, wanted: bool) -> None:
    if wanted:
        print_version()
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", is_eager=True, callback=lambda value: _version(wanted=value),
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:  # fmt: skip
    """Shapes, parameters and MACs of convolutional networks, from a YAML spec."""


def run(words: Sequence[str], instead: Command | None = None) -> None:
    """Run the command that the words name.

    Only that one is imported: typer's reading of all signatures would take a
    tenth of a short run. Help and completion see all of them.

    Args:
        words: the command line without the program's name.
        instead: what is run in place of the command, once typer has read the line.
    """
    first = words[0] if words else ""
    for name in (first,) if first in COMMANDS else COMMANDS:
        command = command_of(name)
        app.command(name, epilog=_epilog(modules[command.__module__].EXAMPLES))(
            typed(command, instead or command)
        )
    app(list(words), prog_name="cnncalc")


def typed(command: Command, function: Command) -> Callable[..., None]:
    """A function with the name, the help and the parameters of a command, as typer reads them."""

    def called(**given: Any) -> None:  # noqa: ANN401 - of any command
        try:
            function(**given)
        except UsageError as error:
            raise typer.BadParameter(str(error)) from None

    called.__name__ = command.__name__
    called.__doc__ = command.__doc__
    called.__signature__ = Signature(  # type: ignore[attr-defined]
        [_parameter(one) for one in parameters(command)]
    )
    return called


def _parameter(one: Parameter) -> Python:
    return Python(
        one.name,
        Python.KEYWORD_ONLY,
        default=Python.empty if one.default is REQUIRED else one.default,
        annotation=Annotated[one.type, _declared(one)],
    )


def _declared(one: Parameter) -> Any:  # noqa: ANN401 - typer's own functions give Any
    declared = one.declared
    complete = _completing(declared.complete) if declared.complete else None
    common: dict[str, Any] = {
        "metavar": declared.metavar, "help": declared.help or None,
        "show_default": declared.show_default, "autocompletion": complete,
    }  # fmt: skip
    if isinstance(declared, Argument):
        return typer.Argument(**common)
    if one.plain is int:
        common["parser"] = partial(_whole, least=declared.min)
    if declared.meant:
        choices = get_args(one.plain)
        common["parser"] = partial(_choice, choices=choices, meant=declared.meant)
        common["metavar"] = f"<{'|'.join(choices)}>"
        common["autocompletion"] = _beginning(choices)
    return typer.Option(*declared.names, **common)


def _completing(name: Completer) -> Callable[..., Any] | None:
    """The callback of this name while a shell asks for completions; else None.

    Typer reads the signature of each callback as it starts, which takes a while.
    """
    if COMPLETING not in os.environ:
        return None
    find = finder(name)

    def complete(ctx: typer.Context, incomplete: str) -> Any:  # noqa: ANN401 - as typer takes it
        return find(Before(ctx.params, ctx.args), incomplete)

    return complete


def _choice(text: str, *, choices: Sequence[str], meant: Mapping[str, str]) -> str:
    if text in choices:
        return text
    hint = f"; did you mean '{meant[text.lower()]}'?" if text.lower() in meant else ""
    known = ", ".join(f"'{one}'" for one in choices)
    raise typer.BadParameter(f"'{text}' is not one of {known}{hint}")


def _beginning(choices: Sequence[str]) -> Callable[[str], list[str]]:
    """What completes to one of the choices."""

    def complete(incomplete: str) -> list[str]:
        return [one for one in choices if one.startswith(incomplete)]

    return complete


def _whole(text: str, *, least: int | None) -> int:
    try:
        return whole(str(text), least)  # a default is a number already
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None
