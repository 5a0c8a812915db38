"""What no output of a net needs: its layers, and the statements of its code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.export.python import flat
from cnncalc.export.statements import Assign, Branching, Line, Loop, names_of, read_by
from cnncalc.net.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.export.statements import Statement


def used_part(network: Network) -> Network:
    """The net without the layers that no output needs.

    Weights that a layer shares with one of them are its own.
    """
    wanted = set(network.outputs)
    for node in reversed(network.layers):
        if node.name in wanted:
            wanted.update(node.inputs)
    kept = [node for node in network.layers if node.name in wanted]
    if len(kept) == len(network.layers):
        return network
    owners: dict[str, str] = {}
    layers = []
    for node in kept:
        shared = node.traits.shared_with
        if shared and shared not in wanted:
            owner = owners.setdefault(shared, node.name)
            traits = node.traits._replace(shared_with="" if owner == node.name else owner)
            node = node._replace(traits=traits)  # noqa: PLW2901 - the same layer
        layers.append(node)
    return Network(
        network.name, network.layout, network.inputs, layers, network.outputs,
        settings=network.settings, variables=network.variables, description=network.description,
    )  # fmt: skip


def unused_weights(network: Network) -> list[str]:
    """The layers with weights of their own that no output needs."""
    used = used_part(network)
    if used is network:
        return []
    names = {node.name for node in used.layers}
    owners = {node.name for node in used.layers if not node.traits.shared_with}
    lent = {node.traits.shared_with for node in network.layers if node.name in owners}
    return [
        node.name for node in network.layers
        if node.weights and not node.traits.shared_with
        and node.name not in names and node.name not in lent
    ]  # fmt: skip


_TARGETS = re.compile(r"(\w+(?:, \w+)*) = ")
_ROW = re.compile(r"(\w+)\[(.*)\] = ")


def without_unused(statements: Sequence[Statement], wanted: Iterable[str]) -> list[Statement]:
    """Statements without those that give variables values which nothing reads.

    Args:
        statements: of a function.
        wanted: the variables that are read after them.
    """
    return _kept(statements, set(wanted))[0]


def _kept(statements: Sequence[Statement], live: set[str]) -> tuple[list[Statement], set[str]]:
    """What is left of statements, and the variables that they read from before."""
    found: list[Statement] = []
    for one in reversed(statements):
        statement, live = _one(one, live)
        if statement is not None:
            found.append(statement)
    return found[::-1], live


def _one(one: Statement, live: set[str]) -> tuple[Statement | None, set[str]]:
    """A statement, or None where nothing reads what it gives."""
    if isinstance(one, Loop):
        return _loop(one, live)
    if isinstance(one, Branching):
        return _branching(one, live)
    if isinstance(one, Assign):
        read = set(names_of(flat(one.value)))
        return (one, (live - {one.target}) | read) if one.target in live else (None, live)
    read = set(names_of(flat(one.code)))
    before = one.before if isinstance(one, Line) else ""
    row = _ROW.fullmatch(before) if "[" in before else None
    targets = _TARGETS.fullmatch(before)
    if row is not None:
        return (one, live | read | set(names_of(row[2]))) if row[1] in live else (None, live)
    if targets is None:
        return one, live | read
    given = set(targets[1].split(", "))
    return (one, (live - given) | read) if given & live else (None, live)


def _loop(loop: Loop, live: set[str]) -> tuple[Statement | None, set[str]]:
    """A loop; what a turn reads, the turn before may give."""
    body, before = _kept(loop.body, live)
    while not before <= live:
        live = live | before
        body, before = _kept(loop.body, live)
    if not _does_something(body):
        return None, live
    return loop._replace(body=tuple(body)), live | set(names_of(flat(loop.values)))


def _branching(one: Branching, live: set[str]) -> tuple[Statement | None, set[str]]:
    """A condition; one whose first case would be empty stays as it is."""
    yes, before = _kept(one.yes, live)
    no, other = _kept(one.no, live)
    if not _does_something(yes) and not _does_something(no):
        return None, live
    if not _does_something(yes):
        yes, before = list(one.yes), before | read_by(one.yes)
    left = one._replace(yes=tuple(yes), no=tuple(no))
    return left, before | other | set(names_of(one.condition))


def _does_something(statements: Sequence[Statement]) -> bool:
    """Whether there is more in statements than comments."""
    return any(not isinstance(one, Line) or one.code or one.before for one in statements)
