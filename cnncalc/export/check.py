"""Runs an exported file where its framework is installed, and compares what it has with the net."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from cnncalc.export.unused import used_part
from cnncalc.layers.base.tensors import plural, show_shape
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

_LONGEST = 600  # seconds

#: What both drivers share: they run the file as a program, its own assertions included, and
#: tell where it failed.
_RUN = """
import importlib.util, json, math, os, runpy, sys, traceback

def told(**found):
    print(json.dumps(found))
    raise SystemExit

def run():
    try:
        return runpy.run_path(sys.argv[1], run_name="__main__")
    except Exception as error:
        frames = [one for one in traceback.extract_tb(error.__traceback__)
                  if one.filename == sys.argv[1]]
        place = f"line {frames[-1].lineno}, `{frames[-1].line}`: " if frames else ""
        told(failed=place + traceback.format_exception_only(error)[-1].strip())

def shapes_in(output):
    output = output[0] if isinstance(output, (tuple, list)) and output else output
    return [list(output.shape)[1:]] if hasattr(output, "shape") else []
"""

#: The weights and their values are made on the meta device, where only shapes are worked out.
_PYTORCH = """
try:
    import torch
except ImportError:
    told(missing="torch")
shapes, last = [], []

def note(module, inputs, output):
    shapes.extend(shapes_in(output))
    last[:] = [output]  # the whole model ends last

torch.nn.modules.module.register_module_forward_hook(note)
torch.set_default_device("meta")
model = run()["model"]
output = last[0]
outputs = output if isinstance(output, (tuple, list)) else [output]
kept = [b for n, b in model.named_buffers() if not n.endswith("num_batches_tracked")]
told(
    version=f"PyTorch {torch.__version__}",
    params=sum(p.numel() for p in model.parameters()),
    trained=sum(p.numel() for p in model.parameters() if p.requires_grad),
    buffers=sum(b.numel() for b in kept),
    layers=shapes,
    outputs=[list(one.shape)[1:] for one in outputs],
)
"""

_KERAS = """
backends = [one for one in ("tensorflow", "jax", "torch") if importlib.util.find_spec(one)]
os.environ.setdefault("KERAS_BACKEND", backends[0] if backends else "none")
os.environ.setdefault("KERAS_TORCH_DEVICE", "meta")
if not importlib.util.find_spec("keras"):
    told(missing="keras")
if os.environ["KERAS_BACKEND"] not in backends:
    told(missing="backend of keras (tensorflow, jax or torch)")
import keras
shapes = []
plain = keras.layers.Layer.__call__

def noted(layer, *inputs, **options):
    output = plain(layer, *inputs, **options)
    shapes.extend(shapes_in(output))
    return output

keras.layers.Layer.__call__ = noted
model = run()["model"]
statistics = ("moving_mean", "moving_variance", "mean", "variance", "count")
kept = sum(
    math.prod(w.shape) for w in model.weights
    if w.name in statistics or "float" not in w.dtype  # such as a table of positions
)
told(
    version=f"Keras {keras.__version__}",
    params=model.count_params() - kept,
    trained=sum(math.prod(w.shape) for w in model.trainable_weights),
    buffers=kept,
    layers=shapes,
    outputs=[list(one.shape)[1:] for one in model.outputs],
)
"""

#: What the drivers tell of a file that ran.
_KEYS = {"version", "params", "trained", "buffers", "layers", "outputs"}
_DRIVERS = {"pytorch": _RUN + _PYTORCH, "keras": _RUN + _KERAS}


class Verdict(NamedTuple):
    """What agreed or did not, as sentences; `agreed` if all did."""

    lines: tuple[str, ...]
    agreed: bool


def check(
    text: str,
    network: Network,
    framework: Literal["pytorch", "keras"],
    python: str,
    waiting: Callable[[int], None] | None = None,
) -> Verdict:
    """Run a file in this Python, and compare parameters, buffers and shapes.

    Args:
        text: the file.
        network: what it must be equal to.
        framework: what it is written for.
        python: the interpreter, which has the framework.
        waiting: is told every second how many have passed.
    """
    if framework == "keras":
        network = used_part(network)  # which its models have
    with tempfile.TemporaryDirectory() as folder:
        file, driver = Path(folder, "exported.py"), Path(folder, "driver.py")
        file.write_text(text, encoding="utf-8")
        driver.write_text(_DRIVERS[framework], encoding="utf-8")
        try:
            code, printed, errors = _run([python, str(driver), str(file)], waiting)
        except OSError as error:
            return _differs(f"{python} did not run: {error.strerror or error}")
        except subprocess.TimeoutExpired:
            return _differs(f"the file ran for over {_LONGEST} seconds in {python}")
    lines = printed.splitlines()
    if code or not lines:
        last = errors.strip().splitlines()[-1:] or ["no message"]
        return _differs(f"the file failed in {python}: {last[0]}")
    return _verdict(_told(lines[-1]), network, python)


def _verdict(found: dict[str, Any] | None, network: Network, python: str) -> Verdict:
    """What the driver told, or None, as sentences."""
    if found is None:
        return _differs(f"{python} did not run the file: what it printed is not from Python")
    if "missing" in found:
        return _differs(
            f"{python} has no {found['missing']}: --python names an interpreter that has it"
        )
    if "failed" in found:
        return _differs(f"the file failed in {python}: {found['failed']}")
    return _compared(found, network)


def _told(line: str) -> dict[str, Any] | None:
    """What the driver printed; None if it did not run."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    known = isinstance(found, dict) and (set(found) >= _KEYS or {"missing", "failed"} & set(found))
    return found if known else None


