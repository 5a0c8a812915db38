"""The syntax tree of a spec: what `parse` reads, `write` writes, and the expander unrolls.

A spec holds entries: a layer (of a built-in type or of a block, which only the
name tells), a group, a residual, a parallel. Every entry has a `Beside`, the
keys next to its type. Values are literals, expressions, lists and mappings.
What is not as the language has it is `Malformed`, in the place of the entry or
value that it should be.

Nodes are equal if they say the same; where they are makes no difference.
Nobody changes a node after it is made.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from cnncalc.diagnostics.diagnostic import Place
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cnncalc.diagnostics.diagnostic import Placed
    from cnncalc.language.problems import SpecProblem
    from cnncalc.layers.base.tensors import Layout


class Node:
    """The base of every node; `at` is its place in a text, None if it was made without one."""

    __slots__ = ("at",)
    fields: ClassVar[tuple[str, ...]] = ()
    at: Placed | None

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.at.place if self.at is not None else Place(1, 1)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((type(self), self._content()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({shown})"

    def _content(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.fields)


# -- values -----------------------------------------------------------------------------------


class Literal(Node):
    """A number, a truth value, nothing (None) or a text; `text` is how it was written."""

    __slots__ = ("text", "value")
    fields = ("value",)

    def __init__(self, value: Any, at: Placed | None = None, text: str | None = None) -> None:  # noqa: ANN401 - int, float, bool, None or str
        self.value = value
        self.text = str(value) if text is None else text
        self.at = at

    def _content(self) -> tuple[Any, ...]:
        return type(self.value), self.value  # True is not 1, and 1.0 is not 1


class Expression(Node):
    """Arithmetic over `$variables`, as it is written."""

    __slots__ = ("text",)
    fields = ("text",)

    def __init__(self, text: str, at: Placed | None = None) -> None:
        self.text = text
        self.at = at


class Template(Node):
    """A name, in which `$variables` are filled in."""

    __slots__ = ("text",)
    fields = ("text",)

    def __init__(self, text: str, at: Placed | None = None) -> None:
        self.text = text
        self.at = at


class List(Node):
    """Values, or the names of a `from`, in brackets or one a line."""

    __slots__ = ("items",)
    fields = ("items",)

    def __init__(self, items: tuple[Value, ...], at: Placed | None = None) -> None:
        self.items = items
        self.at = at


class Key(Node):
    """A key of a mapping."""

    __slots__ = ("text",)
    fields = ("text",)

    def __init__(self, text: str, at: Placed | None = None) -> None:
        self.text = text
        self.at = at


class Map(Node):
    """Keys with their values, in the order written."""

    __slots__ = ("pairs",)
    fields = ("pairs",)

    def __init__(self, pairs: tuple[tuple[Key, Value], ...], at: Placed | None = None) -> None:
        self.pairs = pairs
        self.at = at

    def get(self, name: str) -> Value | None:
        """The value of a key, or None."""
        return next((value for key, value in self.pairs if key.text == name), None)

    def without(self, *names: str) -> Map:
        """The same mapping without some keys."""
        kept = tuple(pair for pair in self.pairs if pair[0].text not in names)
        return Map(kept, self.at)


class Choice(Node):
    """`{by: value, key: row, ...}`: the row whose key is the value."""

    __slots__ = ("by", "rows")
    fields = ("by", "rows")

    def __init__(
        self, by: Value, rows: tuple[tuple[Literal, Value], ...], at: Placed | None = None
    ) -> None:
        self.by = by
        self.rows = rows
        self.at = at

    def as_map(self) -> Map:
        """The same as a mapping, for a block with an argument that is called `by`."""
        rows = tuple((Key(key.text, key.at), value) for key, value in self.rows)
        return Map(((Key("by", self.by.at), self.by), *rows), self.at)


class Malformed(Node):
    """What should be a value or an entry; its problem, and the name that an entry has."""

    __slots__ = ("_problem", "name")
    fields = ("message",)
    beside: Beside

    def __init__(self, problem: SpecProblem, name: Template | None = None) -> None:
        self._problem = problem
        self.name = name
        self.at = problem.at

    @property
    def message(self) -> str:
        """What is wrong, as a sentence."""
        return self._problem.message

    def problem(self) -> SpecProblem:
        """The problem, to be raised: a new one each time, since its notes are added to."""
        return self._problem.again()


Value: TypeAlias = Literal | Expression | Template | List | Map | Choice | Malformed


# -- entries ----------------------------------------------------------------------------------


class Repeat(Node):
    """`repeat: count`."""

    __slots__ = ("count",)
    fields = ("count",)

    def __init__(self, count: Value, at: Placed | None = None) -> None:
        self.count = count
        self.at = at


class ForRows(Node):
    """`for: [a, b]` with `in: [[1, 2], ...]`; `single` if `for` is one name without a list."""

    __slots__ = ("names", "rows", "single")
    fields = ("names", "rows", "single")

    def __init__(
        self, names: tuple[str, ...], rows: Value, *, single: bool, at: Placed | None = None
    ) -> None:
        self.names = names
        self.rows = rows
        self.single = single
        self.at = at


class ForColumns(Node):
    """`for: {a: [1, ...], b: [2, ...]}`: a list for each variable."""

    __slots__ = ("columns",)
    fields = ("columns",)

    def __init__(self, columns: Map, at: Placed | None = None) -> None:
        self.columns = columns
        self.at = at


Loop: TypeAlias = Repeat | ForRows | ForColumns


class Beside(NamedTuple):
    """The keys next to an entry's type; None for what is not written."""

    name: Template | Malformed | None = None
    inputs: List | None = None  # `from`, of templates
    when: Value | None = None
    share: Template | Malformed | None = None
    trainable: Value | None = None
    expect: Value | None = None
    regularizer: Value | None = None
    loop: Loop | None = None
    weights: Value | None = None
    tap: Value | None = None
    dtype: Value | None = None


