"""What the entries of a block can see of a use of it; what is inside depends on nothing else."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from cnncalc.build.scope import INDEX, LazyValue
from cnncalc.export.settings import entries_in, nodes_in
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.build.frame import Frame, Names
    from cnncalc.build.scope import Variables
    from cnncalc.language.syntax import Block, Entry, Node, Spec
    from cnncalc.layers.base.tensors import Shape

_WORD = re.compile(r"[^\W\d]\w*")


class Sight:
    """What the entries of each block of a spec can see.

    Attributes:
        counted: whether a block may read `$i` of the loop around its use.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._words = {name: _words_in(block) for name, block in spec.blocks.items()}
        self.counted = any(INDEX in words for words in self._words.values())
        self._variables: dict[str, tuple[str, ...]] = {}
        self._counts: dict[int, bool] = {}  # whether entries read `$i`, by their identity

    @cached_property
    def nodes(self) -> list[Node]:
        """All nodes of the spec: of variables, of blocks, of their arguments, of entries."""
        blocks = self._spec.blocks.values()
        parts: list[object] = [*self._spec.variables.values(), *(one.entries for one in blocks)]
        parts += [value for block in blocks for value in block.arguments.values()]
        return [node for part in (*parts, self._spec.entries) for node in nodes_in(part)]

    @cached_property
    def only_inside(self) -> bool:
        """Whether nothing in the spec names or shares what another entry has inside."""
        spec = self._spec
        if spec.outputs or any(block.inputs or block.outputs for block in spec.blocks.values()):
            return False
        lists = (spec.entries, *(block.entries for block in spec.blocks.values()))
        return not any(_is_tied(entry) for entries in lists for entry in entries_in(entries))

    def of(
        self, block: str, frame: Frame, inputs: Names, shapes: Mapping[str, Shape | None]
    ) -> tuple[object, ...]:
        """All that the entries of a block can see of a use of it, whatever the setting."""
        outermost = frame.variables.outermost
        return (
            block,
            tuple(shapes[one] for one in inputs),
            tuple(map(inputs.index, inputs)),
            repr(frame.variables.values),
            frame.variables.find(INDEX) if self.counted else None,
            frame.trainable,
            frame.dtype,
            tuple(_value_of(one, outermost) for one in self._read_by(block)),
        )

    def of_turn(
        self,
        entry: Entry,
        variables: Variables,
        entering: str,
        shapes: Mapping[str, Shape | None],
        none_below: Callable[[str], bool],
    ) -> tuple[object, ...] | None:
        """All that the entries in a turn of a loop can see of it; None where that is not known.

        Args:
            entry: that has the loop.
            variables: of the turn.
            entering: the result that it takes; empty if it takes none.
            shapes: of results.
            none_below: whether no element of a result is below 0.
        """
        counts = self._counts.get(id(entry))
        if counts is None:
            counts = self._counts[id(entry)] = self.counted or INDEX in _words_in(entry)
        if counts or not entering or not self.only_inside:
            return None
        return shapes[entering], none_below(entering), repr(variables.values)

    def _read_by(self, block: str) -> tuple[str, ...]:
        """The spec's variables that a block, and what it uses in its turn, may read."""
        found = self._variables.get(block)
        if found is None:
            waiting = [block]
            seen: set[str] = set()
            while waiting:
                name = waiting.pop()
                if name in seen:
                    continue
                seen.add(name)
                if name in self._words:
                    waiting += self._words[name]
                    if "$" in self._words[name]:  # the type of an entry is a variable
                        waiting += self._words
                if name in self._spec.variables:
                    waiting += _words_in(self._spec.variables[name])
            found = tuple(one for one in self._spec.variables if one in seen)
            self._variables[block] = found
        return found


def _value_of(variable: str, outermost: Variables) -> str:
    value = outermost.find(variable)[1]
    try:
        return repr(value() if isinstance(value, LazyValue) else value)
    except SpecProblem:
        return ""


def _words_in(part: Block | object) -> set[str]:
    """All words of what is written; `$` if the type of an entry has a variable."""
    found: set[str] = set()
    for node in nodes_in(part):
        type_ = getattr(node, "type", "")
        if "$" in type_:
            found.add("$")
        for text in (type_, getattr(node, "text", ""), getattr(node, "value", "")):
            if isinstance(text, str):
                found.update(_WORD.findall(text))
    return found


def _is_tied(entry: Entry) -> bool:
    """Whether an entry names another's result, or has another's weights."""
    return entry.beside.inputs is not None or entry.beside.share is not None
