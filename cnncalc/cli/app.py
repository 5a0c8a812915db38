"""All commands under one name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from cnncalc.cli import completion

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The commands in the order of the help; each is a function of its name in a module of its name.
COMMANDS = (
    "summarize", "compare", "explain", "check", "memory", "conventions", "solve", "compute",
    "layers", "schema", "new",
)  # fmt: skip

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
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_epilog(EXAMPLES),
)


def _version(*, wanted: bool) -> None:
    if wanted:
        from cnncalc.version import __version__  # noqa: PLC0415 - only for this option

        typer.echo(f"cnncalc {__version__}")
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


def run(arguments: Sequence[str]) -> None:
    """Run the command that the arguments name.

    Only that one is imported: typer's reading of all signatures would take a
    tenth of a short run. Help and completion see all of them.
    """
    first = arguments[0] if arguments else ""
    for name in (first,) if first in COMMANDS else COMMANDS:
        module = import_module(f"cnncalc.cli.{name}")
        app.command(name, epilog=_epilog(module.EXAMPLES))(getattr(module, name))
    completion.run(lambda: app(list(arguments), prog_name="cnncalc"))
