"""Drawing against summarizing: processor time of whole commands, in one run.

    python benchmarks/draw.py [ROUNDS]

A ResNet-152 is summarized and drawn in every format by turns, so that a busy machine slows all
alike. Ends with code 1 where a picture takes twice the time of the summary.
"""

from __future__ import annotations

import sys
from statistics import median

from startup import processor_time

BOUND = 2.0
NET = "zoo:resnet --set depth=152"
SUMMARY = f"summarize {NET}"
PICTURES = (
    f"draw {NET}",
    f"draw {NET} -f svg",
    f"draw {NET} -f svg --depth 3 --unfold",
    f"draw {NET} -f mermaid",
    f"draw {NET} -f dot",
)


def main() -> None:
    """Print the medians, and the ratios to the summary."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    runs = {words: ["-m", "cnncalc", *words.split()] for words in (SUMMARY, *PICTURES)}
    for arguments in runs.values():  # writes the bytecode
        processor_time(arguments)
    times: dict[str, list[float]] = {words: [] for words in runs}
    for _ in range(rounds):
        for words, arguments in runs.items():
            times[words].append(processor_time(arguments))
    whole = median(times[SUMMARY])
    print(f"{SUMMARY:<58} {whole * 1000:6.1f} ms")
    ratios = [median(times[words]) / whole for words in PICTURES]
    for words, ratio in zip(PICTURES, ratios, strict=True):
        print(f"{words:<58} {ratio * whole * 1000:6.1f} ms  {ratio:5.2f} x (bound {BOUND})")
    sys.exit(1 if max(ratios) >= BOUND else 0)


if __name__ == "__main__":
    main()
