"""A model of an exported file, saved and loaded, and given a loss for each output."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import keras
import numpy as np
import pytest
from specs import NETS, exported, text_of_net

from cnncalc.export.keras.helpers import HELPERS, text_of_helper

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras in NumPy

TOKENS = "layout: channels_last\ninput: 6x8\nlayers: "
MAP = "layout: channels_last\ninput: 8x8x4\nlayers: "
PAIR = "layout: channels_last\ninputs: {a: 6x8, b: 5x8}\nlayers: "
#: A small net for each class that a file brings along, arguments of every kind among them.
SPECS = {
    "RReLU": MAP + "[{rrelu: {lower: 0.2}}]",
    "UnusedParameter": MAP + "[{parameter: {shape: [3, 2]}}, {parameter: {shape: 5}}]",
    "Bilinear": "inputs: {a: 6x3, b: 6x5}\nlayers: [{bilinear: {units: 4, bias: false},"
    " from: [a, b]}]",
    "SqueezeExcite": MAP + "[{squeeze_excite: {squeeze_channels: 3, activation: silu}}]",
    "LayerScale": MAP + "[{layer_scale: {init_values: 0.5}}]",
    "ClassToken": TOKENS + "[{class_token: {count: 2}}]",
    "PositionEmbedding": TOKENS + "[position_embedding]",
    "WindowAttention": MAP + "[{window_attention: {heads: 2, window: [4, 3], shift: [1, 2]}}]",
    "TwoBiasRNNCell": TOKENS + "[{rnn: {units: 3, nonlinearity: relu}}]",
    "TwoBiasLSTMCell": TOKENS + "[{lstm: {units: 5, proj_size: 3, bidirectional: true}}]",
    "TransformerEncoderLayer": TOKENS + "[{transformer_encoder_layer: {num_heads: 2,"
    " activation: gelu, norm_first: true}}]",
    "TransformerDecoderLayer": PAIR + "[{transformer_decoder_layer: 2, from: [a, b]}]",
}

#: Runs each file, loads its model, and keeps what that gives.
LOADING = """
import runpy, sys
import keras, numpy as np
for name in sys.argv[1:]:
    runpy.run_path(f"{name}.py")
    inputs = np.load(f"{name}_inputs.npz")
    model = keras.models.load_model(f"{name}.keras")
    given = [inputs[one] for one in inputs.files]
    again = model(given if len(given) > 1 else given[0])
    np.save(f"{name}_again.npy", again.detach().numpy())
"""


def model_of(text):
    names = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), names)  # noqa: S102 - what is under test
    return names[re.findall(r"^def (\w+)\(", text, re.MULTILINE)[-1]]()


def test_every_class_of_a_file_is_loaded_where_the_file_has_been_run(tmp_path):
    rng = np.random.default_rng(0)
    expected = {}
    for helper, spec in SPECS.items():
        text = exported(spec, "keras").text
        assert f"\nclass {helper}(" in text
        (tmp_path / f"{helper}.py").write_text(text, encoding="utf-8")
        with keras.device("cpu"):
            model = model_of(text)
            for weight in model.trainable_weights:
                weight.assign(rng.normal(size=weight.shape))
            model.save(tmp_path / f"{helper}.keras")
            inputs = [rng.normal(size=(2, *one.shape[1:])).astype("float32")
                      for one in model.inputs]  # fmt: skip
            np.savez(tmp_path / f"{helper}_inputs.npz", *inputs)
            given = inputs if len(inputs) > 1 else inputs[0]
            expected[helper] = model(given).detach().numpy()
            again = keras.models.load_model(tmp_path / f"{helper}.keras")
            np.testing.assert_array_equal(again(given).detach().numpy(), expected[helper], helper)
    subprocess.run(  # a process that has run the files, and nothing else
        [sys.executable, "-c", LOADING, *SPECS], cwd=tmp_path, check=True, timeout=300,
        env={**os.environ, "KERAS_TORCH_DEVICE": "cpu"},
    )  # fmt: skip
    for helper, values in expected.items():
        np.testing.assert_array_equal(np.load(tmp_path / f"{helper}_again.npy"), values, helper)


def test_every_class_has_a_net():
    assert [one for one in HELPERS if "\nclass " in f"\n{text_of_helper(one)}"] == [*SPECS]


def test_a_class_of_two_files_is_that_of_the_model(tmp_path):
    first, second = (
        f"name: {name}\n{TOKENS}[{{transformer_encoder_layer: {{num_heads: 2, norm_first: {on}}}}}]"
        for name, on in (("first", "true"), ("second", "false"))
    )
    with keras.device("cpu"):
        model = model_of(exported(first, "keras").text)
        model.save(tmp_path / "first.keras")
        model_of(exported(second, "keras").text)
        again = keras.models.load_model(tmp_path / "first.keras")
    assert again.layers[-1].norm_first


@pytest.mark.parametrize("net", NETS)
def test_what_every_net_is_made_of_is_written_and_read(net):
    text = exported(text_of_net(net), "keras").text
    # The factor of a penalty is a tensor, whose value is written.
    with keras.device("cpu" if "keras.regularizers." in text else "meta"):
        model = model_of(text)
        again = keras.models.model_from_json(model.to_json())
    assert [one.shape for one in again.weights] == [one.shape for one in model.weights]
    assert again.output_shape == model.output_shape


def test_every_output_takes_a_loss_by_its_name():
    spec = """
input: 8
layers:
  - {dense: 4, repeat: 2}
  - {dense: 4, name: turn_$i, repeat: 2}
  - {dense: 1, name: logit}
  - {sigmoid: , name: score}
  - {dropout: 0, name: same}
outputs: [score, logit, turn_1, same]
"""
    text = exported(spec, "keras").text
    names = ["score", "logit", "turn_1", "same"]
    with keras.device("cpu"):
        model_of(text)  # Keras goes on counting the layers of the first
        model = model_of(text)
        assert model.output_names == names
        model.compile(loss=dict.fromkeys(names, "mse"))
        ones = {name: np.ones((2, *one.shape[1:]))
                for name, one in zip(names, model.outputs, strict=True)}  # fmt: skip
        model.train_on_batch(np.ones((2, 8)), ones)


def test_an_output_called_as_keras_calls_layers_is_not_taken_for_another():
    spec = "input: 8\nlayers: [{dense: 4, name: dense}, {dense: 3}, {relu: , name: with}]\n"
    model = model_of(exported(f"{spec}outputs: [with, dense]", "keras").text)
    assert model.output_names == ["with", "dense_output"]


def test_outputs_have_other_names_than_inputs():
    spec = "inputs: {a-b: 8, a_b: 8}\nlayers: [{dense: 4, from: a-b, name: a_b_2}, {dense: 3, "
    model = model_of(exported(f"{spec}from: a_b, name: c}}]\noutputs: [a_b_2, c]", "keras").text)
    assert [one.name for one in model.inputs] == ["a_b", "a_b_2"]
    assert model.output_names == ["a_b_2_2", "c"]
