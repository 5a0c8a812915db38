"""The command in a process of its own, without a start of Python for each.

A process that has imported the command forks for every run: arguments, standard streams, exit code
and the end of the process are those of `python -m cnncalc`; only the imports are done already.
Tests of starting up (`cli/test_imports.py`), of streams and of terminals start Python instead, as
does a run with environment variables, which are read while importing.

This file is also the program of that process: it imports nothing of the tests.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import resource
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import cnncalc as package
from cnncalc.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
LONGEST = 60  # seconds of processor time; of other time, on a busy machine, ten times as many
MOST_ADDRESSES = 2 << 30  # bytes: a run that goes wrong does not take the machine along
#: With coverage all runs share the process: to be measured anew, each fork would take twenty times
#: as long. How the process ends is then not seen; the tests are run without coverage, too.
MEASURED = "COVERAGE_RUN" in os.environ


class Forks:
    """Runs of the command, each in a fork of one process."""

    def __init__(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.files = tempfile.TemporaryDirectory()
        #: What the last run took: seconds of processor time, and KiB at its peak.
        self.used: list[float] = []
        atexit.register(self.close)

    def run(
        self, arguments: list[str], stdin: str, folder: Path = ROOT
    ) -> subprocess.CompletedProcess[str]:
        """Run the command with these arguments and a standard input, in a folder."""
        streams = [Path(self.files.name, name) for name in ("stdin", "stdout", "stderr")]
        streams[0].write_text(stdin, encoding="utf-8")
        order = {
            "folder": str(folder),
            "arguments": arguments,
            "streams": [str(stream) for stream in streams],
        }
        self.server.stdin.write(json.dumps(order) + "\n")
        self.server.stdin.flush()
        code, *self.used = json.loads(self.server.stdout.readline())
        printed = (stream.read_text(encoding="utf-8") for stream in streams[1:])
        return subprocess.CompletedProcess(["cnncalc", *arguments], code, *printed)

    def close(self) -> None:
        """End the process."""
        self.server.stdin.close()
        self.server.wait(timeout=10 * LONGEST)
        self.server.stdout.close()
        self.files.cleanup()


@cache
def forks() -> Forks:
    """The process that forks, started when first needed."""
    return Forks()


def cnncalc(
    *arguments: object, stdin: str | None = None, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, from the root of the project or another folder."""
    return forks().run([str(one) for one in arguments], stdin or "", folder)


def serve() -> None:
    """Carry out every order, a line of JSON, and answer with the exit code and what it took."""
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for module in pkgutil.walk_packages(package.__path__, "cnncalc."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
    for order in orders:
        asked = json.loads(order)
        os.chdir(asked.pop("folder"))
        answer = (here if MEASURED else in_fork)(**asked)
        answers.write(f"{json.dumps(answer)}\n")
        answers.flush()


def in_fork(arguments: list[str], streams: list[str]) -> tuple[int, float, int]:
    """Run the command in a fork: its exit code, seconds and KiB."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
        module = partial(runpy.run_module, "cnncalc", run_name="__main__", alter_sys=True)
        os._exit(obey(module, arguments, streams))
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss


def here(arguments: list[str], streams: list[str]) -> tuple[int, float, int]:
    """Run the command in this process, which it does not end."""
    # What standard input gives is kept for each stream: it is a new one for each run.
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
    before = time.process_time()
    code = obey(main, arguments, streams)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.alarm(0)
    gc.enable()
    gc.unfreeze()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return code, time.process_time() - before, peak


def obey(command: Callable[[], object], arguments: list[str], streams: list[str]) -> int:
    """Be the command, with these files for its standard streams; returns its exit code."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    signal.alarm(10 * LONGEST)
    for number, (path, flags) in enumerate(
        zip(streams, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2), strict=True)
    ):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv[1:] = arguments
    code: object = 0
    try:
        command()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001 - as Python itself prints what nobody catches
        traceback.print_exc()
        code = 1
    if not isinstance(code, int):
        print(code, file=sys.stderr)  # noqa: T201 - as Python does
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    serve()
