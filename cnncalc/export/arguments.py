"""The arguments of blocks: their defaults, and the values that a use gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import INDEX, LazyValue
from cnncalc.export.layer import translated
from cnncalc.export.places import Unsaid, said
from cnncalc.export.python import Code, expression, flat, keyword
from cnncalc.export.statements import Assign, Statement
from cnncalc.export.symbols import constant, is_constant, name, names_in
from cnncalc.language.syntax import Choice, Layer, Map
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.build.scope import Variables
    from cnncalc.export.names import Names
    from cnncalc.export.places import Place, Tensor
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done
    from cnncalc.language.syntax import Block, Spec, Value


class Parameters(NamedTuple):
    """What the class or function of a block takes, its inputs aside.

    Attributes:
        arguments: those of the block's arguments that it takes.
        optional: those of them that have a default.
        repeated: the defaults that read a variable of the same name, which each use gives.
        read: the variables of the net that it takes, and the counter of a loop around its uses.
        computed: the statements that compute the other arguments, and defaults.
    """

    arguments: tuple[str, ...]
    optional: dict[str, Symbol]
    repeated: dict[str, Symbol]
    read: tuple[str, ...]
    computed: list[Statement]

    def written(self, names: Names) -> list[Code]:
        """The parameters as a definition has them."""
        found: list[Code] = [
            names.spelling(one) for one in self.arguments if one not in self.optional
        ]
        found += [names.spelling(one) for one in self.read]
        return [
            *found,
            *(
                f"{names.spelling(one)}={flat(expression(value))}"
                for one, value in self.optional.items()
            ),
        ]

    def further(self, optional: Mapping[str, Symbol]) -> Parameters:
        """With more of them, which have a default."""
        return self._replace(
            arguments=(*self.arguments, *optional), optional={**self.optional, **optional}
        )

    def given(
        self, names: Names, values: Mapping[str, Symbol], places: Sequence[Place]
    ) -> list[Code]:
        """What a call gives for them; raises `Unsaid` where one has no value."""
        items: list[Code] = []
        for one in self.arguments:
            if one not in self.optional:
                if one not in values:
                    raise Unsaid("an argument that is not given")
                items.append(names.code(values[one]))
        items += [names.code(_from_around(one, places)) for one in self.read]
        for one, default in self.optional.items():
            symbol = values.get(one)
            if symbol is not None and symbol != default:
                items.append(keyword(names.spelling(one), names.code(symbol)))
        return items


def parameters_of(  # noqa: PLR0913 - what tells which of them are read
    names: Names,
    block: Block,
    uses: Sequence[Done],
    defaults: dict[str, Symbol],
    read: set[str],
    *,
    every: bool,
) -> Parameters:
    """What a class or function of a block takes.

    Args:
        names: those that it has.
        block: what is written.
        uses: those of the block.
        defaults: of the arguments.
        read: the variables that it reads.
        every: whether it takes all arguments, as others that stand for it do.
    """
    given = given_anywhere(block, uses)
    repeated = {
        one: value for one, value in defaults.items() if one in read and one in names_in(value)
    }
    arguments = [
        one for one in block.arguments
        if (one in read or every) and (one in given or one not in defaults or one in repeated
                                       or is_constant(defaults[one]))
    ]  # fmt: skip
    optional = {
        one: defaults[one] for one in arguments
        if one in defaults and is_constant(defaults[one])
    }  # fmt: skip
    for one in arguments:
        if one in defaults and one not in optional and one not in repeated:
            optional[one] = constant(None)
    globals_ = tuple(
        one for one in dict.fromkeys((*names.file.spec.variables, INDEX))
        if one in read and one not in block.arguments and one not in names.file.frozen
    )  # fmt: skip
    computed: list[Statement] = []
    for one in block.arguments:
        if one in repeated:
            continue
        if one in arguments and one in defaults and not is_constant(defaults[one]):
            spelled = names.spelling(one)
            own = flat(names.code(defaults[one]))
            computed.append(Assign(spelled, f"{own} if {spelled} is None else {spelled}"))
        elif one not in arguments and one in defaults:
            computed.append(Assign(names.spelling(one), names.code(defaults[one])))
    return Parameters(tuple(arguments), optional, repeated, globals_, computed)


def needed(read: set[str], block: Block, defaults: dict[str, Symbol]) -> set[str]:
    """The names that defaults of arguments read which the class reads."""
    found: set[str] = set()
    for one in reversed(list(block.arguments)):
        if one in defaults and (one in read or one in found):
            found |= set(names_in(defaults[one]))
    return found


def other_names(
    block: Block, uses: Sequence[Done], defaults: dict[str, Symbol]
) -> dict[str, Symbol]:
    """Arguments that no use gives and that only name something else: `width: $in_channels`."""
    given = given_anywhere(block, uses)
    return {
        one: value for one, value in defaults.items()
        if one not in given and value[0] == "variable" and value[1] != one
    }  # fmt: skip


def given_anywhere(block: Block, uses: Sequence[Done]) -> set[str]:
    """The arguments that any use gives."""
    found: set[str] = set()
    for entry in {id(done.entry): done.entry for done in uses}.values():
        given = entry.arguments if isinstance(entry, Layer) else None
        if isinstance(given, Map):
            found |= {key.text for key, _ in given.pairs}
        elif given is not None:
            found.add(next(iter(block.arguments)))
    return found


def default_values(
    block: Block, tensors: Sequence[Tensor], places: Sequence[Place]
) -> dict[str, Symbol]:
    """The defaults of a block's arguments as expressions."""
    found: dict[str, Symbol] = {}
    for one, value in block.arguments.items():
        if value is not None:
            found[one] = translated(value, tensors[0] if tensors else None, places)
    return found


