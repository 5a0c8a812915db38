"""Shapes, parameters and MACs of convolutional networks, before any framework is imported."""

from __future__ import annotations

from cnncalc.version import __version__

TYPE_CHECKING = False  # without `typing`, in whose import an interrupt of the command would be lost
if TYPE_CHECKING:
    from cnncalc.api import Network, SpecError, load, parse

__all__ = ["Network", "SpecError", "__version__", "load", "parse"]


def __getattr__(name: str) -> object:
    """The names above, when they are first asked for: the command needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cnncalc import api  # noqa: PLC0415 - start-up: the command needs none of it

    return getattr(api, name)


def __dir__() -> list[str]:
    return __all__
