"""Start-up: processor time of whole commands against bare imports, in one run.

    python benchmarks/startup.py [ROUNDS]

The commands take turns, so that a busy machine slows all alike; the median of
each is compared. Bounds: JSON 1.4 times `import typer, yaml`; the table 1.4 times
that with rich's table and console.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

EXAMPLE = str(Path(__file__).parent.parent / "examples" / "resnet50.yaml")
COMMANDS = {
    "import typer, yaml": ["-c", "import typer, yaml"],
    "summarize --format json": ["-m", "cnncalc", "summarize", EXAMPLE, "--format", "json"],
    "import typer, yaml, rich.table, rich.console": [
        "-c", "import typer, yaml, rich.table, rich.console",
    ],
    "summarize": ["-m", "cnncalc", "summarize", EXAMPLE],
    "bare python": ["-c", ""],
}  # fmt: skip


def processor_time(arguments: list[str]) -> float:
    """User and system seconds of one run of Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=dict(os.environ)
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the medians and the two ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, arguments in COMMANDS.items():
            times[name].append(processor_time(arguments))
    medians = {name: median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:<46} {value * 1000:6.1f} ms")
    plain, json, rich, table, _ = medians.values()
    print(f"JSON  {json / plain:.2f} x importing typer and yaml (bound 1.4)")
    print(f"table {table / rich:.2f} x importing typer, yaml and rich (bound 1.4)")


if __name__ == "__main__":
    main()
