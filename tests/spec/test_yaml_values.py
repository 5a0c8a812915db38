"""What YAML reads otherwise than a person: truth words, numbers, anchors, merge keys, free keys."""

from __future__ import annotations

import pytest

import cnncalc

WITH = 3 * 3 * 3 * 4 + 4
WITHOUT = 3 * 3 * 3 * 4


@pytest.mark.parametrize(
    ("word", "params"),
    [
        *((word, WITH) for word in ("true", "True", "TRUE", "on", "On", "ON", "yes", "Yes", "YES")),
        *((word, WITHOUT) for word in ("false", "False", "off", "Off", "OFF", "no", "No", "NO")),
        ('"yes"', WITH),
        ('"off"', WITHOUT),
        ("$flag", WITHOUT),
    ],
)
def test_the_words_for_true_and_false(net, word, params):
    entry = f"- conv: {{filters: 4, kernel: 3, bias: {word}}}"
    assert net(entry, head="variables: {flag: no}").totals.params == params


@pytest.mark.parametrize("word", ["y", "n", "1", "0", "ja", "~"])
def test_other_words_are_no_truth_value(refusal, word):
    assert refusal(f"- conv: {{filters: 4, kernel: 3, bias: {word}}}") == ["E107"]


@pytest.mark.parametrize(
    "name", ["on", "off", "yes", "no", "y", "n", "1e4", "017", "3:30", "1_000"]
)
def test_a_name_is_what_is_written(net, name):
    found = net(f"- {{relu: , name: {name}}}\n- tanh\n- {{gelu: , from: {name}}}")
    assert found.layers[0].name == name
    assert found["gelu_1"].inputs == (name,)


@pytest.mark.parametrize(
    ("written", "units"),
    [("017", 17), ("0", None), ("1_000", 1000), ("+5", 5), ("08", 8), ("1e2", 100), ("12.0", 12),
     ("3:30", None), ("0x10", None), ("0o17", None), ("0b11", None), ('"17"', None),
     ("1,000", None), ("1.5", None), (".inf", None), (".nan", None), ("2001-01-01", None)],
)  # fmt: skip
def test_a_number_is_read_as_a_person_reads_it_or_refused(net, refusal, written, units):
    entry = f"- dense:\n    units: {written}"
    if units is None:
        assert refusal(entry, "[4]") == ["E107"]
    else:
        assert net(entry, "[4]").totals.params == 4 * units + units


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1e-4", 0.0001),
        ("1E-4", 0.0001),
        ("1.0e-4", 0.0001),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e+2", 100),
    ],
)
def test_an_exponent_needs_no_point(net, written, number):
    (node,) = net(f"- {{conv: {{filters: 2, kernel: 1}}, regularizer: {{l2: {written}}}}}").layers
    assert node.traits.regularizer == {"l2": number}


def test_a_key_is_a_word_whatever_it_looks_like():
    found = cnncalc.parse("inputs: {on: 3x8x8, 017: 3x8x8}\nlayers: [{add: , from: [on, 017]}]")
    assert list(found.inputs) == ["on", "017"]
    assert found["add_1"].inputs == ("on", "017")


@pytest.mark.parametrize(
    "spec",
    [
        "input: 3\ninput: 4\nlayers: [relu]",
        "input: 3\nlayers: [relu]\nlayers: [tanh]",
        "input: 3x8x8\nlayers: [{conv: {filters: 3, kernel: 1, filters: 3}}]",
        "input: 3\nvariables: {a: 1, a: 1}\nlayers: [relu]",
        "input: 3\nlayers: [{relu: , relu: }]",
        "input: 3\nx-a: &a {name: b}\nlayers: [{relu: , <<: *a, name: b, name: c}]",
    ],
)
def test_a_key_that_stands_twice_is_refused(spec):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(spec)
    assert [one.code for one in caught.value.diagnostics] == ["E005"]


def test_an_anchor_stands_for_its_value():
    found = cnncalc.parse(
        """
        input: [4]
        x-wide: &wide {units: 9, bias: false}
        layers:
          - dense: *wide
          - &act relu
          - dense: &small 3
          - *act
          - dense: *small
        """
    )
    assert [node.params for node in found.layers] == [4 * 9, 0, 9 * 3 + 3, 0, 3 * 3 + 3]


def test_a_merge_key_brings_what_is_not_given():
    found = cnncalc.parse(
        """
        input: 3x8x8
        x-plain: &plain {kernel: 3, bias: false}
        x-more: &more {kernel: 5, padding: same}
        layers:
          - conv: {<<: *plain, filters: 4}
          - conv: {filters: 4, <<: *plain, kernel: 1}
          - conv: {filters: 4, <<: [*plain, *more]}
        """
    )
    assert [node.params for node in found.layers] == [3 * 3 * 3 * 4, 4 * 4, 3 * 3 * 4 * 4]
    assert found["conv_3"].output_shape == (4, 6, 6)


def test_entries_may_be_anchored_whole():
    found = cnncalc.parse(
        "input: [4]\nx-tail: &tail [relu, dense: 3]\nblocks: {tail: *tail}\n"
        "layers: [tail, {layers: *tail}]"
    )
    assert [node.type for node in found.layers] == ["relu", "dense"] * 2


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("input: 3\nlayers: [*gone]", "E004"),
        ("input: 3\nlayers: &all [relu, *all]", "E112"),
        ("input: 3\nx-a: &a 3\nlayers: [{dense: {<<: *a}}]", "E102"),
        ("input: 3\nlayers: [!!python/none relu]", "E004"),
        ("input: 3\nlayers: [!special relu]", "E004"),
        ("input: 3\nlayers: [relu]\n---\ninput: 3\nlayers: [relu]", "E004"),
        ("input: [3\nlayers: [relu]", "E004"),
        ("", "E003"),
        ("# nothing", "E003"),
        ("relu", "E102"),
        ("- relu", "E102"),
        ("input: 3", "E103"),
        ("layers: [relu]", "E103"),
        ("input: 3\nlayers: relu", "E102"),
        ("input: 3\nlayers: [relu]\nlayer: [relu]", "E101"),
        ("input: 3\n? [a, b]\n: 3\nlayers: [relu]", "E102"),
    ],
)
def test_a_text_that_is_no_spec_is_refused(spec, code):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(spec)
    assert caught.value.diagnostics[0].code == code


def test_keys_that_begin_with_x_are_free():
    found = cnncalc.parse(
        "input: [4]\nx-note: {any: [thing, {at: all}]}\nx-: 3\nlayers: [relu]\n"
        "blocks: {unit: {layers: [relu], x-why: because}}"
    )
    assert len(found) == 1


def test_comments_and_a_byte_order_mark_change_nothing(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_bytes(b"\xef\xbb\xbf# a net\ninput: [4] # features\nlayers: [dense: 2] # end\n")
    assert cnncalc.load(path).totals.params == 4 * 2 + 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path, encoding, ending):
    path = tmp_path / "netz_ä.yaml"
    lines = ("name: Größe", "input: [4]", "layers: [dense: 2]", "")
    path.write_bytes(ending.join(lines).encode(encoding))
    found = cnncalc.load(path)
    assert (found.name, found.totals.params) == ("Größe", 4 * 2 + 2)


def test_a_place_is_kept_through_anchors():
    spec = "input: [4]\nx-bad: &bad\n  units: -3\nlayers:\n  - dense: *bad\n"
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(spec)
    (one,) = caught.value.diagnostics
    assert (one.place.line, one.place.column) == (3, 10)
