"""Runs of the command whose processor time and memory are measured, and bounded."""

from __future__ import annotations

import re
from typing import NamedTuple

from forks import cnncalc, forks

MOST_SECONDS = 10  # of processor time; the aim is about one
MOST_MEMORY = 200 * 1024  # KiB
_PLACE = re.compile(r"^ *--> \S*net\.yaml:\d+:\d+$", re.MULTILINE)


class Run(NamedTuple):
    """What a command did, and what it used: seconds of processor time and KiB of memory."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    memory: int

    @property
    def errors(self):
        """The codes of the errors that are shown."""
        return re.findall(r"^error\[(E\d+)\]", self.stderr, re.MULTILINE)


def run(*arguments):
    """Run the command under bounds and measure it."""
    done = cnncalc(*arguments)
    return Run(done.returncode, done.stdout, done.stderr, *forks().used)


def assert_cheap(done):
    """It took little, and did not break down."""
    assert "Traceback" not in done.stderr, done.stderr[-1000:]
    assert done.code >= 0, f"killed after {done.seconds:.0f} s"
    assert done.seconds < MOST_SECONDS
    assert done.memory < MOST_MEMORY


def assert_refused(done, *codes):
    """One error of one of these codes, short and with a place; and it took little."""
    assert_cheap(done)
    assert done.code == 2
    assert len(done.errors) == 1
    assert done.errors[0] in codes
    assert _PLACE.search(done.stderr), done.stderr[:500]
    assert len(done.stderr) < 2000
    assert len(done.stdout) < 2000
