"""What is exported, run in Keras: weights, outputs, and the shapes of the layers in their order."""

from __future__ import annotations

import math
import re
import sys

import keras
import pytest
from keras_stubs import keras_stub
from layer_cases import CASES, MORE
from looped_specs import LOOPED, looped_spec
from random_specs import random_spec
from specs import FAMILIES, NETS, exported, settings_in, text_of_net

from cnncalc.build.reader import read_text
from cnncalc.export.check import check as run_file
from cnncalc.export.unused import used_part


def run(text, setting, monkeypatch):
    """The model, and the shapes of what its layers give, in the order of their calls."""
    shapes = []
    plain = keras.layers.Layer.__call__

    def noted(layer, *inputs, **options):
        output = plain(layer, *inputs, **options)
        if isinstance(output, keras.KerasTensor):
            shapes.append(tuple(output.shape[1:]))
        return output

    names = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), names)  # noqa: S102 - what is under test
    called = re.findall(r"^def (\w+)\(", text, re.MULTILINE)[-1]
    keras.backend.clear_session()
    with monkeypatch.context() as patched:
        patched.setattr(keras.layers.Layer, "__call__", noted)
        return names[called](**setting), shapes


def same(shape, other):
    """Whether a shape is the spec's, or has its first axis last."""
    return shape in {tuple(other), (*other[1:], *other[:1])}


def check(text, found, setting, monkeypatch):
    reading = read_text(text, overrides=setting)
    assert not reading.failed
    network = used_part(reading.network)
    model, shapes = run(found.text, setting, monkeypatch)
    totals = network.totals
    trained = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert model.count_params() == totals.params + totals.buffers
    assert trained == totals.trainable_params
    assert len(model.outputs) == len(network.outputs)
    for name, output in zip(network.outputs, model.outputs, strict=True):
        assert same(tuple(output.shape[1:]), network.shape_of(name))
    following = iter(shapes)
    for node in network.layers:
        if node.weights:
            assert any(same(shape, node.output_shape) for shape in following), node


def arguments_of(text):
    return set(re.findall(r"(\w+)=", text.rpartition("\ndef ")[2].partition("):")[0]))


#: Without the net whose block is used twice: a model that is called again calls no layers anew.
WITH_CALLS = [*NETS, *(net for net in FAMILIES if "siamese" not in net)]


@pytest.mark.parametrize("net", WITH_CALLS)
def test_a_net(net, monkeypatch):
    text = text_of_net(net)
    found = exported(text, "keras")
    check(text, found, {}, monkeypatch)
    for ways in settings_in(text):
        sound = [way for way in ways if not read_text(text, overrides=way).failed]
        if sound and set(sound[0]) <= arguments_of(found.text):
            check(text, found, sound[0], monkeypatch)


def test_the_file_proves_itself():
    text = text_of_net("zoo:resnet")
    found = exported(text, "keras")
    verdict = run_file(found.text, read_text(text).network, "keras", sys.executable)
    shapes = "shapes of 107 layers with weights, output (1000)"
    numbers = f"25557032 parameters, 53120 buffer elements, {shapes} agree"
    assert verdict.lines == (f"Keras {keras.__version__}: {numbers}",)
    verdict = run_file(found.text, read_text(text, overrides={"depth": 18}).network, "keras",
                       sys.executable)  # fmt: skip
    assert not verdict.agreed


def test_a_file_that_keeps_whole_numbers_proves_itself():
    text = """
input: 8x8x4
layout: channels_last
layers: [{window_attention: {window: 4, heads: 2}}]
"""
    file = exported(text, "keras").text
    verdict = run_file(file, read_text(text).network, "keras", sys.executable)
    numbers = "178 parameters, 256 buffer elements"  # 49 * 2 + 4 * 12 + 12 + 4 * 4 + 4; 16 ** 2
    shapes = "shapes of 1 layer with weights, output (8, 8, 4)"
    assert verdict.lines == (f"Keras {keras.__version__}: {numbers}, {shapes} agree",)


def test_a_stub_raises(monkeypatch):
    found = exported("input: 3x8x8\nlayers: [{custom: {params: 5}}, relu]", "keras")
    with pytest.raises(NotImplementedError, match="no counterpart in Keras"):
        run(found.text, {}, monkeypatch)


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_random_specs(start, monkeypatch):
    for seed in range(start, start + 20):
        text = random_spec(seed)
        found = exported(text, "keras")
        assert (found.flat, found.stubs) == (False, ())
        check(text, found, {}, monkeypatch)


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_random_loops(start, monkeypatch):
    for seed in range(start, start + 20):
        check_settings(looped_spec(seed), monkeypatch)


@pytest.mark.parametrize("what", LOOPED)
def test_loops(what, monkeypatch):
    turnless = {"depth": 1}  # of a `repeat: $depth - 1`
    check_settings(LOOPED[what], monkeypatch, turnless)


def check_settings(text, monkeypatch, *more):
    """The file of a spec whose loops have turns in all of these settings, then in `more`."""
    found = exported(text, "keras")
    assert (found.flat, found.stubs) == (False, ())
    for setting in ({}, {"width": 6}, {"depth": 2}, {"depth": 3}, {"depth": 5}, *more):
        sound = not read_text(text, overrides=setting).failed
        if sound and set(setting) <= arguments_of(found.text):
            check(text, found, setting, monkeypatch)


@pytest.mark.parametrize("case", [*CASES, *MORE], ids=lambda case: f"{case.type} {case.layout}")
def test_a_layer(case, monkeypatch):
    for _, spec, label in case.specs():
        found = exported(spec, "keras")
        assert [one.why for one in found.stubs[:1]] == [
            why for why in [keras_stub(case, label)] if why is not None
        ], label
        if not found.stubs:
            check(spec, found, {}, monkeypatch)
