"""Models of every layer class of Keras, and of functions on tensors, as Keras 3.15 saves them."""

from __future__ import annotations

import pytest
from recorded import files, manifest

from cnncalc.build.reader import read_text
from cnncalc.build.structured import structured
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.keras.reader import read
from cnncalc.importers.problems import ImportProblem
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

FILES = {one["file"].removesuffix(".json"): one for one in manifest("keras_layers")}
#: What has no layer here: changes of values that leave the shape, and functions.
FUNCTIONS = ["Argmax", "Einsum", "Exp", "Flip", "Power", "Repeat", "Sqrt", "Stack", "Tile", "Var"]
CUSTOMS = {
    "l_catenc": ["CategoryEncoding"], "l_centercrop": ["CenterCrop"], "l_cutmix": ["AutoContrast"],
    "l_discr": ["Discretization"], "l_masking": ["Masking"], "l_rbri": ["RandomBrightness"],
    "l_rcon": ["RandomContrast"], "l_rcrop": ["RandomCrop"], "l_rerase": ["RandomErasing"],
    "l_rflip": ["RandomFlip"], "l_rg": ["RandomGrayscale"], "l_rgb": ["RandomGaussianBlur"],
    "l_rhue": ["RandomHue"], "l_rinv": ["RandomInvert"], "l_rpersp": ["RandomPerspective"],
    "l_rrot": ["RandomRotation"], "l_rsh": ["RandomSharpness"], "l_rshear": ["RandomShear"],
    "l_rtrans": ["RandomTranslation"], "l_rzoom": ["RandomZoom"], "l_solar": ["Solarization"],
    "m_ops": FUNCTIONS, "m_vae": ["Exp"],
}  # fmt: skip
#: Elements that power iteration keeps, which is noted.
LEFT_OUT = {"l_sn": 5}
#: Another layer backwards than forwards, and nothing after it that says the shape.
NOT_READ = {"l_bi_2"}


def read_(name):
    model = read(files("keras_layers")[f"{name}.json"], {}, DEFAULT)
    reading = read_text(write(flat_spec(model)))
    assert not reading.failed
    return model, reading.network


@pytest.mark.parametrize("name", sorted(FILES.keys() - NOT_READ))
def test_parameters_and_outputs_are_those_of_keras(name):
    model, net = read_(name)
    wanted = FILES[name]
    customs = sorted({one.arguments["label"] for one in model.layers if one.type == "custom"})
    assert customs == CUSTOMS.get(name, [])
    held = wanted["params"] - LEFT_OUT.get(name, 0)
    assert net.totals.params + net.totals.buffers == held
    # Keras does not know a size that the model leaves open.
    for output, shape in zip(model.outputs, wanted["outputs"], strict=True):
        found = net[output].output_shape if output not in net.inputs else net.inputs[output]
        pairs = zip(found, shape or [1], strict=True)
        assert all(size is None or size == own for own, size in pairs)
    assert len(model.notes) >= len(customs) + (name in LEFT_OUT)


@pytest.mark.parametrize("name", sorted(NOT_READ))
def test_an_unknown_last_layer_is_one_clear_error(name):
    with pytest.raises(ImportProblem, match="no layer says the shape"):
        read_(name)


def test_an_element_of_an_axis_is_a_slice_without_the_axis():
    model, net = read_("m_ops")
    types = {one.name: one.type for one in model.layers}
    assert (types["get_item.1"], types["get_item"]) == ("slice", "flatten")
    assert net["get_item"].output_shape == (4,)
    assert types["split.1"] == "chunk"


def test_an_rnn_of_cells_is_the_layers_that_run_them():
    assert [one.type for one in read_("l_rnncell")[0].layers] == ["LSTM"]
    model, _ = read_("l_rnncells")
    assert [(one.name, one.type) for one in model.layers] == [("rnn.1", "gru"), ("rnn", "LSTM")]


def test_single_layers_keep_the_names_that_a_person_gave_them():
    model = read(files("keras_layers")["m_multi.json"], {}, DEFAULT)
    text = write(structured(model).spec)
    assert "  - dense: 3\n    name: cls\n" in text
    assert "  - dense: {units: 1, activation: sigmoid}\n    name: reg\n" in text
    assert "name: conv" not in text
    assert "name: flatten" not in text
