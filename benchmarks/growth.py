"""Growth: a flat spec of many layers against plain YAML loading of the same text.

    python benchmarks/growth.py [LAYERS]

Prints time (processor seconds) and peak memory of reading a net, and of the
whole `summarize --format json`, as ratios to `yaml.load(text, CSafeLoader)` with
the garbage collector off, each in a process of its own; and the time a layer
against that of 1,000 layers.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

KINDS = {
    "relu": ["- relu"],
    "mixed": ["- conv: {filters: 16, kernel: 3, padding: 1}", "- batchnorm", "- relu"],
    "conv": ["- conv: {filters: 16, kernel: 3, padding: 1}"],
    "distinct": ["- conv: {{filters: {}, kernel: 3, padding: 1}}"],
}

PROBE = """
import gc, resource, sys, time
{setup}
gc.disable()
path = sys.argv[1]
text = open(path).read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
{work}
spent = time.process_time() - start
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(spent, after - before, after)
"""
YAML = ("import yaml", "kept = yaml.load(text, yaml.CSafeLoader)")
READ = ("import cnncalc; cnncalc.parse('input: 3x8x8\\nlayers: [batchnorm, relu]')",
        "kept = cnncalc.parse(text).totals")  # fmt: skip
SUMMARIZE = (
    """
from cnncalc.analysis.summary import summarize
from cnncalc.render.summary.data import json
from cnncalc.build.reader import read_text
""",
    "net = read_text(text).network; kept = [len(part) for part in json(summarize(net))]",
)


def spec(kind: str, layers: int) -> str:
    """A flat spec of this many layers."""
    lines = KINDS[kind]
    body = "\n".join(
        lines[i % len(lines)].format(16 + i % 50) if "{}" in lines[0] else lines[i % len(lines)]
        for i in range(layers)
    )
    return f"input: [16, 8, 8]\nlayers:\n{body}\n"


def measure(probe: tuple[str, str], path: Path) -> tuple[float, int, int]:
    """The best of three runs: processor seconds, memory added and peak in KiB."""
    code = PROBE.format(setup=probe[0], work=probe[1])
    runs = []
    for _ in range(3):
        command = [sys.executable, "-c", code, str(path)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        runs.append((float(out[0]), int(out[1]), int(out[2])))
    return min(runs)


def main() -> None:
    """Print a line a kind of spec."""
    layers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            large, small = Path(folder, "large.yaml"), Path(folder, "small.yaml")
            large.write_text(spec(kind, layers))
            small.write_text(spec(kind, 1000))
            plain, read, whole = (measure(probe, large) for probe in (YAML, READ, SUMMARIZE))
            little = measure(READ, small)
            growth = read[0] / layers / (little[0] / 1000)
            print(
                f"{kind:<9} yaml.load {plain[0]:.2f} s {plain[1] / 1024:.0f} MiB;"
                f" read net {read[0] / plain[0]:.2f} x time,"
                f" {read[1] / plain[1]:.2f} x memory added,"
                f" {read[2] / plain[2]:.2f} x peak;"
                f" with JSON {whole[0] / plain[0]:.2f} x time, {whole[2] / plain[2]:.2f} x peak;"
                f" a layer {growth:.2f} x that of 1,000"
            )


if __name__ == "__main__":
    main()
