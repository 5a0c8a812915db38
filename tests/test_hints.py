"""What an error offers where the intention can be guessed."""

from __future__ import annotations

import pytest

from cnncalc.build.reader import read_path, read_text

ROW = "layers in a row are a list; `{name: stage, layers: [...]}` groups them"


def refused(entry):
    """The only error of a net of one entry, in which the variable `width` is 3."""
    reading = read_text(f"variables: {{width: 3}}\ninput: 3x32x32\nlayers:\n  - {entry}\n")
    (error,) = reading.diagnostics
    return error


@pytest.mark.parametrize(
    ("entry", "message", "help_"),
    [
        ("conv: 64", "`conv` needs `kernel`: kernel size", "`conv: {filters: 64, kernel: ...}`"),
        ("conv: {}", "`conv` needs `filters` and `kernel`", "`conv: {filters: ..., kernel: ...}`"),
        (
            "Conv2d: {out_channels: 4}", "`Conv2d` needs `kernel_size`: kernel size",
            "`Conv2d: {out_channels: 4, kernel_size: ...}`",
        ),
        (
            "Conv2D: {strides: 2}", "`Conv2D` needs `filters` and `kernel_size`",
            "`Conv2D: {strides: 2, filters: ..., kernel_size: ...}`",
        ),
        (
            f"conv: {{filters: 4, padding: {[1] * 2 + [1000000] * 30}}}",
            "`conv` needs `kernel`: kernel size", "`conv: {..., kernel: ...}`",
        ),
    ],
)  # fmt: skip
def test_a_missing_argument_is_asked_for_by_the_name_of_its_framework(entry, message, help_):
    error = refused(entry)
    assert (error.message, error.help) == (message, (help_,))


@pytest.mark.parametrize(
    ("value", "help_"),
    [
        ("'2 * 64'", "a text is computed only with a variable such as `$width` in it; write 128"),
        ("max(5)", "a text is computed only with a variable such as `$width` in it; write 5"),
        ("4 * width", "did you mean `4 * $width`? a variable begins with `$`"),
        ("width", "did you mean `$width`? a variable begins with `$`"),
        ("in_channels // 2", "did you mean `$in_channels // 2`? a variable begins with `$`"),
    ],
)
def test_arithmetic_without_a_dollar_is_seen(value, help_):
    assert refused(f"dense: {{units: {value}}}").help == (help_,)


@pytest.mark.parametrize("value", ["many", "3 > 2", "1.5", "64 filters", "* 3", "abs(3)"])
def test_other_texts_are_not_taken_for_arithmetic(value):
    assert refused(f"dense: {{units: '{value}'}}").help == ()


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        ("pool: 2", "did you mean `avgpool` or `lppool` or `maxpool`?"),
        ("norm", "did you mean `batchnorm` or `groupnorm` or `instancenorm` or `layernorm`?"),
        ("convv: 2", "did you mean `conv`?"),
        ("zzzzz: 2", ""),
    ],
)
def test_a_general_word_offers_the_types_that_end_in_it(entry, label):
    assert refused(entry).label == label


@pytest.mark.parametrize(
    ("entry", "help_"),
    [
        ("sum: {axis: 0}", "`reduce_sum` takes it"),
        ("sum: {dim: 0}", "`reduce_sum` takes it"),
        ("sum: {size: 0}", "it takes no arguments"),
        ("maxpool: {kernel: 2, padding: 0, axis: 0}", None),
    ],
)
def test_a_sum_along_an_axis_is_offered_by_its_own_name(entry, help_):
    found = refused(entry).help
    assert found == (help_,) if help_ else found[0].startswith("its arguments are ")


@pytest.mark.parametrize("name", ["resnet", "VGG"])
def test_a_zoo_net_without_its_prefix_is_offered(cnncalc, name):
    done = cnncalc("summarize", name)
    assert done.returncode == 2
    assert f"did you mean `zoo:{name.lower()}`?" in done.stderr


def test_the_catalogue_offers_them_too(cnncalc):
    assert "did you mean avgpool or lppool or maxpool?" in cnncalc("layers", "pool").stderr


