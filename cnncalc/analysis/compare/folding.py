"""The short form of a difference: runs of equal layers, and blocks that are new or gone, as one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.analysis.compare.steps import Side, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.compare.pairing import Pairing
    from cnncalc.net.node import Node


def folded(
    nodes: Sequence[Node],
    others: Sequence[Node],
    pairings: Sequence[Pairing],
    steps: Sequence[Step],
) -> Iterator[Step]:
    """Runs of equal layers as one step each, and blocks that are wholly new or gone."""
    sizes = [_scope_sizes(nodes), _scope_sizes(others)]
    start = 0
    while start < len(steps):
        kind = _kind(steps[start])
        end = start + 1
        while end < len(steps) and _kind(steps[end]) == kind:
            end += 1
        run = steps[start:end]
        if kind in ("equal", "resized"):
            yield from _joined(run)
        elif kind == "changed":
            yield from run
        else:
            net, which = (nodes, 0) if kind == "removed" else (others, 1)
            members = [net[_position(one, which)] for one in pairings[start:end]]
            yield from _blocks(run, members, sizes[which])
        start = end


def _kind(step: Step) -> str:
    """The mark, or "resized" for an equal layer whose sizes differ."""
    return "resized" if step.mark == "equal" and step.resized else step.mark


def _position(pairing: Pairing, which: int) -> int:
    found = pairing.after if which else pairing.before
    assert found is not None  # noqa: S101 - the mark says which side there is
    return found


_SHORTEST_RUN = 3  # folding fewer steps saves no line worth having


def _joined(run: Sequence[Step]) -> Sequence[Step]:
    if len(run) < _SHORTEST_RUN:
        return run
    return [
        Step(
            run[0].mark,
            _sum([step.before for step in run if step.before]),
            _sum([step.after for step in run if step.after]),
            layers=len(run),
            resized=run[0].resized,
        )
    ]


def _sum(sides: Sequence[Side], name: str = "", type_: str = "") -> Side:
    params, macs = sum(side.params for side in sides), sum(side.macs for side in sides)
    return Side(name, type_, sides[-1].output_shape, params, macs)


def _scope_sizes(nodes: Sequence[Node]) -> Counter[str]:
    direct = Counter(id(node.scope) for node in nodes)  # few layers have a scope of their own
    found: Counter[str] = Counter()
    for scope in {id(node.scope): node.scope for node in nodes}.values():
        layers, around = direct[id(scope)], scope
        while around is not None:
            if around.name:
                found[around.name] += layers
            around = around.outer
    return found


def _blocks(run: Sequence[Step], members: Sequence[Node], sizes: Counter[str]) -> Iterator[Step]:
    at = 0
    while at < len(run):
        for scope in members[at].scopes:
            size = sizes[scope.name]
            end = at + size
            # The layers of a scope follow one another: the last of so many is in it, or not all.
            if 1 < size <= len(run) - at and scope in members[end - 1].scopes:
                mark = run[at].mark
                gone = mark == "removed"
                parts = run[at:end]
                sides = [one for step in parts if (one := step.before if gone else step.after)]
                side = _sum(sides, scope.name, scope.type)
                yield Step(mark, side if gone else None, None if gone else side, layers=size)
                at = end
                break
        else:
            yield run[at]
            at += 1
