"""Bounds: what each feature of the language costs as it grows, up to the limits.

    python benchmarks/bounds.py [WORDS OF A CASE]

Doubles the size of each case of `tests/growing_specs.py` up to its largest. Prints processor
seconds and peak memory of the command there, beside those of a small net, and the exponent of
growth over the last doublings; marks what grows faster than n^1.2, or takes too much at any size.
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from growing_specs import CASES, NET, Case
from measured import Run, run

MOST_SECONDS = 2.0
MOST_MEMORY = 300 * 1024  # KiB
MOST_GROWTH = 1.2
NOTICED = (0.3, 16 * 1024)  # seconds and KiB over the smallest net: below, growth is noise
DOUBLINGS = 3  # over which growth is taken


def measure(case: Case, size: int, folder: Path) -> Run:
    """The command at a size."""
    path, other = folder / "net.yaml", folder / "other.yaml"
    text = case.text(size)
    path.write_text(text)
    other.write_text(text.replace("1", "2"))
    beside = {"@": str(path), "@other": str(other)}
    return run(case.command[0], str(path), *(beside.get(one, one) for one in case.command[1:]))


def sizes(most: int) -> list[int]:
    """The sizes, each half of the next."""
    return sorted({max(1, most >> halved) for halved in range(DOUBLINGS)})


def exponent(small: float, large: float, base: float, noticed: float) -> float:
    """The growth over one doubling of what is above the cost of a small net."""
    if large - base < noticed:
        return 0.0
    return math.log2((large - base) / max(small - base, noticed / 8))


def main() -> int:
    """Print a line a case; 1 if one is beyond its bounds."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = measure(Case(lambda _: f"{NET}  - relu\n", 1), 1, folder)
        print(f"{'a small net':<44}{base.seconds:>7.2f} s {base.memory / 1024:>6.0f} MiB")
        for what, case in CASES.items():
            if not all(word in what for word in words):
                continue
            runs = []
            for size in sizes(case.most):
                runs.append(measure(case, size, folder))
                if runs[-1].seconds > 3 * MOST_SECONDS or runs[-1].code < 0:
                    break
            seconds, memory = max(one.seconds for one in runs), max(one.memory for one in runs)
            last, before = runs[-1], runs[-2] if len(runs) > 1 else base
            time = exponent(before.seconds, last.seconds, base.seconds, NOTICED[0])
            space = exponent(before.memory, last.memory, base.memory, NOTICED[1])
            wrong = [
                *(["slow"] if seconds > MOST_SECONDS else []),
                *(["large"] if memory > MOST_MEMORY else []),
                *(["grows"] if max(time, space) > MOST_GROWTH else []),
                *(["dies"] if "Traceback" in last.stderr or last.code < 0 else []),
            ]
            failed += bool(wrong)
            print(
                f"{what:<44}{seconds:>7.2f} s {memory / 1024:>6.0f} MiB"
                f"  n^{time:.2f} n^{space:.2f}  {last.code} {','.join(last.errors)[:5]:<6}"
                f"{len(last.stdout) + len(last.stderr):>10,} B  {' '.join(wrong)}",
                flush=True,
            )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
