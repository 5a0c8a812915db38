"""Names for blocks, their arguments, tables' columns, stages, and results that others take."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING

from cnncalc.importers.structured.modules import class_of, stages_of
from cnncalc.importers.structured.roles import role_of
from cnncalc.importers.structured.terms import INSIDE, OUTSIDE, terms_of
from cnncalc.importers.structured.unfolding import inlined
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.layers.index import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.importers.model import ImportedModel
    from cnncalc.importers.structured.blocks import Block
    from cnncalc.importers.structured.program import Program
    from cnncalc.importers.structured.slots import Variable
    from cnncalc.importers.structured.terms import Run, Term

_MOST_NAMED = 3  # arguments for the same that a use still names


#: What the inputs of a block are called.
_OUTSIDE = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class Names:
    """The names that a program's parts get in its spec.

    Attributes:
        blocks: of blocks.
        variables: of arguments and columns.
        loops: of tables, templates with `$i`.
        results: of layers that others name, and of the inputs, by number.
        numbered: of blocks whose arguments are given in their order, without names.
        given: the numbers of the layers that a person gave their names.
    """

    def __init__(self, model: ImportedModel, program: Program) -> None:
        self.model = model
        self._program = program
        self.blocks: dict[Block, str] = {}
        self.variables: dict[Variable, str] = {}
        self.loops: dict[Term, str] = {}
        self.results: dict[int, str] = {}
        self.numbered: dict[Block, tuple[str, ...]] = {}
        self._words = {*COMPOSITES, *ENTRY_KEYS, *_types()}
        self._name_results()
        self.given = set(given_names(model))
        for block in self.order(program.bodies):
            self._name_block(block, program)
        for block, body in program.bodies.items():
            self._name_variables(block.variables, ())
            self._number(block)
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

    def in_block(self, cell: Term) -> Names:
        """The names in a cell that is a block: of results, by the types that make them."""
        names = copy(self)
        names.results = {OUTSIDE - place: _OUTSIDE[place] for place in range(len(cell.sources))}
        types = {
            INSIDE - place: self._maker(term)
            for place, term in enumerate(cell.parts[0])
            if term.pinned != -1
        }
        made = list(types.values())
        for place, (code, type_) in enumerate(types.items()):
            alone = made.count(type_) == 1
            count = made[: place + 1].count(type_)
            names.results[code] = type_ if alone else f"{type_}{count}"
        return names

    def in_net(self, cell: Term) -> Names:
        """The names in a cell that is no block: of the whole net."""
        names = copy(self)
        names.results = dict(self.results)
        for place, source in enumerate(cell.sources):
            names.results[OUTSIDE - place] = self.results[source]
        for place, term in enumerate(cell.parts[0]):
            if term.pinned != -1:
                names.results[INSIDE - place] = self.results[term.places[-1]]
        return names

    def _maker(self, term: Term) -> str:
        """What makes a result, in a word: the layer, or the first with weights in a chain."""
        chain = terms_of(inlined(self._program.terms, (term,), self._program.bodies))
        layers = [one for one in chain if one.kind == "layer"]
        first = next((one for one in layers if one.head.weighs), layers[0])
        return str(first.head.type)

    def _name_block(self, block: Block, program: Program) -> None:
        body = inlined(program.terms, program.bodies[block], program.bodies)
        wanted = class_of(body, self.model.layers) or role_of(body)
        self.blocks[block] = _free(wanted, self._words)

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

    def _number(self, block: Block) -> None:
        """Note the arguments of a block of which most are for the same, told by their order."""
        needed = [one for one, usual in zip(block.variables, block.defaults, strict=True)
                  if usual is None]  # fmt: skip
        if len(needed) > _MOST_NAMED and len({one.hint for one in needed}) == 1:
            self.numbered[block] = tuple(self.variables[one] for one in needed)

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
            usual = "stage_$i" if len(found) == 1 else f"part{number}_$i"
            self.loops[term] = stages_of(term, self.model.layers) or usual


def given_names(model: ImportedModel) -> Iterator[int]:
    """The numbers of the layers whose names are not of the framework's own making.

    Keras calls layers after their classes, with numbers: `conv2d`, `conv2d_1`. PyTorch's are
    attributes of modules, which the blocks have their names of.
    """
    if model.framework != "keras":
        return
    usual = {_snake(name) for names in FAMILIES.values() for name in names.split()}
    for number, layer in enumerate(model.layers):
        if not layer.path and re.sub(r"_\d+$", "", layer.name) not in usual:
            yield number


def _snake(name: str) -> str:
    """The name of a class as Keras makes one of it: `MaxPooling2D` is `max_pooling2d`."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name))
    return parted.lower()


def _types() -> set[str]:
    """The names of all layer types, which no block has."""
    return {name for names in FAMILIES.values() for name in names.split()}


def _has_turns(term: Term) -> bool:
    return any(one.kind in {"repeat", "table"} for one in term.parts[0])


def _word(text: str) -> str:
    """A name of a file as a word of a spec."""
    return re.sub(r"\W+", "_", text).strip("_").lower()


def _free(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 2
    while name in taken:
        name, count = f"{wanted}_{count}", count + 1
    taken.add(name)
    return name
