"""What a code means, with a bad and a good example: one Markdown file a code."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def known() -> list[str]:
    """Every code that is explained, in order."""
    return sorted(file.stem for file in _FOLDER.glob("*.md"))


def read(code: str) -> str:
    """The explanation of a code, as Markdown; raises `KeyError`."""
    if code not in known():
        raise KeyError(code)
    return (_FOLDER / f"{code}.md").read_text(encoding="utf-8")
