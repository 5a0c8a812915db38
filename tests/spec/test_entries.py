"""Entries: the short and the long forms of a layer, and the keys that stand beside a type."""

from __future__ import annotations

import pytest
from batches import batch

import cnncalc


def figures(found):
    return [(n.type, n.inputs, n.output_shape, n.params, n.macs) for n in found.layers]


@pytest.mark.parametrize(
    "forms",
    [
        ["- relu", "- relu:", "- relu: {}", "- relu: null", "- {relu: }", "-\n  relu:"],
        ["- maxpool: 2", "- maxpool: {kernel: 2}", "- maxpool:\n    kernel: 2",
         "- maxpool: [2, 2]", "- maxpool: 2x2", "- {maxpool: 2}"],
        ["- dense: 7", "- dense: {units: 7}", "- dense: {units: 7, bias: true}", '- "dense": 7'],
        ["- dropout", "- dropout: 0.5", "- dropout: {rate: 0.5}"],
        ["- pad: 1", "- pad: {padding: 1}", "- pad: [1, 1]",
         "- pad: {top: 1, bottom: 1, left: 1, right: 1}"],
        ["- residual: [relu]", "- residual: {body: [relu]}", "- residual:\n    - relu",
         "- residual: {body: [relu], merge: add}", "- residual: {body: [relu], shortcut: []}"],
        ["- parallel: [[relu], [tanh]]", "- parallel: {branches: [[relu], [tanh]]}",
         "- parallel: {branches: [[relu], [tanh]], merge: concat}"],
        ["- relu\n- relu", "- layers: [relu, relu]", "- {relu: , repeat: 2}",
         "- {repeat: 2, layers: [relu]}", "- {for: x, in: [1, 2], layers: [relu]}"],
    ],
)  # fmt: skip
def test_all_forms_of_an_entry_mean_the_same(net, forms):
    first = figures(net(forms[0]))
    assert first
    for form in forms[1:]:
        assert figures(net(form)) == first


def test_an_unnamed_layer_is_numbered_by_its_type(net):
    found = net("- relu\n- dense: 4\n- relu\n- ReLU\n- Linear: 5\n- fc: 6")
    assert [node.name for node in found.layers] == [
        "relu_1", "dense_1", "relu_2", "relu_3", "dense_2", "dense_3",
    ]  # fmt: skip


def test_a_name_stands_beside_the_type(net):
    found = net("- conv: {filters: 4, kernel: 3}\n  name: stem\n- relu:\n  name: act")
    assert [node.name for node in found.layers] == ["stem", "act"]
    assert found["act"].inputs == ("stem",)


def test_a_name_among_the_arguments_is_understood_as_in_keras(net):
    assert net("- Conv2D: {filters: 4, kernel_size: 3, name: stem}").layers[0].name == "stem"


def test_a_name_that_stands_twice_is_refused(refusal):
    assert refusal("- {relu: , name: a}\n- {tanh: , name: a}") == ["E109"]


def test_from_takes_the_result_of_another_layer(net):
    found = net(
        """
        - conv: {filters: 4, kernel: 3}
          name: a
        - conv: {filters: 5, kernel: 3}
          name: b
        - relu:
          from: a
        - concat:
          from: [relu_1, a]
        - dense: 2
          from: input
        """
    )
    assert found["b"].inputs == ("a",)
    assert found["relu_1"].inputs == ("a",)
    assert found["concat_1"].inputs == ("relu_1", "a")
    assert found["concat_1"].output_shape == (4 + 4, 6, 6)
    assert found["dense_1"].inputs == ("input",)


def test_from_an_unknown_layer_is_refused(refusal):
    assert refusal("- {relu: , name: first}\n- {relu: , from: frist}") == ["E110"]


def test_from_a_later_layer_is_refused(refusal):
    assert refusal("- {relu: , from: late}\n- {relu: , name: late}") == ["E111"]


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        ("true", True),
        ("false", False),
        ("$deep", True),
        ("not $deep", False),
        ("$width > 4", True),
        ("$width > 4 and $in_channels == 4", False),
        ("$in_height == 8", True),
        ("1 > 2", False),
    ],
)
def test_when_keeps_or_drops_an_entry(net, when, kept):
    found = net(f'- {{tanh: , when: "{when}"}}\n- relu', head="variables: {deep: true, width: 5}")
    assert [node.type for node in found.layers] == (["tanh", "relu"] if kept else ["relu"])
    assert found["relu_1"].inputs == (("tanh_1",) if kept else ("input",))


@pytest.mark.parametrize("when", ["1", "$width", "wide", "''", "[true]"])
def test_when_must_be_true_or_false(refusal, when):
    assert refusal(f"- {{relu: , when: {when}}}", head="variables: {width: 5}") == ["E108"]


def test_repeat_on_a_layer_applies_it_in_a_row(net):
    found = net("- conv: {filters: 2 * $in_channels, kernel: 1}\n  repeat: 3")
    assert [node.output_shape[0] for node in found.layers] == [6, 12, 24]


