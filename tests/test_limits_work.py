"""What is alike in a long net is worked out once, and what each entry takes is charged for.

Counts of work, not times: they grow with what is unlike in a net.
"""

from __future__ import annotations

import pytest
from growing_specs import CASES, MANY_INPUTS, named_turns

from cnncalc.analysis.check import against
from cnncalc.analysis.check.view import View
from cnncalc.analysis.summary import summarize
from cnncalc.build import composites
from cnncalc.build.placing import GraphBuilder
from cnncalc.build.reader import read_text
from cnncalc.figures import receptive_field
from cnncalc.figures.memory import program
from cnncalc.layers import merging
from cnncalc.layers.base.usage import Run
from cnncalc.render import printable
from cnncalc.render.drawing import channel as channels
from cnncalc.render.report.picture import drawn

RELUS = "input: 3x8x8\nlayers:\n" + "  - relu\n" * 200


def counted(monkeypatch, owner, name):
    """The calls of a function, which does what it did."""
    calls, original = [], getattr(owner, name)

    def call(*given, **named):
        calls.append(given)
        return original(*given, **named)

    monkeypatch.setattr(owner, name, call)
    return calls


@pytest.mark.parametrize("size", [4, 8, 16, 32, 128])
def test_layers_that_take_many_results_are_refused_before_there_are_many(monkeypatch, size):
    placed = counted(monkeypatch, GraphBuilder, "place")
    reading = read_text(CASES["inputs of a block"].text(size))
    assert [one.code for one in reading.diagnostics] == ["E006"]
    assert len(placed) < 75_000


@pytest.mark.parametrize("inputs", MANY_INPUTS)
def test_all_results_that_the_layers_of_a_net_take_are_bounded_together(monkeypatch, inputs):
    placed = counted(monkeypatch, GraphBuilder, "place")
    text, most = MANY_INPUTS[inputs]
    for size in (most >> halved for halved in range(4)):
        placed.clear()
        read_text(text(size))
        assert sum(len(taken) for _, _, _, taken, *_ in placed[:-1]) < 80_000


@pytest.mark.parametrize("depth", [10, 11, 12, 16, 20, 28])
def test_groups_in_groups_are_refused_before_there_are_many(monkeypatch, depth):
    placed = counted(monkeypatch, composites, "inner")
    refused = bool(read_text(named_turns(2**depth)).diagnostics)
    assert refused == (depth > 11)
    assert len(placed) < 20_000


@pytest.mark.parametrize("inputs", MANY_INPUTS)
def test_what_arrives_several_times_is_followed_once(monkeypatch, inputs):
    axes = counted(monkeypatch, merging, "same_axes")
    read = counted(monkeypatch, receptive_field, "_read")
    text, _ = MANY_INPUTS[inputs]
    network = read_text(text(20)).network
    assert len(list(receptive_field.carried(network))) == len(network.layers)
    assert len(axes) <= len(network.layers)
    assert len(read) <= 2 * len(network.layers)


def test_pairs_of_layers_that_are_alike_are_judged_once():
    judged = []
    view = View(read_text(RELUS).network)
    found = list(view.pairs(lambda above, node: not judged.append((above, node))))
    assert (len(found), len(judged)) == (199, 1)


def test_layers_that_are_alike_are_held_to_a_model_once(monkeypatch):
    asked = counted(monkeypatch, against, "_message")
    network = read_text(RELUS).network
    assert against.differences(network, against.Model("model", network)) == ()
    assert len(asked) == 1


def test_a_result_that_goes_to_many_places_is_looked_up_once(monkeypatch):
    looked = []

    class Tracks(dict):
        def __getitem__(self, run):
            looked.append(run)
            return super().__getitem__(run)

    original = channels._tracks  # noqa: SLF001 - what looking up is counted in
    monkeypatch.setattr(channels, "_tracks", lambda runs: Tracks(original(runs)))
    heads = [channels.Terminal(0, 8 * at) for at in range(50)]
    assert len(channels.channel({0: 3}, heads).lines) == 50
    assert len(looked) == 1


def test_a_report_has_no_picture_of_very_many_results():
    many = f"  - parallel: {{branches: [{', '.join(['[]'] * 230)}], merge: none}}\n"
    head = "input: [4]\nlayers:\n"
    assert drawn(read_text(f"{head}{many}{many}  - add\n").network) is None
    assert drawn(read_text(f"{head}{many}  - add\n").network) is not None
    sums = "".join(f"  - {{add: , name: a{at}, tap: true}}\n" for at in range(10))
    assert drawn(read_text(f"{head}{many}{sums}  - add\n").network) is None


def test_rows_of_blocks_that_are_alike_share_their_values():
    spec = "input: 3x8x8\nlayers:\n  - {repeat: 90, name: g$i, layers: [relu, dense: 8]}\n"
    rows = summarize(read_text(spec).network, tree=True).rows
    assert len(rows) == 270
    assert len({id(row.measured) for row in rows}) == 3
    assert [row.measured.values[0] for row in rows[:3]] == [72, 0, 72]


def test_texts_of_a_long_result_are_looked_at_together(monkeypatch):
    made = counted(monkeypatch, printable, "_made")
    rows = [(f"layer_{at}", "relu", (f"layer_{at - 1}",), at) for at in range(1000)]
    assert printable.printable_texts(rows) is rows
    assert made == []
    rows[500] = ("::b", "relu", ("\x1b",), 3)
    assert printable.printable_texts(rows)[499:501] == [
        rows[499],
        ("\\x3a:b", "relu", ("\\x1b",), 3),
    ]


def test_what_layers_alike_keep_is_asked_once_whatever_is_claimed_of_each(monkeypatch):
    asked = counted(monkeypatch, program, "_of_layer")
    network = read_text(CASES["claims on memory"].text(100)).network
    assert len(program.program_of(network, Run()).operations) == 100
    assert len(asked) == 1
