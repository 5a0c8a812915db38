"""`cnncalc import`: a model of another tool as a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Reader
from cnncalc.cli.output import complain, emit, one_line, write_file
from cnncalc.cli.usage import UsageError
from cnncalc.language.limits import DEFAULT

if TYPE_CHECKING:
    from cnncalc.importers.model import ImportedModel

EXAMPLES = (
    "cnncalc import model.onnx -o net.yaml",
    "cnncalc import model.onnx --flat --unfold-batchnorm",
    "cnncalc import model.keras > net.yaml",
)

SourceArgument = Annotated[
    str,
    Argument(
        metavar="SOURCE", show_default=False,
        help="An ONNX file, a Keras model (.keras, or the JSON of `to_json()`), - for either, "
        "or package.module:callable for a PyTorch model, which needs PyTorch.",
    ),
]  # fmt: skip
FlatOption = Annotated[bool, Option("--flat", help="One entry a layer: no blocks, no repeats.")]
UnfoldOption = Annotated[
    bool,
    Option(
        "--unfold-batchnorm",
        help="Bring back the batch norms that an ONNX exporter folded into convolutions.",
    ),
]
OutputOption = Annotated[
    str | None, Option("--output", "-o", metavar="FILE", help="Where the spec is written.")
]

_SHOWN = 8  # types in the summary


def import_(  # noqa: PLR0913 - the options of the command
    source: SourceArgument,
    *,
    inputs: InputOption = None,
    flat: FlatOption = False,
    unfold_batchnorm: UnfoldOption = False,
    output: OutputOption = None,
    max_layers: MaxLayers = DEFAULT.layers,
    max_size: MaxSize = DEFAULT.size,
) -> None:
    """Write the spec of an ONNX, Keras or PyTorch model.

    Weights are not read. What repeats becomes blocks, loops and tables. What is not
    understood becomes a `custom` with the file's figures, and is named on standard
    error. Every command takes these sources in place of a spec, too.
    """
    from cnncalc.build.imported import imported  # noqa: PLC0415 - start-up
    from cnncalc.build.reader import read_text  # noqa: PLC0415 - start-up
    from cnncalc.importers.source import Options, kind_of  # noqa: PLC0415 - start-up
    from cnncalc.language.problems import SpecProblem  # noqa: PLC0415 - start-up

    reader = Reader(None, inputs, max_layers, max_size)
    kind = kind_of(source)
    if kind is None:
        raise UsageError(
            f"{source}: not a model; give an ONNX file, a Keras model or package.module:callable"
        )
    try:
        found = imported(
            source, kind, Options(reader.shapes, unfold_batchnorm), reader.limits, flat=flat
        )
    except SpecProblem as problem:
        reader.fail(source, problem)
    reading = read_text(found.text, source=source, limits=reader.limits)
    reader.report(reading._replace(diagnostics=(*found.warnings, *reading.diagnostics)))
    complain(f"{_summary(source, found.model)}\n")
    if reading.failed:
        raise SystemExit(2)
    if output is None:
        emit(found.text)
    else:
        write_file(output, found.text)


def _summary(source: str, model: ImportedModel) -> str:
    """What was recognised, in one line: the number of layers of each type."""
    counts: dict[str, int] = {}
    for layer in model.layers:
        counts[layer.type] = counts.get(layer.type, 0) + 1
    most = sorted(counts, key=lambda type_: -counts[type_])
    shown = [f"{counts[type_]:,} {type_}" for type_ in most[:_SHOWN]]
    rest = sum(counts[type_] for type_ in most[_SHOWN:])
    if rest:
        shown.append(f"{rest:,} of other types")
    stated = sum(layer.shape is not None for layer in model.layers)
    return one_line(
        f"{source}: {len(model.layers):,} layers ({', '.join(shown)}); "
        f"{stated:,} shapes are stated and as computed"
    )
