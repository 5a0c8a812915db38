"""Completion, asked as the shells ask: by the environment, without a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from batches import batch

from cnncalc import zoo
from cnncalc.analysis.check.rules import switchable
from cnncalc.cli import app, completion
from cnncalc.figures import FIGURES
from cnncalc.layers import registry

ROOT = Path(__file__).parent.parent.parent
NET = "examples/tutorial_cnn.yaml"


def asked(how, **variables):
    done = subprocess.run(
        [sys.executable, "-c", "from cnncalc.cli import main; main()"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, input="",
        env=os.environ | {"_CNNCALC_COMPLETE": how, **variables},
    )  # fmt: skip
    assert done.stderr == ""
    return done


def bash(*words, last=""):
    """What bash offers for the last word; it splits words at colons and equals signs itself."""
    line = ["cnncalc", *words, *([last] if last else [])]
    cursor = len(line) - (1 if last else 0)
    done = asked("complete_bash", COMP_WORDS="\n".join(line), COMP_CWORD=str(cursor))
    return done.stdout.splitlines()


def zsh(line):
    return asked("complete_zsh", _TYPER_COMPLETE_ARGS=f"cnncalc {line}").stdout


def fish(line, action="get-args"):
    variables = {"_TYPER_COMPLETE_ARGS": f"cnncalc {line}", "_TYPER_COMPLETE_FISH_ACTION": action}
    done = asked("complete_fish", **variables)
    return done.returncode, done.stdout.splitlines()


# -- nets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["summarize", "compare", "explain", "check", "solve"])
def test_packaged_nets(command):
    assert bash(command, last="zo") == [f"zoo:{name}" for name in zoo.names()]


def test_bash_splits_at_the_colon():
    resnets = [name for name in zoo.names() if name.startswith("res")]
    assert len(resnets) > 1
    assert bash("summarize", "zoo", ":", last="res") == resnets
    assert bash("summarize", "zoo", last=":") == list(zoo.names())
    assert bash("compare", NET, "zoo", ":", last="lenet") == ["lenet5"]


def test_other_words_are_left_to_the_shell_which_knows_the_files():
    for last in ("", "ex", "examples/tut"):
        assert bash("summarize", last=last) == []
    assert zsh("summarize ex").strip() == "_files"
    assert fish("summarize ex", "is-args")[0] == 1


def test_templates_of_new():
    assert bash("new", last="res") == [name for name in zoo.names() if name.startswith("res")]


# -- what the nets hold -----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["explain", "solve"])
def test_layers_of_the_net_before(command):
    assert bash(command, NET, last="dense") == ["dense_1", "dense_2"]


def test_layers_and_blocks_of_a_packaged_net():
    offered = bash("explain", "zoo", ":", "resnet", last="stage_1")
    assert {"stage_1", "stage_1/bottleneck_1", "stage_1/bottleneck_1/conv_1"} <= set(offered)
    assert all(name.startswith("stage_1") for name in offered)


def test_variables_of_the_nets_before():
    assert bash("summarize", "zoo", ":", "resnet", "--set", last="dep") == ["depth="]
    assert "depth=" in bash("check", NET, "zoo:resnet", "--set")
    assert bash("compare", "zoo:resnet", NET, "--set", "1", ":", last="dep") == ["depth="]


def test_a_net_that_cannot_be_read_offers_nothing(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("layers: [", encoding="utf-8")
    for net in (str(broken), "gone.yaml", "-", str(tmp_path)):
        assert bash("explain", net) == []
        assert bash("summarize", net, "--set", last="d") == []


# -- declarations -----------------------------------------------------------------------------


HOSTILE = ("`x`", "a\nb", "a;b", "\x1b[1m", "a'b", 'a"b', "a b", "a\\b", "&", ">x")


def test_names_that_a_shell_may_act_upon_are_not_offered(tmp_path):
    spec = tmp_path / "net.yaml"
    rows = [f"  - {{relu: , name: {json.dumps(name)}}}\n" for name in (*HOSTILE, "fine", "層_1")]
    spec.write_text(f"input: 3x8x8\nvariables: {{v: 1}}\nlayers:\n{''.join(rows)}", "utf-8")
    assert bash("explain", str(spec)) == ["fine", "層_1"]
    assert fish(f"explain {spec} ")[1] == ["fine", "層_1"]
    offered = zsh(f"explain {spec} ")
    assert "fine" in offered
    assert not any(char in offered for char in "$`;&>\\\x1b")


def test_layer_types():
    assert bash("layers") == [one.type for one in registry.types()]
    assert "Conv2d" in bash("layers", last="Con")
    assert bash("layers", last="Conv2") == [n for n in registry.names() if n.startswith("Conv2")]


def test_columns_and_the_next_after_a_comma():
    assert {"name", "output", "params", "params%", "macs"} <= set(bash("summarize", NET, "-c"))
    assert bash("summarize", NET, "--columns", last="name,outp") == ["name,output"]


def test_figures():
    assert bash("summarize", NET, "--total-of") == list(FIGURES)
    assert bash("summarize", NET, "--sort", last="na") == ["name"]


def test_codes():
    assert bash("check", NET, "--ignore") == list(switchable())
    assert bash("check", NET, "--select", last="L411,L42") == [
        f"L411,{code}" for code in switchable() if code.startswith("L42")
    ]
    assert bash("explain", last="E20") == [f"E20{n}" for n in range(1, 10)]


# -- with and without typer --------------------------------------------------------------------

#: Lines up to the cursor that are answered without typer.
PLAIN = (
    "summarize zoo:re", "summarize zoo:lenet5 ", "summarize  zo", "summarize --format json zo",
    "summarize -f json --total zoo:v", "summarize --set a=1 zoo:", "compare zoo:lenet5 zo",
    "check --ignore L411 zo", "check --ignore=L411 zo", "explain zoo:lenet5 c", "explain E20",
    "explain --set a=1 zoo:lenet5 ", "solve zoo:lenet5 de", "layers Con", "new res", "new ",
    "report zoo:lenet5 -o a.html zoo:v", "compute zoo:", "draw z", "export zoo:x",
)  # fmt: skip
#: Lines that are left to typer.
LEFT = (
    "", "summ", "summarize --fo", "summarize --format ", "summarize --format j", "new lenet5 x",
    "summarize --unknown zo", "summarize --depth x zo", "summarize --set", "export --to=k",
    "summarize 'zo", "summarize zoo\\:", "summarize \u00e9", "gone zo", "-h zo", "explain -- zo",
    "summarize -", "layers conv ", "schema ", "import m",
)  # fmt: skip


def answered(words, capsys, monkeypatch):
    """What is offered, and whether typer was asked."""
    monkeypatch.setenv("_CNNCALC_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "\n".join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    asked = []

    def by_typer():
        asked.append(True)
        app.app.registered_commands.clear()
        app.run(words[1:2])

    with suppress(SystemExit):
        completion.run(by_typer)
    return capsys.readouterr().out, bool(asked)


@batch("line, typer", [*((one, False) for one in PLAIN), *((one, True) for one in LEFT)])
def test_bash_is_offered_the_same_without_typer(line, typer, capsys, monkeypatch):
    words = line.split(" ")
    offered, asked = answered(["cnncalc", *words], capsys, monkeypatch)
    assert asked == typer
    assert (offered, True) == answered(["'cnncalc'", *words], capsys, monkeypatch)


# -- shells -----------------------------------------------------------------------------------


def test_zsh_shows_what_each_is_and_escapes_the_colon():
    offered = zsh("summarize zoo:len")
    assert '"zoo\\\\:lenet5":"' in offered
    assert zoo.description("lenet5").split(",")[0].split(":")[0] in offered


def test_fish_shows_what_each_is():
    assert fish("check --ignore L411") == (0, ["L411\ta bias comes before a batch normalisation"])
    assert fish("check --ignore L411", "is-args")[0] == 0


def test_bash_itself_completes_a_word(tmp_path):
    command = tmp_path / "cnncalc"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cnncalc "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = tmp_path / "complete.sh"
    script.write_text(asked("source_bash").stdout, encoding="utf-8")
    line = (
        f'export PATH="{tmp_path}:$PATH"; source "{script}"; '
        "COMP_WORDS=(cnncalc summarize zoo : lenet); COMP_CWORD=4; "
        '_cnncalc_completion cnncalc; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["/bin/bash", "--norc", "-c", line], capture_output=True, text=True, check=False, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("lenet5\n", "")


def test_a_usual_run_has_no_callbacks():
    script = 'from cnncalc.cli.app import _completing as c; assert c("nets") is None'
    environment = {k: v for k, v in os.environ.items() if k != "_CNNCALC_COMPLETE"}
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, env=environment)
