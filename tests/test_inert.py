"""Hostile names in every place of a spec, through every command and format: they stay texts."""

from __future__ import annotations

import ast
import json
import random
import re
from functools import reduce
from html.parser import HTMLParser

import pytest
from fuzz.commands import COMMANDS as OF_NETS
from fuzz.outputs import complaints
from fuzz.texts import PARTS, hostile, yaml_text
from importers.onnx_files import info, message, node

from cnncalc import parse
from cnncalc.cli.commands import COMMANDS
from cnncalc.render.printable import printable

SEEDS = (1, 2)
#: Every command and format about a net that can be read; `NET` is its file, `LAYER` a layer of it,
#: `OTHER` another net, `V` what sets its variable.
LINES = """
summarize NET
summarize NET -f markdown
summarize NET -f csv
summarize NET -f json
summarize NET -f jsonl
summarize NET OTHER -f csv
summarize NET --set V --depth 1
summarize NET --set V -f markdown --columns name,type,inputs,input,params
summarize NET --count fvcore
compare NET OTHER --all
compare NET OTHER -f markdown --all
compare NET OTHER -f json
compare NET OTHER -f csv
compare NET OTHER -f csv --layers
compare NET --mlp
compare NET --mlp -f markdown
compare NET --per-layer
compare NET --per-layer -f markdown
compare NET --per-layer -f csv
compare NET --input 8,16
compare NET OTHER --input 8,3 -f markdown
compare NET --input 8,3 -f csv
explain NET
explain NET -f markdown
explain NET -f json
explain NET LAYER --picture
explain NET --memory
explain NET --memory -f markdown
check NET --select ALL
check NET --select ALL -f json
check NET --select ALL -f jsonl
check NET --select ALL -f markdown
check NET --select ALL -f github
check NET --select ALL -f sarif
check NET --max-params 3 -f github
check NET --max-params 3
memory NET
memory NET -f json
memory NET -f csv
memory NET OTHER -f csv
memory NET -f markdown --flash 1KiB --ram 1KiB
conventions NET
conventions NET -f json
conventions NET --explain thop
report NET
report NET OTHER --max-params 3
solve NET LAYER --out 6
solve NET LAYER --out 6 -f json
solve NET --min-input --divisible
solve NET --min-input -f json
draw NET
draw NET -f svg
draw NET -f mermaid --depth 1
draw NET -f dot --unfold
compute VALUES
compute VALUES --steps --backward
compute VALUES -f json
export NET
export NET --to keras
export VALUES
import KERAS
import KERAS --flat
import ONNX
summarize KERAS
""".strip().splitlines()
#: Whose outputs quote the lines of the spec, which differ where its texts do, tell errors, in which
#: long names are shown in part, or make names as another language has them.
_QUOTING = ("check", "report", "export", "import", "summarize KERAS",
            "compare NET OTHER --input 8,3", "compare NET --input 8,3")  # fmt: skip


def texts(seed, count):
    """Different hostile texts that may be names: no path, no template."""
    source = random.Random(seed)  # noqa: S311 - not for secrets
    found = {}
    while len(found) < count:
        text = hostile(source).replace("/", "").replace("$", "").replace("\ud800", "").strip(" ")
        if printable(text) not in ("", "null", "true", "..."):
            found.setdefault(printable(text), text)
    return [*found.values()]


def net(words, *, more=""):
    """A net whose every name is one of these texts."""
    one, two, layer, group, block, branch, last, name, about, value = map(yaml_text, words)
    return (
        f"name: {name}\ndescription: {about}\ninputs: {{{one}: 3x8x8, {two}: [4]}}\n"
        f"variables: {{v: {value}}}\n"
        f"blocks: {{{block}: {{layers: [{{conv: {{filters: 2, kernel: 3}}}}, softmax]}}}}\n"
        "layers:\n"
        f"  - {{conv: {{filters: 4, kernel: 3, device: {value}}}, name: {layer}, from: {one}}}\n"
        f"  - {{layers: [relu, {block}], name: {group}}}\n"
        f"  - {{residual: [relu], name: {branch}}}\n"
        f"  - flatten\n{more}"
        f"  - {{dense: 3, from: {two}, name: {last}, expect: {{params: 7}}}}\n"
        f"outputs: [flatten_1, {last}]\nexpect: {{params: 9}}\n"
    )


