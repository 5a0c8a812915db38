"""The syntax tree as YAML, in the short forms that a person writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exhaustive import unreachable
from cnncalc.language.flow import flow, pair, quoted_if_needed
from cnncalc.language.syntax import (
    ALONE,
    Choice,
    ForColumns,
    ForRows,
    Group,
    Layer,
    List,
    Literal,
    Malformed,
    Map,
    Parallel,
    Repeat,
    Residual,
    Template,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.language.syntax import Beside, Block, Entries, Entry, Loop, Spec, Value

WIDTH = 100
_STEP = 2  # spaces that a level is indented by

Lines = list[str]


def write(spec: Spec) -> str:
    """A spec as YAML text that is read as the same tree.

    Values stay on one line where `WIDTH` columns hold them.

    Raises:
        ValueError: a part of it is malformed.
    """
    return "\n".join(_spec(spec)) + "\n"


def _spec(spec: Spec) -> Iterator[str]:
    if spec.name is not None:
        yield f"name: {quoted_if_needed(spec.name)}"
    yield from _optional("description", spec.description, 0)
    if spec.layout is not None:
        yield f"layout: {spec.layout}"
    yield from _optional("dtype", spec.dtype, 0)
    yield from _inputs(spec.inputs)
    yield from _optional("values", spec.values, 0)
    if spec.variables:
        yield "variables:"
        for name, value in spec.variables.items():
            yield from _indented(_keyed(quoted_if_needed(name), value, _STEP))
    if spec.blocks:
        yield "blocks:"
        for block in spec.blocks.values():
            yield from _indented(_block(block, _STEP))
    yield from _entries("layers", spec.entries, 0)
    if spec.outputs:
        yield from _keyed("outputs", List(spec.outputs), 0)
    yield from _optional("expect", spec.expect, 0)
    yield from _optional("lint", spec.lint, 0)
    yield from _optional("gradient", spec.gradient, 0)


def _optional(key: str, value: Value | None, column: int) -> Lines:
    return _keyed(key, value, column) if value is not None else []


def _inputs(inputs: Mapping[str, Value | None]) -> Iterator[str]:
    if list(inputs) == ["input"]:
        yield from _keyed("input", _known(inputs["input"]), 0)
        return
    yield "inputs:"
    for name, value in inputs.items():
        yield from _indented(_keyed(quoted_if_needed(name), _known(value), _STEP))


def _known(value: Value | None) -> Value:
    if value is None:
        raise ValueError("cannot be written: an input is malformed")
    return value


def _block(block: Block, column: int) -> Lines:
    if block.entries is None:
        raise ValueError(f"cannot be written: the block {block.name} is malformed")
    inner = column + _STEP
    lines = _optional("description", block.description, inner)
    if block.arguments:
        lines += _arguments(block.arguments, inner)
    if block.inputs:
        names = List(tuple(Template(name) for name in block.inputs))
        lines += _keyed("inputs", names, inner)
    lines += _entries("layers", block.entries, inner)
    if block.outputs:
        lines += _keyed("outputs", List(block.outputs), inner)
    return [f"{quoted_if_needed(block.name)}:", *_indented(lines)]


def _arguments(arguments: Mapping[str, Value | None], column: int) -> Lines:
    """The arguments of a block; one without a default is required."""
    line = "args: {" + ", ".join(pair(name, value) for name, value in arguments.items()) + "}"
    if column + len(line) <= WIDTH:
        return [line]
    lines = ["args:"]
    for name, value in arguments.items():
        key = quoted_if_needed(name)
        lines += _indented([f"{key}:"] if value is None else _keyed(key, value, column + _STEP))
    return lines


# -- entries ------------------------------------------------------------------------------------
# Each function is told in which column its lines will begin, since that decides what fits.


def _entries(key: str, entries: Entries, column: int) -> Lines:
    if not len(entries):
        return [f"{key}: []"]
    return [f"{key}:", *_indented(_items(entries, column + _STEP))]


def _items(entries: Entries, column: int) -> Lines:
    return [line for entry in entries for line in _item(_entry(entry, column + _STEP))]


def _item(lines: Lines) -> Lines:
    """Lines as an item of a list."""
    return [f"- {lines[0]}", *_indented(lines[1:])]


def _entry(entry: Entry, column: int) -> Lines:
    """An entry as the lines of a mapping, or as its type alone."""
    if isinstance(entry, Malformed):
        raise ValueError(f"cannot be written: {entry.message}")  # noqa: TRY004 - a right type
    beside = _beside(entry.beside, column)
    if isinstance(entry, Layer):
        return [*_layer(entry, column), *beside]
    if isinstance(entry, Group):
        return [*beside, *_entries("layers", entry.entries, column)]
    if isinstance(entry, Residual):
        return [*_residual(entry, column), *beside]
    if isinstance(entry, Parallel):
        return [*_parallel(entry, column), *beside]
    raise unreachable(entry)


def _layer(entry: Layer, column: int) -> Lines:
    if not entry.type:
        return []
    type_ = quoted_if_needed(entry.type)
    if entry.arguments is not None:
        return _keyed(type_, entry.arguments, column)
    return [f"{type_}:"] if entry.beside != ALONE else [type_]


def _residual(entry: Residual, column: int) -> Lines:
    if entry.shortcut is None and entry.merge == _ADD:
        return _entries("residual", entry.body, column)
    inner = column + _STEP
    lines = _entries("body", entry.body, inner)
    if entry.shortcut is not None:
        lines += _entries("shortcut", entry.shortcut, inner)
    return ["residual:", *_indented(lines + _merge(entry.merge, _ADD, inner))]


def _parallel(entry: Parallel, column: int) -> Lines:
    inner = column + _STEP
    merge = _merge(entry.merge, _CONCAT, inner)
    if not merge and all(getattr(one, "name", "") != "branches" for one in entry.branches):
        return ["parallel:", *_indented(_branches(entry, inner))]
    branches = _indented(_branches(entry, inner + _STEP))
    return ["parallel:", *_indented(["branches:", *branches, *merge])]


def _branches(entry: Parallel, column: int) -> Lines:
    lines: Lines = []
    for branch in entry.branches:
        if isinstance(branch, Group):
            lines += _item(_entry(branch, column + _STEP))
        elif branch.name:
            lines += _entries(quoted_if_needed(branch.name), branch.entries, column)
        else:
            lines += _item(_items(branch.entries, column + _STEP) or ["[]"])
    return lines


def _merge(entry: Entry | None, default: Layer, column: int) -> Lines:
    if entry is None:
        return ["merge: none"]
    if entry == default:
        return []
    if isinstance(entry, Layer) and entry.arguments is None and entry.beside == ALONE:
        return _keyed("merge", Literal(entry.type), column)  # `merge: null` would be the default
    return ["merge:", *_indented(_entry(entry, column + _STEP))]


_ADD, _CONCAT = Layer("add"), Layer("concat")


def _beside(beside: Beside, column: int) -> Lines:
    inputs: Value | None = beside.inputs
    if beside.inputs is not None and len(beside.inputs.items) == 1:
        inputs = beside.inputs.items[0]
    return [
        *_loop(beside.loop, column),
        *_optional("from", inputs, column),
        *_optional("name", beside.name, column),
        *_optional("when", beside.when, column),
        *_optional("share", beside.share, column),
        *_optional("trainable", beside.trainable, column),
        *_optional("regularizer", beside.regularizer, column),
        *_optional("weights", beside.weights, column),
        *_optional("dtype", beside.dtype, column),
        *_optional("tap", beside.tap, column),
        *_optional("expect", beside.expect, column),
    ]


def _loop(loop: Loop | None, column: int) -> Lines:
    if isinstance(loop, Repeat):
        return _keyed("repeat", loop.count, column)
    if isinstance(loop, ForColumns):
        return _keyed("for", loop.columns, column)
    if isinstance(loop, ForRows):
        names = [quoted_if_needed(name, inside=not loop.single) for name in loop.names]
        variables = names[0] if loop.single else f"[{', '.join(names)}]"
        return [f"for: {variables}", *_keyed("in", loop.rows, column)]
    return []


# -- values -------------------------------------------------------------------------------------


def _keyed(key: str, value: Value, column: int) -> Lines:
    """`key: value` on one line, or the value on the next, or in several lines: what fits first."""
    line = f"{key}: {flow(value)}"
    if column + len(line) <= WIDTH:
        return [line]
    lines = _unfolded(value, column + _STEP)
    return [line] if lines is None else [f"{key}:", *_indented(lines)]


def _unfolded(value: Value, column: int) -> Lines | None:
    """A value without a key; None if it cannot be taken apart."""
    mapping = isinstance(value, Choice) or (isinstance(value, Map) and bool(value.pairs))
    line = flow(value)
    if mapping and column + len(line) <= WIDTH:
        return [line]
    if isinstance(value, List) and value.items:
        parts = [_unfolded_item(item, column + _STEP) for item in value.items]
        return [line for lines in parts for line in _item(lines)]
    if isinstance(value, Map) and value.pairs:
        pairs: Iterable[tuple[str, Value]] = (
            (quoted_if_needed(key.text), part) for key, part in value.pairs
        )
    elif isinstance(value, Choice):
        pairs = [("by", value.by), *((flow(key), row) for key, row in value.rows)]
    else:
        return None
    return [line for key, part in pairs for line in _keyed(key, part, column)]


def _unfolded_item(value: Value, column: int) -> Lines:
    line = flow(value)
    fits = column + len(line) <= WIDTH
    return [line] if fits else _unfolded(value, column) or [line]


def _indented(lines: Iterable[str]) -> Lines:
    return [" " * _STEP + line for line in lines]
