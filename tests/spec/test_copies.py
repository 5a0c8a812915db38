"""Turns and uses that are copies of earlier ones are what their entries come to, one by one."""

from __future__ import annotations

from batches import batch

from cnncalc.build import copies
from cnncalc.build.placing import GraphBuilder
from cnncalc.build.reader import read_text
from cnncalc.build.recording import Recording
from cnncalc.language.limits import Limits

TURNS = 13  # numbers of one digit and of two

HEAD = """input: 4x8x8
variables: {width: 4}
blocks:
  unit:
    args: {filters: , act: true}
    layers:
    - {conv: {filters: $filters, kernel: 3, padding: 1}}
    - {relu: , when: $act}
  mixed:
    args: {filters: $width}
    layers:
    - name: first
      layers: [unit: $filters, batchnorm]
    - residual: [unit: $in_channels]
    - {add: , from: [input, first]}
layers:
- {conv: {filters: 4, kernel: 3, padding: 1}, name: stem}
"""
#: A result twice, and two results, as what the next entry takes.
TWICE = "parallel: {branches: [[], []], merge: none}"
TWO = "parallel: {branches: [[add], [mul]], merge: none}"
TAPS = "{add: , tap: true}, {mul: , tap: true}"
#: What a turn has; `@` is the number of the turn.
BODIES = {
    "layers": "[conv: {filters: $width, kernel: 3, padding: 1}, relu, relu]",
    "a residual": "[residual: [conv: {filters: $in_channels, kernel: 3, padding: 1}, relu], relu]",
    "a group": "[relu, {layers: [batchnorm, relu]}]",
    "a group with a name": "[relu, {name: g@, layers: [batchnorm, {relu: , name: last}]}]",
    "branches": "[parallel: {branches: [[relu], [batchnorm, gelu]], merge: add}]",
    "branches with names": "[{parallel: {branches: {a: [relu], b: []}, merge: add}, name: p@}]",
    "blocks": "[unit: 4, unit: {filters: $in_channels, act: false}, relu]",
    "blocks in blocks": "[mixed, relu]",
    "conditions": "[{relu: , when: @ % 2 == 0}, {gelu: , when: $in_channels == 4}, batchnorm]",
    "a growing shape": "[{conv: {filters: $in_channels + 1, kernel: 3, padding: 1}}, relu]",
    "names from outside": "[relu, {add: , from: [relu_@, stem]}]",
    "a tap": "[{relu: , tap: true}, {gelu: , tap: @ > 4}, batchnorm]",
    "names like numbers": "[relu, {gelu: , name: 'relu_${2 * @ + 7}'}]",
    "loops": "[{repeat: 3, layers: [relu, {for: {k: [1, 3, 1]}, unit: 4 + $k}]}, unit: 4]",
    "a result twice": f"[{TWICE}, {{repeat: 9, layers: [{TAPS}]}}, add]",
    "a result twice, then two": (
        f"[{{relu: , when: @ > 20}}, {TWICE}, {{repeat: 9, layers: [{TWO}]}}, add]"
    ),
    "two results, then one twice": f"[{TWICE}, {TWO}, {{repeat: 9, layers: [add, {TWICE}]}}, add]",
    "what it says of layers": "[{layers: [conv: {filters: 4, kernel: 1}], trainable: false}, relu]",
}


def _looped(body):
    return f"{HEAD}- repeat: {TURNS}\n  layers: {body.replace('@', '$i')}\n"


def _parts(network):
    return [
        (node.name, node.layer, node.inputs, node.facts, node.traits,
         [(scope.name, scope.block, dict(scope.arguments)) for scope in node.scopes])
        for node in network.layers
    ]  # fmt: skip


def _in_full(monkeypatch):
    """From here on nothing is copied."""
    monkeypatch.setattr(copies, "MOST_WATCHED", 0)


@batch("body", BODIES.values(), BODIES)
def test_a_loop_is_its_turns_one_after_another(body):
    turns = "".join(
        f"- {{for: {{i: [{turn}]}}, layers: {body.replace('@', '$i')}}}\n"
        for turn in range(1, TURNS + 1)
    )
    looped, written = read_text(_looped(body)), read_text(HEAD + turns)
    assert not looped.failed, looped.diagnostics
    assert _parts(looped.network) == _parts(written.network)
    assert looped.network.outputs == written.network.outputs


