"""Names for blocks, their arguments, tables' columns, stages, and results that others take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.importers.structured.terms import terms_of
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.layers import registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.importers.model import ImportedModel
    from cnncalc.importers.structured.blocks import Block
    from cnncalc.importers.structured.program import Program
    from cnncalc.importers.structured.slots import Variable
    from cnncalc.importers.structured.terms import Run, Term

_MOST_TYPES = 3  # in the name of a block


class Names:
    """The names that a program's parts get in its spec.

    Attributes:
        blocks: of blocks.
        variables: of arguments and columns.
        loops: of tables, templates with `$i`.
        results: of layers that others name, and of the inputs, by number.
    """

    def __init__(self, model: ImportedModel, program: Program) -> None:
        self.model = model
        self.blocks: dict[Block, str] = {}
        self.variables: dict[Variable, str] = {}
        self.loops: dict[Term, str] = {}
        self.results: dict[int, str] = {}
        self._name_results()
        for block in self.order(program.bodies):
            self._name_block(block, program.bodies[block])
        for block, body in program.bodies.items():
            self._name_variables(block.variables, ())
            self._name_tables(body, tuple(self.variables[one] for one in block.variables))
        self._name_tables(program.run, ())
        self._name_stages(program.run)

    def order(self, bodies: Mapping[Block, Run]) -> list[Block]:
        """Blocks, each after those that it uses."""
        found: dict[Block, None] = {}

        def visit(block: Block) -> None:
            for term in terms_of(bodies[block]):
                if term.kind == "use" and term.head not in found:
                    visit(term.head)
            found[block] = None

        for block in bodies:
            if block not in found:
                visit(block)
        return list(found)

    def _name_results(self) -> None:
        taken: set[str] = set()
        for place, (name, _) in enumerate(self.model.inputs):
            alone = len(self.model.inputs) == 1
            self.results[-1 - place] = _free("input" if alone else _word(name) or "input", taken)
        for number, layer in enumerate(self.model.layers):
            self.results[number] = _free(_word(layer.name) or layer.type, taken)

    def _name_block(self, block: Block, body: Run) -> None:
        wanted = _role(body, self.blocks)
        taken = {*self.blocks.values(), *COMPOSITES, *ENTRY_KEYS}
        name = wanted
        count = 2
        while name in taken or registry.find(name) is not None:
            name, count = f"{wanted}_{count}", count + 1
        self.blocks[block] = name

    def _name_variables(self, variables: Sequence[Variable], outer: Sequence[str]) -> None:
        """Names after what they are for, with numbers where several are for the same."""
        taken = set(outer)
        hints = [one.hint for one in variables]
        for place, variable in enumerate(variables):
            if hints.count(variable.hint) == 1:
                self.variables[variable] = _free(variable.hint, taken)
            else:
                count = hints[: place + 1].count(variable.hint)
                self.variables[variable] = _free(f"{variable.hint}{count}", taken)

    def _name_tables(self, run: Run, outer: tuple[str, ...]) -> None:
        for term in run:
            inner = outer
            if term.kind == "table":
                self._name_variables(term.head.variables, outer)
                inner = (*outer, *(self.variables[one] for one in term.head.variables))
            for part in term.parts:
                self._name_tables(part, inner)

    def _name_stages(self, run: Run) -> None:
        found = [term for term in run if term.kind == "table" and _has_turns(term)]
        for number, term in enumerate(found, 1):
            self.loops[term] = "stage_$i" if len(found) == 1 else f"part{number}_$i"


def _has_turns(term: Term) -> bool:
    return any(one.kind in {"repeat", "table"} for one in term.parts[0])


def _role(body: Run, blocks: Mapping[Block, str]) -> str:
    """What a block is, by its parts."""
    kinds = [term.kind for term in body]
    types = list(dict.fromkeys(_types(body, blocks)))
    if "attention" in types:
        return "encoder"
    if "residual" in kinds:
        merge = next(term for term in body if term.kind == "residual").parts[2][0].head.type
        return {"concat": "dense_layer", "multiply": "gate"}.get(merge, "residual_block")
    if "parallel" in kinds:
        return "inception" if len(body) == 1 else "branches"
    if len(types) <= _MOST_TYPES:
        return "_".join(types)
    return "_".join(types[:_MOST_TYPES]) if len(body) <= _MOST_TYPES + 1 else "unit"


def _types(body: Run, blocks: Mapping[Block, str]) -> Iterator[str]:
    for term in terms_of(body):
        if term.kind == "layer":
            yield term.head.type
        elif term.kind == "use":
            yield blocks[term.head]


def _word(text: str) -> str:
    """A name of a file as a word of a spec."""
    return re.sub(r"\W+", "_", text).strip("_").lower()


def _free(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 2
    while name in taken:
        name, count = f"{wanted}_{count}", count + 1
    taken.add(name)
    return name
