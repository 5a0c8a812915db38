"""What `solve` finds, as a table or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cnncalc.diagnostics.listing import enumerated
from cnncalc.exhaustive import unreachable
from cnncalc.render import columns, units
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.printable import text_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.analysis.solve.arguments import Answer, LayerKind, Question, Solution
    from cnncalc.analysis.solve.inputs import Admissible, Axis
    from cnncalc.analysis.solve.layer import LayerSolution

SolveFormat: TypeAlias = Literal["table", "json"]

SCHEMA_VERSION = 1
_TYPES = {"conv": "conv", "pool": "maxpool", "transposed": "conv_transpose"}
_WORDS = {"conv": "a convolution", "pool": "a pooling", "transposed": "a transposed convolution"}
_SHOWN_RESIDUES = 8


def _reachable(sizes: Iterable[str]) -> str:
    near = [size for size in sizes if size]
    if not near:
        return "nor for any other size"
    return f"the nearest reachable size{'s are' if len(near) > 1 else ' is'} {' and '.join(near)}"


def arguments(solution: Solution, format_: SolveFormat, style: Style) -> str:
    """The arguments for a size in a format."""
    if format_ == "json":
        return arguments_json(solution)
    if format_ == "table":
        return arguments_table(solution, style)
    raise unreachable(format_)


def layer(solution: LayerSolution, format_: SolveFormat, style: Style) -> str:
    """The changes of a layer in a format."""
    if format_ == "json":
        return layer_json(solution)
    if format_ == "table":
        return layer_table(solution, style=style)
    raise unreachable(format_)


def admissible(found: Admissible, format_: SolveFormat, *, minimum: bool, divisible: bool) -> str:
    """The sizes that a net takes in a format."""
    if format_ == "json":
        return admissible_json(found)
    if format_ == "table":
        return admissible_text(found, minimum=minimum, divisible=divisible)
    raise unreachable(format_)


def arguments_table(solution: Solution, style: Style = PLAIN) -> str:
    """The argument combinations, simplest first, each with its line of a spec."""
    question = solution.question
    way = f"{question.size} -> {question.output} by {_WORDS[question.kind]}"
    if not solution.answers:
        return f"{way}: no arguments achieve it; {_reachable(map(str, solution.nearest))}\n"
    heads, rows = _columns(solution)
    lines = [
        Line((*row, _entry(question.kind, answer, ceil_mode=question.ceil_mode)))
        for row, answer in zip(rows, solution.answers, strict=True)
    ]
    right = frozenset(range(len(heads)))
    body = columns.render([*heads, "in a spec"], lines, right=right, style=style)
    return f"{way}\n{body}{_rest(len(solution.answers), solution.found)}{_enlarging(question)}"


def _columns(solution: Solution) -> tuple[list[str], list[tuple[str, ...]]]:
    """The arguments that any answer needs, each a column."""
    names = ["kernel", "stride", "padding", "dilation", "output_padding", "unseen"]
    idle = {"dilation": 1, "output_padding": 0, "unseen": 0}
    shown = [
        name
        for name in names
        if any(getattr(answer, name) != idle.get(name) for answer in solution.answers)
    ]
    rows = [tuple(str(getattr(answer, name)) for name in shown) for answer in solution.answers]
    return [name.replace("_", " ") for name in shown], rows


def _rest(shown: int, found: int) -> str:
    if shown == found:
        return ""
    simplest = "simplest" if shown == 1 else f"{shown} simplest"
    return f"the {simplest} of {units.count(found)}; --limit shows more\n"


def _enlarging(question: Question) -> str:
    """What layers there are for it where a convolution would add little but padding."""
    factor, rest = divmod(question.output, question.size)
    if question.kind != "conv" or 2 * question.output < 3 * question.size:
        return ""
    upsample = f"`upsample: {factor}` gives it, too\n" if not rest else ""
    return f"padding alone enlarges here; --transposed: by a transposed convolution\n{upsample}"


def _entry(kind: LayerKind, answer: Answer, *, ceil_mode: bool) -> str:
    given: dict[str, object] = {"kernel": answer.kernel}
    # Convolution moves by 1 unless told otherwise, pooling by its own window.
    if answer.stride != (answer.kernel if kind == "pool" else 1):
        given["stride"] = answer.stride
    for name in ("padding", "output_padding"):
        if getattr(answer, name):
            given[name] = getattr(answer, name)
    if answer.dilation > 1:
        given["dilation"] = answer.dilation
    if ceil_mode:
        given["ceil_mode"] = True
    return entry(_TYPES[kind], given)


def entry(type_: str, arguments: Mapping[str, object]) -> str:
    """A line of a spec: `conv: {filters: 8, kernel: 3}`."""
    from cnncalc.layers.base.kinds import show  # noqa: PLC0415 - start-up

    given = ", ".join(f"{name}: {show(value)}" for name, value in arguments.items())
    return f"{type_}: {{{given}}}"


def arguments_json(solution: Solution) -> str:
    """The question, the answers and what is nearest, numbers raw."""
    return _dumps({
        "in": solution.question.size,
        "out": solution.question.output,
        "kind": solution.question.kind,
        "found": solution.found,
        "answers": [
            {**answer._asdict(), "spec": _entry(solution.question.kind, answer,
             ceil_mode=solution.question.ceil_mode)}
            for answer in solution.answers
        ],
        "nearest": solution.nearest,
    })  # fmt: skip


@text_format
def layer_table(solution: LayerSolution, *, style: Style = PLAIN) -> str:
    """The changes of one layer, the fewest first."""
    wanted = units.shape(solution.wanted)
    head = (
        f"{solution.layer} turns {units.shape(solution.input_shape)} into "
        f"{units.shape(solution.output_shape)}; wanted: {wanted}\n"
    )
    if not solution.changes:
        near = (" or ".join(map(str, sizes)) for sizes in solution.nearest)
        return f"{head}no arguments achieve it; {_reachable(near)}\n"
    lines = [
        Line((", ".join(change.changed), entry(change.type, change.arguments)))
        for change in solution.changes
    ]
    return head + columns.render(["changed", "in the spec"], lines, style=style)


def layer_json(solution: LayerSolution) -> str:
    """The same as data."""
    changes = [
        {**change._asdict(), "spec": entry(change.type, change.arguments)}
        for change in solution.changes
    ]
    return _dumps({**solution._asdict(), "changes": changes})


@text_format
def admissible_text(found: Admissible, *, minimum: bool, divisible: bool) -> str:
    """The smallest inputs, and what sizes must be multiples of, a line for each axis."""
    out = [found.name]
    labels = [_label(found, axis) for axis in found.axes]
    width = max(8, *(len(label) + 2 for label in labels))
    if minimum:
        out.append(f"smallest input  {_smallest(found)}")
        out += [f"  {a:<{width}}{_least(b)}" for a, b in zip(labels, found.axes, strict=True)]
    if divisible:
        out.append("sizes that fit")
        out += [f"  {a:<{width}}{_multiple(b)}" for a, b in zip(labels, found.axes, strict=True)]
    if len({axis.inputs for axis in found.axes}) > 1:
        out.append("each size is changed alone: inputs of other sizes stay as they are")
    return "\n".join(out) + "\n"


def _smallest(found: Admissible) -> str:
    if found.smallest is None:
        return "none found"
    if len(found.smallest) == 1:
        return units.shape(next(iter(found.smallest.values())))
    return ", ".join(f"{name} {units.shape(shape)}" for name, shape in found.smallest.items())


def _label(found: Admissible, axis: Axis) -> str:
    """The axis, and whose it is where there are several inputs."""
    if len(found.inputs) == 1:
        return axis.name
    return f"{axis.name} of {enumerated(axis.inputs)}"


def _least(axis: Axis) -> str:
    if axis.least is None:
        return "no size fits"
    reason = f": at {axis.least - 1}, {axis.because} does not fit" if axis.because else ""
    return f"{axis.least}{reason}"


def _multiple(axis: Axis) -> str:
    who = f" ({', '.join(_few(axis.merges))})" if axis.merges else ""
    if axis.most is not None:
        return _range(axis)
    if not axis.residues:
        return f"{enumerated(_few([str(size) for size in axis.only]))} only{who}"
    if axis.period == 1:
        return f"any size{_from(axis)}"
    if axis.multiple:
        return f"a multiple of {axis.multiple}{_from(axis)}{who}"
    kept = ", ".join(_few([str(one) for one in axis.residues]))
    return f"a multiple of {axis.period}, plus {kept}{_from(axis)}{who}"


def _range(axis: Axis) -> str:
    if axis.least == axis.most:
        return f"{axis.most} only"
    return f"{axis.least} to {axis.most}"


def _from(axis: Axis) -> str:
    if axis.least is None or axis.least <= axis.period:
        return ""
    return f" from {axis.least}"


def _few(names: Sequence[str]) -> list[str]:
    if len(names) <= _SHOWN_RESIDUES:
        return list(names)
    return [*names[:_SHOWN_RESIDUES], f"and {len(names) - _SHOWN_RESIDUES} more"]


def admissible_json(found: Admissible) -> str:
    """The same as data: `multiple` is null where sizes are not simply multiples.

    `input` and `smallest` are of the first input, `inputs` and `smallest_inputs` of all.
    """
    smallest = found.smallest
    return _dumps({
        "name": found.name,
        "source": found.source,
        "input": next(iter(found.inputs.values())),
        "inputs": found.inputs,
        "axes": [{**axis._asdict(), "multiple": axis.multiple} for axis in found.axes],
        "smallest": None if smallest is None else next(iter(smallest.values())),
        "smallest_inputs": smallest,
        "larger": next(iter(found.larger.values())),
    })  # fmt: skip


def _dumps(data: dict[str, Any]) -> str:
    from json import dumps  # noqa: PLC0415 - only for JSON

    return dumps({"schema_version": SCHEMA_VERSION, **data}) + "\n"