def valued(words):
    """A small net with values whose every name is one of these texts."""
    one, _, layer, *_, last, name, _, _ = map(yaml_text, words)
    return (
        f"name: {name}\ninputs: {{{one}: [2]}}\nvalues: {{{one}: [1, 2]}}\nlayers:\n"
        f"  - {{dense: 1, weights: {{kernel: 2, bias: 1}}, name: {layer}}}\n"
        f"  - {{relu: , name: {last}}}\n"
    )


def keras(words):
    """A model of Keras whose every name is one of these texts."""
    name, first, *others = (word.replace("\n", " ") for word in words)
    dense = [{"class_name": "Dense", "config": {"name": one, "units": 3}} for one in others[:4]]
    dense[-1]["build_config"] = {"input_shape": [None, 8, 8, 3]}
    own = {"class_name": others[4], "config": {"name": others[5], others[6]: others[7]}}
    start = {"class_name": "InputLayer", "config": {"name": first, "batch_shape": [None, 8, 8, 3]}}
    layers = [start, *dense[:-1], own, dense[-1]]
    return json.dumps({"class_name": "Sequential", "config": {"name": name, "layers": layers}})


def onnx(words):
    """A model of ONNX whose every name is one of these texts."""
    name, first, one, two, last, operator, attribute, *_ = words
    nodes = (
        node("Relu", [first], [one], one),
        node(operator, [one], [two], two, **{attribute: attribute}),
        node("Relu", [two], [last], last),
    )
    shapes = ((at, info(one, [1, 4])) for at, one in ((11, first), (12, last), (13, two)))
    graph = message(*((1, one) for one in nodes), (2, name), *shapes)
    return message((1, 8), (2, name), (7, graph), (8, message((1, ""), (2, 17))))


def printed(cnncalc, line, folder, words, file):
    """What a command line prints about nets with these names in a file of this name."""
    paths = {"NET": folder / file, "OTHER": folder / f"o{file}", "VALUES": folder / f"v{file}"}
    models = {"KERAS": folder / f"{file}.json", "ONNX": folder / f"{file}.onnx"}
    models["KERAS"].write_text(keras(words), encoding="ascii")
    models["ONNX"].write_bytes(onnx(words))
    more = f"  - {{dense: 5, name: {yaml_text(words[-1] + 'x')}}}\n  - relu\n"
    for word, text in zip(paths, (net(words), net(words, more=more), valued(words)), strict=True):
        paths[word].write_text(text, encoding="utf-8")
    given = {**paths, **models, "LAYER": words[2], "V": f"v={yaml_text(words[-1])}"}
    arguments = [str(given.get(word, word)) for word in line.split()]
    done = cnncalc(*arguments)
    assert "Traceback" not in done.stderr
    assert "E1" not in done.stderr, done.stderr  # the specs themselves are right
    assert done.stdout
    assert [*complaints(arguments, done.stdout, done.stderr)] == []
    return done.stdout, done.stderr, done.returncode


