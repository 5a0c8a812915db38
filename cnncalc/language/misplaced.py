"""Entries whose arguments, or layers, are written in the wrong place, with the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Scalar
from cnncalc.language.values import is_null, scalar_value
from cnncalc.language.words import ENTRY_KEYS
from cnncalc.layers import registry

if TYPE_CHECKING:
    from cnncalc.language.tree import Tree

_MOST_SHOWN = 4  # arguments that a help repeats
_LONGEST_SHOWN = 20  # characters of one of them
_WITH_PARTS = ("variables", "blocks", "layers")  # keys of a spec that hold no number
_TYPE = "type"  # the key of a layer's type in other formats


def two_types(types: list[tuple[Scalar, Tree]]) -> SpecProblem:
    """The error for an entry with several types: most are arguments beside theirs.

    Args:
        types: the keys that are no key of an entry, with their values.
    """
    (first, value), (second, _) = types[:2]
    close = nearest(second.text, [key for key in ENTRY_KEYS if key != "layers"])
    type_, given = first.text, types[1:]
    if first.text == _TYPE and isinstance(value, Scalar) and value.text:
        type_ = value.text
        label = f"the type is the key: `{type_}:`"
    elif _takes(first.text, second.text):
        label = "an argument is indented further than its type"
    elif close:
        label = f"did you mean `{close}`?"
    else:
        label = "an argument goes into the braces, another layer on a line of its own"
    if type_ == first.text and not is_null(value):
        shown = f"{second.text}: ..."
    else:
        shown = ", ".join(f"{key.text}: {_shown(one)}" for key, one in given[:_MOST_SHOWN])
        shown += ", ..." if len(given) > _MOST_SHOWN else ""
    return SpecProblem(
        codes.UNKNOWN_KEY, f"`{second.text}` appears beside `{first.text}` in one entry", second,
        label=label,
        help=(f"`- {type_}: {{{shown}}}`, if it is an argument",
              f"the keys beside a type are {', '.join(ENTRY_KEYS)}"),
    )  # fmt: skip


def _takes(type_: str, argument: str) -> bool:
    """Whether a built-in type has an argument of this name."""
    name = registry.find(type_)
    return name is not None and argument in name.layer.lookup


def _shown(tree: Tree) -> str:
    """A short value as it is written."""
    if isinstance(tree, Scalar) and not tree.quoted and len(tree.text) <= _LONGEST_SHOWN:
        return tree.text
    return "..."


def branch_without_list(item: Tree) -> SpecProblem:
    """The error for a branch that is an entry, not a list of entries."""
    return SpecProblem(
        codes.WRONG_TYPE, "a branch must be a list", item,
        help=("each branch is a list of entries: `- [conv: {...}]`",),
    )  # fmt: skip


def unknown_key(key: Scalar, value: Tree, known: tuple[str, ...], what: str) -> SpecProblem:
    """The error for a key that a mapping cannot have; at the top level it may be a variable."""
    number = isinstance(value, Scalar) and scalar_value(value)
    variable = "variables" in known and isinstance(number, (int, float))
    variable = variable and not isinstance(number, bool)
    close = nearest(key.text, [one for one in known if not (variable and one in _WITH_PARTS)])
    meant = (f"`variables: {{{key.text}: {number}}}` makes it a variable, `${key.text}`",)
    return SpecProblem(
        codes.UNKNOWN_KEY, f"{what} has no key `{key.text}`", key,
        label=f"did you mean `{close}`?" if close else "",
        help=(*(meant if variable and not close else ()), f"its keys are {', '.join(known)}"),
    )  # fmt: skip
