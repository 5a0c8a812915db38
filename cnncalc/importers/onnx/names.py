"""Names of layers: the paths of their modules where the file has them, else type and number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.importers.onnx.noted import Modules, folded_batchnorm, modules_of
from cnncalc.named_tuple import NamedTuple
from cnncalc.visible import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.importers.onnx.steps import Step

_NOT_IN_A_NAME = re.compile(r"[^\w.\-]+")
_WEIGHTS = frozenset({"weight", "bias", "kernel", "gamma", "running_mean"})
_LEAF = "torch.nn.modules."
_CONTAINERS = ("torch.nn.modules.container.", "torch.nn.modules.transformer.")


class Place(NamedTuple):
    """A layer's name and the modules that it stands in."""

    name: str
    path: tuple[str, ...]
    classes: tuple[str, ...]


def places_of(steps: Sequence[Step], taken: Iterable[str]) -> list[Place]:
    """A place for each step; names are unlike each other and those that are taken."""
    found = _without_common([_modules(step) for step in steps])
    counts: dict[tuple[str, ...], int] = {}
    for modules in found:
        counts[modules.path] = counts.get(modules.path, 0) + 1
    outer = {path[:end] for path in counts for end in range(len(path))}
    names = _Names(taken)
    places = []
    for step, modules in zip(steps, found, strict=True):
        leaf = _is_leaf(modules, alone=counts[modules.path] == 1 and modules.path not in outer)
        path = modules.path[:-1] if leaf else modules.path
        classes = modules.classes[: len(path)]
        own = modules.path[-1] if leaf else step.type.lstrip(":").lower()
        classes = tuple(one.rpartition(".")[2] for one in classes)
        name = names.free((*path, own), numbered=not modules.path)
        places.append(Place(name, path, classes if any(classes) else ()))
    return places


def _modules(step: Step) -> Modules:
    found = modules_of(step.node)
    for node in step.within:
        other = modules_of(node)
        same = 0
        while same < min(len(found.path), len(other.path)) and found.path[same] == other.path[same]:
            same += 1
        found = Modules(found.path[:same], found.classes[:same])
    weights = _of_weights(step)
    if not found.path:
        return Modules(weights)
    folded = folded_batchnorm(step.node) and step.type != "batchnorm"
    if folded and weights[:-1] == found.path[:-1]:  # noted is the place of the norm
        return Modules(weights, found.classes)
    return found


def _of_weights(step: Step) -> tuple[str, ...]:
    """The modules that the names of a step's weights tell: `layer1.0.conv1.weight`."""
    for held in step.holds:
        module, dot, last = held.name.rpartition(".")
        if dot and last in _WEIGHTS and "::" not in module and ":" not in held.name:
            return tuple(module.split("."))
    return ()


def _without_common(found: list[Modules]) -> list[Modules]:
    """The paths without what all of them begin with."""
    paths = [modules.path for modules in found if modules.path]
    if len(paths) < 2:  # noqa: PLR2004 - one has nothing in common
        return found
    first, last = min(paths), max(paths)
    same = 0
    while same < min(len(first), len(last)) - 1 and first[same] == last[same]:
        same += 1
    if same and any(path[same].isdigit() for path in paths):
        same -= 1  # a number alone is no name
    return [Modules(one.path[same:], one.classes[same:]) for one in found]


def _is_leaf(modules: Modules, *, alone: bool) -> bool:
    """Whether the innermost module is the layer itself, not one that holds it."""
    if not modules.path:
        return False
    own = modules.classes[-1] if len(modules.classes) == len(modules.path) else ""
    if own.startswith(_LEAF):
        return not own.startswith(_CONTAINERS)
    return alone


def printable(name: str) -> str:
    """A name without what a spec would have to quote."""
    return _NOT_IN_A_NAME.sub("_", escaped(name, lambda _: "_")).strip("_.")


class _Names:
    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.numbers: dict[str, int] = {}

    def free(self, parts: tuple[str, ...], *, numbered: bool) -> str:
        """A name of these parts that nothing has; types alone are numbered from 1."""
        wanted = printable(".".join(parts)) or "layer"
        name = f"{wanted}_1" if numbered else wanted
        while name in self.taken:
            number = self.numbers[wanted] = self.numbers.get(wanted, 1) + 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name
