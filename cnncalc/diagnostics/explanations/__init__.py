"""What a code means, with a bad and a good example: one Markdown file a code."""

from __future__ import annotations

import os

_FOLDER = os.path.dirname(__file__)  # noqa: PTH120 - start-up


def known() -> list[str]:
    """Every code that is explained, in order."""
    files = os.listdir(_FOLDER)  # noqa: PTH208 - start-up
    return sorted(file[:-3] for file in files if file.endswith(".md"))


def read(code: str) -> str:
    """The explanation of a code, as Markdown; raises `KeyError`."""
    if code not in known():
        raise KeyError(code)
    path = os.path.join(_FOLDER, f"{code}.md")  # noqa: PTH118 - start-up
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - start-up
        return file.read()
