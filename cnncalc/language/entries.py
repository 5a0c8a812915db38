"""Entries of `layers:`, from YAML to the syntax tree; what is wrong with one takes its place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import (
    ALONE,
    Beside,
    Branch,
    Entries,
    Entry,
    ForColumns,
    ForRows,
    Group,
    Layer,
    List,
    Loop,
    Malformed,
    Map,
    Parallel,
    Repeat,
    Residual,
    Template,
    Value,
)
from cnncalc.language.tree import Implied, Mapping, Scalar, Sequence, Tree
from cnncalc.language.values import (
    check_not_a_set,
    choice_of,
    is_null,
    map_of,
    require_list,
    require_mapping,
    require_text,
    template_of,
    value_of,
)
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.language.written import written_as

if TYPE_CHECKING:
    from collections.abc import Iterator


def entries_of(tree: Tree, what: str) -> Entries:
    """A list of entries, each of which is read when it is needed."""
    try:
        return Entries(require_list(tree, what), read_entry, tree)
    except SpecProblem as problem:
        return Entries([Malformed(problem)], at=tree)


def read_entry(item: Tree | Entry) -> Entry:
    """An entry, unless it is read already; `Malformed` if it has no type, or several."""
    if isinstance(item, Scalar):
        if not item.text:
            return Malformed(SpecProblem(codes.WRONG_TYPE, "an entry must be a word", item))
        if item.text in COMPOSITES:
            return Malformed(_empty_composite(item.text, item))
        return Layer(item.text, at=item, written=item.text)
    if not isinstance(item, (Mapping, Sequence)):
        return item
    try:
        return _entry(require_mapping(item, "an entry of `layers`"))
    except SpecProblem as problem:
        name = item.get("name") if isinstance(item, Mapping) else None
        given = template_of(name) if name is not None else None
        return Malformed(problem, given if isinstance(given, Template) else None)


def _told_apart(mapping: Mapping) -> tuple[dict[str, Tree], list[tuple[Scalar, Tree]]]:
    """The keys beside a type, and the types with their arguments."""
    keys: dict[str, Tree] = {}
    types: list[tuple[Scalar, Tree]] = []
    for key, value in mapping.pairs():
        if key.text not in ENTRY_KEYS:
            types.append((key, value))
        else:
            keys[key.text] = value
    return keys, types


def _entry(mapping: Mapping) -> Entry:
    check_not_a_set(mapping)
    keys, types = _told_apart(mapping)
    if "in" in keys:
        _check_rows(keys["in"], keys.get("for"))
    if len(types) > 1:
        from cnncalc.language.misplaced import two_types  # noqa: PLC0415 - only on errors

        raise two_types(types)
    beside = _beside(keys) if keys else ALONE
    if types:
        head, argument = types[0]
        if "layers" in keys:
            raise SpecProblem(
                codes.UNKNOWN_KEY, f"a group has no key `{head.text}`", head,
                help=("a group has `layers` and, beside it, " + ", ".join(ENTRY_KEYS),),
            )  # fmt: skip
        if head.text in COMPOSITES:
            read = _residual if head.text == "residual" else _parallel
            return read(head, argument, beside, mapping)
        return _layer(head, argument, beside, mapping)
    if "layers" in keys:
        return Group(entries_of(keys["layers"], "`layers`"), beside, mapping)
    if "share" in keys:
        return Layer("", None, beside, at=mapping)
    raise SpecProblem(
        codes.MISSING_KEY, "the entry names no layer type", mapping,
        help=("`- conv: {filters: 8, kernel: 3}`, or `- relu`",),
    )  # fmt: skip


def _layer(head: Scalar, argument: Tree, beside: Beside, mapping: Mapping) -> Layer:
    return Layer(
        head.text, None, beside,
        at=mapping, head=head,
        written=written_as(head.text, argument), read=partial(_arguments, argument),
    )  # fmt: skip


def _arguments(tree: Tree) -> Value | None:
    return None if is_null(tree) else value_of(tree)


def _beside(keys: dict[str, Tree]) -> Beside:
    def value(key: str) -> Value | None:
        return value_of(keys[key]) if key in keys else None

    def name(key: str) -> Template | Malformed | None:
        return template_of(keys[key]) if key in keys else None

    return Beside(
        name("name"),
        _names(keys["from"]) if "from" in keys else None,
        value("when"),
        name("share"),
        value("trainable"),
        value("expect"),
        value("regularizer"),
        _loop(keys) if "for" in keys or "repeat" in keys else None,
        value("weights"),
        value("tap"),
        value("dtype"),
    )


def _names(tree: Tree) -> List:
    trees = tree.items if isinstance(tree, Sequence) else [tree]
    return List(tuple([_name(item) for item in trees]), tree)


def _name(tree: Tree) -> Value:
    """A name of `from`, or a table whose rows are names or lists of them."""
    if isinstance(tree, Mapping) and tree.get("by") is not None:
        return choice_of(tree, lambda row: _names(row) if isinstance(row, Sequence) else _name(row))
    return template_of(tree)


def _loop(keys: dict[str, Tree]) -> Loop:
    loop, repeat = keys.get("for"), keys.get("repeat")
    if loop is None:
        return Repeat(value_of(keys["repeat"]), repeat)
    if repeat is not None:
        raise SpecProblem(codes.UNKNOWN_KEY, "give either `repeat` or `for`", repeat)
    if isinstance(loop, Mapping):
        return ForColumns(map_of(loop), loop)
    if "in" not in keys:
        raise SpecProblem(codes.MISSING_KEY, "`for` needs `in:`, the rows of values", loop)
    trees = loop.items if isinstance(loop, Sequence) else [loop]
    names = tuple([require_text(tree, "a variable of `for`") for tree in trees])
    return ForRows(names, value_of(keys["in"]), single=isinstance(loop, Scalar), at=loop)


def _check_rows(rows: Tree, loop: Tree | None) -> None:
    if loop is not None and not isinstance(loop, Mapping):
        return
    raise SpecProblem(
        codes.MISSING_KEY,
        "`in` has no `for`, the variables of its rows" if loop is None
        else "`for` has lists of its own and needs no `in`", rows,
        help=("`for: [filters, stride]` and `in: [[64, 1], [128, 2]]`",
              "or `for: {filters: [64, 128], stride: [1, 2]}`"),
    )  # fmt: skip


# -- residuals and parallels --------------------------------------------------------------------


def _residual(head: Scalar, tree: Tree, beside: Beside, place: Mapping) -> Residual:
    """`{body, shortcut, merge}`, or the body alone."""
    body: Tree | None = tree
    shortcut = merge = None
    if isinstance(tree, Mapping):
        check_keys(tree, ("body", "shortcut", "merge"), "`residual`")
        body, shortcut, merge = tree.get("body"), tree.get("shortcut"), tree.get("merge")
    if body is None or is_null(body):
        raise _empty_composite("residual", place)
    return Residual(
        entries_of(body, "`body`"),
        None if shortcut is None or is_null(shortcut) else entries_of(shortcut, "`shortcut`"),
        _merge(merge, "add", head),
        beside,
        place,
    )


def _parallel(head: Scalar, tree: Tree, beside: Beside, place: Mapping) -> Parallel:
    """`{branches, merge}`, or the branches alone."""
    merge = None
    branches: Tree | None = tree
    if isinstance(tree, Mapping) and tree.get("branches") is not None:
        check_keys(tree, ("branches", "merge"), "`parallel`")
        branches, merge = tree.get("branches"), tree.get("merge")
    found = tuple(_branches(branches, place))
    if not found:
        raise SpecProblem(codes.MISSING_KEY, "`parallel` has no branches", place)
    return Parallel(found, _merge(merge, "concat", head), beside, place)


def _branches(tree: Tree | None, place: Tree) -> Iterator[Branch | Group]:
    if isinstance(tree, Mapping):
        for key, value in tree.pairs():
            yield Branch(key.text, entries_of(value, "a branch"), value)
    elif tree is None or isinstance(tree, Scalar):
        raise _empty_composite("parallel", place)
    else:
        for item in tree.items:
            group = read_entry(item) if isinstance(item, Mapping) and item.get("layers") else None
            if isinstance(group, Malformed):
                raise group.problem()
            if isinstance(group, Group):
                yield group
            else:
                yield Branch("", _entries_of_branch(item), item)


def _entries_of_branch(item: Tree) -> Entries:
    if isinstance(item, Sequence):
        return entries_of(item, "a branch")
    from cnncalc.language.misplaced import branch_without_list  # noqa: PLC0415 - only on errors

    return Entries([Malformed(branch_without_list(item))], at=item)


def _empty_composite(kind: str, place: Tree) -> SpecProblem:
    if kind == "residual":
        return SpecProblem(codes.MISSING_KEY, "`residual` has no `body`", place)
    return SpecProblem(codes.WRONG_TYPE, "`branches` must be a list of lists of entries", place)


def _merge(tree: Tree | None, default: str, head: Scalar) -> Entry | None:
    if tree is None or is_null(tree):
        return read_entry(Implied(default, head))
    if isinstance(tree, Scalar) and tree.text == "none":
        return None
    return read_entry(tree)


# -- keys ---------------------------------------------------------------------------------------


def check_keys(mapping: Mapping, known: tuple[str, ...], what: str) -> None:
    """Refuse unknown keys, `x-...` for anchors excepted; raises `SpecProblem`."""
    check_not_a_set(mapping)
    for problem in unknown_keys(mapping, known, what):
        raise problem


def unknown_keys(mapping: Mapping, known: tuple[str, ...], what: str) -> Iterator[SpecProblem]:
    """A problem for each key that a mapping cannot have."""
    for key, value in mapping.pairs():
        if key.text not in known and not key.text.startswith("x-"):
            from cnncalc.language.misplaced import unknown_key  # noqa: PLC0415 - only on errors

            yield unknown_key(key, value, known, what)


def belongs_beside(type_: str, key: str) -> tuple[str, str]:
    """What is said, and shown, where a key of an entry is among its arguments."""
    return (
        f"`{key}` belongs beside the type, not among its arguments",
        f"`- {{{type_}: {{...}}, {key}: ...}}`",
    )


def check_beside_layers(beside: Beside, *, block: bool = False) -> None:
    """Refuse keys that mean nothing for several layers; raises `SpecProblem`.

    Args:
        beside: what is beside a group, a residual, a parallel or a block.
        block: whether it is a block, which always has a name and may share another's weights.
    """
    if beside is ALONE:
        return
    for key in ("share", "regularizer", "weights"):
        value = getattr(beside, key)
        if value is not None and not (block and key == "share"):
            raise SpecProblem(
                codes.UNKNOWN_KEY, f"`{key}` belongs to a layer, not to several", value,
                help=("write it beside each layer that it is for",),
            )  # fmt: skip
    if beside.expect is not None and beside.name is None and not block:
        raise SpecProblem(
            codes.UNKNOWN_KEY, "`expect` needs a `name` for the layers that it is about",
            beside.expect, help=("`name: stem` beside it",),
        )  # fmt: skip


def with_keys_of_keras(entry: Layer) -> Layer:
    """`name` and `trainable`, which Keras takes as arguments, moved beside the type."""
    arguments = entry.arguments
    if not isinstance(arguments, Map):
        return entry
    name, trainable = arguments.get("name"), arguments.get("trainable")
    if name is None and trainable is None:
        return entry
    beside = entry.beside
    return entry.with_(
        arguments=arguments.without("name", "trainable"),
        beside=beside._replace(
            name=beside.name or (_as_name(name) if name is not None else None),
            trainable=beside.trainable or trainable,
        ),
    )


def _as_name(value: Any) -> Template | Malformed:  # noqa: ANN401 - any kind of value
    text = getattr(value, "text", "")
    if text:
        return Template(text, value)
    return Malformed(SpecProblem(codes.WRONG_TYPE, "a name must be a word", value))