def test_one_of_several_results_may_be_what_is_meant():
    text = """input: 3x8x8
blocks: {two: {layers: [{relu: {}, name: a}, {relu: {}, name: b}], outputs: [a, b]}}
layers: [{two: {}, name: first}, relu]
"""
    (error,) = read_text(text).diagnostics
    assert error.help == (
        "merge them first, with `add` or `concat`", "or take one of them: `from: first/b`",
    )  # fmt: skip
    assert not read_text(text.replace(", relu]", ", {relu: {}, from: first/b}]")).diagnostics


@pytest.mark.parametrize(
    ("entry", "first", "last"), [("permute: [1, 2, 3]", 0, 2), ("Permute: [0, 1, 2]", 1, 3)]
)
def test_permute_says_from_where_axes_count(entry, first, last):
    """`Permute` counts from 1, as in Keras; torch.permute from 0, here without the batch."""
    assert refused(entry).help == (
        f"its axes count from {first}: {first} to {last}, the batch aside",
    )


@pytest.mark.parametrize(
    ("call", "help_"),
    [
        ("nn.Conv2d(3, 8, 3)", "`Conv2d: {out_channels: 8, kernel_size: 3}`"),
        ("Conv2d(3, 8, 3, padding=1)", "`Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}`"),
        ("nn.Linear(16 * 5 * 5, 120)", "`Linear: {out_features: 120}`"),
        ("nn.Conv2d(3, 2 * 4, kernel_size=3)", "`Conv2d: {out_channels: 8, kernel_size: 3}`"),
        ("torch.nn.Linear(10, 5)", "`Linear: {out_features: 5}`"),
        ("MaxPool2d(2, 2)", "`MaxPool2d: {kernel_size: 2, stride: 2}`"),
        ("nn.BatchNorm2d(64)", "`BatchNorm2d`"),
        ("nn.ReLU()", "`ReLU`"),
        ("layers.Conv2D(8, (3, 3))", "`Conv2D: {filters: 8, kernel_size: [3, 3]}`"),
        ("keras.layers.Dense(10, activation='relu')", "`Dense: {units: 10, activation: relu}`"),
    ],
)  # fmt: skip
def test_a_call_of_python_is_offered_as_an_entry(call, help_):
    error = refused(call)
    assert (error.code, error.help) == ("E104", (f"in a spec it is {help_}",))


@pytest.mark.parametrize(
    "call", ["nn.Conv2d(3, n, 3)", "Conv2d(3, 8, 3, 1, 1, 1, 2)", "LSTM(4, 5)"]
)
def test_a_call_whose_arguments_are_not_certain_is_offered_by_its_type(call):
    type_ = call.partition("(")[0].removeprefix("nn.")
    (help_,) = refused(call).help
    assert f"`{type_}` with its arguments by name" in help_


@pytest.mark.parametrize("call", ["foo(3)", "Conv2d(3, 8", "Conv2d(" + "3" * 400 + ")", "x" * 999])
def test_what_is_no_call_of_a_layer_is_an_unknown_type(call):
    assert refused(call).help[0] == "`cnncalc layers` lists all types"


def test_brackets_that_python_cannot_read_are_one_error():
    (help_,) = refused("Conv2d(" + "(" * 180 + ")").help
    assert "by name" in help_


@pytest.mark.parametrize(
    ("input_", "layers", "wanted"),
    [
        ("[1, 3, 32, 32]", ["Conv2d: {out_channels: 8, kernel_size: 3}"], "3x32x32"),
        ("[8, 3, 32, 32]", ["relu", "maxpool2d: 2"], "3x32x32"),
        ("[1, 3, 8, 8, 8]", ["conv: {filters: 8, kernel: 3}"], "3x8x8x8"),
        ("[3, 32]", ["Conv2d: {out_channels: 8, kernel_size: 3}"], None),
        ("[32]", ["conv: {filters: 8, kernel: 3}"], None),
    ],
)  # fmt: skip
def test_an_input_with_its_batch_is_offered_without(input_, layers, wanted):
    lines = "".join(f"  - {one}\n" for one in layers)
    (error,) = read_text(f"input: {input_}\nlayers:\n{lines}").diagnostics
    assert error.code == "E201"
    found = [one for one in error.help if "no batch" in one]
    assert found == (
        [f"the input of a spec has no batch: write `input: {wanted}`"] if wanted else []
    )


