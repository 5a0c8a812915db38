"""The names of exported code: each variable, block and part of a spec has one of its own."""

from __future__ import annotations

import ast
import re
from itertools import product

from batches import batch
from specs import FRAMEWORKS, exported
from test_style import check_style

from cnncalc.export.pytorch.members import MEMBERS

#: Names that are one name of Python in small letters, or with an underscore behind.
PAIRS = (
    ("sum", "sum_"), ("model", "model_"), ("Model", "model"), ("x", "x_"), ("self", "self_"),
    ("class", "class_"), ("inChannels", "in_channels"), ("n_2", "N"), ("I", "i_"),
)  # fmt: skip


def values_given(text: str, function: str) -> list[object]:
    """The defaults of a function's parameters, each of which has a name of its own."""
    compile(text, "net.py", "exec")  # refuses two parameters of one name
    found = next(
        one for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.FunctionDef) and one.name == function and one.args.defaults
    )  # fmt: skip
    return [ast.literal_eval(one) for one in found.args.defaults]


def convolutions(*filters: str) -> str:
    return "[" + ", ".join(f"{{conv: {{filters: {one}, kernel: 1}}}}" for one in filters) + "]"


@batch("to, pair", product(FRAMEWORKS, PAIRS))
def test_variables_have_names_of_their_own(to, pair):
    one, other = pair
    layers = convolutions(f"${one}", f"${other}", "2")
    spec = f"variables: {{{one}: 3, {other}: 4}}\ninput: 2x5x5\nlayers: {layers}"
    text = exported(spec, to).text
    assert values_given(text, {"pytorch": "__init__", "keras": "net"}[to]) == [3, 4]


@batch("to, pair", product(FRAMEWORKS, PAIRS))
def test_arguments_have_names_of_their_own(to, pair):
    one, other = pair
    layers = convolutions(f"${one}", f"${other}", "2")
    spec = (
        f"input: 2x5x5\nblocks:\n  b:\n    args: {{{one}: 3, {other}: 4}}\n    layers: {layers}\n"
        f"layers: [{{b: {{{one}: 5}}}}, {{b: {{{other}: 6}}}}]"
    )
    text = exported(spec, to).text
    assert values_given(text, {"pytorch": "__init__", "keras": "b"}[to]) == [3, 4]
    named = [
        [(each.arg, ast.literal_eval(each.value)) for each in call.keywords]
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        and call.func.id in {"B", "b"}
    ]  # fmt: skip
    assert [[value for _, value in given] for given in named] == [[5], [6]]
    assert named[0][0][0] != named[1][0][0]


