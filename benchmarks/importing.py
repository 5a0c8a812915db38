"""Importing: processor time of an ONNX file's summary against that of the packaged net.

    python benchmarks/importing.py FILE.onnx [NET] [ROUNDS]

The two take turns, so that a busy machine slows both alike; medians of user and system time
are compared. Ends with code 1 where the file takes twice as long or more.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from statistics import median

BOUND = 2.0


def seconds(words: list[str]) -> float:
    """Processor time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "cnncalc", *words],
        env={key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure, print, and say by the exit code whether the bound holds."""
    file, net, rounds = (*sys.argv[1:], "zoo:resnet", "7")[:3]
    runs = {"import": ["import", file, "--flat"], "structured": ["import", file],
            "zoo": ["summarize", net]}  # fmt: skip
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for words in runs.values():  # bytecode is written before the first round
        seconds(words)
    for _ in range(int(rounds)):
        for name, words in runs.items():
            taken[name].append(seconds(words))
    middle = {name: median(values) for name, values in taken.items()}
    for name, value in middle.items():
        print(f"{name:<12} {value * 1000:6.0f} ms  {value / middle['zoo']:.2f}x")
    return int(middle["structured"] >= BOUND * middle["zoo"])


if __name__ == "__main__":
    sys.exit(main())
