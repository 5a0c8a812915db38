"""The names of several outputs, by which losses and metrics are given to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.export.keras.called import OPERATORS, name_of_layer, without_number
from cnncalc.export.keras.helpers import text_of_helper
from cnncalc.export.python import Bracket, flat, fresh
from cnncalc.export.statements import Line, assigned_in, written
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.file import File
    from cnncalc.export.keras.flow import Flow
    from cnncalc.export.statements import Statement

#: What Keras gives names to by itself: layers, functions, and what operators stand for.
_NAMED = re.compile(r"\b(?:layers|ops)\.(\w+)\(")


class _LayerCall(NamedTuple):
    """A layer that a statement makes and calls.

    Attributes:
        at: the place of the statement.
        line: the statement.
        code: the call.
    """

    at: int
    line: Line
    code: Bracket


def with_output_names(file: File, body: Flow, outputs: Sequence[str]) -> list[str]:
    """What the net gives, where several outputs have names: from layers that are called so.

    The layer that gives an output is called so if it is one of the net's function, not of a loop
    or another function; else an `Identity` is.

    Args:
        file: of the net.
        body: the net's function, whose statements it changes.
        outputs: the variables of the outputs.
    """
    last = {one: at for at, line in enumerate(body.statements) for one in assigned_in([line])}
    calls = [_call_at(body.statements, last.get(variable)) for variable in outputs]
    named = {call.at for call in calls if call is not None}
    own = _names_of_keras(file, [s for at, s in enumerate(body.statements) if at not in named])
    taken = set(file.input_names)
    found = []
    firsts: dict[int, int] = {}  # outputs, by the call that gives them
    for number, (variable, call) in enumerate(zip(outputs, calls, strict=True)):
        given = _written_name(file, number)
        first = firsts.setdefault(call.at, number) if call is not None else number
        if not given or given in file.network.inputs:
            found.append(variable)
            continue
        if call is not None and _is_named(call.code):
            found.append(variable)
            continue
        name = name_of_layer(given)
        if without_number(name) in own:
            name = f"{name}_output"
        name = fresh(name, taken)
        taken.add(name)
        called = f'name="{name}"'
        if call is None or first != number:
            found.append(f"layers.Identity({called})({variable})")
            continue
        code = call.code._replace(items=(*call.code.items, called))
        body.statements[call.at] = call.line._replace(code=code)
        found.append(variable)
    return found


def _is_named(code: Bracket) -> bool:
    """Whether a layer has a name already."""
    return any(flat(one).startswith("name=") for one in code.items)


def _written_name(file: File, number: int) -> str:
    """What the spec calls an output; "" for a name that a setting changes."""
    if len(file.spec.outputs) == len(file.network.outputs):  # each names one result
        text = getattr(file.spec.outputs[number], "text", "")
        if isinstance(text, str) and text and "$" not in text:
            return text
    names = {trace.network.outputs[number] for trace in file.traces}
    return names.pop() if len(names) == 1 else ""


def _names_of_keras(file: File, statements: Sequence[Statement]) -> set[str]:
    """What Keras may call other layers of the model, without their numbers and underscores."""
    lines = [
        *written(statements, 0),
        *(line for one in file.functions.values() for line in one.lines),
    ]
    file.note_helpers("\n".join(lines))
    texts = [*lines, *map(text_of_helper, file.modules)]
    found = {one for text in texts for one in _NAMED.findall(text)}
    return {one.replace("_", "").lower() for one in (*found, *file.modules)} | OPERATORS


def _call_at(statements: Sequence[Statement], at: int | None) -> _LayerCall | None:
    """The layer that is made and called in a place, if it takes a name."""
    line = statements[at] if at is not None else None
    if at is None or not isinstance(line, Line) or not isinstance(line.code, Bracket):
        return None
    takes = line.code.head.startswith("layers.")
    return _LayerCall(at, line, line.code) if takes else None