@batch("to, blocks", product(FRAMEWORKS, (("class",), ("cell", "Cell", "cell_"))))
def test_blocks_have_names_of_their_own(to, blocks):
    defined = "".join(
        f"  {one}:\n    args: {{n: {at}}}\n    layers: {convolutions('$n')}\n"
        for at, one in enumerate(blocks, 3)
    )
    variables = "".join(f"{one}: {at}, " for at, one in enumerate(blocks, 7))
    uses = ", ".join(f"{{{one}: {at}}}" for at, one in enumerate(blocks, 3))
    spec = (
        f"variables: {{{variables.rstrip(', ')}}}\ninput: 2x5x5\nblocks:\n{defined}"
        f"layers: [{uses}, {convolutions(*(f'${one}' for one in blocks))[1:-1]}]"
    )
    tree = ast.parse(exported(spec, to).text)
    made = [one.name for one in tree.body if isinstance(one, (ast.ClassDef, ast.FunctionDef))]
    assert len(set(made)) == len(made) == len(blocks) + 1
    arguments = {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
    assert not arguments & set(made)


def test_a_loop_counts_its_turns_beside_a_column_of_lists():
    layers = convolutions("$w", "$i")
    spec = f"input: 2x5x5\nlayers:\n  - for: [w]\n    in: [[4], [6]]\n    layers: {layers}"
    for to in FRAMEWORKS:
        assert "for i, (w,) in enumerate(" in exported(spec, to).text


@batch("name", sorted(MEMBERS | {"_modules", "_parameters", "out_channels", "nn", "torch"}))
def test_no_part_of_a_class_hides_what_the_class_or_its_code_has(name):
    one = "{conv: {filters: 4, kernel: 1}}"
    spec = (
        f"input: 4x5x5\nblocks:\n  b:\n    layers:\n"
        f"      - {one[:-1]}, name: {name}}}\n      - {one[:-1]}, name: other}}\n"
        f"      - {{concat: , from: [{name}, other, input]}}\n"
        f"layers: [{one[:-1]}, name: {name}}}, b, {{add: , from: [{name}, {name}]}}]"
    )
    text = exported(spec).text
    parts = set(re.findall(r"self\.(\w+) = ", text))
    assert len(parts) > 1
    assert not parts & (MEMBERS | {"out_channels"})
    assert not re.findall(r"^ *(?:nn|torch) = ", text, re.MULTILINE)


def test_classes_that_would_have_one_name_have_names_in_capitals():
    blocks = "".join(f"  {one}: {{layers: {convolutions('3')}}}\n" for one in
                     ("cell", "Cell", "cell_", "reshape", "exception"))  # fmt: skip
    uses = "layers: [cell, Cell, cell_, reshape, exception]"
    text = exported(f"name: cell\ninput: 2x5x5\nblocks:\n{blocks}{uses}").text
    found = re.findall(r"^class (\w+)\(", text, re.MULTILINE)
    wanted = ["Cell", "CellBlock", "CellBlock2", "ReshapeBlock", "ExceptionBlock", "CellNet"]
    assert found == wanted


@batch("to, name", product(FRAMEWORKS, ("round_to", "max", "min", "part", "chunk", "padded")))
def test_no_variable_hides_a_function_of_the_file(to, name):
    spec = (
        f"input: 4x8x8\nvariables: {{{name}: 6}}\nlayers:\n"
        f'  - {{conv: {{filters: "max(round_to(${name} * 1.5, 4), 2) + min(${name}, 2)",'
        " kernel: 1}}\n"
        "  - {chunk: {chunks: 2, index: 0}}\n  - {slice: {axis: 1, start: 1, stop: 4}}\n"
        "  - {pad: {padding: 1, mode: replicate}}\n"
    )
    text = exported(spec, to).text
    functions = {one.name for one in ast.parse(text).body if isinstance(one, ast.FunctionDef)}
    given = {one.arg for one in ast.walk(ast.parse(text)) if isinstance(one, ast.arg)}
    assert given & {name, f"{name}_"}
    assert not given & (functions | {"max", "min", "round_to"})


@batch("to", FRAMEWORKS)
def test_long_names_leave_room_on_a_line(to, tmp_path):
    long = "_".join(["a_name_that_goes_on"] * 6)
    one_word = "x" + "y" * 100
    spec = f"""
name: {long}
input: 3x8x8
variables: {{{long}: 4, {long}_2: 5, {one_word}: 6, {one_word}y: 7}}
blocks:
  {long}: {{args: {{{long}: 3}}, layers: [{{conv: {{filters: ${long}, kernel: 1}}}}]}}
layers:
  - {{conv: {{filters: ${long}, kernel: 1}}}}
  - {{conv: {{filters: ${long}_2, kernel: 1}}}}
  - {{conv: {{filters: ${one_word}, kernel: 1}}}}
  - {{{long}: ${one_word}y}}
"""
    text = exported(spec, to).text
    compile(text, "net.py", "exec")
    assert len({*re.findall(r"(\w+)=[4567]\b", text)}) == len([4, 5, 6, 7])
    (tmp_path / "net.py").write_text(text, encoding="utf-8")
    check_style(tmp_path)


def test_what_the_turns_of_a_loop_are_called_is_no_keyword():
    text = "input: 3x8x8\nlayers:\n  - {repeat: 5, relu: , name: a$i}\n"
    for framework in FRAMEWORKS:
        compile(exported(text, framework).text, "net.py", "exec")
