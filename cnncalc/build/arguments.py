"""The arguments of an entry: from the tree to plain values, and back to a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.regularizer import REGULARIZER_KEYS, regularizer_of
from cnncalc.language.tree import Mapping, Scalar, Sequence, Tree
from cnncalc.language.values import check_not_a_set

if TYPE_CHECKING:
    from cnncalc.build.scope import Evaluator
    from cnncalc.language.entries import Entry
    from cnncalc.layers.base.errors import LayerError
    from cnncalc.layers.base.layer import Name

_LONGEST_KEY = 60  # parts of a fingerprint


def fingerprint(tree: Tree) -> Any:  # noqa: ANN401 - hashable
    """What was written, as a key of a cache; None if it depends on variables, or is long."""
    if type(tree) is Scalar:
        return None if "$" in tree.text else (tree.text, tree.quoted)
    parts: list[Any] = []
    return tuple(parts) if _written(tree, parts) else None


def _written(tree: Tree, parts: list[Any]) -> bool:
    """Add what was written to the parts; False if that is of no use as a key."""
    children = tree.items if isinstance(tree, Sequence) else tree.parts  # type: ignore[union-attr]
    if len(parts) + len(children) > _LONGEST_KEY:
        return False
    parts.append(type(tree))
    for child in children:
        if type(child) is Scalar:
            if "$" in child.text:
                return False
            parts.append((child.text,) if child.quoted else child.text)
        elif not _written(child, parts):
            return False
    parts.append(None)  # the end of the list or mapping
    return True


def arguments_of(
    name: Name, tree: Tree | None, evaluator: Evaluator
) -> tuple[dict[str, Any], dict[str, float] | None]:
    """The arguments as plain values, and the regulariser if they hold one.

    `type: value` gives the type's main argument; so does a mapping that is
    one value of it (`pad: {left: 1}`).

    Raises:
        SpecProblem: a value cannot be computed.
    """
    if tree is None or (isinstance(tree, Scalar) and not tree.text and not tree.quoted):
        return {}, None
    layer = name.layer
    main = layer.main
    if isinstance(tree, Mapping):
        check_not_a_set(tree)
        keys = tuple(key.text for key, _ in tree.pairs())
        whole = not any(key in layer.lookup for key in keys) and main
        if whole and layer.arguments[main].kind.takes_mapping(keys):
            return {main: evaluator.value(tree)}, None
        return _from_mapping(tree, evaluator)
    if not main:
        raise SpecProblem(
            codes.UNKNOWN_ARGUMENT, f"`{name.text}` takes no argument", tree,
            help=(f"`- {name.text}`",),
        )  # fmt: skip
    return {main: evaluator.value(tree)}, None


def _from_mapping(
    tree: Mapping, evaluator: Evaluator
) -> tuple[dict[str, Any], dict[str, float] | None]:
    values: dict[str, Any] = {}
    regularizer = None
    for key, value in tree.pairs():
        if key.text in REGULARIZER_KEYS:
            regularizer = regularizer_of(evaluator.value(value), value)
        else:
            values[key.text] = evaluator.value(value)
    return values, regularizer


def argument_place(name: Name, entry: Entry, error: LayerError) -> Tree:
    """Where the argument that an error names stands in an entry."""
    tree = entry.argument
    if isinstance(tree, Mapping) and error.argument:
        spec = name.layer.lookup.get(error.argument)
        of_key = error.code in (codes.UNKNOWN_ARGUMENT, codes.DUPLICATE_ARGUMENT)
        wanted = set(spec.names) if spec and not of_key else {error.argument}
        for key, value in tree.pairs():
            if key.text in wanted:
                return key if of_key else value
    if (
        error.argument
        and error.argument == name.layer.main
        and isinstance(tree, (Scalar, Sequence))
    ):
        return tree
    return entry.type_tree or entry.tree