NESTED = """
input: 3x32x32
layers:
  - conv: {filters: 3, kernel: 3, padding: 1}
  - relu
  - residual:
      body:
        - conv: {filters: 3, kernel: 3, padding: 1}
        - conv: {filters: 3, kernel: 3, padding: 1}
    name: res_1
"""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("explain", "conv_2"), "no layer or block is called conv_2; did you mean res_1/conv_2?"),
        (("explain", "relu_9"), "no layer or block is called relu_9; did you mean relu_1?"),
        (("solve", "res_1", "--out", "8"), "res_1 is a block: name a layer of it, as res_1/conv_1"),
        (("solve", "conv_2", "--out", "8"), "is called conv_2; did you mean res_1/conv_2?"),
    ],
)  # fmt: skip
def test_a_layer_in_a_block_is_offered_by_its_whole_name(cnncalc, words, wanted):
    command, *rest = words
    done = cnncalc(command, "-", *rest, stdin=NESTED)
    assert done.returncode == 2
    assert wanted in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("word", "wanted"), [("torch", "pytorch"), ("tf", "keras"), ("TensorFlow", "keras")]
)
def test_the_framework_of_export_is_offered_by_its_name(cnncalc, word, wanted):
    done = cnncalc("export", "zoo:lenet5", "--to", word)
    assert done.returncode == 2
    assert f"'{word}' is not one of 'pytorch', 'keras'; did you mean '{wanted}'?" in done.stderr
    other = cnncalc("export", "zoo:lenet5", "--to", "jax").stderr
    assert "'jax' is not one of 'pytorch', 'keras'\n" in other


@pytest.mark.parametrize(
    ("net", "wanted"),
    [
        ("resnet50", "zoo:resnet --set depth=50"), ("vgg16", "zoo:vgg --set depth=16"),
        ("efficientnet_v2_s", "zoo:efficientnet_v2 --set size=s"), ("resnet51", "zoo:resnet"),
    ],
)  # fmt: skip
def test_a_size_in_the_name_of_a_packaged_net_is_offered_as_its_variable(cnncalc, net, wanted):
    done = cnncalc("draw", f"zoo:{net}")
    assert done.returncode == 2
    assert f"did you mean `{wanted}`?" in done.stderr
    options = wanted.split()
    assert cnncalc("summarize", *options, "--total").returncode == 0


@pytest.mark.parametrize(
    ("entry", "help_"),
    [
        ("Sequential: [relu]", ROW),
        ("nn.ModuleList: [relu]", ROW),
        ("view: [-1]", "`reshape: [...]` gives a tensor other sizes, `flatten` one axis"),
        ("Input: [3, 8, 8]", "`input: 3x32x32` beside `layers:` states the shape of the input"),
    ],
)  # fmt: skip
def test_a_word_of_a_framework_is_answered_with_the_one_of_a_spec(entry, help_):
    error = refused(entry)
    assert (error.label, error.help) == ("not a layer type", (help_,))


@pytest.mark.parametrize(
    ("name", "help_"),
    [("a", "in a loop, `name: conv$i`"), ("a$i", "`$i` counts the turns of the innermost loop")],
)
def test_a_name_that_is_taken_says_what_gives_each_turn_its_own(name, help_):
    layer = f"{{dense: $n, name: {name}, repeat: {2 if '$' in name else 1}}}"
    error = refused(f"{{for: {{n: [1, 2]}}, layers: [{layer}]}}")
    assert error.message == f"the name `{name.replace('$i', '1')}` is taken (line 4)"
    assert error.help[0].startswith(help_)


def errors_of(text):
    return read_text(text).diagnostics


