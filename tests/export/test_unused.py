"""What no output of a net needs: made and not called in PyTorch, left out in Keras and named."""

from __future__ import annotations

import re

import pytest
from specs import FRAMEWORKS, exported

from cnncalc.build.reader import read_text
from cnncalc.export.python import Bracket
from cnncalc.export.statements import Branching, Line, Loop, written
from cnncalc.export.unused import unused_weights, used_part, without_unused

#: Layers that no output needs, and what they are called.
NETS = {
    "a side output": (
        "input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 1}, name: t, tap: true}, dense: 5]",
        ["t"],
    ),
    "the end": (
        (
            "input: 3x8x8\nlayers: [{conv: {filters: 4, kernel: 1}, name: a}, relu, dense: 5]\n"
            "outputs: [a]"
        ),
        ["dense_1"],
    ),
    "a branch of an input": (
        "inputs: {a: 3x8x8, b: 3x8x8}\nlayers: [{dense: 4, from: b}, {dense: 5, from: a}]",
        ["dense_1"],
    ),
    "a part of a block": (
        (
            "input: 3x8x8\nblocks: {b: {layers: [{dense: 4, name: s, tap: true}, dense: 5]}}\n"
            "layers: [b, b]"
        ),
        ["b_1/s", "b_2/s"],
    ),
    "a turn that nothing takes": (
        (
            "input: 3x8x8\nlayers:"
            " [{for: {n: [4, 6]}, layers: [{dense: $n, name: s$n, tap: true}]},"
            " {concat: , from: [s4, s4]}]"
        ),
        ["s6"],
    ),
    "a chain": (
        (
            "input: 3x8x8\nlayers:"
            " [{dense: 4, name: a}, {dense: 5, name: b}, {batchnorm: , name: c}, {relu: , from: a}]"
        ),
        ["b", "c"],
    ),
    "the owner of weights": (
        "input: 3x8x8\nlayers: [{dense: 3, name: a, tap: true}, {share: a, name: b}]",
        [],
    ),
    "no weights": ("input: 3x8x8\nlayers: [{relu: , name: a, tap: true}, dense: 4]", []),
}


@pytest.mark.parametrize("net", NETS)
def test_layers_that_no_output_needs(net):
    text, names = NETS[net]
    network = read_text(text).network
    assert unused_weights(network) == names
    left = sum(network[one].params for one in names)
    assert used_part(network).totals.params == network.totals.params - left


@pytest.mark.parametrize("net", NETS)
def test_the_files_assert_what_their_models_have(net):
    text, names = NETS[net]
    network = read_text(text).network
    found = {framework: exported(text, framework) for framework in FRAMEWORKS}
    assert (found["pytorch"].unused, found["keras"].unused) == ((), tuple(names))
    counts = {
        framework: int(re.search(r"(?:\(\)\)|count_params\(\)) == (\d+)", made.text)[1])
        for framework, made in found.items()
    }
    assert counts["pytorch"] == network.totals.params
    assert counts["keras"] == used_part(network).totals.params
    assert ("whose results no output needs" in found["keras"].text.replace("\n", " ")) == bool(
        names
    )


def test_it_is_named_on_standard_error(cnncalc):
    spec = NETS["a side output"][0]
    done = cnncalc("export", "-", "--to", "keras", stdin=spec)
    assert done.returncode == 1
    why = "a Keras model has only the layers between its inputs and its outputs"
    assert f"t: left out, since no output needs it, and {why}\n" in done.stderr
    assert "Conv2D" not in done.stdout
    done = cnncalc("export", "-", stdin=spec)
    assert done.returncode == 0
    assert "self.t = nn.Conv2d(3, 4, 1)" in done.stdout


def test_a_stub_that_no_output_needs_raises_nowhere():
    found = exported(
        "input: 3x8x8\nlayers: [{custom: {params: 5}, name: c, tap: true}, dense: 4]", "keras"
    )
    assert (found.stubs, found.unused) == ((), ("c",))
    assert "not_written" not in found.text


def test_statements_whose_results_nothing_reads():
    body = (Line("f(x)", "y = "), Line("g(x)", "x = "), Line("y", "kept[i] = "))
    statements = [
        Line("{}", "kept = "),
        Line("{}", "lost = "),
        Loop("i", "values", (*body, Line("y", "lost[i] = "))),
        Branching("x", (Line("h(x)", "z = "),), (Line("h(x)", "x = "),)),
        Line("h(x)", "a, b = "),
        Line("h(x)", "c, d = "),
        Line("h(a)", "d = "),
    ]
    assert written(without_unused(statements, ["kept", "d"]), 0) == [
        "kept = {}",
        "for i in values:",
        "    y = f(x)",
        "    x = g(x)",
        "    kept[i] = y",
        "if x:",
        "    z = h(x)",
        "else:",
        "    x = h(x)",
        "a, b = h(x)",
        "d = h(a)",
    ]
    assert without_unused([Loop("_", "range(2)", (Line("f(y)", "y = "),))], ["x"]) == []
    call = Line(Bracket("print(", ("x",)))
    assert without_unused([Line("1", "x = "), call], []) == [Line("1", "x = "), call]
