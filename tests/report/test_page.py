"""A page about nets: valid, accessible, safe, and with the numbers of the other commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from html5lib.html5parser import ParseError
from pages import ROOT, by_class, complaints, every, page_of, parsed, text_of
from test_inert import net, texts

from cnncalc import load
from cnncalc.analysis.formula.sight import seen
from cnncalc.analysis.memory.report import Setting, memory
from cnncalc.analysis.report.tree import counts_of, tree
from cnncalc.build.reader import read_text
from cnncalc.render.drawing import drawing
from cnncalc.render.report import picture

#: Nets of every kind: flat, with claims that fail, skips, blocks, several inputs, 1D, lints.
NETS = [
    ("examples/tutorial_cnn.yaml",),
    ("examples/tutorial_mlp.yaml",),
    ("examples/tutorial_claims.yaml", "--max-params", "100k", "--date", "1 May 2026"),
    ("examples/two_inputs.yaml",),
    ("examples/conv1d.yaml",),
    ("examples/resnet18.yaml", "--batch", "32", "--optimizer", "adam", "--dtype", "float16"),
    ("zoo:squeezenet",),
    ("zoo:video_resnet",),
    ("examples/unet.yaml", "examples/lenet5.yaml", "zoo:vit"),
]


@pytest.mark.parametrize("arguments", NETS, ids=" ".join)
def test_a_page_is_valid_and_well_structured(arguments):
    assert [*complaints(page_of(*arguments))] == []


def said(page):
    """The complaints about a page; the strict parser's first error is one."""
    try:
        return [*complaints(page)]
    except ParseError as error:
        return [str(error)]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('id="main"', 'id="title"'), ("<h2", "<h4"), ('scope="col"', ""), ('role="img"', ""),
        ("<main", '<main onclick="x"'), ("</h1>", ""), ('"use strict"', ""), ("--dim:", "--grey:"),
        ('href="#main"', 'href="https://example.org/"'), ("<html lang=", "<html x="),
        ('aria-label="Layers', 'title="Layers'), ("<td", "<td></td><td"),
        ("default-src", "img-src"),
    ],
)  # fmt: skip
def test_the_complaints_see_what_is_wrong(good, bad):
    page = page_of("examples/tutorial_mlp.yaml")
    assert good in page
    assert said(page.replace(good, bad)) != []


def rows_of(page):
    """The layers of a page's only table of them: their whole names, and the texts of cells."""
    (table,) = by_class(parsed(page), "layers")
    names, found = [], {}
    for row in every(table, "tr")[1:]:
        cells = [text_of(cell) for cell in row]
        names[int(row.get("data-l", "0")) :] = (
            [] if "turn" in row.get("class") else [text_of(by_class(row, "n")[0])]
        )
        if "layer" in row.get("class").split():
            found["/".join(names)] = [*cells, [cell.get("data-v") for cell in row]]
    return found


@pytest.mark.parametrize("path", ["examples/resnet18.yaml", "zoo:mobilenet_v3", "zoo:densenet"])
def test_the_table_has_the_numbers_of_summarize_and_memory(cnncalc, path):
    rows = rows_of(page_of(path))
    summary = json.loads(cnncalc("summarize", path, "-f", "json").stdout)
    bytes_ = json.loads(cnncalc("memory", path, "-f", "json").stdout)["layers"]
    assert list(rows) == [one["name"] for one in summary["layers"]]
    for layer, used in zip(summary["layers"], bytes_, strict=True):
        _, type_, shape, params, _, macs, _, _, _, sees, exact = rows[layer["name"]]
        assert (type_, shape) == (layer["type"], "x".join(map(str, layer["output_shape"])))
        assert params == (f"{layer['params']:,}" if layer["params"] else "–")
        assert macs == (f"{layer['macs']:,}" if layer["macs"] else "–")
        assert [int(one or 0) for one in exact[7:9]] == [used["saved_bytes"], used["live_bytes"]]
        field = layer["receptive_field"]
        assert sees == ("x".join(map(str, field)) if field and None not in field else "all")