@pytest.mark.parametrize(
    ("entry", "label", "help_"),
    [
        ("conv:\n    filters: 6\n    kernel: 5", "an argument is indented further than its type",
         "`- conv: {filters: 6, kernel: 5}`, if it is an argument"),
        ("conv:\n    filters: 6\n    padding: [1, 2]",
         "an argument is indented further than its type",
         "`- conv: {filters: 6, padding: ...}`, if it is an argument"),
        ("type: conv\n    filters: 6", "the type is the key: `conv:`",
         "`- conv: {filters: 6}`, if it is an argument"),
        ("conv: 3\n    filters: 6", "an argument is indented further than its type",
         "`- conv: {filters: ...}`, if it is an argument"),
        ("conv: 3\n    nme: 6", "did you mean `name`?",
         "`- conv: {nme: ...}`, if it is an argument"),
    ],
)  # fmt: skip
def test_arguments_beside_their_type_are_shown_in_their_place(entry, label, help_):
    error = refused(entry)
    assert (error.code, error.label, error.help[0]) == ("E101", label, help_)


@pytest.mark.parametrize(
    ("features", "help_"),
    [
        (400, ("a `flatten` before it makes 4704 of (6, 28, 28)",
               "then write `in_features: 4704`, or leave it out")),
        (4704, ("a `flatten` before it makes 4704 of (6, 28, 28)",)),
    ],
)  # fmt: skip
def test_a_dense_layer_on_a_map_is_told_of_flatten(features, help_):
    (error,) = errors_of(
        "input: 3x32x32\nlayers:\n  - Conv2d: {out_channels: 6, kernel_size: 5}\n"
        f"  - Linear: {{in_features: {features}, out_features: 120}}\n"
    )
    assert (error.code, error.help) == ("E202", help_)


@pytest.mark.parametrize(
    ("entry", "meant", "rank"),
    [
        ("Conv1d: {out_channels: 6, kernel_size: 5}", "Conv2d", 2),
        ("BatchNorm1d", "BatchNorm2d", 2),
        ("nn.MaxPool1d: 2", "nn.MaxPool2d", 2), ("MaxPool1D: 2", "MaxPool2D", 2),
        ("AvgPool3d: 2", "AvgPool2d", 2),
    ],
)  # fmt: skip
def test_a_type_for_other_axes_is_offered_by_its_name(entry, meant, rank):
    assert refused(entry).help[0] == f"`{meant}` takes channels and {rank} spatial axes"


def test_a_batch_is_seen_before_a_type_for_more_axes():
    (error,) = errors_of("input: 1x3x32x32\nlayers: [BatchNorm2d]\n")
    assert error.help == (
        "the input of a spec has no batch: write `input: 3x32x32`",
        "`BatchNorm3d` takes channels and 3 spatial axes",
    )


def test_a_kernel_that_does_not_fit_the_channels_of_a_batch_is_told_of_it():
    (error,) = errors_of("input: [1, 3, 32, 32]\nlayers: [conv: {filters: 3, kernel: 5}]\n")
    assert error.code == "E203"
    assert error.help[0] == "the input of a spec has no batch: write `input: 3x32x32`"


@pytest.mark.parametrize("type_", ["add", "concat", "multiply", "Concatenate", "subtract"])
def test_names_are_taken_by_from(type_):
    (error,) = errors_of(
        "input: 3x8x8\nlayers:\n  - {relu: , name: a}\n  - {relu: , name: b}\n"
        f"  - {type_}: [a, b]\n"
    )
    assert error.help == (f"`- {{{type_}: , from: [a, b]}}` takes these layers",)


def test_a_branch_is_a_list():
    found = errors_of(
        "input: 3x8x8\nlayers:\n  - parallel:\n      branches:\n"
        "        - conv: {filters: 3, kernel: 1}\n        - conv: {filters: 3, kernel: 1}\n"
    )
    assert {error.help for error in found} == {
        ("each branch is a list of entries: `- [conv: {...}]`",)
    }


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("residual: [conv: {filters: 5, kernel: 1}]", "residual"),
        ("{name: a, residual: [conv: {filters: 5, kernel: 1}]}", "residual"),
        ("parallel: [[conv: {filters: 5, kernel: 1}], [conv: {filters: 5, kernel: 3}]]",
         "parallel"),
    ],
)  # fmt: skip
def test_what_merges_is_underlined_as_it_is_written(entry, word):
    error = refused(entry)
    written = f"  - {entry}"[error.place.column - 1 :][: error.place.length]
    assert (error.code, written) == ("E205", word)


