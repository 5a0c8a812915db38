"""The arguments of an entry: from the tree to plain values, and back to a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.layers.errors import BadValueError
from cnncalc.layers.kinds import Real
from cnncalc.spec.problems import SpecProblem
from cnncalc.spec.tree import Mapping, Scalar, Sequence, Tree
from cnncalc.spec.values import check_not_a_set

if TYPE_CHECKING:
    from cnncalc.layers.base import Name
    from cnncalc.layers.errors import LayerError
    from cnncalc.spec.entries import Entry
    from cnncalc.spec.scope import Evaluator

REGULARIZER_KEYS = ("regularizer", "kernel_regularizer")
_LONGEST_KEY = 60  # parts of a fingerprint
PENALTY = Real(0)
_KERAS_PENALTY = 0.01  # what Keras takes for the bare words
KERAS_PENALTIES = {
    "l1": ("l1",), "L1": ("l1",), "l2": ("l2",), "L2": ("l2",),
    "l1_l2": ("l1", "l2"), "L1L2": ("l1", "l2"),
}  # fmt: skip


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


def regularizer_of(value: Any, tree: Tree) -> dict[str, float] | None:  # noqa: ANN401 - plain
    """The penalties `{l1: ..., l2: ...}`; Keras's words `l1`, `l2`, `l1_l2` mean 0.01.

    Raises:
        SpecProblem: it is none of these.
    """
    if value is None:
        return None
    if isinstance(value, str) and value in KERAS_PENALTIES:
        return dict.fromkeys(KERAS_PENALTIES[value], _KERAS_PENALTY)
    if isinstance(value, dict) and value and set(value) <= {"l1", "l2"}:
        try:
            penalties = {kind: PENALTY.parse(number) for kind, number in value.items()}
        except BadValueError as error:
            raise SpecProblem(codes.BAD_VALUE, f"a penalty: {error}", tree) from None
        return {kind: number for kind, number in penalties.items() if number}
    raise SpecProblem(
        codes.BAD_VALUE, "a regularizer names its penalties", tree,
        help=("`regularizer: {l1: 1e-5, l2: 1e-4}`",),
    )  # fmt: skip


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
