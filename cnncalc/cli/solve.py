"""`cnncalc solve`: the inverse: arguments for a wanted size, sizes that a net takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.effort import Effort
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Reader, SetOption
from cnncalc.cli.output import complain, emit, style_of
from cnncalc.cli.usage import UsageError
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.analysis.solve.arguments import LayerKind, Question
    from cnncalc.build.reader import Reading
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

_EFFORT = Effort(1, 40)  # sizes are propagated as functions of the input
EXAMPLES = (
    "cnncalc solve --in 224 --out 112",
    "cnncalc solve --in 7 --out 14 --transposed",
    "cnncalc solve net.yaml conv_2 --out 14",
    "cnncalc solve net.yaml --min-input --divisible",
)

_Format = Literal["table", "json"]

NetArgument = Annotated[
    str | None,
    Argument(
        metavar="[NET]",
        help="A spec or a model (ONNX, Keras), - or zoo:NAME.",
        complete="nets",
    ),
]
LayerArgument = Annotated[
    str | None,
    Argument(
        metavar="[LAYER]",
        help="The name of a layer of the net.",
        complete="layers",
    ),
]
InOption = Annotated[
    int | None,
    Option("--in", min=1, metavar="N", help="The size that arrives, along one axis."),
]
OutOption = Annotated[
    str | None,
    Option("--out", metavar="SIZE", help="The wanted size; 14x7 for the axes of a LAYER."),
]
KernelOption = Annotated[
    int | None, Option("--kernel", "-k", min=1, metavar="N", help="Fix the kernel.")
]
StrideOption = Annotated[int | None, Option("--stride", min=1, metavar="N", help="Fix the stride.")]
PaddingOption = Annotated[
    int | None, Option("--padding", min=0, metavar="N", help="Fix the padding.")
]
DilationOption = Annotated[
    int | None, Option("--dilation", min=1, metavar="N", help="Fix the dilation.")
]
PoolOption = Annotated[bool, Option("--pool", help="Solve for pooling.")]
TransposedOption = Annotated[
    bool, Option("--transposed", help="Solve for a transposed convolution.")
]
CeilOption = Annotated[bool, Option("--ceil", help="Solve for pooling with ceil_mode.")]
MinInputOption = Annotated[bool, Option("--min-input", help="The smallest input that NET accepts.")]
DivisibleOption = Annotated[
    bool, Option("--divisible", help="What the input size must be a multiple of.")
]
LimitOption = Annotated[int, Option("--limit", min=1, metavar="N", help="Show this many answers.")]
FormatOption = Annotated[_Format, Option("--format", "-f", help="Output format.")]


_SIZES = "in_"  # what the variables of a shape (`$in_height`) begin with


def solve(  # noqa: PLR0913 - the options of the command
    net: NetArgument = None,
    layer: LayerArgument = None,
    *,
    size: InOption = None,
    out: OutOption = None,
    kernel: KernelOption = None,
    stride: StrideOption = None,
    padding: PaddingOption = None,
    dilation: DilationOption = None,
    pool: PoolOption = False,
    transposed: TransposedOption = False,
    ceil: CeilOption = False,
    min_input: MinInputOption = False,
    divisible: DivisibleOption = False,
    limit: LimitOption = 10,
    format: FormatOption = "table",  # noqa: A002 - the option's name
    sets: SetOption = None,
    inputs: InputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Find arguments that give a wanted size, or the input sizes that a net accepts."""
    if transposed and (pool or ceil):
        raise UsageError("--transposed excludes --pool and --ceil")
    fixed = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    if net is None:
        from cnncalc.analysis.solve.arguments import Question  # noqa: PLC0415 - start-up

        if size is None or out is None:
            raise UsageError("give --in and --out, or a NET (see --help)")
        kind: LayerKind = "pool" if pool or ceil else "transposed" if transposed else "conv"
        if len(_sizes(out)) != 1:
            raise UsageError("--out: one size, since --in is one axis")
        question = Question(size, _sizes(out)[0], kind, ceil_mode=ceil, **fixed)
        _arguments(question, limit, format)
    elif min_input or divisible:
        reader = Reader(sets, inputs, max_layers, max_size)
        _input(reader, net, format, minimum=min_input, divisible=divisible)
    elif layer is None or out is None:
        raise UsageError("give a LAYER and --out, or --min-input, or --divisible")
    else:
        reader = Reader(sets, inputs, max_layers, max_size)
        _layer(reader.read(net), layer, _sizes(out), fixed, limit, format_=format)


