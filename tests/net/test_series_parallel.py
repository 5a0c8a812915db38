"""Series and parallel parts found in the wiring: on random graphs, the zoo, and by hand."""

from __future__ import annotations

import random
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc import zoo
from cnncalc.net.series_parallel import decompose, series_parallel
from cnncalc.net.structure import Part, structure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.net.network import Network


class Wired:
    """Vertices with the vertices that they take from, and those whose results leave."""

    def __init__(self, before: Sequence[Sequence[int]], leaving: Sequence[bool]) -> None:
        self.parts = [Part("layer") for _ in before]
        self.before = [list(sources) or [-1] for sources in before]
        self.leaving = leaving
        self.numbers = {id(part): number for number, part in enumerate(self.parts)}
        self.end = len(before)
        after: dict[int, set[int]] = {number: set() for number in range(-1, self.end)}
        for number, sources in enumerate(self.before):
            for source in sources:
                after[source].add(number)
        for number in range(self.end):
            if leaving[number] or not after[number]:
                after[number].add(self.end)
        self.after = after

    @property
    def edges(self) -> set[tuple[int, int]]:
        return {(source, to) for source, targets in self.after.items() for to in targets}

    def decomposed(self) -> tuple[Part, ...]:
        return decompose(self.parts, self.before, self.leaving)


def vertices(graph: Wired, parts: Sequence[Part]) -> Iterator[int]:
    for part in parts:
        if part.kind == "layer":
            yield graph.numbers[id(part)]
        else:
            yield from vertices(graph, part.children)


def edges_of(graph: Wired, parts: Sequence[Part]) -> set[tuple[int, int]]:
    """The edges that a tree tells, the wiring of its graphs aside, which the vertices tell."""
    found: set[tuple[int, int]] = set()
    ends = _walk(graph, parts, {-1}, found)
    return found | {(end, graph.end) for end in ends}


def _walk(
    graph: Wired, parts: Sequence[Part], sources: set[int], found: set[tuple[int, int]]
) -> set[int]:
    for part in parts:
        sources = _through(graph, part, sources, found)
    return sources


def _through(graph: Wired, part: Part, sources: set[int], found: set[tuple[int, int]]) -> set[int]:
    if part.kind == "layer":
        number = graph.numbers[id(part)]
        found |= {(source, number) for source in sources}
        return {number}
    if part.kind == "parallel":
        branches = [one for one in part.children if one.kind == "branch"]
        ends = set.union(*(_walk(graph, one.children, sources, found) for one in branches))
        return _walk(graph, [one for one in part.children if one.kind != "branch"], ends, found)
    assert part.kind == "graph"
    inside = set(vertices(graph, [part]))
    entered = {one for one in inside if not inside.issuperset(graph.before[one])}
    assert {one for member in inside for one in graph.before[member]} - inside == sources
    for child in part.children:
        first = next(vertices(graph, [child]))
        arriving = set(graph.before[first])
        members = list(vertices(graph, [child]))
        own = {one for member in members for one in graph.before[member]} - set(members)
        assert own == arriving, "a child of a graph has one way in"
        _walk(graph, child.children if child.kind == "branch" else [child], arriving, found)
    assert entered
    return {one for one in inside if graph.after[one] - inside}


@st.composite
def graphs(draw: st.DrawFn) -> Wired:
    size = draw(st.integers(1, 14))
    before = [
        draw(
            st.lists(
                st.integers(max(-1, number - 6), number - 1), min_size=1, max_size=3, unique=True
            )
        )
        for number in range(size)
    ]
    leaving = [draw(st.integers(0, 9)) == 0 for _ in range(size)]
    return Wired(before, leaving)


@given(graphs())
def test_every_vertex_is_claimed_once_and_every_edge_is_told(graph: Wired) -> None:
    tree = graph.decomposed()
    assert sorted(vertices(graph, tree)) == list(range(graph.end))
    assert edges_of(graph, tree) == graph.edges


@st.composite
def series_parallel_graphs(draw: st.DrawFn) -> Wired:
    """Graphs made by putting parts in series and in parallel, and so series-parallel."""
    before: list[list[int]] = []

    def add(sources: list[int]) -> list[int]:
        before.append(sources)
        return [len(before) - 1]

    def grow(sources: list[int], depth: int) -> list[int]:
        for _ in range(draw(st.integers(1, 3))):
            if depth and draw(st.booleans()):
                ends = [grow(sources, depth - 1) for _ in range(draw(st.integers(1, 3)))]
                direct = sources if len(ends) == 1 or draw(st.booleans()) else []
                sources = add(sorted({*direct, *(one for end in ends for one in end)}))
            else:
                sources = add(sources)
        return sources

    grow([-1], 3)
    return Wired(before, [False] * len(before))


