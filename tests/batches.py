"""Many small cases in one test, where a test for each would take longer than what it holds."""

from __future__ import annotations

import inspect
from functools import wraps
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Test = Callable[..., None]
    Ids = Callable[[Any], object] | Iterable[object] | None


def batch(
    names: str | Sequence[str], cases: Iterable[Any], ids: Ids = None
) -> Callable[[Test], Test]:
    """As `pytest.mark.parametrize`, but in one test: it runs every case and names those that fail.

    Fixtures are made once for all cases, so they must not carry anything from one to the next.
    """
    parameters = [one.strip() for one in names.split(",")] if isinstance(names, str) else [*names]
    every = [(case,) if len(parameters) == 1 else tuple(case) for case in cases]
    if not every:
        raise ValueError(f"no cases of {', '.join(parameters)}")
    labels = _labels(every, ids)

    def decorate(test: Test) -> Test:
        @wraps(test)
        def run(**fixtures: Any) -> None:
            failures = []
            for label, values in zip(labels, every, strict=True):
                problem = _problem(test, dict(zip(parameters, values, strict=True)) | fixtures)
                if problem:
                    failures.append(f"[{label}] {problem}")
            assert not failures, "\n".join([f"{len(failures)} of {len(every)}", *failures])

        signature = inspect.signature(test)
        left = [one for name, one in signature.parameters.items() if name not in parameters]
        run.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return run

    return decorate


def _labels(every: list[tuple[Any, ...]], ids: Ids) -> list[str]:
    if ids is None or callable(ids):
        label = ids or repr
        return ["-".join(str(label(value))[:100] for value in values) for values in every]
    return [str(one) for one in ids]


def _problem(test: Test, arguments: dict[str, Any]) -> str:
    """What goes wrong, and in which line; empty where nothing does."""
    try:
        test(**arguments)
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - each is told
        place = extract_tb(error.__traceback__)[-1]
        return f"{place.filename}:{place.lineno}: {type(error).__name__}: {error}"
    return ""
