"""Arguments and options of commands as data, declared once in a command's signature.

A command is a function whose parameters have these annotations, each under a name
of its own in the module:

    Depth = Annotated[int | None, Option("--depth", "-d", min=1, help="...")]

From them plain command lines are read (`plain`), and the parameters for typer are
made (`app`) where its help, errors or completion are needed. Importing typer
costs more than a whole short run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Command = Callable[..., None]

#: The functions of `completers` that find what a word may become.
Completer = Literal[
    "nets", "nets_and_codes", "templates", "layer_types", "layers", "variables", "columns",
    "orders", "figures", "tools", "codes", "contracts",
]  # fmt: skip

#: The default of a parameter that must be given.
REQUIRED: Final = object()


class Argument(NamedTuple):
    """A word by its position."""

    metavar: str | None = None
    help: str = ""
    complete: Completer | None = None
    show_default: bool = True


class _Option(NamedTuple):
    names: tuple[str, ...]
    metavar: str | None
    help: str
    min: int | None
    complete: Completer | None
    show_default: bool
    meant: Mapping[str, str] | None


class Option(_Option):
    """A value by its name, or a flag.

    Args:
        names: `--long` and `-s`; `--on/--off` for a flag that can be refused. Without
            names, that of the parameter.
        metavar: what stands for the value in the help.
        help: one sentence.
        min: the smallest whole number.
        complete: what finds completions.
        show_default: whether the help shows the default.
        meant: words that are refused, each with the one of the choices that it stands for.
    """

    __slots__ = ()

    def __new__(  # noqa: PLR0913, PYI034 - one for each; `Self` needs Python 3.11
        cls,
        *names: str,
        metavar: str | None = None,
        help: str = "",  # noqa: A002 - as typer calls it
        min: int | None = None,  # noqa: A002 - as typer calls it
        complete: Completer | None = None,
        show_default: bool = True,
        meant: Mapping[str, str] | None = None,
    ) -> Option:
        return super().__new__(cls, names, metavar, help, min, complete, show_default, meant)


class Family(NamedTuple):
    """The options that stand behind a command's `**keywords`: one per row of a table."""

    options: Callable[[], Mapping[str, Option]]


class Parameter(NamedTuple):
    """A parameter of a command.

    Args:
        name: its keyword.
        type: as typer takes it, None included.
        plain: the type without None and list: `bool`, `int`, `str`, or a `Literal`.
        several: whether it collects values.
        default: `REQUIRED` without one.
        declared: the argument or option.
    """

    name: str
    type: Any
    plain: Any
    several: bool
    default: Any
    declared: Argument | Option

    @property
    def names(self) -> tuple[str, ...]:
        """How an option is written on the command line."""
        return getattr(self.declared, "names", ()) or ("--" + self.name.replace("_", "-"),)


def parameters(command: Command) -> Iterator[Parameter]:
    """The parameters of a command, in the order of its signature."""
    namespace = command.__globals__
    defaults = _defaults(command)
    for name, alias in command.__annotations__.items():
        if name == "return":
            continue
        annotated = namespace[alias]
        declared = annotated.__metadata__[0]
        if isinstance(declared, Family):
            for key, option in declared.options().items():
                yield _parameter(key, annotated.__origin__, None, option)
        else:
            yield _parameter(name, annotated.__origin__, defaults.get(name, REQUIRED), declared)


def _defaults(command: Command) -> dict[str, Any]:
    code = command.__code__
    positional = command.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(positional) : code.co_argcount]
    return dict(zip(names, positional, strict=True)) | (command.__kwdefaults__ or {})


def _parameter(
    name: str,
    type_: Any,  # noqa: ANN401 - whatever a signature says
    default: object,
    declared: Argument | Option,
) -> Parameter:
    plain = type_
    if type(None) in get_args(plain):
        plain = next(one for one in get_args(plain) if one is not type(None))
    several = get_origin(plain) is list
    if several:
        (plain,) = get_args(plain)
    return Parameter(name, type_, plain, several, default, declared)
