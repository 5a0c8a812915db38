"""Keras models from their configuration: totals, trainable weights and every shape as in Keras."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from itertools import pairwise

import pytest
from recorded import files, manifest

from cnncalc.build.reader import read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.keras.reader import read
from cnncalc.importers.problems import ImportProblem
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

RECORDED = {
    one["file"]: (archive, one) for archive in ("keras_json", "keras_further")
    for one in manifest(archive)
}  # fmt: skip
#: The states of an LSTM beside its sequence have no layer here.
NOT_ALL = {"states.json": ["lstm_1.1", "lstm_1.2"]}


def model_of(name):
    return read(files(RECORDED[name][0])[name], {}, DEFAULT)


def net_of(model):
    reading = read_text(write(flat_spec(model)))
    assert not reading.failed
    return reading.network


def problem(data, limits=DEFAULT, shapes=None):
    with pytest.raises(ImportProblem) as caught:
        read(data, shapes or {}, limits)
    return caught.value.message


@pytest.mark.parametrize("name", RECORDED)
def test_the_totals_are_those_of_keras(name):
    totals, wanted = net_of(model_of(name)).totals, RECORDED[name][1]
    assert totals.params + totals.buffers == wanted["total"]
    if "non_trainable" in wanted:
        assert totals.buffers == wanted["non_trainable"]
    else:
        assert totals.trainable_params == wanted["trainable"]


@pytest.mark.parametrize("name", RECORDED)
def test_every_shape_is_that_of_keras(name):
    net = net_of(model_of(name))
    shapes = RECORDED[name][1]["shapes"]
    named = {one: shape for one, shape in shapes.items() if shape is not None and one in net}
    assert {one: list(net[one].output_shape) for one in named} == named
    inputs = {one for one in shapes if one not in net}
    assert all("input" in one or one in net.inputs for one in inputs)


@pytest.mark.parametrize("name", RECORDED)
def test_what_is_not_understood_is_named(name):
    model = model_of(name)
    customs = [one.name for one in model.layers if one.type == "custom"]
    assert customs == NOT_ALL.get(name, [])
    assert len(model.notes) == len(customs)


def test_a_nested_model_that_is_called_twice_shares_its_weights():
    model = model_of("siamese.json")
    shared = {one.name: one.shares for one in model.layers if one.shares}
    assert shared["conv2d_2_2"] == "conv2d_2" if "conv2d_2_2" in shared else shared
    assert {one.path for one in model.layers if one.type == "conv"} == {("base",)}
    assert len(model.inputs) == len(model.outputs) == 2


def test_what_keras_writes_out_is_left_out():
    first = model_of("MobileNetV2.json").layers[0]
    assert (first.type, first.arguments) == (
        "conv", {"filters": 32, "kernel": 3, "stride": 2, "padding": "same", "bias": False},
    )  # fmt: skip
    types = {one.type: one.arguments for one in model_of("sequence.json").layers}
    assert types["SimpleRNN"] == {"units": 4}
    assert types["multi_head_attention"] == {"num_heads": 2, "key_dim": 8}


def archived(config, compression=zipfile.ZIP_STORED, name="config.json"):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        archive.writestr(name, config)
        archive.writestr("model.weights.h5", b"weights")
    return data.getvalue()


def test_an_archive_holds_the_same_model():
    text = files("keras_json")["seq.json"]
    assert read(archived(text, zipfile.ZIP_DEFLATED), {}, DEFAULT) == read(text, {}, DEFAULT)


def test_an_archive_that_unpacks_to_too_much_is_refused():
    bomb = archived(b" " * 50_000_000, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert "larger than" in problem(bomb)


def test_an_archive_with_an_endless_list_of_files_is_refused():
    data = bytearray(archived(b"{}"))
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<I", 1 << 30)
    assert "damaged" in problem(bytes(data))


def test_archives_that_are_damaged_or_others_are_one_error():
    whole = archived(files("keras_json")["seq.json"], zipfile.ZIP_DEFLATED)
    for part in range(4, len(whole), 97):
        assert problem(whole[:part])
    assert "no config.json" in problem(archived("{}", name="other.json"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"", "not the JSON of a model"),
        (b"{", "not the JSON of a model"),
        (b"[1, 2]", "no `class_name`"),
        (b'{"class_name": "Functional"}', "no `class_name` and `config`"),
        (b'{"class_name": "Mine", "config": {}}', "`Mine` is no Functional"),
        (b'{"class_name": "Sequential", "config": {"layers": []}}', "no layers"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "a number is too long"),
        (b"\xff\xfe\x00", "not the JSON"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_model_is_one_error(text, wanted):
    assert wanted in problem(text)


def functional(layers, outputs):
    return json.dumps({
        "class_name": "Functional",
        "config": {
            "layers": [
                {"class_name": "InputLayer", "name": "x", "config": {"batch_shape": [None, 8]},
                 "inbound_nodes": []},
                *layers,
            ],
            "input_layers": [["x", 0, 0]], "output_layers": [[outputs, 0, 0]],
        },
    }).encode()  # fmt: skip


def called(class_, name, *taken, module="keras.layers", **config):
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": [None, 8], "keras_history": [one, 0, 0]},
        }
        for one in taken
    ]
    return {"class_name": class_, "name": name, "module": module, "config": config,
            "inbound_nodes": [{"args": tensors, "kwargs": {}}]}  # fmt: skip


def test_layers_that_take_each_other_are_one_error():
    data = functional([called("ReLU", "a", "b"), called("ReLU", "b", "a")], "a")
    assert "nowhere made" in problem(data)


def test_layers_out_of_order_are_put_in_order():
    data = functional([called("ReLU", "b", "a"), called("Dense", "a", "x", units=8)], "b")
    assert [one.name for one in read(data, {}, DEFAULT).layers] == ["a", "b"]


def test_a_class_of_ones_own_is_a_custom_of_the_stated_shape():
    data = functional(
        [called("Mine", "own", "x", module="package"), called("ReLU", "b", "own")], "b"
    )
    model = read(data, {}, DEFAULT)
    assert [one.type for one in model.layers] == ["custom", "relu"]
    assert model.notes == ("own: Mine is a `custom`; the file does not say its parameters",)


def test_models_in_models_are_bounded():
    inner = {"class_name": "Sequential", "config": {"name": "m", "layers": []}}
    for _ in range(40):
        layers = [{"class_name": "InputLayer", "config": {"batch_shape": [None, 4]}}, inner]
        inner = {"class_name": "Sequential", "config": {"name": "m", "layers": layers}}
    assert "nested more than" in problem(json.dumps(inner).encode())


def test_an_open_size_says_what_gives_it():
    layers = [{"class_name": "InputLayer", "config": {"batch_shape": [None, None, None, 3]}},
              {"class_name": "Conv2D", "config": {"filters": 4, "kernel_size": 3}}]  # fmt: skip
    data = json.dumps({"class_name": "Sequential", "config": {"layers": layers}}).encode()
    assert "open" in problem(data)
    assert read(data, {"": (8, 8, 3)}, DEFAULT).inputs[0][1] == (8, 8, 3)


def test_the_older_format_of_calls_is_read():
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [None, 8]},
         "inbound_nodes": []},
        {"class_name": "Dense", "name": "a", "config": {"units": 4},
         "inbound_nodes": [[["x", 0, 0, {}]]]},
        {"class_name": "Dense", "name": "b", "config": {"units": 4},
         "inbound_nodes": [[["x", 0, 0, {}]]]},
        {"class_name": "Add", "name": "c", "config": {},
         "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]]},
    ]  # fmt: skip
    config = {"layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["c", 0, 0]]}
    model = read(json.dumps({"class_name": "Model", "config": config}).encode(), {}, DEFAULT)
    assert [one.inputs for one in model.layers] == [("x",), ("x",), ("a", "b")]


def test_the_command_takes_archives_and_json_and_leaves_specs_alone(cnncalc, tmp_path):
    path = tmp_path / "model.json"
    path.write_bytes(files("keras_json")["seq.json"])
    archive = tmp_path / "model.keras"
    archive.write_bytes(archived(files("keras_json")["seq.json"]))
    first, second = cnncalc("import", str(path)), cnncalc("import", str(archive))
    assert first.returncode == second.returncode == 0
    assert first.stdout == second.stdout
    assert cnncalc("summarize", str(path), "--total").stdout == "22790\n"
    spec = tmp_path / "spec.json"
    spec.write_text('{"input": [4], "layers": [{"dense": 2}]}')
    assert cnncalc("summarize", str(spec), "--total").stdout == "10\n"
    text = files("keras_json")["seq.json"].decode()
    assert cnncalc("import", "-", stdin=text).stdout == first.stdout


def convolutions(*configs):
    """A sequence of 3x3 convolutions with these further arguments, of 8x8x3."""
    layers = [{"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 3]}}]
    for index, config in enumerate(configs):
        own = {"name": f"conv_{index}", "filters": 8, "kernel_size": [3, 3], **config}
        layers.append({"class_name": "Conv2D", "config": own})
    return json.dumps({"class_name": "Sequential", "config": {"layers": layers}}).encode()


def penalty(class_, **factors):
    return {"module": "keras.regularizers", "class_name": class_, "config": factors}


def test_the_regularizer_of_a_kernel_comes_back():
    data = convolutions(
        {"kernel_regularizer": penalty("L2", l2=9.999999747378752e-05)},  # 1e-4 as a float32
        {"kernel_regularizer": penalty("L1L2", l1=0.01, l2=0.5)},
        {"kernel_regularizer": None},
    )
    model = read(data, {}, DEFAULT)
    assert [one.arguments.get("regularizer") for one in model.layers] == [
        {"l2": 1e-4}, {"l1": 0.01, "l2": 0.5}, None,
    ]  # fmt: skip
    assert model.notes == ()
    assert net_of(model).layers[1].traits.regularizer == {"l1": 0.01, "l2": 0.5}


def test_other_regularizers_come_back_as_keras_saves_them():
    config = {
        "bias_regularizer": penalty("L1", l1=0.01), "activity_regularizer": penalty("L2", l2=0.1),
    }  # fmt: skip
    model = read(convolutions(config), {}, DEFAULT)
    assert net_of(model).layers[0].layer.inert_settings()["bias_regularizer"] == {
        "class_name": "L1", "config": {"l1": 0.01},
    }  # fmt: skip
    assert model.layers[0].arguments["activity_regularizer"] == {
        "class_name": "L2", "config": {"l2": 0.1},
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        penalty("OrthogonalRegularizer", factor=0.01), penalty("L2", l2=-1), penalty("L2", l2="x"),
        penalty("L2"), penalty("L2", l2=True), penalty("L2", l2=10**400), penalty("L2", l2=1e999),
        "l2", 3, [], {"class_name": []},
    ],
)  # fmt: skip
def test_a_regularizer_that_is_not_read_is_named(value):
    model = read(convolutions({"kernel_regularizer": value}, {}), {}, DEFAULT)
    assert len(model.notes) == 1
    assert "`kernel_regularizer` of conv_0 is left out" in model.notes[0]
    assert "regularizer" not in model.layers[0].arguments


def test_a_class_of_ones_own_has_the_shape_that_the_layer_after_it_was_built_for():
    config = json.loads(convolutions({}, {}))
    own = {"class_name": "Mine", "config": {"name": "own"}}
    layers = config["config"]["layers"]
    layers.insert(2, own)
    layers[3]["build_config"] = {"input_shape": [None, 4, 4, 16]}
    model = read(json.dumps(config).encode(), {}, DEFAULT)
    assert model.layers[1].arguments == {"shape": [4, 4, 16], "label": "Mine"}
    assert net_of(model).layers[2].output_shape == (2, 2, 8)
    del layers[3]
    with pytest.raises(ImportProblem) as caught:
        read(json.dumps(config).encode(), {}, DEFAULT)
    assert "`own` (Mine) is not known" in caught.value.message
    assert "ONNX" in " ".join(caught.value.help)


def test_an_input_without_a_shape_takes_the_one_that_is_given():
    layers = [{"class_name": "Dense", "config": {"name": "d", "units": 4}}]
    data = json.dumps({"class_name": "Sequential", "config": {"layers": layers}}).encode()
    assert "no shape in the file" in problem(data)
    model = read(data, {"": (8,)}, DEFAULT)
    assert net_of(model).totals.params == 8 * 4 + 4


# -- malformed models -----------------------------------------------------------------------------


def keras_tensor(name, call=0, index=0):
    config = {"shape": [None, 4], "dtype": "float32", "keras_history": [name, call, index]}
    return {"class_name": "__keras_tensor__", "config": config}


def entry(name, class_, taken, **config):
    nodes = [{"args": [one], "kwargs": {}} for one in taken]
    return {
        "class_name": class_, "name": name, "inbound_nodes": nodes,
        "config": {"name": name, **config},
    }  # fmt: skip


def nested(name, layers, output):
    """A model of one input `i`, as `to_json()` writes it."""
    first = entry("i", "InputLayer", [], batch_shape=[None, 4])
    config = {
        "name": name, "layers": [first, *layers], "input_layers": [["i", 0, 0]],
        "output_layers": [output] if output else [],
    }  # fmt: skip
    return {"class_name": "Functional", "name": name, "config": config}


def dense(name, taken="i", **config):
    return entry(name, "Dense", [keras_tensor(taken)], units=4, **config)


def written(*layers):
    last = layers[-1]["name"]
    return json.dumps(nested("m", layers, [last, 0, 0])).encode()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_compressed_configuration_is_one_error(method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("config.json", written(*(dense(f"d{one}") for one in range(50))))
    data = bytearray(buffer.getvalue())
    start = 30 + len("config.json")
    data[start + 9 : start + 60] = b"\xff" * 51
    assert "damaged" in problem(bytes(data))


def test_an_archive_without_files_is_one_error():
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    assert "no config.json" in problem(buffer.getvalue())


def test_a_configuration_that_is_not_utf_8_is_one_error():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("config.json", '{"class_name": "é"}'.encode("latin-1"))
    assert "not UTF-8" in problem(buffer.getvalue())


@pytest.mark.parametrize("class_", [["Dense"], {"a": 1}, None, 3])
def test_a_class_that_is_not_a_name_is_one_error(class_):
    layer = {**dense("d"), "class_name": class_}
    assert problem(written(layer)) == "the `class_name` of `d` is not a name"
    model = {**nested("m", [dense("d")], ["d", 0, 0]), "class_name": class_}
    assert problem(json.dumps(model).encode()) == "the `class_name` of `m` is not a name"


@pytest.mark.parametrize("activation", [["relu"], {"class_name": ["relu"]}])
def test_an_activation_that_is_not_a_name_is_none(activation):
    model = read(written(dense("d", activation=activation)), {}, DEFAULT)
    assert [one.type for one in model.layers] == ["dense"]


@pytest.mark.parametrize(("call", "index"), [(0, -1), (0, -3), (-1, 0)])
def test_a_negative_number_in_a_reference_is_one_error(call, index):
    layer = entry("d", "Dense", [keras_tensor("i", call, index)], units=4)
    assert "negative" in problem(written(layer))


def test_a_nested_model_without_outputs_is_one_error():
    inner = {**nested("inner", [dense("d")], None), "inbound_nodes": [[["i", 0, 0]]]}
    assert "`inner` has no outputs" in problem(written(inner, dense("e", "inner")))


def test_nested_models_that_are_opened_without_end_stop_at_the_limit():
    inner = nested("inner", [], ["i", 0, 0])
    for depth in range(25):
        calls = [{"args": [keras_tensor("i")], "kwargs": {}}] * 2
        inner = nested(f"m{depth}", [{**inner, "inbound_nodes": calls}], ["i", 0, 0])
    assert "more than 1,000 layers" in problem(
        json.dumps(inner).encode(), DEFAULT._replace(layers=1000)
    )


def test_layers_in_reverse_order_are_read_in_order():
    names = ["i", *(f"d{one}" for one in range(3000))]
    layers = [dense(name, before) for before, name in pairwise(names)]
    model = nested("m", layers[::-1], [names[-1], 0, 0])
    started = time.process_time()
    read_ = read(json.dumps(model).encode(), {}, DEFAULT)
    assert [one.name for one in read_.layers] == names[1:]
    assert time.process_time() - started < 3


def test_many_layers_of_one_name_are_told_apart_in_bounded_time():
    layers = [dense("d", "i") for _ in range(3000)]
    started = time.process_time()
    read_ = read(written(*layers), {}, DEFAULT)
    assert [one.name for one in read_.layers] == ["d", *(f"d_{one}" for one in range(2, 3001))]
    assert time.process_time() - started < 3
