"""YAML text to a tree in which every value keeps its place.

Scalars stay text until it is known what they are for, so that YAML 1.1's
readings (`no` as false, `017` as 15, `3:30` as 210) never reach a user. The
tree is built from the parser's events: PyYAML's own nodes cost twice the time
and know nothing of duplicate keys.
"""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.diagnostic import Place
from cnncalc.language.problems import SpecProblem
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yaml.error import Mark as YamlMark

    from cnncalc.language.limits import Limits

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Position(NamedTuple):
    """A place that no event of the parser has; counted from 0, as the parser's marks are."""

    line: int = 0
    column: int = 0


Mark: TypeAlias = "YamlMark | Position"


class _Placed:
    """The base of what the tree is made of: it begins at a mark, and some of it is marked."""

    __slots__ = ()
    mark: Mark

    @property
    def width(self) -> int:
        """The characters that are marked for it: its first, unless it says otherwise."""
        return 1

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.mark.line + 1, self.mark.column + 1, self.width)


class Scalar(_Placed):
    """A text; `quoted` ones are never read as a number, a truth value or nothing."""

    __slots__ = ("mark", "quoted", "text")

    def __init__(self, text: str, mark: Mark, quoted: bool) -> None:  # noqa: FBT001 - hot path
        self.text = text
        self.mark = mark
        self.quoted = quoted

    @property
    def width(self) -> int:
        """The characters that it takes on its line."""
        first = self.text.split("\n", 1)[0]
        return max(1, len(first) + (2 if self.quoted else 0))


class Implied(Scalar):
    """A word that is not written, in the place of what implies it."""

    __slots__ = ("by",)

    def __init__(self, text: str, by: Tree) -> None:
        super().__init__(text, by.mark, quoted=False)
        self.by = by

    @property
    def width(self) -> int:
        """The characters that are marked for what implies it."""
        return self.by.width


class Sequence(_Placed):
    """A list."""

    __slots__ = ("items", "mark")

    def __init__(self, items: list[Tree], mark: Mark) -> None:
        self.items = items
        self.mark = mark


