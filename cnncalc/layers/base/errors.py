"""What a layer raises. It names the argument; the pass that called adds the place."""

from __future__ import annotations


class LayerError(ValueError):
    """A layer cannot be built, or cannot take what arrives.

    Args:
        code: one of `cnncalc.diagnostics.codes`.
        message: a sentence without a full stop, with the values that met.
        argument: the argument at fault as its field is named, or empty.
        label: a few words for under the place.
        help: ways out, computed where they can be.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        argument: str = "",
        label: str = "",
        help: tuple[str, ...] = (),  # noqa: A002 - the word that the diagnostics use
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.label = label
        self.help = help
        self.others: tuple[LayerError, ...] = ()  # of the other arguments that are wrong, too


class BadValueError(ValueError):
    """A value is not of an argument's kind; the text says what was expected."""
