"""Which changes of one layer's arguments give its output another size, in a net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.solve.arguments import (
    Answer,
    LayerKind,
    Question,
    answers_to,
    nearest_outputs,
    simplicity,
)
from cnncalc.arithmetic import TransposedWindow
from cnncalc.layers.base.errors import LayerError
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.arithmetic import Window
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node

_TRIED = 2000  # answers whose layer is built, the simplest first


class ArgumentChange(NamedTuple):
    """Arguments of the layer that do it; `changed` are those that are new."""

    type: str
    arguments: Mapping[str, object]
    changed: tuple[str, ...]
    output_shape: Shape


class LayerSolution(NamedTuple):
    """What one layer of a net can do to reach a size; the fewest changes first."""

    net: str
    layer: str
    type: str
    input_shape: Shape
    output_shape: Shape
    wanted: tuple[int, ...]
    changes: tuple[ArgumentChange, ...]
    nearest: tuple[tuple[int, ...], ...]  # reachable outputs, an axis each, where none is found


class NotSlidingError(ValueError):
    """The layer has no kernel that slides, so that there is nothing to solve."""


def solve_layer(
    net: str,
    node: Node,
    wanted: Sequence[int],
    fixed: Mapping[str, int | None],
    *,
    limit: int = 10,
) -> LayerSolution:
    """Find arguments that give a layer of a net the wanted output.

    Args:
        net: the net's name.
        node: the layer in its place.
        wanted: the output, one size per axis or one for all.
        fixed: `kernel`, `stride`, `padding`, `dilation` where they must have a value.
        limit: how many answers to keep.

    Raises:
        NotSlidingError: the layer has no kernel, or another number of axes.
    """
    windows = node.layer.windows(node.facts.inputs)
    if not windows:
        raise NotSlidingError(f"{node.name} is a `{node.type}`: it has no kernel that slides")
    sizes = tuple(wanted) * len(windows) if len(wanted) == 1 else tuple(wanted)
    if len(sizes) != len(windows):
        raise NotSlidingError(f"{node.name} has {len(windows)} spatial axes, not {len(sizes)}")
    questions = [
        _question(node, window, size, fixed) for window, size in zip(windows, sizes, strict=True)
    ]
    found: dict[tuple[tuple[str, str], ...], ArgumentChange] = {}
    for answers in _together(questions)[:_TRIED]:
        change = _change(node, answers, sizes)
        if change is not None:
            key = tuple((name, str(value)) for name, value in change.arguments.items())
            found.setdefault(key, change)
    # A new kernel weighs as two changes: its weights change too. Ties stay simplest first.
    changes = sorted(
        found.values(), key=lambda change: len(change.changed) + ("kernel" in change.changed)
    )
    near = () if changes else tuple(nearest_outputs(question) for question in questions)
    return LayerSolution(
        net, node.name, node.type, node.input_shapes[0], node.output_shape, sizes,
        tuple(changes[:limit]), near,
    )  # fmt: skip


def _question(
    node: Node,
    window: Window | TransposedWindow,
    wanted: int,
    fixed: Mapping[str, int | None],
) -> Question:
    kind: LayerKind = "pool" if node.layer.pools else "conv"
    up = False
    if isinstance(window, TransposedWindow):
        kind = "transposed"
    else:
        up = window.ceil_mode
    dilation = fixed.get("dilation") or window.dilation
    return Question(
        window.size, wanted, kind, fixed.get("kernel"), fixed.get("stride"),
        fixed.get("padding"), dilation, up, window.before,
    )  # fmt: skip


def _together(questions: Sequence[Question]) -> list[tuple[Answer, ...]]:
    """Answers that serve every axis at once; where there are none, the best of each axis."""
    columns = {question: _sorted(question) for question in dict.fromkeys(questions)}
    first, *others = columns.values()
    keys = [{answer._replace(unseen=0) for answer in column} for column in others]
    shared = [
        (answer,) * len(questions)
        for answer in first
        if all(answer._replace(unseen=0) in key for key in keys)
    ]
    return shared or list(zip(*(columns[question] for question in questions), strict=False))


def _sorted(question: Question) -> list[Answer]:
    return sorted(answers_to(question), key=lambda answer: simplicity(question, answer))


def _change(
    node: Node, answers: tuple[Answer, ...], sizes: tuple[int, ...]
) -> ArgumentChange | None:
    """The layer with these arguments; None if it cannot have them, or has them already."""
    layer, inputs = node.layer, node.facts.inputs
    windows = layer.windows(inputs)
    changed: dict[str, object] = {}
    for name in ("kernel", "stride", "dilation", "output_padding"):
        wanted = tuple(getattr(answer, name) for answer in answers)
        if wanted != tuple(getattr(window, name, 0) for window in windows):
            changed[name] = _one(wanted)
    if "kernel" in changed and getattr(layer, "stride", 1) is None:  # it follows the kernel
        changed["stride"] = _one(tuple(answer.stride for answer in answers))
    changed.update(_padding(layer, windows, tuple(answer.padding for answer in answers)))
    try:
        twin = layer.replace(**changed)
        output = facts_of(twin, inputs).output_shape
        reached = tuple(window.output for window in twin.windows(inputs))
    except LayerError:
        return None
    # A named padding that stays moves with the other arguments, and may miss the size.
    if not changed or reached != sizes:
        return None
    return ArgumentChange(layer.called or layer.type, _spoken(twin), tuple(changed), output)


def _padding(
    layer: Layer, windows: Sequence[Window | TransposedWindow], wanted: tuple[int, ...]
) -> dict[str, object]:
    """The padding as an argument, if it is another; Keras has names for it and no numbers."""
    if layer.dialect == "keras":
        name = "same" if any(wanted) else "valid"
        return {} if getattr(layer, "padding", name) == name else {"padding": name}
    now = tuple((window.before, window.after) for window in windows)
    return {} if now == tuple((one, one) for one in wanted) else {"padding": _one(wanted)}


def _one(values: Sequence[int]) -> int | tuple[int, ...]:
    return values[0] if len(set(values)) == 1 else tuple(values)


def _spoken(layer: Layer) -> dict[str, object]:
    """The layer's arguments by the names that its dialect uses."""
    names: dict[str, object] = {}
    for name, value in layer.settings().items():
        if isinstance(value, tuple) and len(value) == 1:
            value = value[0]  # noqa: PLW2901 - one for all axes, as a person writes it
        names[layer.arguments[name].spoken(layer.dialect)] = value
    return names
