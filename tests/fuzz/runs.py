"""A case as a run of the command, in a fork of this process, measured and bounded."""

from __future__ import annotations

import gc
import os
import resource
import runpy
import signal
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import NamedTuple

import cnncalc

from .cases import NET
from .outputs import complaints

ROOT = Path(__file__).parent.parent.parent
MEMORY = 300 << 20  # bytes beside what Python and the package take
_LONGEST = 10  # seconds of processor time, then it is ended
_CODES = (0, 1, 2)


class Done(NamedTuple):
    """What a run printed and took; the code is negative where a signal ended it."""

    code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    memory: int  # KiB at most


class Runner:
    """Runs cases one after another, in a folder of its own."""

    def __init__(self, seconds):
        self.seconds = seconds  # of processor time that a run may take
        self.folder = tempfile.TemporaryDirectory(prefix="fuzz-")
        os.chdir(ROOT)
        for module in walk_packages(cnncalc.__path__, "cnncalc."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
        gc.collect()
        gc.freeze()
        self.room = int(Path("/proc/self/statm").read_text().split()[0]) * 4096 + MEMORY

    def arguments(self, case):
        """The command line with the path of the spec in it."""
        path = os.path.join(self.folder.name, case.file)  # noqa: PTH118 - as it is spelt
        return [path if word == NET else word for word in case.arguments]

    def run(self, case):
        """Run a case."""
        folder = Path(self.folder.name)
        spec = folder / ("stdin" if case.file == "-" else case.file)
        spec.write_bytes(case.spec)
        stdin = spec if case.file == "-" else Path(os.devnull)
        streams = (stdin, folder / "stdout", folder / "stderr")
        child = os.fork()
        if not child:
            self._be(self.arguments(case), streams)
        _, status, used = os.wait4(child, 0)
        if case.file != "-":
            spec.unlink()
        printed = (stream.read_bytes() for stream in streams[1:])
        seconds = used.ru_utime + used.ru_stime
        return Done(os.waitstatus_to_exitcode(status), *printed, seconds, used.ru_maxrss)

    def _be(self, arguments, streams):
        """Be the command, under bounds; does not return."""
        code: object = 1
        try:
            signal.alarm(30 * _LONGEST)
            flags = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2)
            for number, (path, flag) in enumerate(zip(streams, flags, strict=True)):
                os.dup2(os.open(path, flag), number)
            sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
            resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST + 1))
            resource.setrlimit(resource.RLIMIT_AS, (self.room, self.room))
            sys.argv[1:] = arguments
            runpy.run_module("cnncalc", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            code = end.code or 0
        except BaseException:  # noqa: BLE001 - as Python itself prints what nobody catches
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 1)

    def failures(self, case):
        """What is wrong with the run of a case, each in a line, and the run."""
        done = self.run(case)
        if done.seconds > self.seconds and done.code >= 0:  # a busy machine may be slow once
            done = min(done, self.run(case), key=lambda one: one.seconds)
        return [*self._wrong(case, done)], done

    def _wrong(self, case, done):
        if done.code < 0:
            yield f"ended by {signal.Signals(-done.code).name} after {done.seconds:.1f} s"
        elif done.code not in _CODES:
            yield f"exit code {done.code}"
        if done.seconds > self.seconds:
            yield f"took {done.seconds:.1f} s"
        if b"Traceback (most recent call last)" in done.stderr:
            yield f"traceback: {_cause(done.stderr)}"
            return
        try:
            stdout, stderr = done.stdout.decode(), done.stderr.decode()
        except UnicodeDecodeError as error:
            yield f"prints what is not UTF-8: {error}"
            return
        if done.code == 2 and not stderr:
            yield "exit code 2 without a word"
        if done.code >= 0:
            yield from complaints(case.arguments, stdout, stderr)


def _cause(stderr):
    """The last place of the package in a traceback, and the exception."""
    lines = stderr.decode(errors="replace").splitlines()
    places = [line.strip() for line in lines if "/cnncalc/" in line and line.startswith("  File")]
    place = places[-1].rpartition("/cnncalc/")[2].replace('"', "") if places else "elsewhere"
    return f"{place}: {lines[-1][:120]}"
