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
BLOCKS = """blocks:
  unit:
    args: {width: , bias: false, kernel: 3}
    layers:
    - conv: {filters: $width, kernel: $kernel, padding: $kernel // 2, bias: $bias}
    - batchnorm
    - relu
  basic:
    args: {width: , stride: 1}
    layers:
    - residual:
        body:
        - conv: {filters: $width, kernel: 3, padding: 1, stride: $stride, bias: false}
        - batchnorm
        - relu
        - conv: {filters: $width, kernel: 3, padding: 1, bias: false}
        - batchnorm
        shortcut:
        - conv: {filters: $width, kernel: 1, stride: $stride}
          when: $stride != 1 or $in_channels != $width
    - relu
  grouped:
    args: {width: }
    layers:
    - name: first
      layers: [conv: {filters: $width, kernel: 3, padding: 1}, batchnorm]
    - relu
"""
CONV = "conv: {filters: 16, kernel: 3, padding: 1}"
BY_ROWS = """  layers:
  - for: [w, k, b]
    in: [[16, 3, true], [24, 1, false], [16, 5, true]]
    unit: {width: $w, kernel: $k, bias: $b}"""
NAMED_BRANCHES = """  layers:
  - parallel:
      branches: {a: [conv: {filters: 8, kernel: 1}], b: [relu]}
    name: mix$i
  - relu"""
#: What a loop has, by what is measured, and the layers of a turn; `@` stands for `CONV`.
TURNS = {
    "blocks": ("  unit: {width: 16}", 3),
    "blocks with residuals": ("  basic: {width: 16}", 7),
    "blocks with groups": ("  grouped: 16", 3),
    "blocks by rows": (BY_ROWS, 9),
    "layers": ("  layers: [@, relu]", 2),
    "one layer": ("  relu:", 1),
    "layers with variables": ("  layers: [conv: {filters: 16 + $i % 50, kernel: 1}, relu]", 2),
    "layers with names": ("  layers: [{@, name: c$i}, {relu: , name: r$i}]", 2),
    "layers with from": ("  layers: [{@, name: c$i}, relu, {add: , from: [c$i, relu_$i]}]", 3),
    "groups": ("  layers: [{layers: [@, batchnorm]}, relu]", 3),
    "groups with names": ("  layers: [{name: g$i, layers: [@, batchnorm, relu]}]", 3),
    "a group with a name": ("  name: g$i\n  layers: [@, batchnorm, relu]", 3),
    "residuals": ("  layers: [residual: [@, relu], batchnorm]", 4),
    "residuals with variables": (
        "  layers: [residual: [conv: {filters: $in_channels, kernel: 1}, relu], batchnorm]",
        4,
    ),
    "a residual": ("  residual: [@, relu]", 3),
    "branches": ("  layers: [parallel: [[@, relu], [maxpool: 1]], relu]", 5),
    "branches with names": (NAMED_BRANCHES, 4),
    "conditions": (
        "  layers: [@, {relu: , when: $i % 2 == 0}, {gelu: , when: $i % 2 == 1}]",
        2,
    ),
    "conditions on shapes": (
        "  layers: [@, {relu: , when: $in_channels == 16}, {gelu: , when: $in_width < 4}]",
        2,
    ),
    "loops": ("  layers:\n  - repeat: 10\n    layers: [@, batchnorm, relu]", 30),
}


def unrolled_spec(kind: str, layers: int) -> str:
    """A short spec that unrolls to this many layers, or a few less."""
    turn, each = TURNS[kind]
    return f"{HEAD}{BLOCKS}layers:\n- repeat: {layers // each}\n{turn.replace('@', CONV)}\n"


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


def times(own: float, other: float, what: str) -> str:
    """How much of something there is, against another that may be too little to be measured."""
    return f"{own / other:.2f} x {what}" if other else f"no {what} to compare with"


def unrolled(folder: Path, layers: int, checkouts: Sequence[str]) -> None:
    """Print a line a kind of net that is unrolled from a short text."""
    flat = Path(folder, "flat.yaml")
    flat.write_text(spec("mixed", layers))
    ((time, added, _),) = measure(READ, flat)
    for kind in TURNS:
        path = Path(folder, "unrolled.yaml")
        path.write_text(unrolled_spec(kind, layers))
        found = measure(READ, path, checkouts)
        own = found[0]
        line = f"{kind:<25} {times(own[0], time, 'time')}, {times(own[1], added, 'memory')}"
        line += " of the flat net"
        for other in found[1:]:
            line += (
                f"; {times(own[0], other[0], 'time')}, {times(own[1], other[1], 'memory')} there"
            )
        print(line, flush=True)


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
            growth = times(read[0] / layers, little[0] / 1000, "that of 1,000")
            print(
                f"{kind:<9} yaml.load {plain[0]:.2f} s {plain[1] / 1024:.0f} MiB;"
                f" read net {times(read[0], plain[0], 'time')},"
                f" {times(read[1], plain[1], 'memory added')},"
                f" {times(read[2], plain[2], 'peak')};"
                f" with JSON {times(whole[0], plain[0], 'time')},"
                f" {times(whole[2], plain[2], 'peak')};"
                f" a layer {growth}"
            )
        unrolled(Path(folder), layers, ("", *sys.argv[2:3]))


if __name__ == "__main__":
    main()