@pytest.mark.parametrize("line", LINES)
def test_names_stay_texts_and_are_laid_out_as_their_escapes(cnncalc, tmp_path, line):
    as_json = line.split()[-1] in ("json", "jsonl", "sarif")
    for seed in SEEDS:
        *words, file = texts(seed, 11)
        file = f"{file[:60]}.yaml"
        shown = printed(cnncalc, line, tmp_path, words, file)
        if not as_json and not line.startswith(_QUOTING):
            escaped = [printable(word) for word in words]
            assert shown == printed(cnncalc, line, tmp_path, escaped, printable(file))


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.tags.add((tag, *(name for name, _ in attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("seed", range(20))
def test_a_notebook_shows_names_as_texts(seed):
    words = texts(seed, 10)
    page = str(parse(net(words)).summary().to("html"))
    read = _Tags()
    read.feed(page)
    read.close()
    assert {tag for tag, *_ in read.tags} == {
        "div", "style", "p", "b", "small", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert {name for _, *names in read.tags for name in names} == {"class", "scope"}
    assert [word for word in words[:3] if printable(word) not in read.text] == []
    assert all(char == "\n" or char.isprintable() for char in page)


#: What covers or hides, and is shown as its escape; and letters of people, which stay.
HIDDEN = ("\u1160", "\uffa0", "\U00013441", "\U0001d159",
          "\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u2066", "\u061c", "\u3164", "\u115f",
          "\u2800", "\ufe0f", "\U000e0101", "\u034f", "\u00ad", "\u180e")  # fmt: skip
LETTERS = (
    "é",
    "e\u0301",
    "กั่",
    "हिन्दी",
    "畳み込み",
    "Việt",
    "שָׁ",
    "ﷺ",
    "नहीं",
    "कर्मों",
    "ভাঁজ",
    "ஸ்ரீ",
    "ខ្មែរ",
)


@pytest.mark.parametrize("command", ["##[error]", "##vso[task.complete]", "##teamcity[x]"])
@pytest.mark.parametrize("line", ["export", "export --to keras", "draw -f svg", "draw -f dot",
                                  "draw -f mermaid", "draw -f text", "report", "check -f sarif",
                                  "check -f json", "check -f text"])  # fmt: skip
def test_a_file_holds_no_command_to_who_shows_it_in_a_log(cnncalc, tmp_path, command, line):
    path, file = tmp_path / "net.yaml", tmp_path / "out.html"
    path.write_text(
        f"name: '{command}'\ndescription: 'a {command}'\ninput: 3x8x8\nlayers:\n"
        f"  - {{conv: {{filters: 3, kernel: 3, device: '{command}'}}, name: 'x{command}'}}\n"
        f"  - {{softmax: , name: '{command}'}}\n  - relu\n"
    )
    name, *options = line.split()
    done = cnncalc(name, str(path), *options, "--output", str(file))
    assert done.returncode in (0, 1)
    assert [*complaints([name, *options], "", "", file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", ["::error::x", "::warning file=a::x", "::x", ":", "a/:"])
@pytest.mark.parametrize("line", ["summarize", "summarize --depth 1", "draw", "draw --unfold",
                                  "memory", "explain", "compare --mlp"])  # fmt: skip
def test_the_part_of_a_name_that_begins_a_line_is_no_command(cnncalc, tmp_path, name, line):
    path = tmp_path / "net.yaml"
    path.write_text(
        f"name: '{name}'\ninput: 3x8x8\n"
        f"blocks: {{'{name}': {{layers: [relu]}}}}\nlayers:\n"
        f"  - {{layers: ['{name}', '{name}'], name: '{name}'}}\n"
        f"  - {{layers: [{{relu: , name: '{name}'}}], name: g}}\n"
    )
    command, *options = line.split()
    done = cnncalc(command, str(path), *options)
    assert done.returncode == 0
    assert [*complaints([command, *options], done.stdout, done.stderr)] == []


@pytest.mark.parametrize("char", HIDDEN)
def test_what_nobody_sees_is_escaped(char):
    escape = char.encode("unicode_escape").decode()
    assert printable(f"a{char}b") == f"a{escape}b"
    assert printable(char) == escape


@pytest.mark.parametrize("text", LETTERS)
def test_letters_with_their_marks_stay(text):
    assert printable(text) == text


@pytest.mark.parametrize("count", [3, 10, 1_000])
@pytest.mark.parametrize("mark", ["\u0301", "\u0338", "\u0489", "\u20dd"])
def test_marks_pile_up_as_escapes_only(mark, count):
    shown = printable("a" + count * mark)
    assert shown.count(mark) <= 2
    assert shown.count(mark.encode("unicode_escape").decode()) == count - shown.count(mark)
    assert mark not in printable(f'"{mark}1{mark} {mark}')


#: What stands in code, and in a spec made of a model, as an escape.
ESCAPED = ("\n", "\r", "\x0b", "\x9b", "\x85", "\u2028", "\ue000", *HIDDEN, "\u0301" * 3,
           "\u0489" * 60, " \u0301")  # fmt: skip


@pytest.mark.parametrize("to", ["pytorch", "keras"])
def test_exported_code_means_the_texts_and_shows_every_character(cnncalc, tmp_path, to):
    path = tmp_path / "net.yaml"
    for char in (*ESCAPED, "\t", '"', "'", "\\"):
        text = f"a{char}b"
        name = yaml_text(text)
        path.write_text(
            f"name: {name}\ndescription: {name}\ninput: 3x8x8\nvariables: {{v: {name}}}\n"
            f"blocks: {{{name}: {{args: {{way: {name}}}, "
            "layers: [{relu: , when: $way == $v}]}}\n"
            f"layers: [{{conv: {{filters: 3, kernel: 3}}, name: {name}}}, {{{name}: }}, "
            f"{{{name}: {{way: c}}}}, {{layers: [relu], name: {yaml_text(text + 'c')}}}]\n",
            encoding="utf-8",
        )
        done = cnncalc("export", path, "--to", to)
        assert (done.returncode, done.stderr) == (0, "")
        assert [*complaints(["export"], done.stdout, done.stderr)] == []
        nodes = ast.walk(ast.parse(done.stdout))
        assert text in [one.value for one in nodes if type(one) is ast.Constant]


@pytest.mark.parametrize("more", [[], ["--flat"]])
def test_imported_specs_mean_the_texts_and_show_every_character(cnncalc, tmp_path, more):
    path = tmp_path / "model.json"
    names = [f"a{char}{at}" for at, char in enumerate((*ESCAPED, "\t", '"', "\\", "é", "हिन्दी"))]
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 8]}},
        *({"class_name": "Dense", "config": {"units": 3, "name": name}} for name in names),
    ]
    model = {"class_name": "Sequential", "config": {"name": "a\u3164", "layers": layers}}
    path.write_text(json.dumps(model))
    done = cnncalc("import", path, *more)
    assert done.returncode == 0, done.stderr
    assert [*complaints(["import"], done.stdout, done.stderr)] == []
    read = [one.name for one in parse(done.stdout).layers]
    assert read == [re.sub(r"[^\w.-]", "_", name) for name in names] or not more


#: Words in place of the name of a net, a layer, a code, a template, or a file to write to.
WORDS = """
summarize WORD
summarize zoo:WORD
summarize NET --columns WORD
summarize NET --set WORD
summarize NET --set v=WORD
summarize NET --input WORD
summarize NET --batch WORD
compare NET WORD
explain WORD
explain NET WORD
check NET --select WORD
check NET --max-params WORD
memory NET --optimizer WORD
conventions NET --explain WORD
solve NET WORD --out 4
solve --in 4 --out WORD
compute NET WORD
draw NET --depth WORD
report NET --date WORD -o FILE
export NET --to WORD
import WORD
import WORD.onnx
import WORD:model
layers WORD
schema --of WORD
new WORD
WORD
summarize NET --WORD
summarize NET -f WORD
""".strip().splitlines()


@pytest.mark.parametrize("line", WORDS)
def test_words_of_the_command_line_stay_texts(cnncalc, tmp_path, line):
    net_, file = tmp_path / "net.yaml", tmp_path / "out"
    net_.write_text("input: 3x8x8\nvariables: {v: 1}\nlayers: [{conv: {filters: 3, kernel: 3}}]\n")
    for seed in range(10):
        text = hostile(random.Random(seed))  # noqa: S311 - not for secrets
        word = text.replace("\0", "0").replace("\ud800", "\udcff")
        texts_ = {"NET": str(net_), "FILE": str(file), "WORD": word}
        words = [
            reduce(lambda one, pair: one.replace(*pair), texts_.items(), part)
            for part in line.split()
        ]
        done = cnncalc(*words)
        assert done.returncode in (0, 1, 2), text
        assert "Traceback" not in done.stderr
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        shown = words if word not in words[1:2] else ["new"]
        assert [*complaints(shown, done.stdout, done.stderr, written)] == [], ascii(text)


def test_no_command_is_left_out():
    assert {line.split()[0] for line in WORDS} >= set(COMMANDS)
    assert {line.split()[0] for line in LINES} >= set(OF_NETS)


@pytest.mark.parametrize("how", ["complete_bash", "complete_zsh", "complete_fish"])
def test_completions_are_texts(cnncalc, tmp_path, how):
    path = tmp_path / "net.yaml"
    names = [yaml_text(f"x{one}") for one in PARTS if not set(one) & set("/$")]
    rows = (f"  - {{relu: , name: {one}}}\n" for one in dict.fromkeys(names))
    path.write_text(f"input: [3]\nlayers:\n{''.join(rows)}", encoding="utf-8")
    line = f"cnncalc explain {path} "
    done = cnncalc(
        env={"_CNNCALC_COMPLETE": how, "_TYPER_COMPLETE_ARGS": line, "COMP_CWORD": "3",
             "COMP_WORDS": line.replace(" ", "\n"), "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    )  # fmt: skip
    assert "conv_1" in done.stdout
    assert [*complaints(["explain"], done.stdout, done.stderr)] == []
