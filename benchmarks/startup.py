"""Start-up: processor time of whole commands against bare imports, in one run.

    python benchmarks/startup.py [ROUNDS]

The commands take turns, so that a busy machine slows all alike; the median of
each, user and system time, is compared with that of importing the libraries.
Bytecode is written before the first round, whatever the environment says.
Ends with code 1 where a command takes more than its bound.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
NUMBERS = "examples/numbers/convolution.yaml"
MODEL = "tests/data/small.onnx"
#: What is imported for the comparison; tables once needed rich as well.
LIBRARIES = "typer, yaml"
WITH_RICH = "typer, yaml, rich.table, rich.console"


class Command(NamedTuple):
    """A command line, and its bound: how many times the import of the libraries it may take."""

    words: str
    bound: float
    libraries: str = LIBRARIES


COMMANDS = (
    Command("summarize zoo:resnet --format json", 0.9),
    Command("summarize zoo:resnet", 0.95, WITH_RICH),
    Command("compare zoo:resnet zoo:vgg", 1.3),
    Command("explain zoo:resnet", 1.3),
    Command("check zoo:resnet", 1.3),
    Command("memory zoo:resnet", 1.3),
    Command("conventions zoo:resnet", 1.3),
    Command("draw zoo:resnet", 1.3),
    Command("report zoo:resnet", 3.0),
    Command("export zoo:resnet", 3.0),
    Command("export zoo:resnet --to keras", 3.0),
    Command(f"import {MODEL}", 1.3),
    Command(f"compute {NUMBERS}", 1.3),
    Command("solve --in 224 --out 112", 1.3),
    Command("solve zoo:resnet --min-input", 2.0),
    Command("layers conv", 1.3),
    Command("schema", 1.3),
    Command("new lenet5", 1.3),
    Command("--version", 1.3),
)


def processor_time(arguments: list[str]) -> float:
    """User and system seconds of one run of Python."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the medians, the ratios and their bounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    runs = {f"import {names}": ["-c", f"import {names}"] for names in (LIBRARIES, WITH_RICH)}
    runs |= {command.words: ["-m", "cnncalc", *command.words.split()] for command in COMMANDS}
    for arguments in runs.values():  # writes the bytecode
        processor_time(arguments)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, arguments in runs.items():
            times[name].append(processor_time(arguments))
    medians = {name: median(values) for name, values in times.items()}
    for libraries in (LIBRARIES, WITH_RICH):
        print(f"{f'import {libraries}':<46} {medians[f'import {libraries}'] * 1000:6.1f} ms")
    slow = False
    for command in COMMANDS:
        ratio = medians[command.words] / medians[f"import {command.libraries}"]
        slow = slow or ratio > command.bound
        print(
            f"{command.words:<46} {medians[command.words] * 1000:6.1f} ms"
            f"  {ratio:5.2f} x (bound {command.bound})"
            f"{', with rich' if command.libraries == WITH_RICH else ''}"
        )
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
