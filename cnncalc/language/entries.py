"""An entry of `layers:` told apart: the type, its arguments, and the keys about its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.document import check_keys
from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Mapping, Scalar, Tree
from cnncalc.language.values import check_not_a_set, require_mapping, require_text
from cnncalc.language.words import ENTRY_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Entry(NamedTuple):
    """One entry; `type` is empty for a group and for a bare `share`."""

    tree: Tree
    type: str
    type_tree: Scalar | None
    argument: Tree | None
    name: Tree | None = None
    inputs: Tree | None = None  # `from`
    when: Tree | None = None
    share: Tree | None = None
    trainable: Tree | None = None
    expect: Tree | None = None
    regularizer: Tree | None = None
    repeat: Tree | None = None
    loop: Tree | None = None  # `for`
    rows: Tree | None = None  # `in`
    layers: Tree | None = None


_FIELDS = {"from": "inputs", "for": "loop", "in": "rows"}


def read_entry(tree: Tree) -> Entry:
    """Tell the parts of an entry apart.

    Raises:
        SpecProblem: it has no type, or several, or is no entry at all.
    """
    if isinstance(tree, Scalar):
        return Entry(tree, require_text(tree, "an entry"), tree, None)
    mapping = require_mapping(tree, "an entry of `layers`")
    check_not_a_set(mapping)
    beside: dict[str, Tree] = {}
    types: list[tuple[Scalar, Tree]] = []
    for key, value in mapping.pairs():
        if key.text in ENTRY_KEYS:
            beside[_FIELDS.get(key.text, key.text)] = value
        else:
            types.append((key, value))
    if "rows" in beside:
        _check_loop(beside["rows"], beside.get("loop"))
    if len(types) > 1:
        raise _two_types(types)
    if types:
        if "layers" in beside:
            raise SpecProblem(
                codes.UNKNOWN_KEY,
                f"a group has no key `{types[0][0].text}`", types[0][0],
                help=("a group has `layers` and, beside it, " + ", ".join(ENTRY_KEYS),),
            )  # fmt: skip
        return Entry(tree, types[0][0].text, types[0][0], types[0][1], **beside)
    if "layers" not in beside and "share" not in beside:
        raise SpecProblem(
            codes.MISSING_KEY, "the entry names no layer type", tree,
            help=("`- conv: {filters: 8, kernel: 3}`, or `- relu`",),
        )  # fmt: skip
    return Entry(tree, "", None, None, **beside)


def _check_loop(rows: Tree, loop: Tree | None) -> None:
    if loop is not None and not isinstance(loop, Mapping):
        return
    raise SpecProblem(
        codes.MISSING_KEY,
        "`in` has no `for`, the variables of its rows" if loop is None
        else "`for` has lists of its own and needs no `in`", rows,
        help=("`for: [filters, stride]` and `in: [[64, 1], [128, 2]]`",
              "or `for: {filters: [64, 128], stride: [1, 2]}`"),
    )  # fmt: skip


def check_beside_layers(entry: Entry, *, block: bool = False) -> None:
    """Refuse keys that mean nothing for several layers; raises `SpecProblem`.

    Args:
        entry: a group, a residual, a parallel or a block.
        block: whether it is a block, which always has a name and may share another's weights.
    """
    for key, tree in (("share", entry.share), ("regularizer", entry.regularizer)):
        if tree is not None and not (block and key == "share"):
            raise SpecProblem(
                codes.UNKNOWN_KEY, f"`{key}` belongs to a layer, not to several", tree,
                help=("write it beside each layer that it is for",),
            )  # fmt: skip
    if entry.expect is not None and entry.name is None and not block:
        raise SpecProblem(
            codes.UNKNOWN_KEY, "`expect` needs a `name` for the layers that it is about",
            entry.expect, help=("`name: stem` beside it",),
        )  # fmt: skip


def _two_types(types: list[tuple[Scalar, Tree]]) -> SpecProblem:
    first, second = types[0][0], types[1][0]
    close = nearest(second.text, ENTRY_KEYS)
    return SpecProblem(
        codes.UNKNOWN_KEY, f"`{second.text}` stands beside `{first.text}` in one entry", second,
        label=f"did you mean `{close}`?" if close
        else "an argument goes into the braces, another layer on a line of its own",
        help=(f"`- {first.text}: {{{second.text}: ...}}`, if it is an argument",
              f"beside a type stand {', '.join(ENTRY_KEYS)}"),
    )  # fmt: skip


def with_keys_of_keras(entry: Entry) -> Entry:
    """`name` and `trainable`, which Keras takes as arguments, moved beside the type."""
    tree = entry.argument
    if not isinstance(tree, Mapping):
        return entry
    name, trainable = tree.get("name"), tree.get("trainable")
    if name is None and trainable is None:
        return entry
    kept = [
        part
        for key, value in tree.pairs()
        if key.text not in ("name", "trainable")
        for part in (key, value)
    ]
    return entry._replace(
        argument=Mapping(kept, tree.mark),
        name=entry.name or name,
        trainable=entry.trainable or trainable,
    )


class Residual(NamedTuple):
    """The parts of `residual:`."""

    body: Tree
    shortcut: Tree | None
    merge: Tree | None


def read_residual(tree: Tree | None, place: Tree) -> Residual:
    """`{body, shortcut, merge}`, or the body alone; raises `SpecProblem`."""
    if isinstance(tree, Mapping):
        check_keys(tree, ("body", "shortcut", "merge"), "`residual`")
        body = tree.get("body")
        if body is None:
            raise SpecProblem(codes.MISSING_KEY, "`residual` has no `body`", place)
        return Residual(body, tree.get("shortcut"), tree.get("merge"))
    if tree is None or (isinstance(tree, Scalar) and not tree.text):
        raise SpecProblem(codes.MISSING_KEY, "`residual` has no `body`", place)
    return Residual(tree, None, None)


class Parallel(NamedTuple):
    """The parts of `parallel:`; a branch may have a name."""

    branches: list[tuple[str, Tree]]
    merge: Tree | None


def read_parallel(tree: Tree | None, place: Tree) -> Parallel:
    """`{branches, merge}`, or the branches alone; raises `SpecProblem`."""
    merge = None
    if isinstance(tree, Mapping) and tree.get("branches") is not None:
        check_keys(tree, ("branches", "merge"), "`parallel`")
        merge = tree.get("merge")
        tree = tree.get("branches")
    branches = list(_branches(tree, place))
    if not branches:
        raise SpecProblem(codes.MISSING_KEY, "`parallel` has no branches", place)
    return Parallel(branches, merge)


def _branches(tree: Tree | None, place: Tree) -> Iterator[tuple[str, Tree]]:
    if isinstance(tree, Mapping):
        yield from ((key.text, value) for key, value in tree.pairs())
    elif tree is None or isinstance(tree, Scalar):
        raise SpecProblem(codes.WRONG_TYPE, "`branches` must be a list of lists of entries", place)
    else:
        yield from (("", item) for item in tree.items)
