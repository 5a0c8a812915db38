"""The parts of a class with a `forward`: attributes, and the variables for what they give."""

from __future__ import annotations

import re
from functools import reduce
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from cnncalc.export.entries import names_taken, taken_by
from cnncalc.export.outside import names_from_outside
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import flat, fresh, identifier
from cnncalc.export.pytorch.classes import Body
from cnncalc.export.pytorch.members import MEMBERS
from cnncalc.export.pytorch.sequences import sequence_of
from cnncalc.export.pytorch.views import is_learned, is_operand, is_view, learned, viewed
from cnncalc.export.statements import Line, Module, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.python import Code
    from cnncalc.export.pytorch.file import File
    from cnncalc.export.pytorch.made import Made
    from cnncalc.export.trace import Done


_IN_FORWARD = {"x", "self", "nn", "torch", "math"}  # what the lines of `forward` read
#: What a part is not called: `out_channels` is what some classes tell of themselves.
TAKEN = MEMBERS | {"out_channels"}


class Parts(Body):
    """A class with a `forward` of its own.

    Attributes:
        known: the results that have a name, by their names in every place.
        bare: the parts that keep nothing, by their code.
        owners: the parts that hold weights which are shared.
        chain: the variable of what goes from part to part.
        top: whether it is the whole net.
    """

    def __init__(self, file: File, taken: set[str], *, top: bool = False) -> None:
        super().__init__(file, taken)
        self.known: dict[tuple[str, ...], Tensor] = {}
        self.bare: dict[str, str] = {}
        self.owners: dict[tuple[str, ...], str] = {}
        self.variables: set[str] = set()
        self.chain = "x"
        self.top = top
        self.outer = ""

    def attribute(self, wanted: str) -> str:
        """A new attribute of the class, which `nn.Module` has not."""
        found = fresh(f"{wanted}_" if wanted in TAKEN else wanted, self.attributes)
        self.attributes.add(found)
        return found

    def flush(
        self,
        items: list[Statement],
        start: Tensor | None,
        end: Tensor,
        role: str,
        places: Sequence[Place],
    ) -> Tensor:
        """Modules in a row as one attribute, which `forward` calls."""
        assert start is not None  # noqa: S101 - modules take one input
        modules = [one for one in items if isinstance(one, Module)]
        apart = any(is_view(one.code) or is_learned(one.code) for one in modules)
        if self.top and apart and len(modules) == len(items):
            return self.in_pieces(modules, start, end, role, places)
        if len(modules) == 1 == len(items) and role != "stages":
            role = modules[0].role or role
        target = self.part_of(items, role)
        if start.text.startswith("self.") and "(" in start.text and not _is_sum(start.text):
            start = self.assigned(start, places)
        found = end._replace(text=f"{target}({start.text})")
        return self.assigned(found, places) if self.top else found

    def new_part(self, role: str) -> str:
        """What a new part of the class is called in the code."""
        return f"self.{self.attribute(role)}"

    def part(self, made: Code, role: str) -> str:
        """A module as a part of the class: what it is called in the code."""
        target = self.new_part(role)
        self.init.append(Line(made, f"{target} = "))
        return target

    def part_called(self, made: Code, role: str, *, bare: bool) -> str:  # noqa: ARG002 - in turns
        """A module that has a name in the spec, or is one of several inputs, as a part."""
        return self.part(made, role)

    def filled_part(self, items: Sequence[Statement], role: str) -> str:
        """Modules and statements among them as one part."""
        target = self.new_part(role)
        self.init += self.filled(target, items)
        return target

    def bare_part(self, made: Code, role: str) -> str:
        """A module that keeps nothing: one part is enough for all that are made alike."""
        key = flat(made)
        if key not in self.bare:
            self.bare[key] = self.part(made, role)
        return self.bare[key]

    def part_of(self, items: Sequence[Statement], role: str) -> str:
        """The part for modules in a row."""
        modules = [one for one in items if isinstance(one, Module)]
        if len(modules) < len(items):
            return self.filled_part(items, role)
        codes = [one.code for one in modules]
        if len(modules) == 1 and modules[0].bare:
            return self.bare_part(codes[0], role)
        return self.part(codes[0] if len(codes) == 1 else sequence_of(codes), role)

    def in_pieces(
        self,
        modules: Sequence[Module],
        start: Tensor,
        end: Tensor,
        role: str,
        places: Sequence[Place],
    ) -> Tensor:
        """Modules in a row among which are some that `forward` writes as expressions."""
        text = start.text
        pieces = [(kind, list(some)) for kind, some in groupby(modules, _kind)]
        for at, (kind, piece) in enumerate(pieces):
            if not (is_operand(text) if kind == "view" else text.isidentifier()):
                self.forward.append(Line(text, f"{self.chain} = "))
                text = self.chain
            if kind == "module":
                main = at == (0 if role == "stem" else len(pieces) - 1)
                own = piece[0].role if len(piece) == 1 else "layers"
                codes = [one.code for one in piece]
                made = codes[0] if len(codes) == 1 else sequence_of(codes)
                text = f"{self.part(made, role if main else own)}({text})"
                continue
            for one in piece:
                text = viewed(one.code, text) if kind == "view" else self.joined(one.code, text)
        return self.assigned(end._replace(text=text), places, self.chain)

    def joined(self, code: Code, text: str) -> str:
        """What is made of a learned tensor and a result, as a variable."""
        found = learned(code)
        target = self.part(found.code, found.role)
        joined = re.sub(r"\bx\b", text, found.joined.replace(f"self.{found.role}", target))
        self.forward.append(Line(joined, f"{self.chain} = "))
        return self.chain

    def assigned(self, tensor: Tensor, places: Sequence[Place], variable: str = "") -> Tensor:
        """A result under a variable."""
        if tensor.text.isidentifier() and variable in {"", tensor.text}:
            return tensor
        variable = variable or self.chain
        shape = shown(tensor, places) if self.top else ""
        self.forward.append(Line(tensor.text, f"{variable} = ", shape))
        return tensor._replace(text=variable)

    def named(self, result: Tensor, dones: Sequence[Done], places: Sequence[Place]) -> Tensor:
        """A result that is taken elsewhere, under a variable."""
        result = self.assigned(result, places, self.variable_for(dones))
        self.known[result.names] = result
        return result

    def called(self, made: Made, role: str, tensor: Tensor) -> str:
        """The call of modules in a row, which become an attribute."""
        text, items = tensor.text, list(made.items)
        after: list[Code] = []
        if all(isinstance(one, Module) for one in items):
            codes = [one.code for one in items if isinstance(one, Module)]
            before_ = list(takewhile(is_view, codes))
            if before_ and not is_operand(text):
                self.forward.append(Line(text, f"{self.chain} = "))
                text = self.chain
            text = reduce(lambda so_far, one: viewed(one, so_far), before_, text)
            items = items[len(before_) :]
            after = list(takewhile(is_view, reversed(codes[len(before_) :])))[::-1]
            items = items[: len(items) - len(after)]
        if not items:
            return text
        made = made._replace(items=items)
        before, code = self.sequence(made, role)
        if before and isinstance(code, str):
            target = self.filled_part(made.items, role)
        else:
            self.init += before
            target = self.part(code, role)
        called = f"{target}({text})"
        return reduce(lambda so_far, one: viewed(one, so_far), after, called)

    def name_of(self, dones: Sequence[Done]) -> str:
        """The variable for a result that is taken elsewhere."""
        given = dones[0].entry.beside.name
        text = getattr(given, "text", "")
        if text:
            name = (dones[0].result or ("",))[0]
            if "$" not in text:
                return identifier(text)
            scopes = [part for part in name.split("/") if part]
            parts = [
                part for part in scopes
                if part.startswith(text.partition("$")[0]) and text.partition("$")[0]
            ]  # fmt: skip
            filled = self.file.filled(dones[0], text)
            return identifier(filled or (parts[-1] if parts else "kept"))
        return "skip"

    def variable_for(self, dones: Sequence[Done]) -> str:
        """A new variable of `forward` for a result that is taken elsewhere."""
        found = self.free(self.name_of(dones))
        self.variables.add(found)
        return found

    def free(self, wanted: str) -> str:
        """A name that no variable of `forward` has."""
        return fresh(wanted, self.variables | _IN_FORWARD)

    def inputs(self, dones: Sequence[Done], places: Sequence[Place]) -> list[Tensor]:
        """What `from` names."""
        columns = zip(taken_by(dones), names_taken(dones), strict=True)
        return [self.found(names, places, written) for names, written in columns]

    def found(
        self,
        names: tuple[str, ...],
        places: Sequence[Place],  # noqa: ARG002 - of turns
        written: str = "",  # noqa: ARG002 - of turns
    ) -> Tensor:
        """A result by its names; `written`: what the spec says for it."""
        if names in self.known:
            return self.known[names]
        raise Unsaid("a result from outside")

    def outside(self, dones: Sequence[Done], places: Sequence[Place]) -> list[Tensor]:
        """What a block takes from outside, beside its inputs."""
        runs = [done.runs[0] for done in dones]
        taken = {self.file.class_of(run.frame.calls[-1][0]).taken for run in runs}
        if len(taken) > 1:
            raise Unsaid("blocks that take different results")
        texts = taken.pop()
        columns = zip(*(names_from_outside(run, texts) for run in runs), strict=True)
        return [self.found(names, places) for names in columns]

    def placed(
        self, dones: Sequence[Done], places: Sequence[Place], current: list[Tensor]
    ) -> list[Tensor]:
        """An entry, its inputs known."""
        raise NotImplementedError


def _is_sum(text: str) -> bool:
    depth = 0
    for at, one in enumerate(text):
        depth += (one == "(") - (one == ")")
        if depth == 0 and one in "+*-" and text[at - 1] == " ":
            return True
    return False


def _kind(module: Module) -> str:
    return "view" if is_view(module.code) else "learned" if is_learned(module.code) else "module"


def shown(tensor: Tensor, places: Sequence[Place]) -> str:
    """The shape of a result in the first place, as the code has it: `64x56x56`."""
    shape = places[0].trace.shapes[tensor.names[0]]
    if tensor.moved and len(shape) > 1:
        shape = (shape[-1], *shape[:-1])
    return "x".join(map(str, shape))
