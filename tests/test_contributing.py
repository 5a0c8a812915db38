"""What CONTRIBUTING.md says is where it says."""

from __future__ import annotations

import re
from pathlib import Path

from cnncalc import zoo

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_path_exists():
    paths = set(re.findall(r"`((?:cnncalc|tests|docs|benchmarks|\.ci)/[\w./]*)`", PAGE))
    assert len(paths) > 15
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_folder_of_the_package_has_a_place():
    folders = {f"cnncalc/{path.parent.name}/" for path in (ROOT / "cnncalc").glob("*/__init__.py")}
    assert [folder for folder in sorted(folders) if f"`{folder}`" not in PAGE] == []


def test_every_folder_with_modules_is_a_package():
    modules = (ROOT / "cnncalc").rglob("*.py")
    assert [path for path in modules if not (path.parent / "__init__.py").exists()] == []


def test_the_changelog_counts_the_zoo():
    assert f"Packaged nets of {len(zoo.names())} families" in (ROOT / "CHANGELOG.md").read_text(
        encoding="utf-8"
    )
