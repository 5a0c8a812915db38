"""`cnncalc compare`: nets side by side, against their MLPs, by convolution, and by input size."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

from cnncalc.cli.declared import Option
from cnncalc.cli.effort import Effort
from cnncalc.cli.options import FormatOption, MaxLayers, MaxSize, Nets, Reader, SetOption
from cnncalc.cli.output import ascii_only, emit, style_of, width_of
from cnncalc.cli.usage import UsageError
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.analysis.compare.comparison import Comparison, Entrant
    from cnncalc.analysis.compare.scaling import Reread, Size
    from cnncalc.build.reader import Reading
    from cnncalc.cli.options import Format
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

_EFFORT = Effort(4, 18)  # of two nets that are placed and aligned
EXAMPLES = (
    "cnncalc compare old.yaml new.yaml",
    "cnncalc compare net.yaml --mlp",
    "cnncalc compare net.yaml --per-layer",
    "cnncalc compare a.yaml b.yaml --input 32,64,128",
    "cnncalc compare zoo:resnet zoo:resnet --set 1:depth=18 --set 2:depth=34",
)

MlpOption = Annotated[bool, Option("--mlp", help="Compare with the MLP that does the same job.")]
HiddenOption = Annotated[
    str | None,
    Option(
        "--hidden",
        metavar="UNITS",
        show_default=False,
        help="Hidden layers of the MLP, such as 100 or 512,100; else the net's own dense layers.",
    ),
]
MatchParamsOption = Annotated[
    bool,
    Option("--match-params", help="The MLP with one hidden layer that has the net's parameters."),
]
PerLayerOption = Annotated[
    bool,
    Option(
        "--per-layer",
        help="What each convolution saves against a dense and a locally connected layer.",
    ),
]
PositionsOption = Annotated[
    int | None,
    Option(
        "--positions",
        min=1,
        metavar="N",
        show_default=False,
        help="With --per-layer: count only this many output positions.",
    ),
]
SizesOption = Annotated[
    list[str] | None,
    Option(
        "--input",
        "-i",
        metavar="SIZES",
        show_default=False,
        help="How the nets grow with the input: 32,64,128 (edges) or 3x64x64.",
    ),
]
LayersOption = Annotated[
    bool | None,
    Option(
        "--layers/--no-layers",
        show_default=False,
        help="The layer-by-layer table; with CSV, that instead of the totals.",
    ),
]
EveryOption = Annotated[bool, Option("--all", "-a", help="Every layer; equal runs are not folded.")]


def compare(  # noqa: PLR0913 - the options of the command
    nets: Nets,
    *,
    mlp: MlpOption = False,
    hidden: HiddenOption = None,
    match_params: MatchParamsOption = False,
    per_layer: PerLayerOption = False,
    positions: PositionsOption = None,
    sizes: SizesOption = None,
    layers: LayersOption = None,
    every: EveryOption = False,
    format: FormatOption = "table",  # noqa: A002 - the option's name
    sets: SetOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Show nets side by side: totals, and which layers were added, removed or changed.

    With `--set`, `2:depth=34` sets a value for the second net only.
    """
    derive = mlp or match_params or hidden is not None
    if len(nets) == 1 and not (derive or per_layer or sizes):
        raise UsageError("one net: name a second, or give --mlp, --per-layer or --input")
    if match_params and hidden is not None:
        raise UsageError("--match-params sizes the hidden layer itself: leave --hidden out")
    if positions is not None and not per_layer:
        raise UsageError("--positions belongs to --per-layer")
    units = _numbers(hidden) if hidden is not None else None
    wanted = _sizes(sizes or ())
    limits = (max_layers, max_size)
    readers = [Reader(_own(sets, i, len(nets)), None, *limits) for i in range(1, len(nets) + 1)]
    readings = [(one, one.read(path, _EFFORT)) for one, path in zip(readers, nets, strict=True)]
    entrants = _entrants(readings)
    if entrants or format == "json":
        from cnncalc.analysis.compare.comparison import compare as compared  # noqa: PLC0415 - start-up
        from cnncalc.analysis.compare.mlp import MlpRule  # noqa: PLC0415 - start-up
        from cnncalc.layers.base.errors import LayerError  # noqa: PLC0415 - start-up

        aligned = format != "csv" if layers is None else layers
        try:
            whole = compared(
                entrants,
                aligned=bool(aligned and (layers or not (per_layer or wanted))),
                mlp=MlpRule(units, match_params) if derive else None,
                savings=per_layer,
                positions=positions,
                sizes=wanted,
            )
        except LayerError as error:
            raise UsageError(f"there is no MLP for the input: {error}") from None
        for part in _written(whole, readings, format, every=every):
            emit(part)
    if any(reader.failed for reader, _ in readings):
        raise SystemExit(2)