def _sizes(text: str) -> tuple[int, ...]:
    from cnncalc.cli.whole import wholes  # noqa: PLC0415 - start-up

    try:
        return wholes(text, ",x×")
    except UsageError as error:
        raise UsageError(f"--out: {error} (a size such as 14, or 14x7)") from None


def _arguments(question: Question, limit: int, format_: _Format) -> None:
    from cnncalc.analysis.solve import arguments as analysis  # noqa: PLC0415 - start-up
    from cnncalc.render import solve as render  # noqa: PLC0415 - start-up

    solution = analysis.solve(question, limit=limit)
    emit(render.arguments(solution, format_, style_of(sys.stdout)))
    if not solution.answers:
        raise SystemExit(1)


def _layer(  # noqa: PLR0913 - the options, passed on
    reading: Reading,
    name: str,
    out: tuple[int, ...],
    fixed: dict[str, int | None],
    limit: int,
    *,
    format_: _Format,
) -> None:
    from cnncalc.analysis.solve.layer import NotSlidingError, solve_layer  # noqa: PLC0415 - start-up
    from cnncalc.diagnostics.suggestion import named_inside  # noqa: PLC0415 - start-up
    from cnncalc.render import solve as render  # noqa: PLC0415 - start-up

    network = reading.network
    if network is None:
        raise SystemExit(2)
    try:
        node = network[name]
        solution = solve_layer(network.name, node, out, fixed, limit=limit)
    except KeyError:
        if reading.failed:  # the layer may be below the first error, which is reported
            raise SystemExit(2) from None
        inside = [node for node in network.layers if name in (one.name for one in node.scopes)]
        if inside:
            first = next((one for one in inside if one.layer.windows(one.facts.inputs)), inside[0])
            raise UsageError(f"{name} is a block: name a layer of it, as {first.name}") from None
        close = named_inside(name, [node.name for node in network.layers])
        hint = f"; did you mean {close}?" if close else "; `cnncalc summarize` lists them"
        raise UsageError(f"no layer of {network.name} is called {name}{hint}") from None
    except NotSlidingError as error:
        raise UsageError(str(error)) from None
    emit(render.layer(solution, format_, style_of(sys.stdout)))
    if reading.failed:  # further down
        raise SystemExit(2)
    if not solution.changes:
        raise SystemExit(1)


def _input(reader: Reader, net: str, format_: _Format, *, minimum: bool, divisible: bool) -> None:
    from cnncalc.analysis.solve.inputs import (  # noqa: PLC0415 - start-up
        admissible,
        fitting,
        fixed_by_size,
    )
    from cnncalc.net.size_function import UnevenError  # noqa: PLC0415 - start-up
    from cnncalc.render import solve as render  # noqa: PLC0415 - start-up

    reading = reader.within(reader.look(net), _EFFORT)
    reader.remark(reading)
    network = reading.network

    def reread(shapes: Mapping[str, Shape]) -> tuple[Network | None, bool]:
        other = reader.again(reading.text, net, shapes)
        return other.network, not other.failed

    if reading.failed and network is not None:
        errors = [one.code for one in reading.diagnostics if one.severity == "error"]
        of_shape = all(code.startswith("E2") for code in errors)
        network = fitting(network, reread) if of_shape else None
    if network is None:
        reader.report(reading)
        raise SystemExit(2)
    try:
        found = admissible(network, source=net)
    except UnevenError as error:
        raise UsageError(f"{net}: {error}") from None
    if not found.axes:
        raise UsageError(f"{net}: its input has no spatial axes")
    emit(render.admissible(found, format_, minimum=minimum, divisible=divisible))
    if found.smallest is None:
        raise SystemExit(1)
    written = (reading.text, *map(str, reader.overrides.values()))
    if any(_SIZES in text for text in written) and fixed_by_size(network, found, reread):
        shown = ", ".join("x".join(map(str, shape)) for shape in found.inputs.values())
        complain(
            "note: some layers depend on the size of the input (`$in_height` and the like); "
            f"this is for the layers as they are at {shown}\n"
        )
