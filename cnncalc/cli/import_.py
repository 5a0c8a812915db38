"""`cnncalc import`: a model of another tool as a spec."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.options import InputOption, MaxLayers, MaxSize, Reader
from cnncalc.cli.output import complain, emit, one_line, write_file
from cnncalc.cli.usage import UsageError
from cnncalc.language.limits import DEFAULT
from cnncalc.layers.base.tensors import plural

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
_SPECS = (".yaml", ".yml")


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
    from cnncalc.build.reader import read_imported  # noqa: PLC0415 - start-up
    from cnncalc.importers.options import Options  # noqa: PLC0415 - start-up
    from cnncalc.importers.source import kind_of  # noqa: PLC0415 - start-up
    from cnncalc.language.problems import SpecProblem  # noqa: PLC0415 - start-up

    reader = Reader(None, inputs, max_layers, max_size)
    kind = kind_of(source)
    try:
        if kind is None:
            raise _not_a_model(source)
        found = imported(
            source, kind, Options(reader.shapes, unfold_batchnorm), reader.limits, flat=flat
        )
    except SpecProblem as problem:
        reader.fail(source, problem)
    reading = read_imported(found, source, limits=reader.limits)
    reader.report(reading)
    complain(f"{_summary(source, found.model, resized=found.resized)}\n")
    reader.remark(reading)
    if reading.failed:
        raise SystemExit(2)
    if output is None:
        emit(found.text)
    else:
        write_file(output, found.text, (source,))


def _not_a_model(source: str) -> Exception:
    """Why a source that names no model is none: the file is missing, a spec, or of another kind."""
    from cnncalc.diagnostics import codes  # noqa: PLC0415 - only on errors
    from cnncalc.language.other_files import in_place_of, instead_of  # noqa: PLC0415 - as above
    from cnncalc.language.problems import SpecProblem  # noqa: PLC0415 - only on errors
    from cnncalc.language.text import ZOO, text_of  # noqa: PLC0415 - only on errors

    ending = os.path.splitext(source)[1].lower()  # noqa: PTH122 - start-up
    zoo = source.startswith(ZOO)
    if not zoo and source != "-" and not os.path.lexists(source):
        return SpecProblem(codes.UNREADABLE, f"there is no file {source}", help=instead_of(source))
    if zoo:
        text_of(source, DEFAULT)  # a net that the zoo does not have is told first
    if zoo or ending in _SPECS:
        return UsageError(f"{source} is a spec already: give it to the other commands as it is")
    hint = in_place_of(source) or "give an ONNX file, a Keras model or package.module:callable"
    return UsageError(f"{source}: not a model that is read here; {hint}")


def _summary(source: str, model: ImportedModel, *, resized: bool) -> str:
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
    one, count = stated == 1, len(model.layers)
    verdict = (
        f"{'is' if one else 'are'} stated for another input and {'was' if one else 'were'} "
        "not compared"
        if resized
        else f"{'is' if one else 'are'} stated and as computed"
    )
    return one_line(
        f"{source}: {count:,} {'layer' if count == 1 else 'layers'} ({', '.join(shown)}); "
        f"{plural(stated, 'shape')} {verdict}"
    )
