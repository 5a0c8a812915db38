"""Statements that are too long for a line, as `ruff format` lays them out."""

from __future__ import annotations

import subprocess
import sys

from cnncalc.export.bracketed import laid_out_value
from cnncalc.export.python import structured

LONG = "a_name_that_is_as_long_as_those_of_layers_in_blocks"
STATEMENTS = [
    ("x = ", " + ".join(f"skip_{number}" for number in range(9))),
    ("x = ", " + ".join(f"skip_{number}" for number in range(11))),
    ("x = ", " + ".join(f"skip_{number}" for number in range(20))),
    ("return ", " * ".join(f"{LONG}({number} + 1)" for number in range(3))),
    (f"{LONG} = ", f"self.{LONG}(x)"),
    (f"{LONG} = ", f"self.{LONG}({LONG}, {LONG})"),
    (f"{LONG} = ", LONG),
    (f"{LONG} = ", f"torch.cat([{LONG}, {LONG}], dim=1)"),
]


def test_lines_are_those_of_the_formatter(tmp_path):
    functions = [
        [f"def forward_{at}(self, x):", *laid_out_value(structured(value), 1, before)]
        for at, (before, value) in enumerate(STATEMENTS)
    ]
    text = "\n\n\n".join(map("\n".join, functions)) + "\n"
    path = tmp_path / "code.py"
    path.write_text(text)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--diff"]
    found = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
