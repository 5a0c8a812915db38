"""All commands under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc.cli import check, explain, layers, new, schema, solve, summarize

app = typer.Typer(
    name="cnncalc",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:  cnncalc summarize net.yaml   |   cnncalc summarize zoo:resnet --set depth=50"
    "   |   cnncalc layers conv   |   cnncalc new lenet5 > net.yaml",
)


def _version(*, wanted: bool) -> None:
    if wanted:
        from cnncalc import __version__  # noqa: PLC0415 - only for this option

        typer.echo(f"cnncalc {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[  # noqa: ARG001 - acts in its callback
        bool,
        typer.Option(
            "--version", "-V", is_eager=True, callback=lambda value: _version(wanted=value),
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:  # fmt: skip
    """Shapes, parameters and MACs of convolutional networks, from a YAML spec."""


app.command("summarize", epilog=summarize.EXAMPLES)(summarize.summarize)
app.command("check", epilog=check.EXAMPLES)(check.check)
app.command("explain", epilog=explain.EXAMPLES)(explain.explain)
app.command("solve", epilog=solve.EXAMPLES)(solve.solve)
app.command("layers", epilog=layers.EXAMPLES)(layers.layers)
app.command("schema", epilog=schema.EXAMPLES)(schema.schema)
app.command("new", epilog=new.EXAMPLES)(new.new)
