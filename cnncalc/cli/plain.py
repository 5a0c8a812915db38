"""Plain command lines, read without typer.

Plain is a line of values and of options by their full names, as scripts and most
people write them. Whatever else a line holds, from `--help` to a misspelled option,
is left to typer, which reads plain lines in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from cnncalc.cli.declared import REQUIRED, Argument, Option, parameters
from cnncalc.cli.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.cli.declared import Command, Parameter


class _NotPlainError(Exception):
    """The line has something that is left to typer."""


def read(command: Command, words: Sequence[str]) -> dict[str, Any] | None:
    """The keyword arguments that the words after a command's name give; None if not plain.

    What the words do not name is left to the defaults of the command.
    """
    known = list(parameters(command))
    try:
        given = _Line(known).read(words)
    except _NotPlainError:
        return None
    if any(one.default is REQUIRED and one.name not in given for one in known):
        return None
    return given


def reached(command: Command, words: Sequence[str]) -> tuple[dict[str, Any], Parameter] | None:
    """What the words after a command's name give, and the argument that the next word is for.

    None if they are not plain, or no argument is left.
    """
    line = _Line(list(parameters(command)))
    try:
        return line.read(words), line.argument()
    except _NotPlainError:
        return None


class _Line:
    """Collects the values of a line."""

    def __init__(self, known: Sequence[Parameter]) -> None:
        self.options = {
            name: one
            for one in known
            if isinstance(one.declared, Option)
            for names in one.names
            for name in names.split("/")
        }
        self.arguments = [one for one in known if isinstance(one.declared, Argument)]
        self.given: dict[str, Any] = {}

    def read(self, words: Sequence[str]) -> dict[str, Any]:
        rest = iter(words)
        for word in rest:
            if word == "-" or not word.startswith("-"):
                self._take(self.argument(), word)
            else:
                self._option(word, rest)
        return self.given

    def argument(self) -> Parameter:
        for one in self.arguments:
            if one.several or one.name not in self.given:
                return one
        raise _NotPlainError

    def _option(self, word: str, rest: Iterator[str]) -> None:
        name, equals, value = word.partition("=")
        option = self.options.get(name)
        if option is None or (equals and not name.startswith("--")):
            raise _NotPlainError
        if option.plain is bool:
            if equals or option.name in self.given:
                raise _NotPlainError
            self.given[option.name] = not any(one.endswith(f"/{name}") for one in option.names)
        else:
            self._take(option, value if equals else next(rest, "-"))

    def _take(self, parameter: Parameter, word: str) -> None:
        value = _value(parameter, word)
        if parameter.several:
            self.given.setdefault(parameter.name, []).append(value)
        elif parameter.name in self.given:
            raise _NotPlainError
        else:
            self.given[parameter.name] = value


def _value(parameter: Parameter, word: str) -> str | int:
    """A word as the parameter's type; empty words and those that begin with a dash are not plain.

    A dash alone is standard input, which only an argument names.
    """
    if not word or (word[0] == "-" and (word != "-" or isinstance(parameter.declared, Option))):
        raise _NotPlainError
    if parameter.plain is str:
        return word
    if parameter.plain is int:
        return _number(word, getattr(parameter.declared, "min", None))
    if get_origin(parameter.plain) is Literal and word in get_args(parameter.plain):
        return word
    raise _NotPlainError


def _number(word: str, least: int | None) -> int:
    """A whole number; what is wrong with one, typer reports beside the option's name."""
    from cnncalc.cli.whole import whole  # noqa: PLC0415 - start-up

    try:
        return whole(word, least)
    except UsageError:
        raise _NotPlainError from None