@pytest.mark.parametrize(
    ("path", "help_"),
    [
        ("unet", "did you mean `unet.yaml`?"),
        ("lenett.yaml", "did you mean `lenet.yaml`?"),
        ("lenet.yml", "did you mean `lenet.yaml`?"),
        ("sub/lenett.onnx", "did you mean `sub/lenet.onnx`?"),
        ("resnet", "did you mean `zoo:resnet`?"),
        ("gone/lenet.yaml", "there is no folder gone"),
        ("zzzz.yaml", "`cnncalc new` prints a spec to start from"),
        ("zzzz.onnx", None),
    ],
)
def test_a_missing_file_offers_those_beside_it(tmp_path, monkeypatch, path, help_):
    monkeypatch.chdir(tmp_path)
    for name in ("unet.yaml", "lenet.yaml", "sub/lenet.yaml", "sub/lenet.onnx", "zzz.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    (error,) = read_path(path).diagnostics
    assert (error.code, error.help) == ("E001", (help_,) if help_ else ())


def test_what_is_compared_against_and_missing_is_not_told_of_a_new_spec(cnncalc, tmp_path):
    missing = tmp_path / "nothere.onnx"
    done = cnncalc("check", "-", "--against", str(missing), stdin="input: 3\nlayers: [relu]\n")
    assert done.returncode == 2
    assert "there is no file" in done.stderr
    assert "cnncalc new" not in done.stderr


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("m.py", "give package.module:callable, which makes the model"),
        ("m.pt", "give package.module:callable, which makes the model, or export it to ONNX"),
        ("m.PTH", "give package.module:callable, which makes the model, or export it to ONNX"),
        ("m.h5", "load it in Keras, and save it as .keras"),
    ],
)
def test_the_file_of_another_tool_is_told_what_import_tells_it(cnncalc, tmp_path, name, instead):
    file = tmp_path / name
    file.write_bytes(b"import torch\n" if name.endswith(".py") else b"\x89HDF\0\0")
    (error,) = read_path(str(file)).diagnostics
    assert (error.code, error.help) == ("E002", (instead,))
    assert instead in " ".join(cnncalc("import", str(file)).stderr.split())


@pytest.mark.parametrize(
    ("text", "place", "message", "help_"),
    [
        ("input:[3,32,32]\nlayers:\n  - relu\n", (2, 7), "mapping values are not allowed",
         "a blank follows the colon: `input: [3,32,32]` in line 1"),
        ("input: 3\nlayers:\n  - conv {filters: 6, kernel: 3}\n", (3, 29), "mapping values are not",
         "a colon follows the type: `- conv: {filters: 6, kernel: 3}`"),
        ("input: 3\nlayers:\n  - conv {filters: 6}\n", (3, 5), "unknown layer type",
         "a colon follows the type: `- conv: {filters: ...}`"),
        ("input: 3\nlayers:\n\t- relu\n", (3, 1), "a tab cannot indent a line",
         "indent with spaces"),
        ("input: 3\n layers:\n  - relu\n", (2, 8), "mapping values are not allowed",
         "this line is indented further than the one above, whose value it continues"),
        (" input: 3\nlayers:\n  - relu\n", (2, 1), "the indentation of this line fits no line",
         "what belongs together begins in the same column, what is inside further right"),
        ("input: 3\nlayers:\n  - relu:\n - tanh\n", (4, 2), "the indentation of this line fits",
         "what belongs together begins in the same column, what is inside further right"),
        ("input: 3\nlayers:\n  - dense:\n      units: 6\n     bias: false\n", (5, 6),
         "the indentation of this line fits",
         "what belongs together begins in the same column, what is inside further right"),
        ("input: 3\nlayers:\n  -relu: {}\n", (3, 3), "`layers` must be a list",
         "a blank follows the dash: `- relu:`"),
    ],
)  # fmt: skip
def test_a_slip_of_yaml_is_told_in_plain_words(text, place, message, help_):
    (error,) = errors_of(text)
    assert (error.place[:2], error.help) == (place, (help_,))
    assert error.message.startswith(message)


def test_a_colon_without_a_blank_is_seen():
    error = refused("conv: {filters:6, kernel: 3}")
    assert error.label == "a blank follows the colon: `filters: 6`"


