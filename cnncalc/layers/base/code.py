"""How a layer is written in the code of a framework.

A layer says which constructor is called with what. Values that the spec writes are
`Given`, sizes of what arrives are `Axis`, and what follows from both is a `Formula`;
whoever writes the code puts in the spec's own expressions for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Given(NamedTuple):
    """The value of an argument, by the name of its field."""

    field: str


class Extent(NamedTuple):
    """The size of an axis of an input, which counts as in the spec's shapes."""

    axis: int
    input: int = 0


class Dim(NamedTuple):
    """The number of an axis as the framework counts it, the batch included."""

    axis: int


class Formula(NamedTuple):
    """Arithmetic over arguments, by their names, and over the sizes that are named here."""

    text: str
    sizes: Mapping[str, Extent] = {}


class Several(NamedTuple):
    """Values side by side: a tuple."""

    items: Sequence[CodeValue]


CodeValue: TypeAlias = "Given | Extent | Dim | Formula | Several | int | float | str | bool | None"


class Option(NamedTuple):
    """An argument by its name, left out where it has the framework's default."""

    name: str
    value: CodeValue
    default: object = ...


class Call(NamedTuple):
    """A constructor with its arguments.

    Attributes:
        name: as the framework has it, `nn.Conv2d`; or one of the exporter's own modules.
        args: values by their places.
        options: values by their names.
    """

    name: str
    args: tuple[CodeValue, ...] = ()
    options: tuple[Option, ...] = ()


class Joined:
    """Inputs that are joined: by an operator, or by a function of them."""

    __slots__ = ("function", "operator", "options")

    def __init__(
        self, operator: str = "", function: str = "", options: tuple[Option, ...] = ()
    ) -> None:
        self.operator = operator
        self.function = function
        self.options = options


#: What a layer is in code: modules one after another, or one that joins; None: not known.
Code: TypeAlias = "tuple[Call, ...] | Joined | None"
