"""The packaged nets: one YAML file per family, its sizes as variables."""

from __future__ import annotations

import os

_FOLDER = os.path.dirname(__file__)  # noqa: PTH120 - start-up: pathlib takes a while to import
_ENDING = ".yaml"


def names() -> tuple[str, ...]:
    """The names of all packaged nets, sorted."""
    files = os.listdir(_FOLDER)  # noqa: PTH208 - start-up
    return tuple(sorted(file[: -len(_ENDING)] for file in files if file.endswith(_ENDING)))


def path(name: str) -> str:
    """The path of a packaged net; raises `KeyError` if there is none of this name."""
    if name not in names():
        raise KeyError(name)
    return os.path.join(_FOLDER, name + _ENDING)  # noqa: PTH118 - start-up


def description(name: str) -> str:
    """What a packaged net is: the `description` at the top of its spec."""
    with open(path(name), encoding="utf-8") as file:  # noqa: PTH123 - start-up
        for line in file:
            if line.startswith("description:"):
                return line.partition(":")[2].strip().strip("\"'")
    return ""