def test_the_head_has_the_totals(cnncalc):
    options = ("examples/resnet18.yaml", "--batch", "32", "--optimizer", "adam")
    head = parsed(page_of(*options, "--max-params", "5M", "--max-macs", "2G"))
    told = " ".join(map(text_of, by_class(head, "tiles")))
    sums = cnncalc("memory", *options).stdout
    assert "sum                                259.0 MiB  832.6 MiB" in sums
    for words in ("11,689,512", "1,814,073,344", "259.0 MiB", "832.6 MiB", "68", "1 finding",
                  "1 budget kept"):  # fmt: skip
        assert words in told


def test_blocks_that_are_folded_have_the_sums_of_their_layers():
    network = load("zoo:resnet")
    layers = memory(network, Setting()).layers
    counts = counts_of(network, layers, seen(network))
    every_row = tree(network, counts)
    for most in (1, 5, 12, 30, 100, 213):
        rows = tree(network, counts, most)
        assert len(rows) <= most
        top = [row for row in rows if not row.level]
        assert sum(row.layers for row in top) == len(network)
        assert sum(row.counts.params for row in top) == network.totals.params
        assert sum(row.counts.saved for row in top) == sum(one.saved for one in layers)
        assert max(row.counts.live for row in top) == max(one.live for one in layers)
        shown = sum(1 + row.hidden for row in rows)
        assert shown == len(every_row) or rows[-1].name.endswith("more layers")


def test_findings_are_those_of_check(cnncalc):
    path = "examples/tutorial_claims.yaml"
    page = parsed(page_of(path))
    found = json.loads(cnncalc("check", path, "-f", "json").stdout)["findings"]
    (listed,) = by_class(page, "findings")
    assert len(listed) == len(found) == 5
    for shown, one in zip(listed, found, strict=True):
        told = text_of(shown)
        assert one["message"].replace("`", "") in told
        assert f"{path}:{one['line']}:{one['column']}" in told
        for words in (*one["notes"], *one["help"], one["label"]):
            assert " ".join(words.replace("`", "").split()) in told


def test_formulas_are_those_of_explain(cnncalc):
    page = parsed(page_of("examples/resnet18.yaml"))
    told = " ".join(map(text_of, by_class(page, "formulas")))
    layer = json.loads(cnncalc("explain", "examples/resnet18.yaml", "conv_1", "-f", "json").stdout)
    for one in layer["layers"][0]["quantities"]:
        assert one["values"] in told
        assert one["formula"] in told
    names = [one.get("href") for one in by_class(page, "n") if one.get("href")]
    assert len(names) == 68
    assert len(set(names)) < 35  # alike layers share theirs


def test_several_nets_are_compared(cnncalc):
    nets = ("examples/resnet18.yaml", "examples/resnet50.yaml")
    page = parsed(page_of(*nets))
    (part,) = [one for one in every(page, "section") if one.get("id") == "comparison"]
    told = text_of(part)
    compared = json.loads(cnncalc("compare", *nets, "-f", "json").stdout)
    for one in compared["nets"]:
        assert f"{one['totals']['params']:,}" in told
        assert f"{one['totals']['activations']:,}" in told
    marks = Counter(one["mark"] for one in compared["differences"])
    counts = (f"{marks[one]} {one}" for one in ("equal", "changed", "added"))
    assert ", ".join(counts) in told
    assert marks.total() == 68 + 106  # of 68 layers none is removed
    assert len(every(page, "article")) == 2


