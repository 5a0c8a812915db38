"""How a layer is written in the code of a framework.

A layer says which constructor is called with what. Values that the spec writes are
`Given`, sizes of what arrives are `Axis`, and what follows from both is a `Formula`;
whoever writes the code puts in the spec's own expressions for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Given(NamedTuple):
    """The value of an argument.

    Attributes:
        field: its name in the declaration of the layer.
        of: the argument that is the layer whose argument it is, `layer`; "" for the layer itself.
    """

    field: str
    of: str = ""

    @property
    def path(self) -> str:
        """The names from the outer layer to the argument."""
        return f"{self.of}.{self.field}" if self.of else self.field


class Unpacked(NamedTuple):
    """The items of an argument that is a list, among other values of `Several`."""

    list: Given


class Extent(NamedTuple):
    """The size of an axis of an input, which counts as in the spec's shapes."""

    axis: int
    input: int = 0


class Dim(NamedTuple):
    """The number of an axis as the framework counts it, the batch included."""

    axis: int


class Formula(NamedTuple):
    """Arithmetic over arguments, by their names, and over the values that are named here."""

    text: str
    sizes: Mapping[str, CodeValue] = {}


class Several(NamedTuple):
    """Values side by side: a tuple.

    Attributes:
        items: the values.
        in_order: whether axes stay in their order, which is that of other values.
    """

    items: Sequence[CodeValue]
    in_order: bool = False


class Name(NamedTuple):
    """A name of the framework's, as it is: `torch.mean`."""

    text: str


CodeValue: TypeAlias = (
    "Given | Unpacked | Extent | Dim | Formula | Several | Name | Call"
    " | int | float | str | bool | None"
)


class Option(NamedTuple):
    """An argument by its name, left out where it has the framework's default.

    Attributes:
        name: of the argument.
        value: what is given.
        default: a value, or `Given` where it is that of another argument.
        placed: whether it comes right after `args`, so that a variable of its name
            needs no keyword.
    """

    name: str
    value: CodeValue
    default: object = ...
    placed: bool = False


class Call(NamedTuple):
    """A constructor with its arguments.

    Attributes:
        name: as the framework has it, `nn.Conv2d`; or one of the exporter's own modules.
        args: values by their places.
        options: values by their names.
        times: how often what arrives is given: attention takes it as query and as value.
        order: the inputs in the order in which the module takes them, where that is another.
        listed: whether the module takes its inputs as one list.
    """

    name: str
    args: tuple[CodeValue, ...] = ()
    options: tuple[Option, ...] = ()
    times: int = 1
    order: tuple[int, ...] = ()
    listed: bool = False


class Applied(NamedTuple):
    """A function of what arrives, with further arguments after it: `ops.clip(x, 0, 1)`.

    Of several inputs it takes all.
    """

    name: str
    args: tuple[CodeValue, ...] = ()
    options: tuple[Option, ...] = ()


#: What is put around an input: zeros, what is lower than all else, the same after the end until the
#: last window fits (`padding` is the window and its step), elements reflected, those at the edge,
#: those of the other end; or nothing can be, unless `same` is this padding.
Fill: TypeAlias = Literal[
    "zeros", "lowest", "ceiling", "reflect", "replicate", "circular", "nothing"
]


class Padded(NamedTuple):
    """A layer whose window slides over what is padded before.

    Attributes:
        call: the layer, which does not pad by itself.
        padding: how much: one number, one an axis, or pairs.
        same: whether the framework's own `same` is just this padding, for these sizes.
        fill: what is put there.
    """

    call: Call
    padding: CodeValue
    same: bool
    fill: Fill = "zeros"


class Joined:
    """Inputs that are joined: by an operator, or by a function of them.

    Attributes:
        operator: what stands between them, `+`.
        function: else the function that takes two of them, or `torch.cat` all.
        options: of the function.
        mean: whether the sum is divided by their number.
        transposed: which of them have their last two axes exchanged first.
    """

    __slots__ = ("function", "mean", "operator", "options", "transposed")

    def __init__(
        self,
        operator: str = "",
        function: str = "",
        options: tuple[Option, ...] = (),
        *,
        mean: bool = False,
        transposed: tuple[bool, ...] = (),
    ) -> None:
        self.operator = operator
        self.function = function
        self.options = options
        self.mean = mean
        self.transposed = transposed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Joined) and all(
            getattr(self, one) == getattr(other, one) for one in self.__slots__
        )

    def __hash__(self) -> int:
        return hash((self.operator, self.function, self.options))


class Missing:
    """Nothing in the framework does the same.

    Attributes:
        why: what the framework lacks, or does in another way, as a sentence without its stop.
    """

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Missing) and other.why == self.why

    def __hash__(self) -> int:
        return hash(self.why)


#: What a layer is in code: modules one after another, one that joins, or why there is none.
Code: TypeAlias = "tuple[Call, ...] | Joined | Missing"

#: The same in Keras, where functions of tensors stand among the layers.
Step: TypeAlias = "Call | Applied | Padded"
Steps: TypeAlias = "tuple[Step, ...] | Joined | Missing"


def dims_in(code: object) -> list[int]:
    """The axes that code names, as the spec counts them."""
    return [part.axis for part in _parts(code) if isinstance(part, Dim)]


def givens_in(code: object) -> list[Given]:
    """The arguments that code names."""
    return [part for part in _parts(code) if isinstance(part, Given)]


def _parts(code: object) -> list[object]:
    """The tuples of which code is made."""
    found: list[object] = []
    _collect(code.options if isinstance(code, Joined) else code, found)
    return found


def _collect(part: object, found: list[object]) -> None:
    found.append(part)
    if isinstance(part, (tuple, list)):
        for one in part:
            if isinstance(one, (tuple, list)):
                _collect(one, found)
