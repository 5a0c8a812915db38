"""What is wrong with a command line."""

from __future__ import annotations


class UsageError(Exception):
    """A value on the command line that cannot be used; the command ends with exit code 2.

    It is reported as typer reports its own errors of usage.
    """
