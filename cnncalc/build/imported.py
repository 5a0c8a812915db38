"""A model of another tool as a spec."""

from __future__ import annotations

from os.path import basename, splitext
from typing import TYPE_CHECKING

from cnncalc.build.inputs import given_shape, overrides_by_input
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.source import Options, read_model
from cnncalc.importers.values import shape_value
from cnncalc.language.problems import SpecProblem
from cnncalc.language.write import write
from cnncalc.layers.base.tensors import plural
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.importers.model import ImportedModel
    from cnncalc.importers.source import Kind
    from cnncalc.language.limits import Limits
    from cnncalc.language.syntax import Spec
    from cnncalc.layers.base.tensors import Shape

_MOST_NOTES = 20


class Imported(NamedTuple):
    """A model, the text of its spec, and what is not understood of it."""

    model: ImportedModel
    text: str
    warnings: tuple[Diagnostic, ...]


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
    spec = _with_inputs(spec, model, options.shapes)
    if spec.name is None and source != "-":
        spec = spec._replace(name=splitext(basename(source))[0])  # noqa: PTH119, PTH122 - start-up
    return Imported(model, write(spec), tuple(_warnings(model, notes, source)))


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
    notes = model.notes
    if len(notes) > _MOST_NOTES:
        notes = (*notes[:_MOST_NOTES], f"and {len(notes) - _MOST_NOTES:,} more")
    what = f"{plural(count, 'operation')} of the model {'has' if count == 1 else 'have'} no layer"
    message = f"{what} here: `custom`, with the figures of the file"
    if not count:
        message = "the model could not be read in full"
    yield Diagnostic(codes.IMPORTED, message, "warning", None, "", notes, (), source)
