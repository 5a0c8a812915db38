"""Series and parallel parts found in the wiring alone, where no spec says what belongs together.

Vertices through which every path runs cut a net into a series; between two of them
stand parallel branches, each of which is a series again (Valdes, Tarjan and Lawler,
The recognition of series parallel digraphs, 1982, for vertices as in a two-terminal
network). A region that is neither keeps its wiring as a "graph", of which the
parts with one way in and one way out, which dominators find, are decomposed again.
Every vertex is claimed once, at one level after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.net.structure import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.net.network import Network

_DEEPEST = 100  # levels of parts in parts; what is nested deeper stays a graph
_IN_ORDER = frozenset({"net", "block", "group", "loop", "turn", "body", "shortcut", "branch"})


class _Graph(NamedTuple):
    """Vertices in topological order, by their numbers.

    Attributes:
        parts: what is at each vertex.
        before: the vertices that each takes from; -1 for what comes from outside.
        after: the vertices that take from each.
        leaving: whether the result of each leaves the graph.
    """

    parts: Sequence[Part]
    before: Sequence[Sequence[int]]
    after: Sequence[Sequence[int]]
    leaving: Sequence[bool]


def series_parallel(network: Network, part: Part) -> Part:
    """The tree with branches found where children are not one after another.

    Given the tree of a spec without structure, this is the decomposition of the whole
    net. Written residuals and parallels stay as they are; what is found has no scope.
    A "parallel" has its branches, an empty one for a connection past the others, and
    then the part in which they meet, if they do; a "graph" is of any wiring, which
    the inputs of its layers tell.

    Args:
        network: the net.
        part: its tree, as [`structure`][cnncalc.net.structure.structure] gives it.
    """
    places = {node.name: place for place, node in enumerate(network.layers)}
    furthest = [-1] * len(places)  # the last layer that takes each result
    for place, node in enumerate(network.layers):
        for name in node.inputs:
            if name in places:
                furthest[places[name]] = place
    for name in network.outputs:
        if name in places:
            furthest[places[name]] = len(places)
    for place, last in enumerate(furthest):
        if last < 0:
            furthest[place] = len(places)
    return _refined(part, places, furthest)


def _refined(part: Part, places: dict[str, int], furthest: list[int]) -> Part:
    children = tuple(
        child if child.kind == "layer" else _refined(child, places, furthest)
        for child in part.children
    )
    if part.kind in _IN_ORDER:
        children = decompose(*_wired(children, places, furthest))
    return part._replace(children=children)


def _wired(
    children: Sequence[Part], places: dict[str, int], furthest: list[int]
) -> tuple[Sequence[Part], list[list[int]], list[bool]]:
    """What each child takes of the others, and whether something else takes its result."""
    owner: dict[int, int] = {}
    before: list[list[int]] = []
    last = -1
    for number, child in enumerate(children):
        found: dict[int, None] = {}
        for node in child.layers():
            last = places[node.name]
            owner[last] = number
            for name in node.inputs:
                found[owner.get(places.get(name, -1), -1)] = None
        before.append([one for one in found if one != number])
    leaving = [False] * len(children)
    for place, number in owner.items():
        leaving[number] = leaving[number] or furthest[place] > last
    return children, before, leaving


def decompose(
    parts: Sequence[Part], before: Sequence[Sequence[int]], leaving: Sequence[bool]
) -> tuple[Part, ...]:
    """A series of parts, of which each takes only what the one before it gives.

    Args:
        parts: what is connected, in topological order.
        before: the numbers of the parts that each takes from; -1 for what comes from
            outside.
        leaving: whether a part's result is wanted outside.
    """
    if all(
        len(sources) == 1 and sources[0] == number - 1 and (not leaving[number - 1] or not number)
        for number, sources in enumerate(before)
    ):
        return tuple(parts)
    after: list[list[int]] = [[] for _ in parts]
    for number, sources in enumerate(before):
        for source in sources:
            if source >= 0:
                after[source].append(number)
    graph = _Graph(parts, [sources or (-1,) for sources in before], after, leaving)
    return _series(graph, list(range(len(parts))), 0)


def _series(graph: _Graph, members: list[int], depth: int) -> tuple[Part, ...]:
    """A region with one way in and one way out, cut where all paths meet."""
    if len(members) == 1:
        return (graph.parts[members[0]],)
    local = {member: place for place, member in enumerate(members)}
    found: list[Part] = []
    gap: list[int] = []
    cut = -1  # the vertex before the gap
    # The furthest place that anything before a vertex feeds: all paths meet there if it is its own.
    reach = _entered(graph, members, local)
    for place, member in enumerate(members):
        if reach <= place:
            direct = _feeds(graph, local, cut, member)
            found += _between(graph, gap, graph.parts[member], direct=direct, depth=depth)
            cut, gap = member, []
        else:
            gap.append(member)
        reach = max(reach, _reach(graph, member, local))
    if gap:
        direct = cut >= 0 and _leaves(graph, cut, local)
        found += _between(graph, gap, None, direct=direct, depth=depth)
    return tuple(found)


def _entered(graph: _Graph, members: list[int], local: dict[int, int]) -> int:
    """The last place that takes something from outside of the region."""
    return max(
        place
        for place, member in enumerate(members)
        if any(one not in local for one in graph.before[member])
    )


def _reach(graph: _Graph, member: int, local: dict[int, int]) -> int:
    """The last place that takes what this vertex gives; the end if it leaves the region."""
    if _leaves(graph, member, local):
        return len(local)
    return max(local[one] for one in graph.after[member])


def _leaves(graph: _Graph, member: int, local: dict[int, int]) -> bool:
    after = graph.after[member]
    return graph.leaving[member] or not after or any(one not in local for one in after)


def _feeds(graph: _Graph, local: dict[int, int], source: int, member: int) -> bool:
    """Whether a vertex takes directly from this source; -1 is everything outside."""
    if source >= 0:
        return source in graph.before[member]
    return any(one not in local for one in graph.before[member])


def _between(
    graph: _Graph, gap: list[int], end: Part | None, *, direct: bool, depth: int
) -> list[Part]:
    """What is between two cuts, with the vertex in which it ends."""
    ending = () if end is None else (end,)
    if not gap:
        return list(ending)
    if depth >= _DEEPEST:
        inside = tuple(graph.parts[one] for one in gap)
        return [Part("graph", inside), *ending]
    components = _components(graph, gap)
    if len(components) == 1 and not direct:
        return [_irreducible(graph, gap, depth + 1), *ending]
    branches = [Part("branch", _series(graph, one, depth + 1)) for one in components]
    if direct:
        branches.append(Part("branch"))
    return [Part("parallel", (*branches, *ending))]


def _components(graph: _Graph, members: list[int]) -> list[list[int]]:
    """The parts of a region that nothing inside of it connects, in order."""
    leader = {member: member for member in members}

    def lead(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for member in members:
        for source in graph.before[member]:
            if source in leader:
                first, second = sorted((lead(source), lead(member)))
                leader[second] = first
    found: dict[int, list[int]] = {}
    for member in members:
        found.setdefault(lead(member), []).append(member)
    return list(found.values())


# -- irreducible regions ----------------------------------------------------------------------


def _irreducible(graph: _Graph, members: list[int], depth: int) -> Part:
    """A region kept as a graph: its parts with one way in and one way out are decomposed."""
    local = {member: place for place, member in enumerate(members)}
    before = [[local.get(one, -1) for one in graph.before[member]] for member in members]
    end = len(members)
    after = [
        [local.get(one, end) for one in graph.after[member]]
        + ([end] if _leaves(graph, member, local) else [])
        for member in members
    ]
    dominator = _dominators(before)
    mirrored = [[end - 1 - one for one in sources] for sources in reversed(after)]
    exits = [end - 1 - one for one in reversed(_dominators(mirrored))]
    children: list[Part] = []
    claimed = [False] * len(members)
    for place, member in enumerate(members):
        if claimed[place]:
            continue
        chain, last = [place], place
        while exits[last] < end and dominator[exits[last]] == last:
            chain += _inside(after, last, exits[last])
            last = exits[last]
            chain.append(last)
        for one in chain:
            claimed[one] = True
        if len(chain) == 1:
            children.append(graph.parts[member])
        else:
            inside = sorted(members[one] for one in chain)
            children.append(Part("branch", _series(graph, inside, depth)))
    return Part("graph", tuple(children))


def _inside(after: Sequence[Sequence[int]], first: int, last: int) -> list[int]:
    """The vertices on the paths from one vertex to the one through which all of them leave."""
    seen: set[int] = set()
    stack = [one for one in after[first] if one != last]
    while stack:
        one = stack.pop()
        if one not in seen:
            seen.add(one)
            stack += [following for following in after[one] if following != last]
    return list(seen)


def _dominators(before: Sequence[Sequence[int]]) -> list[int]:
    """The last vertex through which every path to each vertex runs; -1 is the source.

    One pass in topological order: the nearest common ancestor, in the tree of
    dominators so far, of all that a vertex takes from. Each vertex of the tree has a
    second ancestor, further up, so that a search takes logarithmically many steps
    (Myers, An applicative random-access stack, 1983).
    """
    parent, jump, depth = [-1], [0], [0]  # shifted by one: the source is 0

    def common(one: int, other: int) -> int:
        while depth[one] != depth[other]:
            if depth[one] < depth[other]:
                one, other = other, one
            one = jump[one] if depth[jump[one]] >= depth[other] else parent[one]
        while one != other:
            if jump[one] != jump[other]:
                one, other = jump[one], jump[other]
            else:
                one, other = parent[one], parent[other]
        return one

    for sources in before:
        above = sources[0] + 1
        for source in sources[1:]:
            above = common(above, source + 1)
        far = jump[above]
        evenly = depth[above] - depth[far] == depth[far] - depth[jump[far]]
        parent.append(above)
        jump.append(jump[far] if evenly else above)
        depth.append(depth[above] + 1)
    return [one - 1 for one in parent[1:]]