ALONE = Beside()


class Layer(Node):
    """A layer, or the use of a block: which of both it is, the name of its type tells.

    Attributes:
        type: the name; with `$` it is known only when the entry is unrolled. Empty
            if the entry takes another's layer by `share` alone.
        head: the place of the type.
        written: what was written, as a key of a cache; None if it depends on
            variables, is long, or was not read from a text.
    """

    __slots__ = ("_arguments", "_read", "beside", "head", "type", "written")
    fields = ("type", "arguments", "beside")

    def __init__(  # noqa: PLR0913 - the parts of an entry
        self,
        type: str,  # noqa: A002 - the word of the language
        arguments: Value | None = None,
        beside: Beside = ALONE,
        *,
        at: Placed | None = None,
        head: Placed | None = None,
        written: object = None,
        read: Callable[[], Value | None] | None = None,
    ) -> None:
        self.type = type
        self.beside = beside
        self.at = at
        self.head = head or at or self
        self.written = written
        self._arguments = arguments
        self._read = read

    @property
    def arguments(self) -> Value | None:
        """A mapping, or the main argument alone; None without. Read when first asked for."""
        if self._read is not None:
            self._arguments = self._read()
            self._read = None
        return self._arguments

    def with_(self, **changed: Any) -> Layer:  # noqa: ANN401 - the parts of an entry
        """The same entry with other parts; it was not written so."""
        parts: dict[str, Any] = {name: getattr(self, name) for name in (*self.fields, "at", "head")}
        return Layer(**{**parts, **changed})


class Entries(Node):
    """Entries one after another, each read when it is first asked for.

    Attributes:
        items: the entries, those that were not yet read as the text has them.
    """

    __slots__ = ("_read", "items")
    fields = ("all",)

    def __init__(
        self,
        items: list[Any],
        read: Callable[[Any], Entry] | None = None,
        at: Placed | None = None,
    ) -> None:
        self.items = items
        self._read = read
        self.at = at

    @property
    def all(self) -> tuple[Entry, ...]:
        """Every entry."""
        if self._read is not None:
            self.items = [self._read(item) for item in self.items]
            self._read = None
        return tuple(self.items)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.items)


class Group(Node):
    """Entries under `layers:`, with a loop, a `when` or a name beside them."""

    __slots__ = ("beside", "entries")
    fields = ("entries", "beside")

    def __init__(self, entries: Entries, beside: Beside = ALONE, at: Placed | None = None) -> None:
        self.entries = entries
        self.beside = beside
        self.at = at


class Residual(Node):
    """`residual:`; a shortcut of None is the identity, a merge of None leaves both results."""

    __slots__ = ("beside", "body", "merge", "shortcut")
    fields = ("body", "shortcut", "merge", "beside")

    def __init__(
        self,
        body: Entries,
        shortcut: Entries | None,
        merge: Entry | None,
        beside: Beside = ALONE,
        at: Placed | None = None,
    ) -> None:
        self.body = body
        self.shortcut = shortcut
        self.merge = merge
        self.beside = beside
        self.at = at


class Branch(Node):
    """A branch of a parallel; its name is empty if it has none."""

    __slots__ = ("entries", "name")
    fields = ("name", "entries")

    def __init__(self, name: str, entries: Entries, at: Placed | None = None) -> None:
        self.name = name
        self.entries = entries
        self.at = at


class Parallel(Node):
    """`parallel:`; a merge of None leaves the results of all branches.

    A group among the branches makes a branch of each turn of its loop.
    """

    __slots__ = ("beside", "branches", "merge")
    fields = ("branches", "merge", "beside")

    def __init__(
        self,
        branches: tuple[Branch | Group, ...],
        merge: Entry | None,
        beside: Beside = ALONE,
        at: Placed | None = None,
    ) -> None:
        self.branches = branches
        self.merge = merge
        self.beside = beside
        self.at = at


Malformed.beside = ALONE
Composite: TypeAlias = Group | Residual | Parallel
Entry: TypeAlias = Layer | Group | Residual | Parallel | Malformed


# -- the whole --------------------------------------------------------------------------------


class Block(NamedTuple):
    """A layer type that the spec defines: its arguments with their defaults, its entries."""

    name: str
    arguments: Mapping[str, Value | None]  # None: required
    entries: Entries | None  # None: malformed
    description: Value | None = None
    inputs: tuple[str, ...] = ()  # names for what it receives, if it gives any
    outputs: tuple[Template | Malformed, ...] = ()  # empty: the last result


#: What a spec has that defines no variables or blocks.
NO_NAMES: Mapping[str, Any] = MappingProxyType({})


class Spec(NamedTuple):
    """A whole spec."""

    inputs: Mapping[str, Value | None]  # None: malformed
    entries: Entries
    name: str | None = None
    description: Value | None = None
    layout: Layout | None = None  # None: not written, channels first
    outputs: tuple[Template | Malformed, ...] = ()
    variables: Mapping[str, Value] = NO_NAMES
    blocks: Mapping[str, Block] = NO_NAMES
    expect: Value | None = None
    lint: Value | None = None
    values: Value | None = None
    gradient: Value | None = None
    dtype: Value | None = None
