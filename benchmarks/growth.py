"""Growth: a flat spec of many layers against plain YAML loading of the same text.

    python benchmarks/growth.py [LAYERS] [CHECKOUT]

Prints time (processor seconds) and peak memory of reading a net, and of the
whole `summarize --format json`, as ratios to `yaml.load(text, CSafeLoader)` with
the garbage collector off, each in a process of its own; and the time a layer
against that of 1,000 layers. Then, for nets that are unrolled from a short text (uses of
a block, turns of a loop), the time and memory of a layer, as ratios to those of the flat net
of the same layers; with another CHECKOUT of this project, also to the same net there, the two
taking turns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent

KINDS = {
    "relu": ["- relu"],
    "mixed": ["- conv: {filters: 16, kernel: 3, padding: 1}", "- batchnorm", "- relu"],
    "conv": ["- conv: {filters: 16, kernel: 3, padding: 1}"],
    "distinct": ["- conv: {{filters: {}, kernel: 3, padding: 1}}"],
}

HEAD = "input: [16, 8, 8]\n"
UNIT = """blocks:
  unit:
    args: {{width: , bias: false}}
    layers:
    - conv: {{filters: $width, kernel: 3, padding: 1, bias: $bias}}
    - batchnorm
    - relu
layers:
"""
#: Nets of `{n}` layers from short texts.
UNROLLED = {
    "blocks": UNIT + "- repeat: {n} // 3\n  unit: {{width: 16}}\n",
    "indexed": "layers:\n- repeat: {n} // 2\n  layers:\n"
    "  - conv: {{filters: 16 + $i % 50, kernel: 3, padding: 1}}\n  - relu\n",
    "repeat": "layers:\n- repeat: {n} // 2\n  layers:\n"
    "  - conv: {{filters: 16, kernel: 3, padding: 1}}\n  - relu\n",
    "turns": "layers:\n- repeat: {n}\n  relu:\n",
    "residual": "layers:\n- repeat: {n} // 4\n  layers:\n"
    "  - residual: [conv: {{filters: $in_channels, kernel: 3, padding: 1}}, relu]\n  - batchnorm\n",
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
#: So that no text is too large, nor has too many keys and values.
LIMITS = """
from cnncalc.language.limits import Limits
limits = Limits(layers=1_000_000, size=1 << 30)
"""
READ = (
    f"""
import cnncalc; cnncalc.parse('input: 3x8x8\\nlayers: [batchnorm, relu]')
{LIMITS}
""",
    "kept = cnncalc.parse(text, limits=limits).totals",
)
SUMMARIZE = (
    f"""
from cnncalc.analysis.summary import summarize
from cnncalc.render.summary.data import json
from cnncalc.build.reader import read_text
{LIMITS}
""",
    """
net = read_text(text, limits=limits).network
kept = [len(part) for part in json(summarize(net))]
""",
)


def spec(kind: str, layers: int) -> str:
    """A flat spec of this many layers."""
    lines = KINDS[kind]
    body = "\n".join(
        lines[i % len(lines)].format(16 + i % 50) if "{}" in lines[0] else lines[i % len(lines)]
        for i in range(layers)
    )
    return f"input: [16, 8, 8]\nlayers:\n{body}\n"


def measure(
    probe: tuple[str, str], path: Path, checkouts: Sequence[str] = ("",)
) -> list[tuple[float, int, int]]:
    """The best of three runs: processor seconds, memory added and peak in KiB, a checkout each."""
    code = PROBE.format(setup=probe[0], work=probe[1])
    runs: list[list[tuple[float, int, int]]] = [[] for _ in checkouts]
    for _ in range(3):
        for found, checkout in zip(runs, checkouts, strict=True):
            command = [sys.executable, "-c", code, str(path)]
            # Python looks into the folder where it is started before any installed package.
            out = subprocess.run(
                command, check=True, capture_output=True, text=True, cwd=checkout or ROOT
            ).stdout.split()
            found.append((float(out[0]), int(out[1]), int(out[2])))
    return [min(found) for found in runs]


def unrolled(folder: Path, layers: int, checkouts: Sequence[str]) -> None:
    """Print a line a kind of net that is unrolled from a short text."""
    flat = Path(folder, "flat.yaml")
    flat.write_text(spec("mixed", layers))
    ((time, added, _),) = measure(READ, flat)
    for kind, text in UNROLLED.items():
        path = Path(folder, "unrolled.yaml")
        path.write_text(HEAD + text.format(n=layers))
        found = measure(READ, path, checkouts)
        own = found[0]
        line = (
            f"{kind:<9} {own[0] / time:.2f} x time, {own[1] / added:.2f} x memory of the flat net"
        )
        for other in found[1:]:
            line += f"; {own[0] / other[0]:.2f} x time, {own[1] / other[1]:.2f} x memory there"
        print(line)


def main() -> None:
    """Print a line a kind of spec."""
    layers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            large, small = Path(folder, "large.yaml"), Path(folder, "small.yaml")
            large.write_text(spec(kind, layers))
            small.write_text(spec(kind, 1000))
            plain, read, whole = (measure(probe, large)[0] for probe in (YAML, READ, SUMMARIZE))
            little = measure(READ, small)[0]
            growth = read[0] / layers / (little[0] / 1000)
            print(
                f"{kind:<9} yaml.load {plain[0]:.2f} s {plain[1] / 1024:.0f} MiB;"
                f" read net {read[0] / plain[0]:.2f} x time,"
                f" {read[1] / plain[1]:.2f} x memory added,"
                f" {read[2] / plain[2]:.2f} x peak;"
                f" with JSON {whole[0] / plain[0]:.2f} x time, {whole[2] / plain[2]:.2f} x peak;"
                f" a layer {growth:.2f} x that of 1,000"
            )
        unrolled(Path(folder), layers, ("", *sys.argv[2:3]))


if __name__ == "__main__":
    main()
