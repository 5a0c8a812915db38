"""Ctrl-C at any moment: exit code 130, no traceback, and a file that is whole or as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc.cli.commands import COMMANDS

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it forks, and counts its time")

#: Runs a command line in forks of a Python that has imported nothing: once to its end, then with
#: an interrupt at parts of the processor time that this took, or at some of its imports. Prints
#: for each the exit code, what was printed, and what is in the file to write to.
PROGRAM = """
import builtins, json, os, resource, signal, sys

line, out, parts, folder = json.loads(sys.argv[1])
streams = [os.path.join(folder, name) for name in ("stdout", "stderr")]

def be(moment, import_):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run aside
    for at, path in enumerate(streams, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), at)
    real, count = builtins.__import__, 0
    def counted(*words, **more):
        nonlocal count
        count += 1
        if count == import_:
            raise KeyboardInterrupt
        return real(*words, **more)
    from cnncalc.cli import program
    sys.argv[1:] = line
    builtins.__import__ = counted
    if moment:
        signal.signal(signal.SIGVTALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
        signal.setitimer(signal.ITIMER_VIRTUAL, moment)
    program()

def run(moment=0, import_=0):
    if out:
        with open(out, "w") as file:
            file.write("before")
    child = os.fork()
    if not child:
        be(moment, import_)
    _, status, used = os.wait4(child, 0)
    texts = [open(path, encoding="utf-8").read() for path in [*streams, *([out] if out else [])]]
    return used.ru_utime, [os.waitstatus_to_exitcode(status), *texts]

took, whole = run()
print(json.dumps([whole, *(run(moment=part * took)[1] for part in parts),
                  *(run(import_=number)[1] for number in (3, 20))]))
"""

NET = "input: 3x8x8\nlayers: [{conv: {filters: 2, kernel: 3}}, flatten, {dense: 3}]\n"
VALUES = "input: [2]\nvalues: [1, 2]\nlayers: [{dense: 1, weights: {kernel: 2, bias: 1}}]\n"
LINES = """
summarize NET
compare NET --mlp
explain NET
check NET
memory NET
conventions NET
solve NET --min-input
compute VALUES --steps
draw NET -f svg -o OUT
report NET -o OUT
export NET -o OUT
import tests/data/small.onnx -o OUT
layers conv
schema
new lenet5
--help
summarize --wrong
""".strip().splitlines()


@pytest.mark.parametrize("line", LINES)
def test_an_interrupt_ends_with_130_and_leaves_no_part_of_a_file(tmp_path, line):
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "values.yaml").write_text(VALUES)
    out = str(tmp_path / "out") if "OUT" in line else ""
    paths = {"NET": str(tmp_path / "net.yaml"), "VALUES": str(tmp_path / "values.yaml"), "OUT": out}
    words = [paths.get(word, word) for word in line.split()]
    given = json.dumps([words, out, [0.1, 0.5, 0.9], str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, given], cwd=ROOT, capture_output=True, text=True, check=True
    )
    whole, *interrupted = json.loads(done.stdout)
    for code, _, stderr, *written in interrupted:
        assert "Traceback" not in stderr
        assert code in (130, whole[0])
        assert stderr in ("", whole[2])
        assert written in (["before"], whole[3:])
    assert sum(code == 130 for code, *_ in interrupted) >= 3


@pytest.mark.parametrize(
    ("raised", "code", "printed"),
    [("KeyboardInterrupt", 130, ""), ("ValueError('kept')", 0, "ValueError: kept")],
)
def test_an_interrupt_in_a_callback_ends_the_process(raised, code, printed):
    # Python itself cannot raise there: it would print a traceback, and go on.
    program = (
        "from cnncalc import cli\n"
        "class Freed:\n    def __del__(self):\n"
        f"        raise {raised}\n"
        "cli.main = Freed\ncli.program()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert printed in done.stderr
    assert bool(done.stderr) == bool(printed)


def test_no_command_is_left_out():
    assert {line.split()[0] for line in LINES} >= set(COMMANDS)


@pytest.mark.parametrize(
    ("handler", "printed"), [("default_int_handler", "interrupted\n"), ("SIG_IGN", "")]
)
def test_an_interrupt_waits_until_a_file_is_written(tmp_path, handler, printed):
    path = tmp_path / "out"
    program = (
        "import os, signal, sys\nfrom cnncalc.cli import output\n"
        f"signal.signal(signal.SIGINT, signal.{handler})\n"
        "real = open\n"
        "def opened(*words, **more):\n"
        "    file = real(*words, **more)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return file\n"
        "output.open = opened\n"
        "try:\n    output.write_file(sys.argv[1], 'whole', ())\n"
        "except KeyboardInterrupt:\n    print('interrupted')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, path.read_text()) == (printed, "whole")
