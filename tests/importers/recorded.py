"""Recorded files of other tools, in archives under tests/data/oracles."""

from __future__ import annotations

import json
import tarfile
from functools import cache
from pathlib import Path

ORACLES = Path(__file__).parent.parent / "data" / "oracles"


@cache
def files(archive):
    """The files of an archive by their names, without folders."""
    with tarfile.open(ORACLES / f"{archive}.tar.xz") as tar:
        return {Path(one.name).name: tar.extractfile(one).read() for one in tar if one.isfile()}


def manifest(archive):
    return json.loads(files(archive)["manifest.json"])["files"]
