"""Which layers hold the parameters of a model, each of which counts once."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.importers.torch.torch_types import Module, Tensor, Torch
    from cnncalc.layers.base.tensors import Shape

_Tensors = tuple[int, ...]  # by the identity of each


class Parameters:
    """The parameters of a model and the first layer that holds each.

    Attributes:
        notes: which layers hold parameters again that cannot be shared there.
    """

    def __init__(self, torch: Torch, model: Module) -> None:
        # A lazy layer that was never called has no shapes yet.
        self._known = {
            name: one
            for name, one in model.named_parameters(remove_duplicate=False)
            if not torch.nn.parameter.is_lazy(one)
        }
        self.notes: list[str] = []
        self._owners: dict[int, str] = {}
        self._first: dict[tuple[str, Shape, _Tensors], str] = {}

    def new(self, held: Sequence[Tensor]) -> int:
        """The number of elements of the tensors that no layer holds yet."""
        return sum(one.numel() for one in held if id(one) not in self._owners)

    def hold(self, name: str, type_: str, held: Sequence[Tensor], shape: Shape = ()) -> str | None:
        """Note that a layer holds tensors; gives the layer of its type that has the same ones.

        Without such a layer those of them that another layer holds count twice, except in a
        `custom`, whose parameters are those that are new.

        Args:
            name: of the layer.
            type_: of the layer.
            held: its tensors.
            shape: of its result, where the shapes of its weights depend on it.
        """
        if not held:
            return None
        key = (type_, shape, tuple(map(id, held)))
        first = self._first.setdefault(key, name)
        if first != name and type_ != "custom":
            return first
        again = [self._owners[id(one)] for one in held if id(one) in self._owners]
        if again and type_ != "custom":
            owners = ", ".join(dict.fromkeys(again))
            count = sum(one.numel() for one in held if id(one) in self._owners)
            which = (
                "its weights are" if len(again) == len(held) else f"{count:,} of its weights are"
            )
            self.notes.append(f"{name}: {which} those of {owners}, and count twice")
        for one in held:
            self._owners.setdefault(id(one), name)
        return None

    def unused(self, called: Callable[[str], bool]) -> Iterator[str]:
        """A note for each outermost module none of whose parameters is in a layer.

        Args:
            called: whether the graph of the model has a call of a module, or a parameter.
        """
        used = {
            part
            for name, one in self._known.items()
            if id(one) in self._owners
            for part in _parts(name)
        }
        counts: dict[str, int] = {}
        seen = set(self._owners)
        for name, one in self._known.items():
            if id(one) not in seen:
                seen.add(id(one))
                outermost = next(part for part in _parts(name) if part not in used)
                counts[outermost] = counts.get(outermost, 0) + one.numel()
        for name, count in counts.items():
            counted = "1 parameter is" if count == 1 else f"{count:,} parameters are"
            why = "in no layer of the spec" if called(name) else "never used by `forward`"
            yield f"{name}: {counted} {why}"

    def total(self) -> int:
        """The number of elements of all parameters, each counted once."""
        return sum({id(one): one.numel() for one in self._known.values()}.values())


def without_memory(model: Module) -> Module:
    """A model on the meta device whose parameters are the same tensors where they were."""
    names = {name: id(one) for name, one in model.named_parameters(remove_duplicate=False)}
    moved = model.to("meta")
    first: dict[int, Tensor] = {}
    for name, one in dict(moved.named_parameters(remove_duplicate=False)).items():
        path, _, own = name.rpartition(".")
        same = first.setdefault(names.get(name, id(one)), one)
        if same is not one:
            setattr(moved.get_submodule(path), own, same)
    return moved


def _parts(name: str) -> Iterator[str]:
    """`a`, `a.b` and `a.b.c` of `a.b.c`."""
    return accumulate(name.split("."), "{}.{}".format)
