"""The call of a block: the class, what it is given, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.export.arguments import is_trainable, values_given
from cnncalc.export.choices import chosen_block
from cnncalc.export.entries import results_of, variable_of_type
from cnncalc.export.layer import sized
from cnncalc.export.places import Tensor, Unsaid, holds
from cnncalc.export.python import Bracket, flat
from cnncalc.export.pytorch.told import told_in
from cnncalc.export.statements import Line
from cnncalc.export.symbols import name, names_in, substituted
from cnncalc.language.syntax import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.export.places import Place
    from cnncalc.export.python import Code
    from cnncalc.export.pytorch.classes import Body
    from cnncalc.export.pytorch.definitions import ClassCode
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done


def call_of_block(
    body: Body,
    dones: Sequence[Done],
    places: Sequence[Place],
    tensors: Sequence[Tensor],
) -> tuple[list[Any], Code, Tensor]:
    """The use of a block: statements before it, the call, and what it gives."""
    entry = dones[0].entry
    assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
    names = list(dict.fromkeys(done.runs[0].frame.calls[-1][0] for done in dones))
    found = [body.file.class_of(one) for one in names]
    first = found[0]
    _check_alike(found, dones, tensors)
    before: list[Any] = []
    wanted = first.moved[0]
    if len(tensors) == 1 and tensors[0].moved != wanted and len(tensors[0].sizes) > 1:
        before.append(body.moving(tensors[0]))
        tensors = [tensors[0]._replace(moved=wanted)]
    head = chosen_block(body, entry, names, lambda one: body.file.class_of(one).name)
    values = values_given(body.file.spec, dones, places, tensors, first.parameters.repeated)
    for one in found:
        for argument, default in one.parameters.optional.items():
            if argument not in one.defaults:  # else the class computes it
                values.setdefault(argument, default)
    items: list[Code] = []
    mapping: dict[str, Symbol] = {}
    for number, axis, size in (*first.sizes, *first.unread):
        symbol = tensors[number].sizes[axis]
        if symbol is not None:
            mapping[size] = symbol
    over = {**first.defaults, **values}
    over = {one: substituted(symbol, mapping) for one, symbol in over.items()}
    values |= told_in(body, first.told, dones, places, {**mapping, **over})
    for number, axis, size in first.sizes:
        mapping[size] = sized(tensors[number], axis, places)
        items.append(body.code(mapping[size]))
    items += first.parameters.given(body, values, places)
    trainable = is_trainable(dones)
    call = Bracket(f"{head}(", tuple(items), ")" if trainable else ").requires_grad_(False)")
    result = _result(dones, places, found, mapping, values)
    channel = body.file.channel(len(result.sizes))
    shape_values = result.values(channel, places)
    if result.sizes[channel] is None and any(v != shape_values[0] for v in shape_values):
        return _told(body, places, found, before, call, result)
    return before, call, result


def _check_alike(
    found: Sequence[ClassCode], dones: Sequence[Done], tensors: Sequence[Tensor]
) -> None:
    """Raises `Unsaid` where blocks that stand for one another have no call in common."""
    if len(tensors) != len(dones[0].runs[0].inputs) + len(found[0].taken):
        raise Unsaid("results that are taken from outside")
    if len({(one.sizes, one.parameters.read, one.taken) for one in found}) > 1:
        raise Unsaid("blocks that are called in several ways")
    if len({one.moved for one in found}) > 1:
        raise Unsaid("blocks with several orders of axes")


def _told(  # noqa: PLR0913, PLR0917 - what a call consists of
    body: Body,
    places: Sequence[Place],
    found: Sequence[ClassCode],
    before: list[Any],
    call: Code,
    result: Tensor,
) -> tuple[list[Any], Code, Tensor]:
    """A block that tells the channels that it gives, since its use does not show them."""
    channel = body.file.channel(len(result.sizes))
    if not all(one.tells for one in found):
        raise Unsaid("a block does not know what it gives")
    variable = body.local("layer")
    symbol = f"{variable}.out_channels"
    body.spelled[symbol] = symbol
    for place, value in zip(places, result.values(channel, places), strict=True):
        place.local[symbol] = value
    sizes = list(result.sizes)
    sizes[channel] = name(symbol)
    return (
        [*before, Line(call, f"{variable} = ")],
        variable,
        result._replace(sizes=tuple(sizes)),
    )


def _result(
    dones: Sequence[Done],
    places: Sequence[Place],
    found: Sequence[ClassCode],
    arriving: Mapping[str, Symbol],
    given: Mapping[str, Symbol],
) -> Tensor:
    """What a block gives, over what its use gives it."""
    mapping = {**arriving, **given}
    after = Tensor(results_of(dones), (), "x", found[0].moved[1])
    shapes = after.shapes(places)
    if len({len(shape) for shape in shapes}) > 1:
        raise Unsaid("results of several ranks")
    sizes: list[Symbol | None] = []
    for axis in range(len(shapes[0])):
        values = [shape[axis] for shape in shapes]
        symbol = None
        for one in found:
            known = one.results[axis] if axis < len(one.results) else None
            if known is None:
                continue
            for argument, default in reversed(one.defaults.items()):  # each reads those before it
                if argument not in given:
                    known = substituted(known, {argument: default})
            if set(names_in(known)) <= {*mapping, *one.parameters.read}:
                candidate = substituted(known, mapping)
                if holds(candidate, places, values):
                    symbol = candidate
        sizes.append(symbol)
    return after._replace(sizes=tuple(sizes))


def call_of_layer(body: Body, dones: Sequence[Done]) -> Code:
    """A layer whose type is a variable: a table of the types."""
    variable = variable_of_type(dones[0].entry)
    types: dict[str, str] = {}
    for done in dones:
        assert done.node is not None  # noqa: S101 - asked by the caller
        layer = done.node.layer
        code = layer.torch_code(done.node.facts.inputs)
        if not isinstance(code, tuple) or len(code) != 1 or code[0].args:
            raise Unsaid("a type with arguments")
        if not layer.elementwise:
            raise Unsaid("a type that is no activation")
        known, value = done.frame.variables.find(variable)
        if not known:
            raise Unsaid("a type from elsewhere")
        types[str(value() if callable(value) else value)] = code[0].name
    rows = tuple(f'"{key}": {value}' for key, value in sorted(types.items()))
    table = "ACTIVATIONS"
    old = body.file.tables.get(table)
    if isinstance(old, Bracket):
        rows = tuple(sorted({*map(flat, old.items), *rows}))
    body.file.tables[table] = Bracket("{", rows, "}", literal=True)
    return f"{table}[{flat(body.code(name(variable)))}]()"