def _differs(line: str) -> Verdict:
    return Verdict((line,), agreed=False)


def _run(command: list[str], waiting: Callable[[int], None] | None) -> tuple[int, str, str]:
    """The exit code and what was printed; raises `OSError` and `TimeoutExpired`."""
    begun = monotonic()
    with subprocess.Popen(  # noqa: S603 - the interpreter that the user names
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            while (found := _printed(process)) is None:
                passed = int(monotonic() - begun)
                _go_on(passed, command)
                if waiting is not None:
                    waiting(passed)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return process.returncode, *found


def _go_on(passed: int, command: list[str]) -> None:
    if passed > _LONGEST:
        raise subprocess.TimeoutExpired(command, passed)


def _printed(process: subprocess.Popen[str]) -> tuple[str, str] | None:
    """What a process printed; None if it goes on after a second."""
    try:
        return process.communicate(timeout=1)
    except subprocess.TimeoutExpired:
        return None


def _compared(found: dict[str, Any], network: Network) -> Verdict:
    lines, agreed = [], True
    for line, same in (*_counts(found, network), *_shapes(found, network)):
        lines.append(line)
        agreed &= same
    verdict = "agree" if agreed else "differ"
    return Verdict((f"{found['version']}: {', '.join(lines)} {verdict}",), agreed=agreed)


def _counts(found: dict[str, Any], network: Network) -> Iterator[tuple[str, bool]]:
    totals = network.totals
    for what, key, ours in (
        ("parameter", "params", totals.params),
        ("trained parameter", "trained", totals.trainable_params),
        ("buffer element", "buffers", totals.buffers),
    ):
        same = found[key] == ours
        if same and key == "trained" and ours == totals.params:
            continue
        yield plural(ours, what) if same else f"{found[key]} instead of {plural(ours, what)}", same


def _shapes(found: dict[str, Any], network: Network) -> Iterator[tuple[str, bool]]:
    """The shapes of layers with weights, whatever the order of axes; those of the outputs."""
    weighted = [node for node in used_part(network).layers if node.weights]
    made = Counter(tuple(sorted(shape)) for shape in found["layers"] if None not in shape)
    without = [node for node in weighted if not _taken(made, node)]
    if without:
        first = show_shape(without[0].output_shape)
        yield f"no layer gives the {first} of {without[0].name}", False
    elif weighted:
        yield f"shapes of {plural(len(weighted), 'layer')} with weights", True
    shapes = [network.shape_of(one) for one in network.outputs]
    if len(shapes) != len(found["outputs"]):
        yield f"{plural(len(found['outputs']), 'output')} instead of {len(shapes)}", False
    for shape, output in zip(shapes, found["outputs"], strict=False):
        same = sorted(shape) == sorted(output)
        shown = show_shape(tuple(output))
        yield f"output {shown}" if same else f"output {shown} not {show_shape(shape)}", same


def _taken(made: Counter[tuple[int, ...]], node: Node) -> bool:
    """Whether one of these shapes is left for a layer, which takes it."""
    key = tuple(sorted(node.output_shape))
    made[key] -= 1
    return made[key] >= 0