@pytest.mark.parametrize(
    "text",
    [
        "input: 3x32x32\nlayers: [conv: {filters: 204,928, kernel: 3}]\n",
        "input: 3x32x32\nexpect: {params: 204,928}\nlayers: [relu]\n",
    ],
)
def test_a_comma_in_a_number_is_seen(text):
    (error,) = errors_of(text)
    assert (error.code, error.help) == ("E102", ("write 204928 or 204_928",))


@pytest.mark.parametrize(
    ("key", "label", "help_"),
    [
        ("classes: 3", "", "`variables: {classes: 3}` makes it a variable, `$classes`"),
        ("layer: 3", "", "`variables: {layer: 3}` makes it a variable, `$layer`"),
        ("layer: [relu]", "did you mean `layers`?", "its keys are name, "),
        ("nme: 3", "did you mean `name`?", "its keys are name, "),
    ],
)
def test_a_number_at_the_top_level_is_offered_as_a_variable(key, label, help_):
    error = errors_of(f"input: 3\nlayers: [relu]\n{key}\n")[0]
    assert (error.code, error.label) == ("E101", label)
    assert error.help[0].startswith(help_)


def test_a_list_under_inputs_is_told_of_input():
    (error,) = errors_of("inputs: [3, 32, 32]\nlayers: [relu]\n")
    assert error.help[0] == "`input: [3, 32, 32]` is the shape of the only input"


@pytest.mark.parametrize("given", ["{filters: 3}", "3"])
def test_a_block_without_arguments_says_how_they_are_declared(given):
    (error,) = errors_of(f"input: 3\nblocks: {{b: [relu]}}\nlayers: [b: {given}]\n")
    assert error.help == (
        "a block declares its arguments: `args: {filters: }` beside its `layers`",
    )


def test_braces_around_a_variable_and_a_text_in_arithmetic_are_named():
    assert refused("dense: ${width}").help == ("a variable has no braces here: `$width`",)
    (error,) = read_text(
        "variables: {width: 3}\ninput: 3\nlayers: [dense: $width * 3]\n",
        overrides={"width": "abc"},
    ).diagnostics
    assert error.help == ("`$width` is the text `abc`",)


def test_an_unknown_key_of_expect_is_underlined(cnncalc):
    done = cnncalc("check", "-", stdin="input: 3\nexpect: {parms: 3}\nlayers: [relu]\n")
    assert "--> -:2:10\n" in done.stderr
    assert "|          ^^^^^\n" in done.stderr


def test_a_rounded_number_is_offered_with_its_sign(cnncalc):
    net = "input: 3x32x32\nlayers: [{conv: {filters: 64, kernel: 3, bias: false}}]\n"
    done = cnncalc("check", "-", stdin=f"expect: {{params: 1.7k}}\n{net}")
    assert "`params: ~1.7k` allows for rounding" in done.stdout
    assert "rounding" not in cnncalc("check", "-", stdin=f"expect: {{params: 1.8k}}\n{net}").stdout
    claim = ("conventions", "zoo:resnet", "--set", "depth=18", "--claimed")
    assert "`--claimed ~1.8G` allows for rounding" in cnncalc(*claim, "1.8G").stdout
    assert "rounding" not in cnncalc(*claim, "1.7").stdout


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("Conv2d: [1, 6, 5]", "Conv2d: {out_channels: 6, kernel_size: 5}"),
        ("Linear: [400, 120]", "Linear: {out_features: 120}"),
        ("Conv2D: [32, 3]", "Conv2D: {filters: 32, kernel_size: 3}"),
    ],
)
def test_arguments_in_the_order_of_a_framework_are_offered_by_name(entry, meant):
    error = refused(entry)
    assert (error.code, error.help) == (
        "E107", (f"a spec takes the arguments by name: `{meant}`",)
    )  # fmt: skip


@pytest.mark.parametrize("entry", ["Conv2d: [1, 6, 5, 1, 0, 1, 7]", "dense: [400, 120]"])
def test_a_list_whose_names_are_not_certain_is_only_refused(entry):
    assert refused(entry).help == ()