class Mapping(_Placed):
    """Keys and values in the order written: `parts` holds key, value, key, value."""

    __slots__ = ("mark", "parts")

    def __init__(self, parts: list[Any], mark: Mark) -> None:
        self.parts = parts
        self.mark = mark

    @property
    def width(self) -> int:
        """The characters that are marked for it: those of its first key."""
        return self.parts[0].width if self.parts else 1

    def pairs(self) -> Iterator[tuple[Scalar, Tree]]:
        """Every key with its value."""
        parts = iter(self.parts)
        return zip(parts, parts, strict=True)

    def get(self, name: str) -> Tree | None:
        """The value of a key, or None."""
        for key, value in self.pairs():
            if key.text == name:
                return value
        return None

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its place."""
        for key, _ in self.pairs():
            if key.text == name:
                return key
        return None


Tree: TypeAlias = Scalar | Sequence | Mapping


def read_tree(text: str, limits: Limits) -> Tree | None:
    """The tree of the text's only document; None if it holds none.

    Raises:
        SpecProblem: the YAML is malformed, a key appears twice, a limit is exceeded.
    """
    try:
        loader = _Loader(text)
    except UnicodeEncodeError as error:  # half of a pair of surrogates
        raise _unreadable(text, error) from None
    try:
        return _Composer(loader, limits).compose()
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in str(error.problem):  # PyYAML 6.0.4 has a limit of its own
            raise _too_deep(error.problem_mark or Position(), limits) from None
        from cnncalc.language.yaml_slips import malformed  # noqa: PLC0415 - only on errors

        raise malformed(text, error) from None
    except yaml.YAMLError as error:
        raise _unreadable(text, error) from None
    finally:
        loader.dispose()


def _unreadable(text: str, error: yaml.YAMLError | UnicodeEncodeError) -> SpecProblem:
    """A character that YAML does not allow."""
    reason = getattr(error, "reason", None) or str(error)
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is None:
        return SpecProblem(codes.NOT_TEXT, f"not readable as text: {reason}")
    before = text[: found.start()]
    mark = Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
    return SpecProblem(
        codes.NOT_TEXT, f"the character {found[0]!r} cannot appear in a YAML text",
        Scalar("", mark, quoted=False),
        help=('in double quotes it is written by its code, "\\x07"',),
    )  # fmt: skip


class _Composer:
    """Builds the tree from events, on a stack of its own: nesting costs no recursion."""

    def __init__(self, loader: Any, limits: Limits) -> None:  # noqa: ANN401 - either PyYAML loader
        self.next_event = loader.get_event
        self.limits = limits
        self.anchors: dict[str, Tree] = {}
        self.open: set[str] = set()
        self.aliased = 0
        self.merged = 0

    def compose(self) -> Tree | None:  # noqa: C901, PLR0912 - one branch an event, the hot path
        root: list[Tree] = []
        parts: list[Any] = root
        stack: list[tuple[list[Any], Any]] = []
        scalar_event, most = yaml.ScalarEvent, min(self.limits.written, sys.maxsize)
        event: Any = None
        for event in islice(iter(self.next_event, None), most):
            kind = type(event)
            if kind is scalar_event:
                if event.anchor or event.tag:
                    parts.append(self._special_scalar(event))
                else:
                    parts.append(Scalar(event.value, event.start_mark, bool(event.style)))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._check_tag(event)
                stack.append((parts, event))
                if len(stack) > self.limits.depth:
                    raise _too_deep(event.start_mark, self.limits)
                if event.anchor:
                    self.open.add(event.anchor)
                parts = []
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                outer, start = stack.pop()
                mapping = kind is yaml.MappingEndEvent
                node = self._mapping(parts, start) if mapping else Sequence(parts, start.start_mark)
                self._remember(start.anchor, node)
                parts = outer
                parts.append(node)
            elif kind is yaml.AliasEvent:
                parts.append(self._alias(event))
            elif kind is yaml.DocumentStartEvent and root:
                raise SpecProblem(
                    codes.SYNTAX,
                    "the file holds more than one YAML document",
                    Scalar("---", event.start_mark, quoted=False),
                    help=("one net per file; `cnncalc summarize A.yaml B.yaml` takes several",),
                )
            elif kind is yaml.StreamEndEvent:
                break
        else:
            raise _too_many(event.start_mark, most)
        if self.aliased:
            self._check_expansion(root[0])
        return root[0] if root else None

    def _remember(self, anchor: str | None, node: Tree) -> None:
        if anchor:
            self.anchors[anchor] = node
            self.open.discard(anchor)

    def _special_scalar(self, event: Any) -> Scalar:  # noqa: ANN401 - a PyYAML event
        self._check_tag(event)
        quoted = bool(event.style) or event.tag == "tag:yaml.org,2002:str"
        node = Scalar(event.value, event.start_mark, quoted)
        self._remember(event.anchor, node)
        return node

    def _check_tag(self, event: Any) -> None:  # noqa: ANN401 - a PyYAML event
        if (event.tag and not event.tag.startswith("tag:yaml.org,2002:")) or (
            event.tag and "python" in event.tag
        ):
            raise SpecProblem(
                codes.SYNTAX,
                f"the tag {event.tag} means nothing in a spec",
                Scalar(event.tag, event.start_mark, quoted=False),
                help=("leave it out",),
            )

    def _alias(self, event: Any) -> Tree:  # noqa: ANN401 - a PyYAML event
        self.aliased += 1
        place = Scalar("*" + event.anchor, event.start_mark, quoted=False)
        if event.anchor in self.open:
            raise SpecProblem(codes.RECURSION, f"`&{event.anchor}` contains itself", place)
        if event.anchor not in self.anchors:
            raise SpecProblem(
                codes.SYNTAX,
                f"no anchor `&{event.anchor}` is defined above",
                place,
                help=("a value that begins with `*` needs quotes",),
            )
        return self.anchors[event.anchor]

    def _mapping(self, parts: list[Any], start: Any) -> Mapping:  # noqa: ANN401 - a PyYAML event
        if _are_plain(parts):
            return Mapping(parts, start.start_mark)
        seen: dict[str, Scalar] = {}
        merged: list[Mapping] = []
        kept: list[Any] = []
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise SpecProblem(
                    codes.WRONG_TYPE,
                    "a key must be a word",
                    key,
                    help=("write a list in brackets, `[3, 5]`, and quote a text with braces",),
                )
            if key.text == "<<" and not key.quoted:
                merged += _merge_sources(value)
                continue
            if key.text in seen:
                if key.text.lstrip("-").isdigit() and isinstance(value, Scalar) and not value.text:
                    raise not_pairs(parts[::2], start.start_mark)
                first = seen[key.text].place.line
                raise SpecProblem(
                    codes.DUPLICATE_KEY, f"`{key.text}` appears here and in line {first}", key
                )
            seen[key.text] = key
            kept += (key, value)
        for source in merged:
            self._charge(source, start)
            for key, value in source.pairs():
                if key.text not in seen:
                    seen[key.text] = key
                    kept += (key, value)
        return Mapping(kept, start.start_mark)

    def _charge(self, source: Mapping, start: Any) -> None:  # noqa: ANN401 - a PyYAML event
        self.merged += len(source.parts) // 2
        if self.merged > self.limits.values:
            raise SpecProblem(
                codes.LIMIT,
                f"the merge keys bring in more than {self.limits.values:,} values",
                Scalar("", start.start_mark, quoted=False),
                help=("merge a mapping once",),
            )

    def _check_expansion(self, root: Tree) -> None:
        """Refuse aliases that stand for more values than the limit."""
        sizes: dict[int, int] = {}
        stack: list[tuple[Tree, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if id(node) in sizes:
                continue
            children = _children(node)
            if ready or not children:
                sizes[id(node)] = 1 + sum(sizes[id(child)] for child in children)
            else:
                stack.append((node, True))
                stack += [(child, False) for child in children]
        if sizes[id(root)] > self.limits.values:
            raise SpecProblem(
                codes.LIMIT,
                f"the aliases expand to {sizes[id(root)]:,} values; "
                f"the limit is {self.limits.values:,}",
                root,
                help=("use `repeat` or a block for what recurs",),
            )


def _are_plain(parts: list[Any]) -> bool:
    """Whether the keys of a mapping are words, each once, none of which merges another."""
    if len(parts) == 2:  # noqa: PLR2004 - a key and its value: most entries
        return type(parts[0]) is Scalar and parts[0].text != "<<"
    words = {key.text if type(key) is Scalar else "<<" for key in parts[::2]}
    return 2 * len(words) == len(parts) and "<<" not in words


def _children(node: Tree) -> list[Any]:
    if isinstance(node, Sequence):
        return node.items
    return node.parts if isinstance(node, Mapping) else []


def _merge_sources(value: Tree) -> list[Mapping]:
    sources = value.items if isinstance(value, Sequence) else [value]
    for source in sources:
        if not isinstance(source, Mapping):
            raise SpecProblem(codes.WRONG_TYPE, "`<<` merges mappings only", source)
    return [source for source in sources if isinstance(source, Mapping)]


def not_pairs(keys: Iterable[Scalar], mark: Mark) -> SpecProblem:
    """What `{3, 5}` is told: it holds keys without values."""
    return SpecProblem(
        codes.WRONG_TYPE,
        "braces hold `key: value` pairs",
        Scalar("{", mark, quoted=False),
        help=(f"a list is written `[{', '.join(key.text for key in keys)}]`",),
    )


def _too_many(mark: YamlMark, most: int) -> SpecProblem:
    return SpecProblem(
        codes.LIMIT, f"the file holds more than {most:,} keys and values",
        Scalar("", mark, quoted=False), help=("`--max-size` raises the limit",),
    )  # fmt: skip


def _too_deep(mark: Mark, limits: Limits) -> SpecProblem:
    return SpecProblem(
        codes.LIMIT,
        f"values are nested deeper than {limits.depth} levels",
        Scalar("", mark, quoted=False),
    )
