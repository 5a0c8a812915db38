"""A model of PyTorch from a package, on the meta device where it can be built there."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.torch.failures import told
from cnncalc.importers.torch.parameters import without_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.torch.torch_types import Module, Torch


def built(torch: Torch, source: str) -> Module:
    """The model that `package.module:callable` gives, as it is for inference.

    Raises:
        ImportProblem: it cannot be imported or built, or is no module of PyTorch.
    """
    module, _, attribute = source.partition(":")
    sys.path.insert(0, "")  # as `python -m` finds modules of the folder
    try:
        with told(f"{module} cannot be imported"):
            found: Any = import_module(module)
            for name in attribute.split("."):
                found = getattr(found, name, None)
    finally:
        sys.path.remove("")
    if isinstance(found, torch.nn.Module):
        with told(f"{source} cannot be built"):
            return found.eval()
    if not callable(found):
        raise ImportProblem(f"{module} has no `{attribute}` that can be called")
    with told(f"{source} cannot be built"):
        model = _called_on_meta(torch, found)
    if not isinstance(model, torch.nn.Module):
        raise ImportProblem(f"{source} gives a {type(model).__name__}, not a module of PyTorch")
    with told(f"{source} cannot be built"):
        return model.eval()


def _called_on_meta(torch: Torch, make: Callable[[], Module]) -> Module:
    """What a callable gives without memory for its weights, where it can be made so."""
    try:
        with torch.device("meta"):
            return make()
    except (NotImplementedError, RuntimeError):  # it looks at its weights as it is built
        return without_memory(make())
