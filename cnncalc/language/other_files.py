"""What may have been meant by a file that does not exist, or that is no spec."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from cnncalc import zoo
from cnncalc.diagnostics.suggestion import nearest

_NETS = (".yaml", ".yml", ".onnx", ".keras")  # endings of what every command takes
_SPECS = (".yaml", ".yml", "")
_MOST_FILES = 5000  # of a folder that are looked at
_FROM_PYTHON = "give package.module:callable, which makes the model"
_FROM_TORCH = f"{_FROM_PYTHON}, or export it to ONNX"
_FROM_KERAS = "load it in Keras, and save it as .keras"
_FROM_TENSORFLOW = "convert it to ONNX, as tf2onnx does"
#: By the ending of files whose structure is not in the file, or in no format read here.
_INSTEAD = {
    ".py": _FROM_PYTHON,
    ".pt": _FROM_TORCH,
    ".pth": _FROM_TORCH,
    ".h5": _FROM_KERAS,
    ".hdf5": _FROM_KERAS,
    ".tflite": _FROM_TENSORFLOW,
    ".pb": _FROM_TENSORFLOW,
}


def in_place_of(path: str) -> str:
    """What to give in place of a file of another tool; empty for other endings.

    >>> in_place_of("net.h5")
    'load it in Keras, and save it as .keras'
    """
    return _INSTEAD.get(Path(path).suffix.lower(), "")


def instead_of(path: str) -> tuple[str, ...]:
    """What may have been meant by a file that does not exist."""
    wanted = Path(path)
    folder = os.path.dirname(path)  # noqa: PTH120 - keeps `./nets` as it is written
    if folder and not os.path.isdir(folder):  # noqa: PTH112 - a `\0` in it is no error
        return (f"there is no folder {folder}",)
    known = {} if wanted.suffix else {name: f"zoo:{name}" for name in zoo.names()}
    known |= {
        stem: os.path.join(folder, name)  # noqa: PTH118 - as above
        for stem, name in _beside(wanted).items()
    }
    close = nearest(wanted.stem, known)
    if close:
        return (f"did you mean `{known[close]}`?",)
    if wanted.suffix.lower() in _SPECS:
        return ("`cnncalc new` prints a spec to start from",)
    return ()


def _beside(wanted: Path) -> dict[str, str]:
    """The nets in the folder of a missing file, by what stands before the ending."""
    try:
        with os.scandir(wanted.parent) as files:
            found = sorted(Path(one.name) for one in islice(files, _MOST_FILES))
    except OSError:
        return {}
    ending = wanted.suffix.lower()
    found.sort(key=lambda one: one.suffix.lower() == ending)  # of two with a name, the same ending
    return {one.stem: one.name for one in found if one.suffix.lower() in _NETS}
