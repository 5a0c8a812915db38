"""Cases as runs of the command, in forks of this process, measured and bounded."""

from __future__ import annotations

import gc
import os
import pickle
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
import cnncalc.cli

from .cases import NET, OTHER, OUT
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
    seconds: float  # of processor time
    memory: int  # KiB at most
    written: bytes = b""  # the file of `--output`


def with_paths(word, paths):
    """A word of a command line with the paths of files for what stands for them."""
    for name, path in paths.items():
        if word.endswith(name) or f"={name}." in word:
            word = word.replace(name, path)
    return word


class Runner:
    """Runs cases, in a folder of its own.

    Many cases share a fork: most of the time of a short run is that of its pages, which every
    fork copies anew. What fails there, or is not cheap, is run again in a fork of its own, which
    is the run that counts.
    """

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

    def judged(self, cases):
        """Each case with what is wrong with it, each in a line, and its run."""
        left = list(cases)
        while left:
            together = self._together(left)
            for case, done in zip(left, together, strict=False):
                wrong = [*self._wrong(case, done)]
                yield case, *((wrong, done) if not wrong else self._alone(case))
            left = left[len(together) :]
            if left:  # the fork ended in it
                yield left[0], *self._alone(left[0])
                left = left[1:]

    def _alone(self, case):
        """What is wrong with a case in a fork of its own, and its run."""
        done = self._run(case)
        late = self.seconds < done.seconds < 2 * self.seconds
        if late and done.code >= 0:  # a busy machine may be slow once
            done = min(done, self._run(case), key=lambda one: one.seconds)
        return [*self._wrong(case, done)], done

    def _run(self, case):
        """Run a case as `python -m cnncalc` does, in a fork."""
        streams = self._prepared(case, 0)
        child = os.fork()
        if not child:
            os._exit(self._be(_module, self._arguments(case, 0), streams))
        _, status, used = os.wait4(child, 0)
        seconds, code = used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status)
        return self._done(case, 0, streams, (code, seconds, used.ru_maxrss))

    def _together(self, cases):
        """The runs of cases in one fork, up to the one that ended it."""
        streams = [self._prepared(case, number) for number, case in enumerate(cases)]
        results = Path(self.folder.name) / "results"
        results.write_bytes(b"")
        child = os.fork()
        if not child:
            with results.open("ab", buffering=0) as file:
                for number, case in enumerate(cases):
                    before = resource.getrusage(resource.RUSAGE_SELF)
                    arguments = self._arguments(case, number)
                    code = self._be(cnncalc.cli.main, arguments, streams[number])
                    after = resource.getrusage(resource.RUSAGE_SELF)
                    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                    file.write(pickle.dumps((code, seconds, after.ru_maxrss)))
            os._exit(0)
        os.waitpid(child, 0)
        taken = []
        with results.open("rb") as file:
            while file.peek(1):
                taken.append(pickle.load(file))  # noqa: S301 - of ourselves
        return [
            self._done(case, number, streams[number], figures)
            for (number, case), figures in zip(enumerate(cases), taken, strict=False)
        ]

    def _path(self, number, name):
        return os.path.join(self.folder.name, str(number), name)  # noqa: PTH118 - as it is spelt

    def _arguments(self, case, number):
        """The command line with the paths of the files in it."""
        paths = {
            NET: self._path(number, case.file),
            OTHER: self._path(number, f"other-{case.file}"),
            OUT: self._path(number, "out"),
        }
        return [with_paths(word, paths) for word in case.arguments]

    def _prepared(self, case, number):
        """Write the files of a case; the paths of its standard streams."""
        folder = Path(self._path(number, ""))
        folder.mkdir(exist_ok=True)
        for one in folder.iterdir():
            one.unlink()
        stdin = folder / "stdin"
        if case.file == "-":
            stdin.write_bytes(case.spec)
        else:
            stdin = Path(os.devnull)
            Path(self._path(number, case.file)).write_bytes(case.spec)
        if any(OTHER in word for word in case.arguments):
            Path(self._path(number, f"other-{case.file}")).write_bytes(case.other)
        return stdin, folder / "stdout", folder / "stderr"

    def _done(self, case, number, streams, figures):
        """What a run printed, wrote and took."""
        code, seconds, memory = figures
        stdout, stderr = (stream.read_bytes() for stream in streams[1:])
        written = b""
        for word in case.arguments:
            path = Path(self._path(number, "out") + word.rpartition(OUT)[2])
            if OUT in word and path.is_file():
                written = path.read_bytes()
        return Done(code, stdout, stderr, seconds, memory, written)

    def _be(self, command, arguments, streams):
        """Be the command, under bounds; its exit code."""
        code: object = 1
        try:
            signal.alarm(30 * _LONGEST)
            flags = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2)
            for stream, (path, flag) in enumerate(zip(streams, flags, strict=True)):
                opened = os.open(path, flag)
                os.dup2(opened, stream)
                os.close(opened)
            sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115 - it stays open
            used = resource.getrusage(resource.RUSAGE_SELF)
            longest = int(used.ru_utime + used.ru_stime) + _LONGEST
            resource.setrlimit(resource.RLIMIT_CPU, (longest, -1))
            resource.setrlimit(resource.RLIMIT_AS, (self.room, self.room))
            sys.argv[1:] = arguments
            command()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        except BaseException:  # noqa: BLE001 - as Python itself prints what nobody catches
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        return code if isinstance(code, int) else 1

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
            printed = [one.decode() for one in (done.stdout, done.stderr, done.written)]
        except UnicodeDecodeError as error:
            yield f"prints what is not UTF-8: {error}"
            return
        if done.code == 2 and not done.stderr:
            yield "exit code 2 without a word"
        if done.code >= 0:
            yield from complaints(case.arguments, *printed)


def _module():
    """The command as `python -m cnncalc`, which ends the process."""
    runpy.run_module("cnncalc", run_name="__main__", alter_sys=True)


def _cause(stderr):
    """The last place of the package in a traceback, and the exception."""
    lines = stderr.decode(errors="replace").splitlines()
    places = [line.strip() for line in lines if "/cnncalc/" in line and line.startswith("  File")]
    place = places[-1].rpartition("/cnncalc/")[2].replace('"', "") if places else "elsewhere"
    return f"{place}: {lines[-1][:120]}"
