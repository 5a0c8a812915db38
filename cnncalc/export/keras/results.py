"""The statements of a function so far, and the variables of their results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.build.scope import INDEX
from cnncalc.export.entries import names_taken, taken_by
from cnncalc.export.keras.reserved import RESERVED
from cnncalc.export.names import Names
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import flat, fresh, identifier
from cnncalc.export.statements import Line
from cnncalc.export.symbols import constant, name
from cnncalc.export.terms import in_terms_of
from cnncalc.export.trace import owner_of
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.keras.file import File
    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement
    from cnncalc.export.symbols import Symbol
    from cnncalc.export.trace import Done

_VARIABLE = re.compile(r"\$(\{\w+\}|\w+)")


class Store(NamedTuple):
    """Results of the turns of a loop, kept in a dictionary.

    Attributes:
        variable: the dictionary.
        keys: the keys of each result, by its trace and its name.
        moved: whether the code has the first axis last in them.
    """

    variable: str
    keys: dict[tuple[int, str], tuple[Any, ...]]
    moved: bool


class Results(Names):
    """The statements of one function so far, and what their results are called.

    Attributes:
        statements: those so far.
        known: the results that have a variable, by their names in every place.
        owners: layers and blocks whose weights are shared, by their names in every place.
        stores: the results of turns of loops.
        loops: the variables of the loops around, the innermost last.
        fixed: those of them that have the same values in every file.
        opened: the dictionaries that a loop around has to make.
        top: whether it is the whole net.
    """

    file: File

    def __init__(self, file: File, taken: set[str], *, top: bool = False) -> None:
        super().__init__(file, taken | set(file.called.values()) | set(file.spec_names))
        self.statements: list[Statement] = []
        self.known: dict[tuple[str, ...], Tensor] = {}
        self.owners: dict[tuple[str, ...], str] = {}
        self.stores: list[Store] = []
        self.loops: list[str] = []
        self.fixed: set[str] = set()
        self.opened: list[str] = []
        self.top = top

    def variable(self, wanted: str) -> str:
        """A new variable."""
        found = fresh(f"{wanted}_" if wanted in RESERVED else wanted, self.taken)
        self.taken.add(found)
        return found

    def assigned(self, tensor: Tensor, target: str) -> Tensor:
        """A result under a variable."""
        if tensor.text != target:
            self.statements.append(Line(tensor.text, f"{target} = "))
        return tensor._replace(text=target)

    def put(self, code: Code, target: str, tensor: Tensor, places: Sequence[Place]) -> None:
        """A statement that gives a variable a value."""
        shape = "x".join(map(str, self.shown(tensor, places))) if self.top else ""
        self.statements.append(Line(code, f"{target} = ", shape))

    def shown(self, tensor: Tensor, places: Sequence[Place]) -> tuple[int, ...]:
        """The shape of a result as the code has it."""
        shape = places[0].trace.shapes[tensor.names[0]]
        return (*shape[1:], shape[0]) if tensor.moved and len(shape) > 1 else tuple(shape)

    def seen(self, tensor: Tensor, places: Sequence[Place]) -> Tensor:
        """A result with its sizes as expressions: `x.shape[-1]`."""
        rank = len(tensor.sizes)
        sizes: list[Symbol] = []
        for axis in range(rank):
            values = tensor.values(axis, places)
            first_last = tensor.moved and rank > 1
            at = (axis or -1) if first_last else (-1 if axis == rank - 1 else axis + 1)
            if self.file.of_one_size and at != -1 and len(set(values)) == 1:
                sizes.append(constant(values[0]))
                continue
            text = f"{tensor.text}.shape[{at}]"
            self.spelled[text] = text
            for place, value in zip(places, values, strict=True):
                place.local[text] = value
            sizes.append(name(text))
        return tensor._replace(sizes=tuple(sizes))

    def result(self, names: tuple[str, ...], places: Sequence[Place], text: str, *,
               moved: bool) -> Tensor:  # fmt: skip
        """What an entry gives; raises `Unsaid` for several ranks."""
        shapes = [place.trace.shapes[one] for place, one in zip(places, names, strict=True)]
        if len({len(shape) for shape in shapes}) > 1:
            raise Unsaid("results of several ranks")
        rank = len(shapes[0])
        return Tensor(names, (None,) * rank, text, moved and rank > 1)

    def name_of(self, dones: Sequence[Done]) -> str:
        """The variable for a result that is taken elsewhere."""
        text = getattr(dones[0].entry.beside.name, "text", "")
        if not text:
            return "skip"
        if "$" in text and not self.loops:
            return identifier(self.file.filled(dones[0], text) or "kept")
        return identifier("_".join(part for part in _without_variables(text).split("/") if part))

    def inputs(self, dones: Sequence[Done], places: Sequence[Place]) -> list[Tensor]:
        """What `from` names."""
        columns = zip(taken_by(dones), names_taken(dones), strict=True)
        return [self.found(names, places, written) for names, written in columns]

    def found(self, names: tuple[str, ...], places: Sequence[Place], written: str = "") -> Tensor:
        """A result by its names; `written`: what the spec says for it."""
        if names in self.known:
            return self.known[names]
        wanted = [(id(place.trace), one) for place, one in zip(places, names, strict=True)]
        for store in self.stores:
            if all(one in store.keys for one in wanted):
                found = zip(*(store.keys[one] for one in wanted), strict=True)
                keys = [flat(self.code(self.key(places, one, written))) for one in found]
                text = f"{store.variable}[{', '.join(keys)}]"
                return self.result(names, places, text, moved=store.moved)
        raise Unsaid("a result from outside")

    def key(self, places: Sequence[Place], values: Sequence[Any], written: str) -> Symbol:
        """A key of a dictionary, which has these values, in terms of the loops around."""
        found = in_terms_of(reversed(self.loops), places, values, written)
        if found is None:
            raise Unsaid("a key that no variable tells")
        return found

    def store(self, dones: Sequence[Done], places: Sequence[Place], result: Tensor) -> Tensor:
        """Keep a result of a turn for what comes after the turn: what it is from now on."""
        keys = self.telling(dones, places, result.names)
        values = [tuple(place.lookup(one) for one in keys) for place in places]
        variable = self.variable(self.name_of(dones))
        self.opened.append(variable)
        told = ", ".join(flat(self.code(name(one))) for one in keys)
        kept = f"{variable}[{told}]"
        self.statements.append(Line(result.text, f"{kept} = "))
        known = {
            (id(place.trace), one): value
            for place, one, value in zip(places, result.names, values, strict=True)
        }
        self.stores.append(Store(variable, known, result.moved))
        return result._replace(text=kept)

    def telling(
        self, dones: Sequence[Done], places: Sequence[Place], names: Sequence[str]
    ) -> list[str]:
        """The variables of loops around whose values tell the results of all turns apart.

        First those in the name of the entry, then others, of the inner loops before outer ones.
        """
        written = getattr(dones[0].entry.beside.name, "text", "")
        around = sorted(dict.fromkeys(reversed(self.loops)), key=lambda one: one == INDEX)
        keys = [one for one in around if f"${one}" in written or f"${{{one}}}" in written]
        further = [one for one in around if one not in keys]
        while not keys or not _tell_apart(keys, dones, places, names):
            if not further:
                raise Unsaid("variables that do not tell results apart")
            keys.append(further.pop(0))
        return [one for one in dict.fromkeys(self.loops) if one in keys]


def _tell_apart(
    keys: Sequence[str], dones: Sequence[Done], places: Sequence[Place], names: Sequence[str]
) -> bool:
    """Whether results that have the same values of these variables are the same."""
    told: dict[tuple[int, int, str], str] = {}
    for done, place, one in zip(dones, places, names, strict=True):
        value = repr([place.lookup(key) for key in keys])
        if told.setdefault((id(done.trace), owner_of(done.frame), value), one) != one:
            return False
    return True


def _without_variables(text: str) -> str:
    """A name without the variables in it."""
    return _VARIABLE.sub("", text).strip("_") or "kept"
