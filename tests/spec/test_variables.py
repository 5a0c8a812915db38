"""Variables: values and tables of a spec, what the graph knows, overrides, names with templates."""

from __future__ import annotations

import pytest

import cnncalc


def test_a_variable_is_used_alone_and_in_expressions(net):
    found = net(
        "- conv: {filters: $width, kernel: 3}\n- dense: 2 * $width + 1",
        head="variables: {width: 10}",
    )
    assert found["conv_1"].params == 3 * 3 * 3 * 10 + 10
    assert found["dense_1"].output_shape[-1] == 21


def test_variables_may_be_defined_by_others_in_any_order(net):
    found = net("- dense: $c", "[4]", "variables: {c: $b + 1, b: 2 * $a, a: 5}")
    assert found["dense_1"].output_shape == (11,)


@pytest.mark.parametrize("chain", ["{a: $a}", "{a: $b, b: $a}", "{a: $b + 1, b: 2 * $c, c: $a}"])
def test_a_variable_cannot_be_defined_by_itself(refusal, chain):
    assert refusal("- dense: $a", "[4]", f"variables: {chain}") == ["E112"]


def test_an_unknown_variable_suggests_the_nearest():
    text = "input: [4]\nvariables: {width: 8}\nlayers: [dense: $widht]"
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(text)
    (one,) = caught.value.diagnostics
    assert (one.code, one.place.line) == ("E108", 3)
    assert "$width" in one.label


def test_a_variable_keeps_its_kind(net):
    found = net(
        """
        - conv: {filters: 2, kernel: $kernel, bias: $bias, padding: $padding}
        """,
        head="variables: {kernel: [3, 5], bias: false, padding: same}",
    )
    assert found["conv_1"].output_shape == (2, 8, 8)
    assert found["conv_1"].params == 3 * 5 * 3 * 2


def test_the_input_may_be_made_of_variables(net):
    found = net("- flatten", "[$bands, $size, 2 * $size]", "variables: {bands: 4, size: 5}")
    assert found["flatten_1"].output_shape == (4 * 5 * 10,)


@pytest.mark.parametrize(
    ("shape", "name", "size"),
    [
        ("[5, 6, 7, 8]", "in_channels", 5),
        ("[5, 6, 7, 8]", "in_depth", 6),
        ("[5, 6, 7, 8]", "in_height", 7),
        ("[5, 6, 7, 8]", "in_width", 8),
        ("[5, 7, 8]", "in_height", 7),
        ("[5, 7, 8]", "in_width", 8),
        ("[5, 8]", "in_length", 8),
        ("[5, 8]", "in_channels", 5),
        ("[5, 8]", "in_features", 8),
        ("[9]", "in_features", 9),
    ],
)
def test_the_arriving_sizes_are_known(net, shape, name, size):
    assert net(f"- dense: 10 * ${name}", shape)["dense_1"].output_shape[-1] == 10 * size


@pytest.mark.parametrize(
    ("name", "size"), [("in_channels", 7), ("in_height", 5), ("in_width", 6), ("in_features", 7)]
)
def test_with_channels_last_the_channels_are_the_last_size(net, name, size):
    found = net(f"- dense: ${name}", "[5, 6, 7]", "layout: channels_last")
    assert found["dense_1"].output_shape == (5, 6, size)


def test_arriving_sizes_are_those_of_the_entry_before(net):
    found = net("- conv: {filters: 6, kernel: 3}\n- dense: $in_channels * $in_height * $in_width")
    assert found["dense_1"].output_shape == (6, 6, 6 * 6 * 6)


@pytest.mark.parametrize(
    ("shape", "name"),
    [("[5, 8]", "in_height"), ("[9]", "in_height"), ("[9]", "in_width"), ("[5, 7, 8]", "in_length"),
     ("[5, 7, 8]", "in_depth")],
)  # fmt: skip
def test_a_size_that_the_input_has_not_is_refused(refusal, shape, name):
    assert refusal(f"- dense: ${name}", shape) == ["E108"]


def test_a_variable_of_the_spec_goes_before_what_the_graph_knows(net):
    found = net("- dense: $in_features", "[4]", "variables: {in_features: 9}")
    assert found["dense_1"].output_shape == (9,)


def test_a_fraction_where_a_whole_number_is_needed_is_an_error(net, refusal):
    head = "variables: {width: 5}"
    assert refusal("- dense: $width / 2", "[4]", head) == ["E107"]
    assert refusal("- {repeat: $width / 2, layers: [relu]}", "[4]", head) == ["E107"]
    assert refusal("- dense: 2.5", "[4]") == ["E107"]
    assert refusal("- relu", "[$width / 2]", head) == ["E107"]
    assert net("- dense: $width * 2 / 5", "[4]", head)["dense_1"].output_shape == (2,)


