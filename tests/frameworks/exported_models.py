"""The classes of an exported file."""

from __future__ import annotations


def classes_of(text):
    names = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), names)  # noqa: S102 - what is under test
    return [one for one in names.values() if isinstance(one, type) and one.__module__ == "exported"]
