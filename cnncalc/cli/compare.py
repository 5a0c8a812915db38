"""`cnncalc compare`: nets side by side, against their MLPs, by convolution, and by input size."""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from cnncalc.cli.options import FormatOption, MaxLayers, MaxSize, Nets, Reader, SetOption
from cnncalc.cli.output import emit, style_of, width_of
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.analysis.compare import Comparison
    from cnncalc.analysis.mlp import Derived, Mlp
    from cnncalc.analysis.scaling import Reread, Scaling, Size
    from cnncalc.build.reader import Reading
    from cnncalc.cli.options import Format
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

    Maker = Callable[[Network, str], Mlp]

EXAMPLES = (
    "cnncalc compare old.yaml new.yaml",
    "cnncalc compare net.yaml --mlp",
    "cnncalc compare net.yaml --per-layer",
    "cnncalc compare a.yaml b.yaml --input 32,64,128",
    "cnncalc compare zoo:resnet zoo:resnet --set 1:depth=18 --set 2:depth=34",
)


class _Net(NamedTuple):
    """A net that could be read, or was derived from one, with what is needed to read it again."""

    label: str
    source: str
    network: Network
    reader: Reader
    text: str
    base: str = ""  # the label of the net that it was derived from


def compare(  # noqa: PLR0913 - the options of the command
    nets: Nets,
    *,
    mlp: Annotated[
        bool, typer.Option("--mlp", help="Compare with the MLP that does the same job.")
    ] = False,
    hidden: Annotated[
        str | None,
        typer.Option("--hidden", metavar="UNITS", show_default=False,
                     help="Hidden layers of the MLP, such as 100 or 512,100; else the net's own "
                     "dense layers."),
    ] = None,
    match_params: Annotated[
        bool,
        typer.Option("--match-params",
                     help="The MLP with one hidden layer that has the net's parameters."),
    ] = False,
    per_layer: Annotated[
        bool,
        typer.Option("--per-layer", help="What each convolution saves against a dense and a "
                     "locally connected layer."),
    ] = False,
    positions: Annotated[
        int | None,
        typer.Option("--positions", min=1, metavar="N", show_default=False,
                     help="With --per-layer: count only this many output positions."),
    ] = None,
    sizes: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="SIZES", show_default=False,
                     help="How the nets grow with the input: 32,64,128 (edges) or 3x64x64."),
    ] = None,
    layers: Annotated[
        bool | None,
        typer.Option("--layers/--no-layers", show_default=False,
                     help="The layer-by-layer table; with CSV, that instead of the totals."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", "-a", help="Every layer; equal runs are not folded.")
    ] = False,
    format: FormatOption = "table",  # noqa: A002 - the option's name
    sets: SetOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:  # fmt: skip
    """Show nets side by side: totals, and which layers were added, removed or changed.

    With `--set`, `2:depth=34` gives a value to the second net alone.
    """
    derive = mlp or match_params or hidden is not None
    if len(nets) == 1 and not (derive or per_layer or sizes):
        raise typer.BadParameter("one net: name a second, or give --mlp, --per-layer or --input")
    if match_params and hidden is not None:
        raise typer.BadParameter("--match-params sizes the hidden layer itself: leave --hidden out")
    if positions is not None and not per_layer:
        raise typer.BadParameter("--positions belongs to --per-layer")
    units = _numbers(hidden) if hidden is not None else None
    wanted = _sizes(sizes or ())
    limits = (max_layers, max_size)
    readers = [Reader(_own(sets, i, len(nets)), None, *limits) for i in range(1, len(nets) + 1)]
    readings = [(reader, reader.read(path)) for reader, path in zip(readers, nets, strict=True)]
    found = _labelled(readings)
    if found or format == "json":
        aligned = format != "csv" if layers is None else layers
        aligned = aligned and (layers or not (per_layer or wanted))
        maker = _maker(units, matched=match_params) if derive else None
        every_net, derived = _with_mlps(found, maker)
        whole = _compared(every_net, derived, aligned=bool(aligned))
        if per_layer:
            whole = whole._replace(savings=_savings(found, positions))
        if wanted:
            whole = whole._replace(scaling=_scaling(every_net, wanted, maker))
        emit(_written(whole, readings, format, every=every))
    if any(reader.failed for reader, _ in readings):
        raise typer.Exit(2)


def _numbers(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"0*[1-9][0-9]{0,299}", part) for part in parts):
        raise typer.BadParameter(f"--hidden {text}: write units with commas, such as 512,100")
    return tuple(map(int, parts))


def _sizes(texts: Sequence[str]) -> tuple[Size, ...]:
    from cnncalc.analysis.scaling import Size  # noqa: PLC0415 - only for this option

    found = []
    for part in (part.strip() for text in texts for part in text.split(",")):
        if not re.fullmatch(r"[1-9]\d{0,299}(?:x[1-9]\d{0,299})*", part):
            raise typer.BadParameter(
                f"--input {part or texts[0]}: write sizes with commas, such as 32,64 or 3x64x64"
            )
        numbers = tuple(map(int, part.split("x")))
        found.append(Size(part, numbers[0]) if len(numbers) == 1 else Size(part, shape=numbers))
    return tuple(found)


def _own(sets: Sequence[str] | None, number: int, count: int) -> list[str]:
    """The settings that are for this net: those for all, and those that begin with its number."""
    chosen = []
    for text in sets or ():
        match = re.match(r"(\d+):(.*)", text, re.DOTALL)
        if match and not 1 <= int(match[1]) <= count:
            raise typer.BadParameter(f"--set {text}: there are nets 1 to {count}")
        if match is None:
            chosen.append(text)
        elif int(match[1]) == number:
            chosen.append(match[2])
    return chosen


