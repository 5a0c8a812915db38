"""What the turns of an entry cost, in steps of unrolling: long values cost their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.tree import Scalar, Sequence
from cnncalc.language.words import COMPOSITES

if TYPE_CHECKING:
    from cnncalc.language.entries import Entry
    from cnncalc.language.tree import Tree
    from cnncalc.layers.base.layer import Layer

_FREE = 40  # values that an ordinary entry may have
_CHARACTERS_A_STEP = 4  # of an expression
_NAME_A_STEP = 50  # characters of a name
#: More inputs than a merge of a published net has.
MANY = 40


def cost_of(entry: Entry) -> int:
    """The steps of computing an entry's values once, beyond those of an ordinary one.

    The entries of a group are charged when they are placed, its loop in `cost_of_loop`.
    """
    trees = [entry.inputs, entry.name, entry.when, entry.expect, entry.regularizer]
    if entry.type not in COMPOSITES:
        trees.append(entry.argument)
    return _beyond_ordinary(trees)


def cost_of_loop(entry: Entry) -> int:
    """The steps of computing the rows of a loop, beyond those of an ordinary one."""
    return _beyond_ordinary([entry.loop, entry.rows, entry.repeat])


def _beyond_ordinary(trees: list[Tree | None]) -> int:
    return max(0, _values([tree for tree in trees if tree is not None]) - _FREE)


def _values(trees: list[Tree]) -> int:
    count, stack = 0, list(trees)
    while stack:
        tree = stack.pop()
        count += 1
        if isinstance(tree, Scalar):
            if "$" in tree.text:
                count += len(tree.text) // _CHARACTERS_A_STEP
        else:
            stack += tree.items if isinstance(tree, Sequence) else tree.parts
    return count


def cost_of_name(name: str) -> int:
    """The steps that a long name costs."""
    return len(name) // _NAME_A_STEP


def cost_of_layer(layer: Layer) -> int:
    """The steps that a layer with long lists for arguments costs, as `$name` may give them."""
    lists = (len(value) for value in vars(layer).values() if isinstance(value, tuple))
    return max(0, sum(lists) - _FREE)
