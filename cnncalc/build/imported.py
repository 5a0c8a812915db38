"""A model of another tool as a spec."""

from __future__ import annotations

from os.path import basename, splitext
from typing import TYPE_CHECKING

from cnncalc.build.inputs import given_shape, overrides_by_input
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.source import read_model
from cnncalc.importers.values import shape_value
from cnncalc.language.problems import SpecProblem
from cnncalc.language.write import write
from cnncalc.layers.base.tensors import plural
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.importers.model import ImportedModel
    from cnncalc.importers.options import Options
    from cnncalc.importers.source import Kind
    from cnncalc.language.limits import Limits
    from cnncalc.language.syntax import Spec
    from cnncalc.layers.base.tensors import Shape

_MOST_NOTES = 20
_MOST_NAMES = 3  # of layers of which the same is said


class Imported(NamedTuple):
    """A model, the text of its spec, and what is not understood of it.

    `remarks` are what explains its figures, a line each; `resized` says that the inputs of the
    spec have other shapes than those that the model was read with.
    """

    model: ImportedModel
    text: str
    warnings: tuple[Diagnostic, ...]
    remarks: tuple[str, ...]
    resized: bool


def imported(
    source: str, kind: Kind, options: Options, limits: Limits, *, flat: bool = False
) -> Imported:
    """Import a model.

    Shapes of inputs that the file says are changed in the spec, whose sizes follow them.

    Args:
        source: the file, `-`, or `package.module:callable`.
        kind: what it is.
        options: how it is read.
        limits: what it may cost.
        flat: whether the spec has one entry a layer.

    Raises:
        SpecProblem: it cannot be read.
    """
    try:
        model = read_model(source, kind, options, limits)
    except ImportProblem as problem:
        raise SpecProblem(codes.UNREADABLE, problem.message, help=problem.help) from None
    notes: tuple[str, ...] = ()
    if flat:
        from cnncalc.importers.flat import flat_spec  # noqa: PLC0415 - one of both

        spec = flat_spec(model)
    else:
        from cnncalc.build.structured import structured  # noqa: PLC0415 - one of both

        spec, notes = structured(model)
    sized = _with_inputs(spec, model, options.shapes)
    resized = sized.inputs != spec.inputs
    spec = sized
    if spec.name is None and source != "-":
        spec = spec._replace(name=splitext(basename(source))[0])  # noqa: PTH119, PTH122 - start-up
    warnings = tuple(_warnings(model, notes, source))
    return Imported(model, write(spec), warnings, tuple(_remarks(model, source)), resized)


def _remarks(model: ImportedModel, source: str) -> Iterator[str]:
    if model.folded:
        norms = "a batch norm is" if model.folded == 1 else f"{model.folded:,} batch norms are"
        yield (
            f"{source}: {norms} folded into convolutions; the trained model has more parameters "
            "(`cnncalc import --unfold-batchnorm` brings them back)"
        )


def _with_inputs(spec: Spec, model: ImportedModel, shapes: Mapping[str, Shape]) -> Spec:
    """The spec for inputs of other shapes, which may have their names in the file."""
    if not shapes:
        return spec
    pairs = list(zip(spec.inputs, model.inputs, strict=True))
    called = {name: own for own, (name, _) in pairs}
    wanted = overrides_by_input(
        spec.inputs, {called.get(name, name): shape for name, shape in shapes.items()}
    )
    layout = spec.layout or "channels_first"
    inputs = {
        own: shape_value(given_shape(own, wanted.get(own, shape), shape, layout))
        for own, (_, shape) in pairs
    }
    return spec._replace(inputs=inputs)


def _warnings(
    model: ImportedModel, structural: tuple[str, ...], source: str
) -> Iterator[Diagnostic]:
    for note in structural:
        yield Diagnostic(codes.IMPORTED, note, "warning", None, "", (), (), source)
    count = sum(layer.type == "custom" for layer in model.layers)
    if not count and not model.notes:
        return
    notes = tuple(_grouped(model.notes))
    if len(notes) > _MOST_NOTES:
        notes = (*notes[:_MOST_NOTES], f"and {len(notes) - _MOST_NOTES:,} more")
    what = f"{plural(count, 'operation')} of the model {'has' if count == 1 else 'have'} no layer"
    message = f"{what} here: `custom`, with the figures of the file"
    if count:
        notes = (*notes, _counted(model))
    else:
        message = "the spec does not say all of the model"
    yield Diagnostic(codes.IMPORTED, message, "warning", None, "", notes, (), source)


def _grouped(notes: tuple[str, ...]) -> Iterator[str]:
    """Notes that say the same of several layers as one."""
    groups: dict[str, list[str]] = {}
    for note in notes:
        name, colon, what = note.partition(": ")
        groups.setdefault(what if colon else note, []).append(name if colon else "")
    for what, names in groups.items():
        if len(names) == 1:
            yield f"{names[0]}: {what}" if names[0] else what
            continue
        more = len(names) - _MOST_NAMES
        shown = ", ".join(names[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
        yield f"{len(names):,} x {what}: {shown}"


def _counted(model: ImportedModel) -> str:
    """What totals count for layers that are not understood."""
    params = sum(layer.arguments.get("params", 0) for layer in model.layers)
    held = f"the {params:,} parameters that the file holds" if params else "no parameters"
    return f"totals count {held} for them, and no MACs"