@batch("body", BODIES.values(), BODIES)
def test_scopes_are_those_of_entries_placed_in_full(monkeypatch, body):
    found = _scopes(read_text(_looped(body)).network)
    with monkeypatch.context() as patch:
        _in_full(patch)
        assert found == _scopes(read_text(_looped(body)).network)


def _scopes(network):
    """The scopes around each layer, and which layers share them."""
    numbers: dict[int, int] = {}
    return [
        [
            (scope._replace(outer=None), numbers.setdefault(id(scope), len(numbers)))
            for scope in (node.scope.chain if node.scope else ())
        ]
        for node in network.layers
    ]


@batch("body", BODIES.values(), BODIES)
def test_limits_refuse_the_same(monkeypatch, body):
    """Whatever is left of the layers or the steps: copies are charged as what they stand for."""

    def refused():
        found = []
        for layers, steps in [
            (7, 9999),
            (20, 9999),
            *((999, steps) for steps in range(37, 1600, 142)),
        ]:
            with monkeypatch.context() as patch:
                patch.setattr(Limits, "steps", steps)
                reading = read_text(_looped(body), limits=Limits(layers=layers))
            found.append([one.message for one in reading.diagnostics])
        return found

    found = refused()
    with monkeypatch.context() as patch:
        _in_full(patch)
        assert found == refused()
    assert found[0]
    assert any("steps" in message for told in found for message in told)


#: Names that a layer has in each turn of its own loop.
NAMES = {
    "the number": "n$i",
    "the number as an expression": "n${i}",
    "the number twice, and a variable": "${i}_${width}_$i",
    "numbers of other lengths in turn": "n${$i % 2 * 99 + $i}",
    "names of which some are those of numbers": "relu_${2 * $i}",
    "a name that is taken later": "n${150 - $i}",
    "one of a group": "g/n$i",
}


@batch("name", NAMES.values(), NAMES)
def test_names_of_a_long_loop_are_those_of_its_turns(monkeypatch, name):
    text = (
        f"{HEAD}- {{relu: , name: '{name}', repeat: 130}}\n"
        f"- {{repeat: 130, layers: [{{name: '{name}_', layers: [relu]}}, relu]}}\n"
    )
    found = read_text(text)
    with monkeypatch.context() as patch:
        _in_full(patch)
        expected = read_text(text)
    assert found.diagnostics == expected.diagnostics
    assert _parts(found.network) == _parts(expected.network)
    assert _scopes(found.network) == _scopes(expected.network)


def test_turns_in_turns_are_copied_while_one_around_them_is_recorded(monkeypatch):
    levels = 8
    nested = "{repeat: 2, layers: [" * levels + "relu" + "]}" * levels
    placed, original = [], GraphBuilder.place

    def place(graph, *given):
        placed.append(1)
        return original(graph, *given)

    monkeypatch.setattr(GraphBuilder, "place", place)
    reading = read_text(f"input: [4]\nlayers:\n- {{repeat: 20, layers: [{nested}]}}\n")
    assert len(reading.network) == 20 * 2**levels
    assert len(placed) < 2**levels


def test_a_variable_that_is_called_i_is_not_counted():
    inner = "{repeat: 20, layers: [{relu: , name: n$i}]}"
    text = f"{HEAD}- {{for: {{i: [5]}}, layers: [{inner}]}}\n"
    assert [one.code for one in read_text(text).diagnostics] == ["E109"]


def test_turns_are_copied(monkeypatch):
    """Else nothing here would be tested."""
    placed, original = [], Recording.place

    def place(recording, expander, frame, inputs, turns=None):
        placed.append(1 if turns is None else len(turns.numbers))
        return original(recording, expander, frame, inputs, turns)

    monkeypatch.setattr(Recording, "place", place)
    read_text(_looped(BODIES["layers"]))
    assert sum(placed) == TURNS - 3
    assert len(placed) < 5
