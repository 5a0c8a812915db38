"""Biases that the newer exporter drops since all their elements are zero, and folded norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.noted import folded_batchnorm, renamed, takes_bias
from cnncalc.importers.onnx.steps import Held, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LAYERS = {"conv": "filters", "conv_transpose": "filters", "dense": "units"}


def restored(steps: Iterable[Step], targets: frozenset[str], *, unfold: bool) -> Iterator[Step]:
    """The steps with the biases that were dropped, and with the batch norms that were folded.

    A folded norm leaves a bias, unless it is unfolded.

    Args:
        steps: as read, before patterns are recognised.
        targets: the names of the model's parameters, as far as the file has them.
        unfold: whether batch norms come back.
    """
    for step in steps:
        count = step.arguments.get(_LAYERS.get(step.type, ""))
        if count is None:
            yield step
            continue
        folded = folded_batchnorm(step.node)
        if unfold and holds_norm(step):
            yield from _unfolded(step, count, biased=_had_bias(step, targets) if folded else False)
        elif folded or takes_bias(step.node) or _had_bias(step, targets):
            yield _biased(step, count)
        else:
            yield step


def holds_norm(step: Step) -> bool:
    """Whether a batch norm was folded into a step, before patterns are recognised."""
    if step.type not in _LAYERS:
        return False
    return folded_batchnorm(step.node) or (step.type != "dense" and renamed(step.node))


def _had_bias(step: Step, targets: frozenset[str]) -> bool:
    """Whether the module of a step's kernel has a parameter called bias."""
    module, dot, last = step.holds[0].name.rpartition(".") if step.holds else ("", "", "")
    return bool(dot) and last == "weight" and f"{module}.bias" in targets


def _biased(step: Step, count: int) -> Step:
    if step.arguments.get("bias", True):
        return step
    arguments = {key: value for key, value in step.arguments.items() if key != "bias"}
    held = Held(f"{step.output}:bias", count)
    return step._replace(arguments=arguments, holds=(*step.holds, held))


def _unfolded(step: Step, count: int, *, biased: bool) -> Iterator[Step]:
    """A layer and the batch norm that was folded into it, whose result is that of both."""
    name = f"{step.output}:unfolded"
    owner = step.holds[0].name if step.holds else step.output  # of a module called twice, once
    arguments = {key: value for key, value in step.arguments.items() if key != "bias"}
    holds = step.holds[:1]
    if biased:
        holds += (Held(f"{owner}:bias", count),)
    else:
        arguments["bias"] = False
    yield step._replace(output=name, arguments=arguments, holds=holds)
    held = [
        Held(f"{owner}:{part}", count, part in {"mean", "variance"})
        for part in ("scale", "offset", "mean", "variance")
    ]
    yield Step(
        "batchnorm", {}, (name,), step.output, step.shape, step.node._replace(op="BatchNorm"),
        tuple(held),
    )  # fmt: skip