@batch(
    ("entry", "code"),
    [
        ("- 3", "E104"),
        ("- [relu]", "E102"),
        ("- {}", "E103"),
        ("- name: alone", "E103"),
        ("- conv: 3\n  filters: 4", "E101"),
        ("- relu:\n  tanh:", "E101"),
        ("- layers: [relu]\n  relu:", "E101"),
        ("- reluu", "E104"),
        ("- relu: 3x3x3", "E107"),
        ("- sigmoid: 3", "E105"),
        ("- dense: {unit: 3}", "E105"),
        ("- dense", "E106"),
        ("- conv: {filters: 3}", "E106"),
        ("- dense: {units: 3, out_features: 3}", "E113"),
        ("- residual:", "E103"),
        ("- residual: {shortcut: []}", "E103"),
        ("- residual: {body: [], bodies: []}", "E101"),
        ("- parallel: []", "E103"),
        ("- parallel: 3", "E102"),
        ("- layers: relu", "E102"),
    ],
)
def test_a_malformed_entry_is_refused(refusal, entry, code):
    assert refusal(entry) == [code]


@batch(
    ("ours", "torch", "keras"),
    [
        ("conv: {filters: 8, kernel: 3}", "Conv2d: {out_channels: 8, kernel_size: 3}",
         "Conv2D: {filters: 8, kernel_size: 3}"),
        ("conv: {filters: 8, kernel: 3, stride: 2, bias: false, dilation: 1}",
         "Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, bias: false, dilation: 1}",
         "Conv2D: {filters: 8, kernel_size: 3, strides: 2, use_bias: false, dilation_rate: 1}"),
        ("dense: 5", "Linear: {out_features: 5}", "Dense: {units: 5}"),
        ("maxpool: 2", "MaxPool2d: {kernel_size: 2}", "MaxPooling2D: {pool_size: 2}"),
        ("avgpool: {kernel: 3, stride: 2}", "AvgPool2d: {kernel_size: 3, stride: 2}",
         "AveragePooling2D: {pool_size: 3, strides: 2}"),
        ("conv_transpose: {filters: 4, kernel: 2, stride: 2}",
         "ConvTranspose2d: {out_channels: 4, kernel_size: 2, stride: 2}",
         "Conv2DTranspose: {filters: 4, kernel_size: 2, strides: 2}"),
        ("dropout: 0.25", "Dropout: {p: 0.25}", "Dropout: {rate: 0.25}"),
        ("upsample: 2", "Upsample: {scale_factor: 2}", "UpSampling2D: {size: 2}"),
        ("concat", "cat", "Concatenate: {axis: 1}"),
        ("prelu", "PReLU", "prelu: {num_parameters: 1}"),
    ],
)  # fmt: skip
def test_the_names_of_both_frameworks_mean_our_layer(net, ours, torch, keras):
    expected = figures(net(f"- {ours}"))
    assert figures(net(f"- {torch}")) == expected
    assert figures(net(f"- {keras}")) == expected


@pytest.mark.parametrize("name", ["CONV_1d", "Conv-Transpose", "batch_Norm", "ReLu", "MAXPOOL"])
def test_a_name_is_read_without_case_and_underscores(net, name):
    arguments = "{filters: 4, kernel: 2}" if "onv" in name.lower() else "{kernel: 2}"
    arguments = arguments if name.lower() not in ("batch_norm", "relu") else ""
    assert len(net(f"- {name}: {arguments}", "[3, 8]")) == 1


def test_arguments_of_frameworks_that_change_no_figure_are_accepted(net):
    found = net(
        """
        - Conv2D: {filters: 4, kernel_size: 3, kernel_initializer: he_normal, dtype: float32}
        - BatchNorm2d: {num_features: 4, eps: 1e-3, momentum: 0.1}
        - ReLU: {inplace: true}
        """
    )
    assert found.totals.params == (3 * 3 * 3 * 4 + 4) + (4 + 4)
    assert found.totals.buffers == 4 + 4


def test_an_axis_under_a_frameworks_name_counts_as_there(net):
    one = net("- flatten: {start_dim: 0}")["flatten_1"].output_shape
    other = net("- Flatten: {start_dim: 1}")["flatten_1"].output_shape
    assert one == other == (3 * 8 * 8,)
    found = net("- Concatenate: {axis: 1}\n  from: [input, input]")["concat_1"]
    assert found.output_shape == (3 + 3, 8, 8)


def test_claims_about_layers_groups_and_the_net_are_kept_for_check(net):
    found = net(
        """
        - {relu: , expect: {params: 0, shape: [3, $in_height, 8]}}
        - {name: body, layers: [tanh], expect: {macs: 0}}
        """,
        head="expect: {params: <= 5M, macs: 3M..5M}",
    )
    assert found["relu_1"].traits.expect.value == {"params": 0, "shape": [3, 8, 8]}
    assert found["body/tanh_1"].scopes[0].expect.value == {"macs": 0}
    assert found.expect.value == {"params": "<= 5M", "macs": "3M..5M"}


def test_custom_stands_in_for_a_layer_that_is_missing(net):
    found = net("- custom: {shape: [64, 7, 7], params: 1000, macs: 49000}\n- global_avgpool")
    assert found["custom_1"].output_shape == (64, 7, 7)
    assert found["global_avgpool_1"].output_shape == (64,)
    assert (found.totals.params, found.totals.macs) == (1000, 49_000)


@pytest.mark.parametrize(
    "key", ["from: relu_1", "when: true", "expect: {params: 3}", "share: relu_1"]
)
def test_a_key_among_the_arguments_is_told_where_it_belongs(key):
    with pytest.raises(cnncalc.SpecError, match="belongs beside the type") as caught:
        cnncalc.parse(f"input: [4]\nlayers: [relu, {{dense: {{units: 3, {key}}}}}]")
    name = key.partition(":")[0]
    assert f"`- {{dense: {{...}}, {name}: ...}}`" in str(caught.value)