@given(series_parallel_graphs())
def test_what_is_made_in_series_and_parallel_is_found_so(graph: Wired) -> None:
    tree = graph.decomposed()
    assert edges_of(graph, tree) == graph.edges
    stack = list(tree)
    while stack:
        part = stack.pop()
        assert part.kind != "graph"
        stack += part.children


def shown(parts: Sequence[Part], graph: Wired) -> str:
    found = []
    for part in parts:
        if part.kind == "layer":
            found.append(str(graph.numbers[id(part)]))
        else:
            found.append(f"{part.kind}({shown(part.children, graph)})")
    return " ".join(found)


@pytest.mark.parametrize(
    ("before", "tree"),
    [
        ([[-1], [0], [1]], "0 1 2"),
        ([[-1], [0], [1], [0, 2]], "0 parallel(branch(1 2) branch() 3)"),
        ([[-1], [0], [0], [1, 2]], "0 parallel(branch(1) branch(2) 3)"),
        ([[-1], [0], [0]], "0 parallel(branch(1) branch(2))"),
        ([[-1], [-1], [0, 1]], "parallel(branch(0) branch(1) 2)"),
        ([[-1], [0], [0], [1, 2], [2], [3, 4]], "0 graph(1 2 3 4) 5"),  # a bridge
        (  # a bridge whose sides are a series and a diamond
            [[-1], [0], [1], [0], [3], [3], [4, 5], [2, 6], [6], [7, 8]],
            "0 graph(branch(1 2) branch(3 parallel(branch(4) branch(5) 6)) 7 8) 9",
        ),
    ],
)
def test_small_graphs(before: list[list[int]], tree: str) -> None:
    graph = Wired(before, [False] * len(before))
    assert shown(graph.decomposed(), graph) == tree


def flat(network: Network) -> Part:
    """The net without what its spec says about its structure."""
    return Part("net", tuple(Part("layer", (), node) for node in network.layers))


def kinds(part: Part) -> Iterator[str]:
    yield part.kind
    for child in part.children:
        yield from kinds(child)


@pytest.mark.parametrize("name", zoo.names())
def test_the_zoo_is_series_parallel_but_for_nasnet(name: str) -> None:
    network = cnncalc.load(f"zoo:{name}")
    tree = series_parallel(network, flat(network))
    assert sorted(node.name for node in tree.layers()) == sorted(
        node.name for node in network.layers
    )
    assert ("graph" in kinds(tree)) == (name == "nasnet_mobile")


@pytest.mark.parametrize("name", zoo.names())
def test_what_a_spec_wrote_stays(name: str) -> None:
    network = cnncalc.load(f"zoo:{name}")
    written = structure(network)
    refined = series_parallel(network, written)
    assert sorted(n.name for n in refined.layers()) == sorted(n.name for n in network.layers)
    scopes = [part.scope for part in _parts(written) if part.scope is not None]
    assert {id(part.scope) for part in _parts(refined) if part.scope} == {id(one) for one in scopes}


def _parts(part: Part) -> Iterator[Part]:
    yield part
    for child in part.children:
        yield from _parts(child)


def test_a_residual_is_found_where_nobody_wrote_one() -> None:
    network = cnncalc.parse("""
input: 8x8x8
layers:
  - {relu: , name: stem}
  - {conv: {filters: 8, kernel: 1}}
  - {add: , from: [stem, conv_1]}
  - tanh
""")
    tree = series_parallel(network, structure(network))
    assert [part.kind for part in tree.children] == ["layer", "parallel", "layer"]
    assert [part.kind for part in tree.children[1].children] == ["branch", "branch", "layer"]


def test_several_inputs_and_outputs() -> None:
    network = cnncalc.parse("""
inputs: {left: 8, right: 8}
outputs: [dense_1, dense_2]
layers:
  - {dense: 4, from: left}
  - {dense: 4, from: right}
""")
    tree = series_parallel(network, structure(network))
    assert [part.kind for part in tree.children] == ["parallel"]
    assert [part.kind for part in tree.children[0].children] == ["branch", "branch"]


@pytest.mark.parametrize("reach", [5, 5000])
def test_random_graphs_of_5000_vertices_take_seconds(reach: int) -> None:
    chance = random.Random(reach)  # noqa: S311 - a graph, not a secret
    before = [
        sorted({chance.randrange(max(-1, number - reach), number) for _ in range(2)})
        for number in range(5000)
    ]
    graph = Wired(before, [False] * 5000)
    start = process_time()
    tree = graph.decomposed()
    assert process_time() - start < 3
    assert sorted(vertices(graph, tree)) == list(range(5000))


def test_deep_nesting_ends_in_a_graph() -> None:
    half = 1500  # skips inside skips, as in a U-Net of so many levels
    before = [[number - 1] for number in range(half)]
    before += [[half + step - 1, half - step - 1] for step in range(half)]
    graph = Wired(before, [False] * len(before))
    start = process_time()
    tree = graph.decomposed()
    assert process_time() - start < 3
    assert sorted(vertices(graph, tree)) == list(range(2 * half))
