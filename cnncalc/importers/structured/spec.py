"""From terms to the syntax tree of a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.signatures import Pairs
from cnncalc.importers.structured.slots import ANY, NEEDED, Scaled, Variable
from cnncalc.importers.structured.terms import OUTSIDE
from cnncalc.importers.structured.tree import SHARE
from cnncalc.language import syntax
from cnncalc.language.syntax import (
    Beside,
    Entries,
    Expression,
    ForColumns,
    ForRows,
    Group,
    Key,
    List,
    Literal,
    Map,
    Template,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.importers.structured.blocks import Block
    from cnncalc.importers.structured.names import Names
    from cnncalc.importers.structured.terms import Run, Term
    from cnncalc.language.syntax import Entry, Value

_COLUMNS = 84  # characters of the columns of a table that stand on one line


class SpecWriter:
    """Writes terms as entries, under the names that were found for them."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._single: set[int] = set()

    def net(self, run: Run) -> Entries:
        """The entries of the net itself, whose single layers keep names that a person gave them."""
        for term in run:
            inner = term.parts[0] if term.kind == "chain" else (term,)
            self._single.update(id(one) for one in inner if one.kind == "layer")
        return self.entries(run)

    def blocks(self, bodies: Mapping[Block, Run]) -> dict[str, syntax.Block]:
        """The blocks by their names, those that others use before these."""
        found = {}
        for block in self.names.order(bodies):
            name = self.names.blocks[block]
            arguments = {
                self.names.variables[one]: None if default is None else _literal(default)
                for one, default in zip(block.variables, block.defaults, strict=True)
            }
            body = bodies[block]
            if body[0].kind == "cell":
                inner = SpecWriter(self.names.in_block(body[0]))
                inputs = tuple(inner.names.results[OUTSIDE - place]
                               for place in range(len(body[0].sources)))  # fmt: skip
                entries = inner.entries(body[0].parts[0])
                found[name] = syntax.Block(name, arguments, entries, inputs=inputs)
            else:
                found[name] = syntax.Block(name, arguments, self.entries(body))
        return found

    def entries(self, run: Run) -> Entries:
        """The entries of a run."""
        found: list[Entry] = []
        for term in run:
            if term.kind == "repeat" and term.slots[0] in {0, 1}:
                found += self.entries(term.parts[0] * term.slots[0])
            elif term.kind == "chain":
                found += self._chain(term)
            elif term.kind == "cell":
                found += self._cell(term)
            else:
                found.append(self.entry(term))
        return Entries(found)

    def entry(self, term: Term) -> Entry:
        """One entry."""
        beside = self._beside(term)
        if term.kind == "layer":
            trainable = None if term.head.trainable else Literal(value=False)
            beside = beside._replace(trainable=trainable)
            given = {
                name: value
                for name, value, default in zip(
                    term.head.names, term.slots, term.head.defaults, strict=True
                )
                if value is ANY or type(value) is not type(default) or value != default
            }
            return self._layer(term.head.type, given, term.head.main, beside)
        if term.kind == "use":
            return self._use(term, beside)
        if term.kind == "residual":
            return self._residual(term, beside)
        if term.kind == "parallel":
            *branches, merge = term.parts
            made = tuple(syntax.Branch("", self.entries(branch)) for branch in branches)
            return syntax.Parallel(made, self.entry(merge[0]), beside)
        return self._loop(term, beside)

    def _chain(self, term: Term) -> list[Entry]:
        """The entries of a chain: the first takes what it takes, the last has its name."""
        first, *rest = self.entries(term.parts[0])
        beside = self._beside(term)
        if beside.inputs is not None:
            first = _beside(first, inputs=beside.inputs)
        found = [first, *rest]
        if beside.name is not None and found[-1].beside.loop is not None:  # each turn has a name
            return [Group(Entries(found), Beside(name=beside.name))]
        if beside.name is not None:
            found[-1] = _beside(found[-1], name=beside.name)
        return found

    def _cell(self, term: Term) -> list[Entry]:
        """The entries of a cell that is no block, under names of the whole net."""
        found = list(SpecWriter(self.names.in_net(term)).entries(term.parts[0]))
        if term.pinned != -1:
            found[-1] = _beside(found[-1], name=Template(self.names.results[term.pinned]))
        return found

    def _beside(self, term: Term) -> Beside:
        sources, share = term.sources, None
        if SHARE in sources:
            at = sources.index(SHARE)
            share, sources = Template(self.names.results[sources[at + 1]]), sources[:at]
        pinned = self._named(term)
        if not sources and pinned == -1 and share is None:
            return syntax.ALONE
        names = tuple(Template(self.names.results[one]) for one in sources)
        return Beside(
            name=Template(self.names.results[pinned]) if pinned != -1 else None,
            inputs=List(names) if names else None,
            share=share,
        )

    def _named(self, term: Term) -> int:
        """The number of the layer that a term has its name of; -1 where it has none."""
        if term.pinned != -1 or id(term) not in self._single or len(term.places) != 1:
            return term.pinned
        return term.places[0] if term.places[0] in self.names.given else -1

    def _layer(
        self, type_: str, given: Mapping[str, Any], main: str, beside: Beside
    ) -> syntax.Layer:
        if not given:
            return syntax.Layer(type_, None, beside)
        if list(given) == [main] and not isinstance(given[main], (Pairs, type(None))):
            return syntax.Layer(type_, self.value(given[main]), beside)
        pairs = tuple((Key(name), self.value(value)) for name, value in given.items())
        return syntax.Layer(type_, Map(pairs), beside)

    def _use(self, term: Term, beside: Beside) -> syntax.Layer:
        block = term.head
        given = {
            self.names.variables[variable]: value
            for variable, value, default in zip(
                block.variables, term.slots, block.defaults, strict=True
            )
            if value is not ANY and (default is None or value != default)
        }
        first = self.names.variables[block.variables[0]] if block.variables else ""
        if tuple(given) == self.names.numbered.get(block):
            row = List(tuple(self.value(value) for value in given.values()))
            return syntax.Layer(self.names.blocks[block], row, beside)
        return self._layer(self.names.blocks[block], given, first, beside)

    def _residual(self, term: Term, beside: Beside) -> Entry:
        body, shortcut, merge = term.parts
        present = term.slots[0]
        other: Entries | None = None
        if present is True:
            other = self.entries(shortcut)
        elif present is not False:
            when = self._needed(shortcut) if present is NEEDED else self.value(present)
            other = self._conditional(shortcut, when)
        return syntax.Residual(self.entries(body), other, self.entry(merge[0]), beside)

    def _conditional(self, run: Run, when: Value) -> Entries:
        entries = self.entries(run)
        (only, *more) = entries.all
        if not more and isinstance(only, syntax.Layer) and only.beside == syntax.ALONE:
            return Entries([only.with_(beside=Beside(when=when))])
        return Entries([Group(entries, Beside(when=when))])

    def _needed(self, shortcut: Run) -> Value:
        """The condition that a shortcut is needed, by its own stride and channels."""
        conditions = []
        for name in ("stride", "filters"):
            for term in shortcut:
                if term.kind == "layer":
                    slots = dict(zip(term.head.names, term.slots, strict=True))
                elif term.kind == "use":
                    slots = {
                        one.hint: v for one, v in zip(term.head.variables, term.slots, strict=True)
                    }
                else:
                    continue
                value = slots.get(name)
                if name == "stride" and isinstance(value, Scaled):
                    conditions.append(f"{self.text(value)} != 1")
                elif name == "stride" and value not in {None, ANY, 1}:
                    return Literal(value=True)
                elif name == "filters" and value is not None:
                    conditions.append(f"$in_channels != {self.text(value)}")
        return Expression(" or ".join(dict.fromkeys(conditions)) or "true")

    def _loop(self, term: Term, beside: Beside) -> Entry:
        (body,) = term.parts
        if term.kind == "repeat":
            loop: syntax.Loop = syntax.Repeat(self.value(term.slots[0]))
            entries = self.entries(body)
            (only, *more) = entries.all
            if not more and isinstance(only, syntax.Layer):
                return only.with_(beside=only.beside._replace(loop=loop))
        else:
            loop = self._table(term)
            entries = self.entries(body)
        name = self.names.loops.get(term)
        named = beside._replace(loop=loop)
        return Group(entries, named._replace(name=Template(name)) if name else named)

    def _table(self, term: Term) -> syntax.Loop:
        names = tuple(self.names.variables[one] for one in term.head.variables)
        width = len(names)
        rows = [term.slots[at : at + width] for at in range(0, len(term.slots), width)]
        if width == 1:
            return ForRows(names, List(tuple(self.value(cell) for (cell,) in rows)), single=True)
        columns = Map(
            tuple(
                (Key(name), List(tuple(self.value(row[place]) for row in rows)))
                for place, name in enumerate(names)
            )
        )
        from cnncalc.language.flow import flow  # noqa: PLC0415 - with the writer

        if len(flow(columns)) <= _COLUMNS or width < len(rows):
            return ForColumns(columns)
        table = List(tuple(List(tuple(map(self.value, row))) for row in rows))
        return ForRows(names, table, single=False)

    def value(self, value: Any) -> Value:  # noqa: ANN401 - any value of a slot
        """A value of a slot as it is written."""
        return Expression(self.text(value)) if isinstance(value, Scaled) else _literal(value)

    def text(self, value: Any) -> str:  # noqa: ANN401 - any value of a slot
        """A value as part of an expression."""
        if not isinstance(value, Scaled):
            return str(value)
        known = isinstance(value.variable, Variable)
        name = f"${self.names.variables[value.variable] if known else value.variable}"  # type: ignore[index]
        text = f"{value.times} * {name}" if value.times != 1 else name
        text = f"{text} // {value.over}" if value.over != 1 else text
        return f"{text} {'+' if value.plus > 0 else '-'} {abs(value.plus)}" if value.plus else text


def _beside(entry: Entry, **changed: Any) -> Entry:  # noqa: ANN401 - the keys beside a type
    """The same entry with other keys beside its type."""
    beside = entry.beside._replace(**changed)
    if isinstance(entry, syntax.Layer):
        return entry.with_(beside=beside)
    if isinstance(entry, Group):
        return Group(entry.entries, beside)
    if isinstance(entry, syntax.Residual):
        return syntax.Residual(entry.body, entry.shortcut, entry.merge, beside)
    if isinstance(entry, syntax.Parallel):
        return syntax.Parallel(entry.branches, entry.merge, beside)
    return entry


def _literal(value: Any) -> Value:  # noqa: ANN401 - any plain value
    if value is ANY:
        return Literal(None)
    if isinstance(value, Pairs):
        return Map(tuple((Key(key), _literal(part)) for key, part in value))
    if isinstance(value, tuple):
        return List(tuple(map(_literal, value)))
    return Literal(value)
