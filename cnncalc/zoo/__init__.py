"""The packaged nets: one YAML file per family, its sizes as variables."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The names of all packaged nets, sorted."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def file(name: str) -> Path:
    """The file of a packaged net; raises `KeyError` if there is none of this name."""
    if name not in names():
        raise KeyError(name)
    return _FOLDER / f"{name}.yaml"


def description(name: str) -> str:
    """What a packaged net is: the `description` at the top of its spec."""
    for line in file(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("description:"):
            return line.partition(":")[2].strip().strip("\"'")
    return ""
