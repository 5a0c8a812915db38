"""How one argument of a layer is declared: what it may be, its default, names and help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.kinds import Kind, show
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.layers.base.tensors import Dialect


REQUIRED: Any = type("Required", (), {"__repr__": lambda _: "required"})()


class Argument(NamedTuple):
    """The declaration of one argument of a layer."""

    kind: Kind
    help: str
    default: Any = REQUIRED
    torch: str = ""
    keras: str = ""
    also: tuple[str, ...] = ()
    declared: bool = False
    inert: bool = False
    name: str = ""
    #: It says how a net is trained or run, not what it gives: exported code leaves it out.
    aside: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which a spec may give it, the field's own first."""
        given = (self.name, *self.torch.split(), *self.keras.split(), *self.also)
        return tuple(dict.fromkeys(name for name in given if name))

    def spoken(self, dialect: Dialect) -> str:
        """The name that a framework's users know it by; the field's own where it has none."""
        theirs = {"torch": self.torch, "keras": self.keras}.get(dialect, "").split()
        return theirs[0] if theirs else self.name

    def hints(self, key: str) -> Dialect | None:
        """Whose spelling a name is; the field's own is that of a framework without another."""
        torch, keras = self.torch.split(), self.keras.split()
        own = key == self.name
        in_torch = key in torch or (own and not torch and bool(keras) and key not in keras)
        in_keras = key in keras or (own and not keras and bool(torch) and key not in torch)
        if in_torch == in_keras:
            return None
        return "torch" if in_torch else "keras"


def arg(  # noqa: PLR0913 - the columns of a declaration
    kind: Kind,
    help: str,  # noqa: A002 - reads as in every argument parser
    *,
    default: Any = REQUIRED,  # noqa: ANN401 - of the kind's type
    torch: str = "",
    keras: str = "",
    also: tuple[str, ...] = (),
    declared: bool = False,
    inert: bool = False,
    aside: bool = False,
) -> Any:  # noqa: ANN401 - takes the annotated type
    """Declare an argument of a layer.

    Args:
        kind: what it may be.
        help: one line, without a full stop.
        default: left out, the argument is required.
        torch: its name in torch.nn, where that differs (several separated by spaces).
        keras: its name in keras.layers, where that differs.
        also: further names.
        declared: the value is known from the input, and only checked against it.
        inert: it changes no shape, parameter or MAC; its value is checked and kept.
        aside: it says how a net is trained or run, not what it gives.
    """
    first = None if declared else default
    return Argument(kind, help, first, torch, keras, also, declared, inert, aside=aside)


def describe_default(spec: Argument) -> str:
    """The default of an argument in words."""
    if spec.default is REQUIRED:
        return "required"
    return "from the input" if spec.declared else show(spec.default)
