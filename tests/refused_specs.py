"""Errors of small specs, for tests of what they offer."""

from __future__ import annotations

from cnncalc.build.reader import read_text


def refused(entry):
    """The only error of a net of one entry, in which the variable `width` is 3."""
    reading = read_text(f"variables: {{width: 3}}\ninput: 3x32x32\nlayers:\n  - {entry}\n")
    (error,) = reading.diagnostics
    return error


def errors_of(text):
    return read_text(text).diagnostics
