"""What a model raises as it is built, traced or run."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from typing import TYPE_CHECKING, Any

from cnncalc.importers.problems import ImportProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: A model is any program; one that ends the process is an error as well.
FAILURES = (Exception, SystemExit)


@contextmanager
def told(what: str) -> Iterator[None]:
    """What goes wrong inside the model, in one line."""
    try:
        yield
    except ImportProblem:
        raise
    except FAILURES as error:
        reason = str(error).strip().split("\n")[0][:300]
        name = type(error).__name__
        raise ImportProblem(f"{what}: {name}: {reason}" if reason else f"{what}: {name}") from None


def attempted(compute: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """What is computed, or why not; what PyTorch says of it meanwhile is not for the terminal."""
    with _silent():
        try:
            return compute(), None
        except FAILURES as error:
            return None, error


@contextmanager
def _silent() -> Iterator[None]:
    """Without warnings and logs; a log goes to the stream that was there as it was set up."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        with redirect_stderr(StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
