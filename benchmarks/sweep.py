"""Sweeps: a ResNet-50 at other inputs and other variables, by `at`, against `load`.

    python benchmarks/sweep.py [ROUNDS]

Prints processor time, the median of the rounds, and how many times faster than `load` of the
same net. Every round asks for values that no round before had, and the three take turns, so
that a busy machine slows all alike.
"""

from __future__ import annotations

import sys
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

import cnncalc

if TYPE_CHECKING:
    from collections.abc import Callable

NET = "zoo:resnet"


def spent(work: Callable[..., object], *given: object, **more: object) -> float:
    """Milliseconds of processor time."""
    start = process_time()
    work(*given, **more)
    return (process_time() - start) * 1000


def main() -> None:
    """Print a line a kind of change."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    net = cnncalc.load(NET, variables={"depth": 50})
    net.at()
    times: dict[str, list[float]] = {"load": [], "at(input=...)": [], "at(classes=...)": []}
    for number in range(rounds):
        size, classes = 160 + number, 10 + number
        shape = (3, size, size)
        given = {"depth": 50, "classes": classes}
        times["load"].append(spent(cnncalc.load, NET, variables=given, input=shape))
        times["at(input=...)"].append(spent(net.at, input=shape))
        times["at(classes=...)"].append(spent(net.at, classes=classes))
    medians = {name: median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:<16} {value:6.2f} ms {medians['load'] / value:6.1f} x as fast as load")


if __name__ == "__main__":
    main()
