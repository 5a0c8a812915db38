"""`python -m tests.fuzz`: cases by hand, by the minute or for hours."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from .cases import NET, OTHER, OUT, case
from .outputs import FORMATS, format_of
from .runs import Runner, with_paths

REPORT = 10_000  # cases between two reports
TOGETHER = 25  # cases that share a fork


def main():
    """Run cases; exit code 1 if any fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000, help="how many cases")
    parser.add_argument("--seed", default="1", help="what the cases are drawn from")
    parser.add_argument("--start", type=int, default=0, help="the number of the first, to go on")
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--seconds", type=float, default=2.0,
                        help="processor time that a case may take")  # fmt: skip
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures").absolute(),
                        help="where a folder for every failure goes")  # fmt: skip
    given = parser.parse_args()
    runner = Runner(given.seconds)
    began, tally, failed = time.monotonic(), Tally(), Counter()
    number = given.start
    numbers = iter(range(given.start, given.start + given.cases))
    while group := [*islice(numbers, TOGETHER)]:
        judged = runner.judged([case(given.seed, number) for number in group])
        for number, (one, wrong, done) in zip(group, judged, strict=True):
            tally.add(number, one, done)
            if wrong:
                failed[wrong[0]] += 1
                where = given.failures / f"{given.seed}-{number}"
                _keep(where, one, wrong, done)
                _say(f"{where}: {'; '.join(wrong)}")
            if (number + 1) % REPORT == 0:
                _say(f"{number + 1} cases, {failed.total()} failures, {_clock(began)}")
        if given.minutes and time.monotonic() - began > 60 * given.minutes:
            break
    count = tally.kinds.total()
    _say(f"{count} cases of seed {given.seed} in {_clock(began)}, {failed.total()} failures")
    for line in tally.lines():
        _say(line)
    _say(f"--start {number + 1} goes on")
    sys.exit(bool(failed))


class Tally:
    """How often what was run, and the most that a run took."""

    def __init__(self):
        self.kinds, self.commands, self.formats, self.codes = (Counter() for _ in range(4))
        self.slowest, self.largest = (0.0, -1), (0, -1)

    def add(self, number, one, done):
        """Count a case."""
        self.kinds[one.kind] += 1
        if one.kind != "words":
            self.commands[one.arguments[0]] += 1
            if form := format_of(one.arguments):
                self.formats[f"{one.arguments[0]} {form}" if form in FORMATS else "none"] += 1
            self.codes[f"{one.arguments[0]} {done.code}"] += 1
        self.slowest = max(self.slowest, (done.seconds, number))
        self.largest = max(self.largest, (done.memory, number))

    def lines(self):
        """The figures, each in a line."""
        yield (f"at most {self.slowest[0]:.2f} s of processor time (case {self.slowest[1]}), "
               f"{self.largest[0] / 1024:.0f} MiB resident (case {self.largest[1]})")  # fmt: skip
        for what in ("kinds", "commands", "formats", "codes"):
            counts = sorted(getattr(self, what).items())
            yield f"{what}: {', '.join(f'{name} {count}' for name, count in counts)}"


def _clock(began):
    return f"{time.monotonic() - began:.0f} s"


def _say(text):
    print(ascii(text)[1:-1], flush=True)  # noqa: T201 - a program


def _keep(folder, one, wrong, done):
    """What makes a failure again: the spec, the command line, what was printed."""
    folder.mkdir(parents=True, exist_ok=True)
    spec, other = (str(folder / f"{name}{Path(one.file).suffix}") for name in ("spec", "other"))
    Path(spec).write_bytes(one.spec)
    Path(other).write_bytes(one.other)
    paths = {NET: spec, OTHER: other, OUT: "out"}
    words = [with_paths(word, paths) for word in one.arguments]
    redirect = f" < {shlex.quote(spec)}" if one.file == "-" else ""
    line = f"python -m cnncalc {shlex.join(words)}{redirect}\n"
    (folder / "command.sh").write_bytes(os.fsencode(line))
    about = [*wrong, f"kind: {one.kind}", f"file: {one.file!r}", f"arguments: {one.arguments!r}"]
    (folder / "about.txt").write_text(ascii("\n".join(about)).replace("\\n", "\n"))
    (folder / "stdout").write_bytes(done.stdout)
    (folder / "stderr").write_bytes(done.stderr)


if __name__ == "__main__":
    main()
