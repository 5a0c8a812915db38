"""What is raised where no case is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn


def unreachable(value: NoReturn) -> AssertionError:
    """The error for a case that there is not; mypy finds the place that lacks a new one."""
    return AssertionError(value)
