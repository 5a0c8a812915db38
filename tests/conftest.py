"""Fixtures that all tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import forks
import pytest
from hypothesis import settings
from measured import Run, run

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
GOLDENS = Path(__file__).parent / "goldens"

# A run says the same tomorrow; `--hypothesis-profile random` looks for what nobody has seen yet.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("random", max_examples=2_000, deadline=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write the golden files anew, to be read"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a printed text with the file of this name under tests/goldens."""

    def compare(name: str, text: str) -> None:
        file = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == text

    return compare


@pytest.fixture(scope="session")
def cnncalc() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as a user does, from the root of the project."""

    def run(
        *arguments: str, stdin: str | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        if env is None:
            return forks.cnncalc(*arguments, stdin=stdin)
        return subprocess.run(
            [sys.executable, "-m", "cnncalc", *arguments], input=stdin, capture_output=True,
            text=True, cwd=ROOT, check=False, timeout=60, env=os.environ | env,
        )  # fmt: skip

    return run


@pytest.fixture
def summarize(tmp_path: Path) -> Callable[..., Run]:
    """Summarize a spec of this text under bounds, and measure what that takes."""

    def of(text: str, *options: object) -> Run:
        path = tmp_path / "net.yaml"
        path.write_text(text, encoding="utf-8")
        return run("summarize", path, *options)

    return of
