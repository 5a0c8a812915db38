"""Arguments that change no figure: declared per layer, checked, and kept."""

from __future__ import annotations

import pytest
import yaml
from batches import batch

import cnncalc
from cnncalc.diagnostics import codes
from cnncalc.layers import registry

MAPS = [4, 8, 8]

#: A value that the kinds of inert arguments take, by the kind's class.
VALUES = {
    "FlagOrAuto": "auto",
    "ListOf": (1, 2),
    "Text": "constant",
    "Real": 0.5,
    "Flag": True,
    "Integer": 3,
    "Configured": "ones",
    "Kind": "a",
    "OnlyNull": None,
}


def read(entry, shape=MAPS, layout="channels_first"):
    return cnncalc.parse(yaml.safe_dump({"layout": layout, "input": shape, "layers": [entry]}))


def refusal(entry, shape=MAPS):
    with pytest.raises(cnncalc.SpecError) as caught:
        read(entry, shape)
    (found,) = caught.value.diagnostics
    return found


def value_for(argument):
    kind = getattr(argument.kind, "kind", argument.kind)
    return VALUES[type(kind).__name__]


@batch("layer", registry.types(), ids=lambda layer: layer.type)
def test_every_inert_argument_is_kept_and_has_a_default(layer):
    example = yaml.safe_load(layer.example)
    written = example[layer.type] if isinstance(example, dict) else None
    arguments = written if isinstance(written, dict) and {*written} <= {*layer.lookup} else None
    if arguments is None:
        arguments = {} if written is None else {layer.main: written}
    given = {name: value_for(spec) for name, spec in layer.inert.items()}
    name = registry.names()[layer.type]
    made, plain = name.make({**arguments, **given}), name.make(arguments)
    assert plain.inert_settings() == {}
    for name, spec in layer.inert.items():
        assert getattr(made, name) == given[name]
        assert getattr(plain, name) == spec.default
    assert made.inert_settings() == given
    assert not {*layer.inert} & {*made.settings()}
    assert made.replace().inert_settings() == given


@pytest.mark.parametrize(
    ("entry", "argument"),
    [
        ({"dense": {"units": 3, "momentum": 3}}, "momentum"),
        ({"dense": {"units": 3, "eps": "banana"}}, "eps"),
        ({"relu": {"kernel_initializer": "ones"}}, "kernel_initializer"),
        ({"maxpool": {"kernel": 2, "seed": 1}}, "seed"),
        ({"batchnorm": {"negative_slope": 0.1}}, "negative_slope"),
        ({"conv": {"filters": 1, "kernel": 1, "embeddings_initializer": "ones"}},
         "embeddings_initializer"),
    ],
)  # fmt: skip
def test_an_inert_argument_of_other_layers_is_unknown(entry, argument):
    found = refusal(entry)
    assert found.code == codes.UNKNOWN_ARGUMENT
    assert f"`{argument}`" in found.message


@pytest.mark.parametrize(
    "entry",
    [
        {"batchnorm": {"eps": "banana"}}, {"batchnorm": {"momentum": "fast"}},
        {"batchnorm": {"eps": -1}}, {"relu": {"inplace": "maybe"}},
        {"dense": {"units": 3, "kernel_initializer": 3}}, {"dense": {"units": 3, "dtype": 32}},
        {"dropout": {"rate": 0.1, "seed": "x"}}, {"leaky_relu": "steep"},
        {"upsample": {"scale": 2, "mode": "bilinear", "align_corners": 7}},
    ],
    ids=str,
)  # fmt: skip
def test_an_inert_argument_of_a_wrong_kind_is_refused(entry):
    assert refusal(entry).code == codes.BAD_VALUE


@pytest.mark.parametrize(
    ("entry", "layout", "eps", "momentum"),
    [
        # The defaults of torch 2.13.0 and Keras 3.15.1.
        ("BatchNorm2d", "channels_first", 1e-5, 0.1),
        ("BatchNormalization", "channels_last", 1e-3, 0.99),
        ({"BatchNorm2d": {"num_features": 4, "eps": 0.5, "momentum": None}}, "channels_first",
         0.5, None),
        ({"BatchNormalization": {"epsilon": 0.5}}, "channels_last", 0.5, 0.99),
    ],
)  # fmt: skip
def test_batch_norms_keep_what_their_framework_computes_with(entry, layout, eps, momentum):
    (node,) = read(entry, layout=layout).layers
    assert (node.layer.eps, node.layer.momentum) == (eps, momentum)


@pytest.mark.parametrize(
    "entry",
    [
        {"activation": "rleu"}, {"conv": {"filters": 1, "kernel": 1, "activation": "rleu"}},
        {"dense": {"units": 1, "activation": "rleu"}},
        {"squeeze_excite": {"ratio": 2, "activation": "rleu"}},
    ],
    ids=str,
)  # fmt: skip
def test_an_unknown_activation_is_refused_with_the_nearest(entry):
    found = refusal(entry)
    assert found.code == codes.BAD_VALUE
    assert found.label == "did you mean `relu`?"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("relu", "relu"), ("ReLU", "relu"), ("swish", "silu"), ("SiLU", "silu"),
        ("hard_sigmoid", "hardsigmoid"), ("log_softmax", "log_softmax"), ("linear", "linear"),
        ("squareplus", "squareplus"),
    ],
)  # fmt: skip
def test_an_activation_is_known_by_any_of_its_names(text, canonical):
    (node,) = read({"conv": {"filters": 1, "kernel": 1, "activation": text}}).layers
    assert node.layer.activation == canonical


#: keras.activations.get(name) of Keras 3.15.1 knows these, which keep the shape.
KERAS_ACTIVATIONS = (
    "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus",
    "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh",
    "tanh_shrink", "threshold",
)  # fmt: skip


@batch("name", KERAS_ACTIVATIONS)
def test_every_activation_of_keras_is_known(name):
    (node,) = read({"Dense": {"units": 1, "activation": name}}).layers
    assert node.layer.activation


def test_an_activation_that_is_more_than_a_name_is_no_argument():
    for name in ("glu", "prelu"):
        assert refusal({"dense": {"units": 2, "activation": name}}).code == codes.BAD_VALUE


def test_softmax_softmin_and_log_softmax_are_three_types():
    types = [read(name).layers[0].type for name in ("Softmax", "Softmin", "LogSoftmax")]
    assert types == ["softmax", "softmin", "log_softmax"]