@pytest.mark.parametrize("large", [10**20, 2**60, 2**64 + 1, 10**100 + 7])
def test_sizes_and_counts_are_exact_however_large(net, large):
    found = net("- dense: $large\n- dense: 1", "[3]", f"variables: {{large: {large}}}")
    assert found["dense_1"].params == 3 * large + large
    assert found["dense_2"].params == large + 1
    assert found.totals.macs == 3 * large + large


def test_a_large_fraction_is_not_taken_for_a_whole_number(refusal):
    head = f"variables: {{odd: {2**60 + 1}}}"
    assert refusal("- dense: $odd / 2", "[4]", head) == ["E107"]


def test_a_fraction_too_large_for_a_float_is_an_error_like_any_other(refusal):
    assert refusal("- dense: ($one * 2 ** 1090 + 1) / 2", "[4]", "variables: {one: 1}") == ["E107"]


def test_a_fraction_stays_exact_in_a_variable(net):
    head = "variables: {one: 1, third: $one / 3}"
    assert net("- dense: $third * 3", "[4]", head)["dense_1"].output_shape == (1,)


TABLE = """
variables:
  depth: 18
  blocks: {by: $depth, 18: [2, 2], 34: [3, 4], deep: [9, 9]}
"""


@pytest.mark.parametrize(("depth", "layers"), [(18, 2 + 2), (34, 3 + 4), ("deep", 9 + 9)])
def test_a_table_picks_a_row_by_another_variable(net, depth, layers):
    found = net(
        "- {for: count, in: $blocks, layers: [{repeat: $count, layers: [relu]}]}",
        head=TABLE,
        variables={"depth": depth},
    )
    assert len(found) == layers


def test_a_table_without_the_row_is_refused(refusal):
    assert refusal("- dense: $blocks", head=TABLE, variables={"depth": 50}) == ["E108"]


def test_overrides_replace_values_and_what_is_computed_from_them(net):
    head = "variables: {width: 8, wide: 4 * $width}"
    layers = "- dense: $width\n- dense: $wide"
    shapes = [node.output_shape for node in net(layers, "[2]", head).layers]
    assert shapes == [(8,), (32,)]
    changed = net(layers, "[2]", head, variables={"width": 10})
    assert [node.output_shape for node in changed.layers] == [(10,), (40,)]
    both = net(layers, "[2]", head, variables={"width": 10, "wide": 3})
    assert [node.output_shape for node in both.layers] == [(10,), (3,)]


def test_an_override_of_no_variable_is_refused(refusal):
    head = "variables: {width: 8}"
    assert refusal("- dense: $width", "[2]", head, variables={"widht": 9}) == ["E101"]


@pytest.mark.parametrize(
    ("given", "units"), [("width=128", 128), ("width=1_000", 1000), ("width=0128", 128)]
)
def test_set_on_the_command_line_overrides(cnncalc, given, units):
    spec = "input: [4]\nvariables: {width: 8}\nlayers: [dense: $width]\n"
    done = cnncalc("summarize", "-", "--set", given, "--total", stdin=spec)
    assert done.stdout == f"{4 * units + units}\n", done.stderr


def test_names_are_templates(net):
    found = net(
        """
        - repeat: 3
          layers:
            - dense: $i
              name: fc$i
            - {relu: , name: "act_${i}_of_$total"}
        """,
        "[4]",
        "variables: {total: 3}",
    )
    assert [node.name for node in found.layers] == [
        "fc1", "act_1_of_3", "fc2", "act_2_of_3", "fc3", "act_3_of_3",
    ]  # fmt: skip
    assert [found[f"fc{i}"].output_shape for i in (1, 2, 3)] == [(1,), (2,), (3,)]


def test_a_reference_is_a_template_too(net):
    found = net(
        """
        - {conv: {filters: 4, kernel: 1}, repeat: 2, name: conv$i}
        - {relu: , repeat: 2, from: conv$which}
        - add: {}
          from: [conv$which, conv2]
        """,
        head="variables: {which: 1}",
    )
    assert found["relu_1"].inputs == ("conv1",)
    assert found["add_1"].inputs == ("conv1", "conv2")


def test_a_truth_value_is_no_part_of_a_name(refusal):
    assert refusal("- {relu: , name: a$flag}", head="variables: {flag: true}") == ["E108"]


@pytest.mark.parametrize("number", ["1e400", "-1e999"])
def test_a_number_beyond_all_sizes_is_refused(refusal, number):
    head = f"variables: {{huge: {number}}}"
    assert refusal("- dense: $huge * 2", "[4]", head) == ["E006"]
    assert refusal("- dense: $huge", "[4]", head) == ["E006"]
