"""Exit codes of every command: 0, 1 for findings, 2 for what cannot be read or done."""

from __future__ import annotations

import pytest

TUTORIAL = "examples/tutorial_cnn.yaml"
TUTORIAL_CLAIMS = "examples/tutorial_claims.yaml"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ["summarize", TUTORIAL]),
        (2, ["summarize", "missing.yaml"]),
        (0, ["compare", TUTORIAL, "--mlp"]),
        (2, ["compare", TUTORIAL]),
        (2, ["compare", TUTORIAL, "missing.yaml"]),
        (0, ["explain", TUTORIAL]),
        (0, ["explain", "E203"]),
        (2, ["explain", TUTORIAL, "missing"]),
        (2, ["explain", "E999"]),
        (0, ["check", "examples/lenet5.yaml"]),
        (1, ["check", TUTORIAL_CLAIMS]),
        (1, ["check", "examples/lenet5.yaml", "--max-params", "60k"]),
        (2, ["check", "missing.yaml"]),
        (2, ["check", TUTORIAL_CLAIMS, "missing.yaml"]),
        (2, ["check", "examples/lenet5.yaml", "--max-params", "few"]),
        (0, ["solve", "--in", "224", "--out", "112"]),
        (2, ["solve"]),
        (2, ["solve", "missing.yaml", "--min-input"]),
        (0, ["layers", "conv"]),
        (2, ["layers", "convulsion"]),
        (0, ["schema"]),
        (2, ["schema", "more"]),
        (0, ["new", "lenet5"]),
        (2, ["new", "lenet6"]),
    ],
)
def test_exit_code(cnncalc, code, arguments):
    done = cnncalc(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    # Something is said on one stream or the other, and an error on standard error.
    assert bool(done.stderr) == (code == 2)
    assert done.stdout or code == 2