def _numbers(text: str) -> tuple[int, ...]:
    from cnncalc.cli.whole import whole  # noqa: PLC0415 - only for this option

    try:
        return tuple(whole(part, 1) for part in text.split(",") if part.strip())
    except UsageError as error:
        raise UsageError(f"--hidden: {error} (units with commas, such as 512,100)") from None


def _sizes(texts: Sequence[str]) -> tuple[Size, ...]:
    from cnncalc.analysis.compare.scaling import Size  # noqa: PLC0415 - only for this option
    from cnncalc.cli.whole import wholes  # noqa: PLC0415 - only for this option

    found = []
    for part in (part.strip() for text in texts for part in text.split(",")):
        try:
            numbers = wholes(part, "x×")
        except UsageError as error:
            ways = "sizes with commas, such as 32,64 or 3x64x64"
            raise UsageError(f"--input: {error} ({ways})") from None
        found.append(Size(part, numbers[0]) if len(numbers) == 1 else Size(part, shape=numbers))
    return tuple(found)


def _own(sets: Sequence[str] | None, number: int, count: int) -> list[str]:
    """The settings that are for this net: those for all, and those that begin with its number."""
    chosen = []
    for text in sets or ():
        before, colon, rest = text.partition(":")
        if not colon or not before.isdecimal():
            chosen.append(text)
        elif before.lstrip("0") not in map(str, range(1, count + 1)):
            raise UsageError(f"--set {text}: there are nets 1 to {count}")
        elif before.lstrip("0") == str(number):
            chosen.append(rest)
    return chosen


def _entrants(readings: Sequence[tuple[Reader, Reading]]) -> list[Entrant]:
    """The nets that could be read."""
    from cnncalc.analysis.compare.comparison import Entrant  # noqa: PLC0415 - start-up

    return [
        Entrant(
            reading.network,
            reading.source,
            reader.overrides,
            _rereader(reader, reading),
            reading.imported,
        )
        for reader, reading in readings
        if not reading.failed and reading.network is not None
    ]


def _rereader(reader: Reader, reading: Reading) -> Reread:
    """What builds a net for other input shapes, or says why that cannot be."""

    def reread(shapes: Mapping[str, Shape]) -> Network | str:
        again = reader.again(reading.text, reading.source, shapes)
        for one in again.diagnostics:
            if one.severity == "error":
                place = f"line {one.place.line}: " if one.place else ""
                return f"{place}{': '.join((one.message, *one.notes[:1]))}"
        return again.network or "it has no layers"

    return reread


def _written(
    whole: Comparison, readings: Sequence[tuple[Reader, Reading]], format_: Format, *, every: bool
) -> Iterator[str]:
    """The comparison; JSON in parts, since nets may be long."""
    if format_ == "json":
        from cnncalc.render.comparison.json import json  # noqa: PLC0415 - only for this format

        yield from json(whole, _failures(readings))
        return
    from cnncalc.render.comparison import written  # noqa: PLC0415 - start-up
    from cnncalc.render.comparison.tables import Show  # noqa: PLC0415 - start-up

    show = Show(every, style_of(sys.stdout), width_of(sys.stdout), ascii_only(sys.stdout))
    yield written(whole, format_, show)


def _failures(readings: Sequence[tuple[Reader, Reading]]) -> list[tuple[int, dict[str, Any]]]:
    from cnncalc.render.diagnostics import failed_data  # noqa: PLC0415 - only for JSON

    return [
        (place, failed_data(reading.source, reading.diagnostics))
        for place, (_, reading) in enumerate(readings)
        if reading.failed or reading.network is None
    ]
