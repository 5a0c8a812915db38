"""`cnncalc draw`: a picture of a net."""

from __future__ import annotations

import sys
from typing import Annotated, Final, Literal

from cnncalc.cli.declared import Option
from cnncalc.cli.effort import Effort
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Net, Reader, SetOption
from cnncalc.cli.output import ascii_only, emit, style_of, width_of, write_file
from cnncalc.cli.usage import UsageError
from cnncalc.language.limits import DEFAULT

EXAMPLES = (
    "cnncalc draw net.yaml",
    "cnncalc draw zoo:resnet --set depth=50 -o resnet50.svg",
    "cnncalc draw net.yaml --depth 1 --weigh macs --direction right -o net.svg",
    "cnncalc draw net.yaml -f mermaid",
)

_EFFORT = Effort(10)  # boxes and lines

Format = Literal["text", "svg", "mermaid", "dot"]

_ENDINGS: Final[dict[str, Format]] = {
    ".txt": "text", ".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot",
    ".gv": "dot",
}  # fmt: skip

FormatOption = Annotated[
    Format | None,
    Option("--format", "-f", help="How it is drawn; else by the ending of FILE, else text."),
]
OutputOption = Annotated[
    str | None,
    Option("--output", "-o", metavar="FILE", help="Where it is written: .svg, .mmd, .dot, .txt."),
]
DepthOption = Annotated[
    int | None,
    Option("--depth", "-d", min=1, metavar="N", help="Close blocks below this level."),
]
WeighOption = Annotated[
    Literal["params", "macs", "memory"],
    Option("--weigh", help="Whose share each box shows; memory is kept for the backward."),
]
DirectionOption = Annotated[
    Literal["down", "right"], Option("--direction", help="In which results flow; not for text.")
]
UnfoldOption = Annotated[bool, Option("--unfold", help="Draw equal turns of a loop one by one.")]


def draw(  # noqa: PLR0913 - the options of the command
    net: Net,
    *,
    format: FormatOption = None,  # noqa: A002 - the option's name
    output: OutputOption = None,
    depth: DepthOption = None,
    weigh: WeighOption = "params",
    direction: DirectionOption = "down",
    unfold: UnfoldOption = False,
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Draw the structure of a net: blocks as frames, skips as arcs, shapes where they change.

    Each box shows its share of the parameters, or of what --weigh names. Equal turns of a
    loop are drawn once, with their number.
    """
    chosen = format or _by_ending(output)
    if chosen == "text" and direction != "down":
        raise UsageError("--direction: text is drawn downwards; choose -f svg, mermaid or dot")
    network, _ = Reader(sets, inputs, max_layers, max_size).only(net, _EFFORT)
    from cnncalc.render.drawing.formats import Screen, written  # noqa: PLC0415 - for a good net

    screen = None
    if output is None:
        screen = Screen(style_of(sys.stdout), width_of(sys.stdout), ascii_only(sys.stdout))
    picture = written(
        network, chosen, depth=depth, weigh=weigh, direction=direction, unfold=unfold, screen=screen
    )
    if output is None:
        emit(picture)
    else:
        write_file(output, picture, (net,))


def _by_ending(output: str | None) -> Format:
    if output is None or output == "-":
        return "text"
    for ending, format_ in _ENDINGS.items():
        if output.lower().endswith(ending):
            return format_
    raise UsageError(
        f"--output {output}: no format has this ending; there are {', '.join(_ENDINGS)}"
    )