def test_a_net_that_cannot_be_read_is_left_out(cnncalc, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("input: 3x8x8\nlayers: [conv: 3]\n", encoding="utf-8")
    done = cnncalc("report", str(bad), "examples/lenet5.yaml")
    assert done.returncode == 2
    assert "bad.yaml" in done.stderr
    assert [*complaints(done.stdout)] == []
    assert "2 nets" not in done.stdout
    alone = cnncalc("report", str(bad))
    assert (alone.returncode, alone.stdout) == (2, "")


def test_claims_that_cannot_be_read_are_told(cnncalc):
    spec = "input: 3x8x8\nlayers:\n  - relu\nexpect: {paramz: 3}\n"
    done = cnncalc("report", "-", stdin=spec)
    assert done.returncode == 0
    assert [*complaints(done.stdout)] == []
    assert "did you mean" in done.stdout


def test_a_file_is_written_and_bad_options_are_refused(cnncalc, tmp_path):
    path = tmp_path / "page.html"
    done = cnncalc("report", "examples/lenet5.yaml", "-o", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert path.read_text(encoding="utf-8") == page_of("examples/lenet5.yaml")
    for options in (
        ("-o", str(tmp_path)),
        ("-o", str(tmp_path / "r.pdf")),
        ("--optimizer", "x"),
        ("--max-params", "much"),
    ):
        refused = cnncalc("report", "examples/lenet5.yaml", *options)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "Traceback" not in refused.stderr


def test_a_page_is_the_same_every_time():
    nets = ("examples/two_inputs.yaml", "examples/unet.yaml")
    page = page_of(*nets)
    done = subprocess.run(
        [sys.executable, "-m", "cnncalc", "report", *nets],
        cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "7"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == page


@pytest.mark.parametrize("seed", range(4))
def test_hostile_names_are_texts(cnncalc, tmp_path, seed):
    *words, file = texts(seed, 11)
    words[2 + seed] = "</script><svg onload=alert(1)>"
    words[7] = "\"><img src=x onerror='alert(2)'>]]><!--"
    path = tmp_path / f"{file[:60]}.yaml"
    path.write_text(net(words), encoding="utf-8")
    page = cnncalc("report", str(path), "--date", "\x1b[1m</p><b>").stdout
    assert [*complaints(page)] == []
    assert all(char == "\n" or char.isprintable() for char in page)
    plain = tmp_path / "plain.yaml"
    plain.write_text(net([f"word{at}" for at in range(10)]), encoding="utf-8")
    other = cnncalc("report", str(plain)).stdout
    kinds = [
        {(one.tag, *sorted(one.keys())) for one in parsed(one).iter()} for one in (page, other)
    ]
    assert kinds[0] <= kinds[1] | {(kind, *more) for kind, *more in kinds[1]}


def test_a_long_net_is_bounded_and_says_so(cnncalc):
    flat = "input: 3x8x8\nlayers: [{repeat: 2500, layers: [relu]}]\n"
    page = cnncalc("report", "-", stdin=flat).stdout
    assert "501 more layers" in page
    assert page.count("<tr ") < 2100
    assert len(page) < 1_000_000


def test_a_drawing_that_nobody_can_read_is_not_laid_out(monkeypatch):
    network, shorter = (
        read_text(f"input: 3x8x8\nlayers: [{', '.join(['relu'] * count)}]\n").network
        for count in (251, 250)
    )
    asked = []
    monkeypatch.setattr(picture, "drawing", lambda net, **_: asked.append(net) or drawing(net))
    assert picture.drawn(network) is None
    assert asked == []
    picture.drawn(shorter)
    assert asked[0] is shorter


def test_of_very_many_inputs_of_a_layer_the_page_has_the_first(cnncalc):
    many = f"  - parallel: {{branches: [{', '.join(['[]'] * 150)}], merge: none}}\n"
    page = cnncalc("report", "-", stdin=f"input: 3x8x8\nlayers:\n{many}{many}  - add\n").stdout
    assert " and 3x8x8 and 22,480 more" in page
    assert page.count("3x8x8 and") == 20
    assert len(page) < 40_000


@pytest.mark.parametrize(
    "spec",
    [
        "input: 3\nlayers: []\n",
        "input: 3\nlayers: [relu]\n",
        "input: 3x4x4\nlayers: [custom: {shape: 3x4x4}]\n",
    ],
)
def test_a_net_with_next_to_nothing(cnncalc, spec):
    page = cnncalc("report", "-", stdin=spec).stdout
    assert [*complaints(page)] == []
    assert len(by_class(parsed(page), "cnncalc")) == 1  # the drawing


def test_numbers_beyond_all_floats(cnncalc):
    spec = f"input: [1{'0' * 200}]\nlayers: [dense: 1{'0' * 280}, dense: 5]\n"
    page = cnncalc("report", "-", stdin=spec).stdout
    assert [*complaints(page)] == []
