"""A short run of the fuzzer; `python -m tests.fuzz` runs it for longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_a_short_run_finds_nothing(tmp_path):
    bounds = ["--cases", "250", "--seconds", "8", "--failures"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--seed", "suite", *bounds, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.startswith("250 cases")
