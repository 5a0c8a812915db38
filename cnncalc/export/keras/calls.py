"""The call of a block's function, and layers whose type is a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.arguments import is_trainable, values_given
from cnncalc.export.choices import chosen_block, table_of
from cnncalc.export.entries import variable_of_type
from cnncalc.export.outside import names_from_outside
from cnncalc.export.places import Unsaid
from cnncalc.export.python import Bracket, flat, literal_key
from cnncalc.export.symbols import name
from cnncalc.language.syntax import Layer
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.blocks import FunctionCode
    from cnncalc.export.keras.results import Results
    from cnncalc.export.keras.single import Single
    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.python import Code
    from cnncalc.export.trace import Done


class BlockCall(NamedTuple):
    """The use of a block.

    Attributes:
        head: the function that is called.
        function: what is known of it.
        sources: what it is given first.
        further: its other arguments.
    """

    head: str
    function: FunctionCode
    sources: list[str]
    further: list[Code]

    def code(self, sources: Sequence[str]) -> Bracket:
        """Its call with these tensors."""
        return Bracket(f"{self.head}(", (*sources, *self.further))


def call_of_block(
    flow: Single,
    dones: Sequence[Done],
    places: Sequence[Place],
    tensors: Sequence[Tensor],
    target: str,
) -> BlockCall:
    """The use of a block, with its inputs in the order of axes that it wants."""
    entry = dones[0].entry
    assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
    names = list(dict.fromkeys(done.runs[0].frame.calls[-1][0] for done in dones))
    found = [flow.file.function_of(one) for one in names]
    first = found[0]
    for one in found[1:]:
        if (one.moved, one.gives_moved) != (first.moved, first.gives_moved):
            raise Unsaid("blocks with several orders of axes")
        if one.parameters.read != first.parameters.read:
            raise Unsaid("blocks that are called in several ways")
    if not is_trainable(dones):
        raise Unsaid("a block that is not trained")
    if any(one.taken != first.taken for one in found):
        raise Unsaid("blocks that take different results")
    outside = (names_from_outside(done.runs[0], first.taken) for done in dones)
    tensors = [*tensors, *(flow.found(one, places) for one in zip(*outside, strict=True))]
    alone = target if len(tensors) == 1 else ""
    arriving = [
        flow.moved(tensor, places, alone, wanted=moved)
        for tensor, moved in zip(tensors, first.moved, strict=True)
    ]
    seen = [flow.seen(tensor, places) for tensor in arriving]
    values = values_given(flow.file.spec, dones, places, seen, first.parameters.repeated)
    for one in found:
        for argument, default in one.parameters.optional.items():
            values.setdefault(argument, default)
    further = first.parameters.given(flow, values, places)
    head = chosen_block(flow, entry, names, lambda one: flow.file.function_of(one).name)
    return BlockCall(head, first, [tensor.text for tensor in arriving], further)


def type_of_layer(flow: Results, dones: Sequence[Done], source: str) -> Code:
    """An activation whose type is a variable: by its name in Keras."""
    variable = variable_of_type(dones[0].entry)
    types: dict[str, str] = {}
    for done in dones:
        assert done.node is not None  # noqa: S101 - asked by the caller
        called = getattr(done.node.layer, "keras_name", "")
        known, value = done.frame.variables.find(variable)
        if not called or not known:
            raise Unsaid("a type that is no activation by its name")
        types[str(value() if callable(value) else value)] = called
    text = flat(flow.code(name(variable)))
    if all(ours == theirs for ours, theirs in types.items()):
        return f"layers.Activation({text})({source})"
    rows = tuple(f'"{key}": {literal_key(value)}' for key, value in sorted(types.items()))
    table = table_of(flow.file, "ACTIVATIONS", rows)
    return f"layers.Activation({table}[{text}])({source})"
