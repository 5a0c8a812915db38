"""What YAML gets wrong, and files that are no text, end in one plain error with a hint."""

from __future__ import annotations

import pytest
from marked_specs import diagnosed, places, unmarked, words

import cnncalc

NET = "input: 3x8x8\nlayers:\n"

#: (code, the spec, what must be said)
SLIPS = [
    # a set where a list is meant; two equal sizes, too
    ("E102", NET + "  - conv: {filters: 8, kernel: §{3, 5}}", "`[3, 5]`"),
    ("E102", NET + "  - conv: {filters: 8, kernel: §{3, 3}}", "`[3, 3]`"),
    ("E102", "input: §{3, 16, 8}\nlayers: [relu]", "`[3, 16, 8]`"),
    ("E102", "input: §{3, 8, 8}\nlayers: [relu]", "`[3, 8, 8]`"),
    # a comma ends a value inside braces
    ("E102", NET + "  - conv: {filters: 8, kernel: (3, §5)}", "`["),
    ("E102", NET + "  - conv: {kernel: max(3, §5), filters: 8}", "quote"),
    ("E107", "input: §(3; 8; 8)\nlayers: [relu]", "[3, 32, 32]"),
    # YAML 1.1 reads these as 210, 1, a date, a float and infinity
    ("E107", NET + "  - conv: {filters: 8, kernel: §3:30}", "3:30"),
    ("E107", NET + "  - conv: {filters: 8, kernel: §yes}", "yes"),
    ("E107", NET + "  - conv: {filters: 8, kernel: §2001-12-14}", "2001-12-14"),
    ("E107", NET + "  - conv: {filters: §1e-4, kernel: 3}", "whole number"),
    ("E107", NET + "  - conv: {filters: §.inf, kernel: 3}", ".inf"),
    ("E107", NET + "  - dense: §1,000", "1,000"),
    ("E107", "input: §3:30\nlayers: [relu]", "3x32x32"),
    # a key twice, however it comes about
    ("E005", "input: 3\n§input: 4\nlayers: [relu]", "line 1"),
    ("E005", "input: 3\nlayers: [relu]\nvariables:\n  a: 1\n  b: 2\n  §a: 3", "line 4"),
    ("E005", 'input: 3\nlayers:\n  - dense: {units: 3, §"units": 4}', "`units`"),
    ("E005", "input: 3\nblocks:\n  a: [relu]\n  §a: [tanh]\nlayers: [a]", "line 3"),
    # the place of a value that an anchor or a merge key brings is where it is written
    ("E107", "x-a: &a {kernel: §0}\n" + NET + "  - conv: {<<: *a, filters: 8}", "not 0"),
    ("E102", NET + "  - conv: {<<: §3, filters: 8}", "mappings"),
    # malformed
    ("E004", NET + "§\t- relu", "spaces"),
    ("E004", NET + "  - conv: filters§: 8", "quotes"),
    ("E004", NET + "  - dense: §@units", "quote"),
    ("E004", NET + "  - dense: §*units", "`&units`"),
    ("E004", NET + "  - §!!python/object:os.system relu", "leave it out"),
    ("E004", "input: 3\nlayers: [relu]\n§---\ninput: 3\n", "document"),
    # the column counts characters, not bytes
    ("E107", "x-größe: ü\n" + NET + "  - {name: größe, dense: §0}", "not 0"),
    ("E107", "# \U0001f600\r\ninput: 3\r\nlayers:\r\n  - {name: \U0001f600, dense: §0}", "not 0"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "marked", "said"), SLIPS)
def test_a_slip_of_yaml_is_one_error_at_its_place(code, marked, said):
    text, at = unmarked(marked)
    (one,) = diagnosed(text)
    assert (one.code, places((one,))) == (code, at)
    assert said in words(one)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (NET + "  - conv: {filters: 8, kernel: 3\n  - relu\n", 3),
        (NET + "  - dense: [8\n  - relu\n", 3),
        (NET + "  - 'relu\n  - tanh\n", 3),
        (NET + '  - relu\n  - "tanh\n', 4),
    ],
)
def test_what_is_not_closed_is_shown_where_it_opens(text, line):
    (one,) = diagnosed(text)
    assert one.code == "E004"
    assert one.place.line == line or f"line {line}" in words(one)


def test_a_control_character_is_named_with_its_line():
    (one,) = diagnosed(NET + "  - re\x07lu\n")
    assert one.code in ("E002", "E004")
    assert one.place is not None or "line 3" in words(one)


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"])
def test_the_line_shown_is_the_line_of_the_place(separator):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(f'x-note: "a{separator}b"\n{NET}  - dense: 0\n')
    (one,) = caught.value.diagnostics
    assert one.code == "E107"
    assert f"{one.place.line} |   - dense: 0\n" in str(caught.value)


def refusal(path):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.load(path)
    (one,) = caught.value.diagnostics
    return one


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "E003", "cnncalc new"),
        (b"\n\n", "E003", "cnncalc new"),
        (b"---\n", "E003", "cnncalc new"),
        (b"\xef\xbb\xbf", "E003", "cnncalc new"),
        (b"name: a\ninput: 3\nlayers: [r\xe9lu]\n", "E002", "line 3"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "E002", "binary"),
        (b"PK\x03\x04\x14\x00\x00\x00", "E002", "binary"),
        (b"\xff\xfei\x00n", "E002", "UTF-8"),
        (b"\xff" * 100, "E002", "line 1"),
    ],
)
def test_a_file_that_is_no_spec(tmp_path, content, code, said):
    path = tmp_path / "net.yaml"
    path.write_bytes(content)
    one = refusal(path)
    assert one.code == code
    assert said in words(one)


def test_a_file_that_is_not_there(tmp_path):
    one = refusal(tmp_path / "gone.yaml")
    assert (one.code, one.place) == ("E001", None)
    assert "gone.yaml" in one.message
    assert "cnncalc new" in words(one)


def test_a_directory(tmp_path):
    one = refusal(tmp_path)
    assert (one.code, one.place) == ("E001", None)
    assert "directory" in one.message


def test_a_way_through_a_file(tmp_path):
    (tmp_path / "file").write_text("relu", encoding="utf-8")
    assert refusal(tmp_path / "file" / "net.yaml").code == "E001"


@pytest.mark.parametrize("path", ["", "\0", "a" * 5000, "no/such\nnet.yaml"])
def test_a_path_that_no_file_can_have(path):
    assert refusal(path).code == "E001"


def test_a_packaged_net_that_is_not_there():
    one = refusal("zoo:resnett")
    assert one.code == "E001"
    assert "`resnet`" in words(one) or "zoo:resnet`" in words(one)


def test_a_link_to_itself(tmp_path):
    path = tmp_path / "net.yaml"
    path.symlink_to(path)
    assert refusal(path).code == "E001"


@pytest.mark.parametrize("stdin", ["", "relu", "input: ["])
def test_the_command_ends_with_an_error_and_no_traceback(cnncalc, stdin):
    done = cnncalc("summarize", "-", stdin=stdin)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("error[E00" if stdin != "relu" else "error[E102]") == 1
    assert "Traceback" not in done.stderr
