"""The order of layers with the smallest peak, against every order of small random nets."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from dumps import dump
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis.memory.order import best_order, own_order
from cnncalc.figures.memory.forward import inference
from cnncalc.figures.memory.program import program_of
from cnncalc.layers.base.usage import Run

SIZE = 2 * 2  # pixels of every map


@st.composite
def graphs(draw):
    """Layers as (filters, the layers that they read); -1 is the input."""
    made = []
    for index in range(draw(st.integers(1, 6))):
        reads = draw(st.lists(st.integers(-1, index - 1), min_size=1, max_size=2, unique=True))
        made.append((draw(st.integers(1, 9)), tuple(reads)))
    return made


def channels(graph, index):
    if index < 0:
        return 3
    filters, reads = graph[index]
    return filters if len(reads) == 1 else sum(channels(graph, one) for one in reads)


def spec(graph):
    layers = []
    for index, (filters, reads) in enumerate(graph):
        names = [f"n{one}" if one >= 0 else "input" for one in reads]
        kind = {"conv": {"filters": filters, "kernel": 1}} if len(reads) == 1 else {"concat": {}}
        layers.append({**kind, "name": f"n{index}", "from": names if len(names) > 1 else names[0]})
    used = {one for _, reads in graph for one in reads}
    outputs = [f"n{index}" for index in range(len(graph)) if index not in used]
    document = {"inputs": {"input": [3, 2, 2]}, "layers": layers, "outputs": outputs}
    return dump(document)


def peak(graph, order):
    """The most bytes at any moment, counted value by value."""
    readers = {one: {at for at, (_, reads) in enumerate(graph) if one in reads}
               for one in range(-1, len(graph))}  # fmt: skip
    done, alive, most = set(), {-1}, 0
    for index in order:
        alive.add(index)
        most = max(most, sum(channels(graph, one) * SIZE for one in alive))
        done.add(index)
        alive = {one for one in alive if not readers[one] or readers[one] - done}
    return most


def orders(graph):
    for order in permutations(range(len(graph))):
        place = {index: at for at, index in enumerate(order)}
        if all(one < 0 or place[one] < place[index]
               for index, (_, reads) in enumerate(graph) for one in reads):  # fmt: skip
            yield order


def has_input(graph):
    return any(-1 in reads for _, reads in graph)


@settings(max_examples=80, deadline=None)
@given(graphs().filter(has_input))
def test_no_order_needs_less_than_the_one_that_is_found(graph):
    program = program_of(cnncalc.parse(spec(graph)), Run(width=1))
    found = best_order(program)
    assert found.search == "exact"
    assert found.peak == min(peak(graph, order) for order in orders(graph))
    assert peak(graph, found.layers) == found.peak
    own = own_order(program)
    assert own.peak == peak(graph, range(len(graph)))
    assert own.peak == inference(program, keep_input=False).peak
    short = best_order(program, most=1)
    assert found.peak <= short.peak <= own.peak
    assert peak(graph, short.layers) == short.peak


def test_a_wide_branch_runs_first_where_that_needs_less(cnncalc):
    told = ("memory", "-", "--dtype", "int8", "--flash", "1KiB", "--ram", "340")
    net = """
inputs: {input: 1x4x4}
layers:
  - conv: {filters: 4, kernel: 1}
    name: left
    from: input
  - conv: {filters: 16, kernel: 1}
    name: wide
    from: input
  - conv: {filters: 1, kernel: 1}
    name: right
  - concat:
    from: [left, right]
"""
    found = json.loads(cnncalc(*told, "--format", "json", stdin=net).stdout)["device"]
    # At `wide` input, left and wide live: (1 + 4 + 16) * 16; in the other order the most is at
    # `right`: input, wide and right, (1 + 16 + 1) * 16.
    assert (found["ram_bytes"], found["ram_best_bytes"]) == (336, 288)
    assert found["search"] == "exact"
    assert found["order"] == ["wide", "right", "left", "concat_1"]
    assert found["flash_bytes"] == 8 + 32 + 17
    assert (found["fits_flash"], found["fits_ram"]) == (True, True)
    shown = cnncalc(*told[:-1], "300", stdin=net).stdout
    assert "does not fit" in shown
    assert "the best order of all" in shown
    assert "best order" in cnncalc(*told, "--format", "markdown", stdin=net).stdout


@pytest.mark.parametrize("option", ["--flash", "--ram"])
def test_what_is_no_size_is_refused(cnncalc, option):
    done = cnncalc("memory", "examples/lenet5.yaml", option, "much")
    assert done.returncode == 2
    assert option in done.stderr
    assert "Traceback" not in done.stderr
