"""Runs an exported file where its framework is installed, and compares what it has with the net."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from cnncalc.layers.base.tensors import plural, show_shape

if TYPE_CHECKING:
    from cnncalc.net.network import Network

_LONGEST = 600  # seconds

#: They run the file as a program, its own assertions included, and tell what it made.
_PYTORCH = """
import json, runpy, sys
try:
    import torch
except ImportError:
    print(json.dumps({"missing": "torch"}))
    raise SystemExit
names = runpy.run_path(sys.argv[1], run_name="__main__")
model, output = names["model"], names["output"]
outputs = output if isinstance(output, (tuple, list)) else [output]
kept = [b for n, b in model.named_buffers() if not n.endswith("num_batches_tracked")]
print(json.dumps({
    "version": f"PyTorch {torch.__version__}",
    "params": sum(p.numel() for p in model.parameters()),
    "buffers": sum(b.numel() for b in kept),
    "outputs": [list(one.shape)[1:] for one in outputs],
}))
"""

_KERAS = """
import importlib.util, json, math, os, runpy, sys
for backend in ("tensorflow", "jax", "torch"):
    if importlib.util.find_spec(backend):
        os.environ.setdefault("KERAS_BACKEND", backend)
try:
    import keras
except ImportError:
    print(json.dumps({"missing": "keras"}))
    raise SystemExit
model = runpy.run_path(sys.argv[1], run_name="__main__")["model"]
statistics = ("moving_mean", "moving_variance", "mean", "variance", "count")
kept = sum(math.prod(w.shape) for w in model.weights if w.name in statistics)
print(json.dumps({
    "version": f"Keras {keras.__version__}",
    "params": model.count_params() - kept,
    "buffers": kept,
    "outputs": [list(one.shape)[1:] for one in model.outputs],
}))
"""

_DRIVERS = {"pytorch": _PYTORCH, "keras": _KERAS}


class Verdict(NamedTuple):
    """What agreed or did not, as sentences; `agreed` if all did."""

    lines: tuple[str, ...]
    agreed: bool


def check(
    text: str, network: Network, framework: Literal["pytorch", "keras"], python: str
) -> Verdict:
    """Run a file in this Python, and compare parameters, buffers and output shapes.

    Args:
        text: the file.
        network: what it must be equal to.
        framework: what it is written for.
        python: the interpreter, which has the framework.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, driver = Path(folder, "exported.py"), Path(folder, "driver.py")
        file.write_text(text, encoding="utf-8")
        driver.write_text(_DRIVERS[framework], encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603 - the interpreter that the user names
                [python, str(driver), str(file)],
                capture_output=True, text=True, timeout=_LONGEST, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            return Verdict((f"{python} did not run: {error}",), agreed=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        return Verdict((f"the file failed in {python}: {last[0]}",), agreed=False)
    return _compared(json.loads(done.stdout.splitlines()[-1]), network, python)


def _compared(found: dict[str, object], network: Network, python: str) -> Verdict:
    if "missing" in found:
        return Verdict(
            (f"{python} has no {found['missing']}: --python names an interpreter that has it",),
            agreed=False,
        )
    totals = network.totals
    lines, agreed = [], True
    for what, theirs, ours in (
        ("parameter", found["params"], totals.params),
        ("buffer element", found["buffers"], totals.buffers),
    ):
        same = theirs == ours
        agreed &= same
        lines.append(plural(ours, what) if same else f"{theirs} instead of {plural(ours, what)}")
    shapes = [network.shape_of(one) for one in network.outputs]
    theirs = found["outputs"]
    assert isinstance(theirs, list)  # noqa: S101 - as the driver writes it
    for shape, output in zip(shapes, theirs, strict=False):
        same = sorted(shape) == sorted(output)
        agreed &= same
        shown = show_shape(tuple(output))
        lines.append(f"output {shown}" if same else f"output {shown} not {show_shape(shape)}")
    agreed &= len(shapes) == len(theirs)
    verdict = "agree" if agreed else "differ"
    return Verdict((f"{found['version']}: {', '.join(lines)} {verdict}",), agreed=agreed)