def _labelled(readings: Sequence[tuple[Reader, Reading]]) -> list[_Net]:
    """The nets that could be read; those of one name are told apart by settings or number."""
    good = [
        (reader, reading, reading.network)
        for reader, reading in readings
        if not reading.failed and reading.network is not None
    ]
    labels = [network.name for _, _, network in good]
    for widen in (_with_settings, _with_source, _with_number):
        counts = Counter(labels)
        labels = [
            widen(label, i, reader, reading) if counts[label] > 1 else label
            for i, (label, (reader, reading, _)) in enumerate(zip(labels, good, strict=True), 1)
        ]
    return [
        _Net(label, reading.source, network, reader, reading.text)
        for label, (reader, reading, network) in zip(labels, good, strict=True)
    ]


def _with_settings(label: str, _: int, reader: Reader, __: Reading) -> str:
    return " ".join([label, *(f"{name}={value}" for name, value in reader.overrides.items())])


def _with_source(label: str, _: int, __: Reader, reading: Reading) -> str:
    return label if reading.source.startswith("zoo:") else f"{label} ({reading.source})"


def _with_number(label: str, number: int, _: Reader, __: Reading) -> str:
    return f"{label} #{number}"


def _maker(hidden: tuple[int, ...] | None, *, matched: bool) -> Maker:
    """What derives an MLP from a net and its label."""
    from cnncalc.analysis.mlp import matched_mlp, mlp_for  # noqa: PLC0415 - only with an MLP

    return matched_mlp if matched else lambda net, label: mlp_for(net, label, hidden)


def _with_mlps(nets: Sequence[_Net], maker: Maker | None) -> tuple[list[_Net], list[Derived]]:
    """Every net followed by its MLP, and how these came about."""
    found: list[_Net] = []
    derived: list[Derived] = []
    for net in nets:
        found.append(net)
        if maker is None:
            continue
        made = maker(net.network, net.label)
        derived.append(made.derived)
        if made.network is not None:
            found.append(net._replace(label=made.derived.label, network=made.network,
                                      base=net.label))  # fmt: skip
    return found, derived


def _compared(nets: Sequence[_Net], derived: Sequence[Derived], *, aligned: bool) -> Comparison:
    from cnncalc.analysis.compare import Comparison, contestants  # noqa: PLC0415 - start-up
    from cnncalc.analysis.differences import difference  # noqa: PLC0415 - start-up

    networks = {net.label: net.network for net in nets}
    pairs = [(net.base or nets[0].label, net.label) for net in nets[1:]] if aligned else []
    differences = [
        difference((before, networks[before]), (after, networks[after])) for before, after in pairs
    ]
    totals = contestants([(net.label, net.source, net.network) for net in nets])
    return Comparison(totals, tuple(differences), tuple(derived))


def _savings(nets: Sequence[_Net], positions: int | None) -> tuple[Any, ...]:
    from cnncalc.analysis.connectivity import savings  # noqa: PLC0415 - only for this option

    return tuple((net.label, savings(net.network, positions)) for net in nets)


def _scaling(nets: Sequence[_Net], sizes: Sequence[Size], maker: Maker | None) -> Scaling:
    from cnncalc.analysis.scaling import scaling  # noqa: PLC0415 - only for this option

    return scaling([(net.label, net.network, _rereader(net, maker)) for net in nets], sizes)


def _rereader(net: _Net, maker: Maker | None) -> Reread:
    """What builds a net for other input shapes, or says why that cannot be."""

    def reread(shapes: Mapping[str, Shape]) -> Network | str:
        reading = net.reader.again(net.text, net.source, shapes)
        for one in reading.diagnostics:
            if one.severity == "error":
                place = f"line {one.place.line}: " if one.place else ""
                return f"{place}{': '.join((one.message, *one.notes[:1]))}"
        network = reading.network
        if network is not None and net.base and maker is not None:
            network = maker(network, net.base).network
        return "its parameters buy no hidden layer" if network is None else network

    return reread


def _written(
    whole: Comparison, readings: Sequence[tuple[Reader, Reading]], format_: Format, *, every: bool
) -> str:
    from cnncalc.render import comparison as render  # noqa: PLC0415 - start-up
    from cnncalc.render.comparison import data  # noqa: PLC0415 - start-up
    from cnncalc.render.comparison.tables import Show  # noqa: PLC0415 - start-up

    if format_ == "json":
        return data.json(whole, _failures(readings))
    if format_ == "csv":
        return data.csv(whole, layers=bool(whole.differences))
    if format_ == "markdown":
        return render.markdown(whole, Show(every=every))
    return render.table(
        whole,
        Show(every=every, style=style_of(sys.stdout), width=width_of(sys.stdout), plain=_plain()),
    )


def _plain() -> bool:
    """Whether standard output can write no block characters."""
    try:
        "█▏".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return True
    return False


def _failures(readings: Sequence[tuple[Reader, Reading]]) -> list[tuple[int, dict[str, Any]]]:
    from cnncalc.render.diagnostics import as_data  # noqa: PLC0415 - only for JSON

    return [
        (place, {"source": reading.source, "diagnostics": [*map(as_data, reading.diagnostics)]})
        for place, (_, reading) in enumerate(readings)
        if reading.failed or reading.network is None
    ]
