"""`python -m tests.fuzz`: cases by hand, by the minute or for hours."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections import Counter
from pathlib import Path

from .cases import NET, case
from .runs import Runner

REPORT = 10_000  # cases between two reports


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
    began, kinds, failed = time.monotonic(), Counter(), Counter()
    slowest, largest = (0.0, -1), (0, -1)
    number = given.start
    for number in range(given.start, given.start + given.cases):
        one = case(given.seed, number)
        wrong, done = runner.failures(one)
        kinds[one.kind] += 1
        slowest = max(slowest, (done.seconds, number))
        largest = max(largest, (done.memory, number))
        if wrong:
            failed[wrong[0]] += 1
            where = given.failures / f"{given.seed}-{number}"
            _keep(where, one, wrong, done)
            _say(f"{where}: {'; '.join(wrong)}")
        if (number + 1) % REPORT == 0:
            _say(f"{number + 1} cases, {failed.total()} failures, {_clock(began)}")
        if given.minutes and time.monotonic() - began > 60 * given.minutes:
            break
    _say(
        f"{kinds.total()} cases of seed {given.seed} in {_clock(began)}, {failed.total()} failures"
    )
    _say(f"at most {slowest[0]:.2f} s (case {slowest[1]}), "
         f"{largest[0] / 1024:.0f} MiB resident (case {largest[1]})")  # fmt: skip
    _say(f"by kind: {', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}")
    _say(f"--start {number + 1} goes on")
    sys.exit(bool(failed))


def _clock(began):
    return f"{time.monotonic() - began:.0f} s"


def _say(text):
    print(ascii(text)[1:-1], flush=True)  # noqa: T201 - a program


def _keep(folder, one, wrong, done):
    """What makes a failure again: the spec, the command line, what was printed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.yaml").write_bytes(one.spec)
    words = [str(folder / "spec.yaml") if word == NET else word for word in one.arguments]
    redirect = f" < {shlex.quote(str(folder / 'spec.yaml'))}" if one.file == "-" else ""
    line = f"python -m cnncalc {shlex.join(words)}{redirect}\n"
    (folder / "command.sh").write_bytes(os.fsencode(line))
    about = [*wrong, f"kind: {one.kind}", f"file: {one.file!r}", f"arguments: {one.arguments!r}"]
    (folder / "about.txt").write_text(ascii("\n".join(about)).replace("\\n", "\n"))
    (folder / "stdout").write_bytes(done.stdout)
    (folder / "stderr").write_bytes(done.stderr)


if __name__ == "__main__":
    main()
