"""What an error offers to who writes as in PyTorch, Keras or Python."""

from __future__ import annotations

import pytest
from refused_specs import errors_of, refused

from cnncalc.build.reader import read_text

ROW = "layers in a row are a list; `{name: stage, layers: [...]}` groups them"


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
