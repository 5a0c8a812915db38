"""Start-up: processor time of whole commands against bare imports, in one run.

    python benchmarks/startup.py [ROUNDS]

The commands take turns, so that a busy machine slows all alike; the median of
each, user and system time, is compared with that of importing the libraries.
Bytecode is written before the first round, whatever the environment says; one
line is a fresh checkout, where only the libraries have theirs.
Ends with code 1 where a command takes more than its bound.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
NUMBERS = "examples/numbers/convolution.yaml"
MODEL = "tests/data/small.onnx"
#: What is imported for the comparison; tables once needed rich as well.
LIBRARIES = "typer, yaml"
WITH_RICH = "typer, yaml, rich.table, rich.console"
#: What a shell asks for after `cnncalc summarize zoo:re` and the key for completion.
COMPLETION = {
    "_CNNCALC_COMPLETE": "complete_bash",
    "COMP_WORDS": "cnncalc summarize zoo:re",
    "COMP_CWORD": "2",
}
#: By default a command takes at most so many times the import of the libraries.
BOUND = 1.3
#: Nine analyses of 175 layers, their formulas, pictures and a page of 400 kB.
REPORT = 1.7


class Command(NamedTuple):
    """A command line, and its bound: how many times the import of the libraries it may take."""

    words: str
    bound: float = BOUND
    libraries: str = LIBRARIES
    note: str = ""
    setting: Mapping[str, str] = MappingProxyType({})

    @property
    def title(self) -> str:
        """The line as it is printed."""
        return f"{self.words}{self.note}"


COMMANDS = (
    Command("summarize zoo:resnet --format json", 0.9),
    Command("summarize zoo:resnet", 0.95, WITH_RICH),
    Command("compare zoo:resnet zoo:vgg"),
    Command("explain zoo:resnet"),
    Command("check zoo:resnet"),
    Command("memory zoo:resnet"),
    Command("conventions zoo:resnet"),
    Command("draw zoo:resnet"),
    Command("report zoo:resnet", REPORT),
    Command("export zoo:resnet"),
    Command("export zoo:resnet --to keras"),
    Command("export zoo:vgg"),
    Command(f"import {MODEL}"),
    Command(f"compute {NUMBERS}"),
    Command("solve --in 224 --out 112"),
    Command("solve zoo:resnet --min-input", 2.0),
    Command("layers conv"),
    Command("schema"),
    Command("new lenet5"),
    Command("--version"),
    Command("", note="(completion of `summarize zoo:re`)", setting=COMPLETION),
)
FRESH = Command("summarize zoo:resnet --format json", 2.3, note=", no bytecode")


def processor_time(arguments: list[str], folder: Path, setting: Mapping[str, str]) -> float:
    """User and system seconds of one run of Python in a folder."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**environment, **setting},
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(rounds: int) -> dict[str, float]:
    """The median of each command and import, in seconds, by its line."""
    runs: dict[str, tuple[list[str], Mapping[str, str]]] = {
        f"import {names}": (["-c", f"import {names}"], {}) for names in (LIBRARIES, WITH_RICH)
    }
    for one in COMMANDS:
        runs[one.title] = (["-m", "cnncalc", *one.words.split()], one.setting)
    times: dict[str, list[float]] = {name: [] for name in [*runs, FRESH.title]}
    with TemporaryDirectory() as folder:
        shutil.copytree(
            ROOT / "cnncalc", Path(folder) / "cnncalc", ignore=shutil.ignore_patterns("*.pyc")
        )
        fresh = ["-B", "-m", "cnncalc", *FRESH.words.split()]
        for turn in range(rounds + 1):  # the first one writes the bytecode
            for name, (arguments, setting) in runs.items():
                spent = processor_time(arguments, ROOT, setting)
                times[name] += [spent] if turn else []
            times[FRESH.title].append(processor_time(fresh, Path(folder), {}))
    return {name: median(values) for name, values in times.items()}


def main() -> None:
    """Print the medians, the ratios and their bounds."""
    medians = measured(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
    for libraries in (LIBRARIES, WITH_RICH):
        print(f"{f'import {libraries}':<52} {medians[f'import {libraries}'] * 1000:6.1f} ms")
    slow = False
    for command in (*COMMANDS, FRESH):
        ratio = medians[command.title] / medians[f"import {command.libraries}"]
        held = ratio <= command.bound
        slow = slow or not held
        print(
            f"{command.title:<52} {medians[command.title] * 1000:6.1f} ms"
            f"  {ratio:5.2f} x (bound {command.bound}{'' if held else ': NOT HELD'})"
            f"{', with rich' if command.libraries == WITH_RICH else ''}"
        )
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