def values_given(
    spec: Spec,
    dones: Sequence[Done],
    places: Sequence[Place],
    tensors: Sequence[Tensor],
    defaults: Mapping[str, Symbol],
) -> dict[str, Symbol]:
    """The values that a use gives to the block's arguments.

    Args:
        spec: what is written.
        dones: the use, in all its places.
        places: where it is.
        tensors: what arrives.
        defaults: those that a use gives, too.
    """
    entry = dones[0].entry
    assert isinstance(entry, Layer)  # noqa: S101 - asked by the caller
    given = entry.arguments
    blocks = [spec.blocks[done.runs[0].frame.calls[-1][0]] for done in dones]
    written: dict[str, Value] = {}
    if isinstance(given, Choice):
        raise Unsaid("arguments by a table")
    if isinstance(given, Map):
        written = {key.text: value for key, value in given.pairs}
    elif given is not None:
        written = {next(iter(blocks[0].arguments)): given}
    values: dict[str, Symbol] = {}
    for argument, value in written.items():
        actual = [done.runs[0].frame.variables.values.get(argument) for done in dones]
        tensor = tensors[0] if tensors else None
        values[argument] = said((translated(value, tensor, places),), places, actual)
    for argument, symbol in defaults.items():
        if argument not in values:
            actual = [_value_of(argument, done.runs[0].frame.variables) for done in dones]
            values[argument] = said((symbol,), places, actual)
    return values


def _value_of(argument: str, variables: Variables) -> Any:  # noqa: ANN401 - any plain value
    value = variables.values.get(argument)
    return value() if isinstance(value, LazyValue) else value


def _from_around(variable: str, places: Sequence[Place]) -> Symbol:
    """A variable of the net, where no argument of a block has its name, or the counter of a loop.

    Raises:
        Unsaid: in some place it has no value, or not the one that its name has there.
    """
    values = []
    for place in places:
        known, value = place.variables.outermost.find(variable)
        if not known:
            known, value = place.variables.find(variable)
        if not known:
            raise Unsaid("a counter that only some uses have")
        values.append(value() if isinstance(value, LazyValue) else value)
    return said((name(variable),), places, values)


def is_trainable(dones: Sequence[Done]) -> bool:
    """Whether training changes a block, which its use says."""
    beside = dones[0].entry.beside
    if beside.trainable is None:
        return True
    value = getattr(beside.trainable, "value", None)
    if value is None:
        raise Unsaid("a condition on training")
    return value is not False
