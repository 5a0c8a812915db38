"""`cnncalc draw`, as it is called."""

from __future__ import annotations

import pytest

RESNET = "examples/resnet18.yaml"


def test_text_is_drawn_without_an_output(cnncalc):
    done = cnncalc("draw", RESNET)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == cnncalc("draw", RESNET, "--format", "text").stdout
    assert "\x1b" not in done.stdout
    assert "256×14×14" in done.stdout


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.svg", "<svg "), ("a.SVG", "<svg "), ("a.mmd", "flowchart TD"), ("a.mermaid", "flowchart"),
     ("a.dot", "digraph {"), ("a.gv", "digraph {"), ("a.txt", "resnet18")],
)  # fmt: skip
def test_the_ending_of_the_file_says_the_format(cnncalc, tmp_path, name, begins):
    file = tmp_path / name
    done = cnncalc("draw", RESNET, "-o", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert file.read_text("utf-8").startswith(begins)


def test_the_format_that_is_given_goes_before_the_ending(cnncalc, tmp_path):
    file = tmp_path / "a.txt"
    assert cnncalc("draw", RESNET, "-o", str(file), "-f", "dot").returncode == 0
    assert file.read_text("utf-8") == cnncalc("draw", RESNET, "-f", "dot").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-o", "a.png"), "--output a.png: no format has this ending; there are .txt, .svg"),
        (("--direction", "right"), "--direction: text is drawn downwards"),
        (("--depth", "0"), "'--depth' / '-d': must be 1 or more, not 0"),
        (("--weigh", "flops"), "'flops' is not one of 'params', 'macs', 'memory'"),
    ],
)
def test_wrong_usage_is_one_clear_error(cnncalc, words, told):
    done = cnncalc("draw", RESNET, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in " ".join(done.stderr.split())


def test_a_spec_with_errors_has_no_picture(cnncalc):
    done = cnncalc("draw", "examples/lenet5.yaml", "--input", "1x8x8", "-f", "svg")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[E203]" in done.stderr


def test_each_option_changes_the_picture(cnncalc):
    options = ("", "--depth 1", "--depth 3", "--weigh macs", "--weigh memory", "--direction right",
               "--unfold", "--input 3x64x64")  # fmt: skip
    net = ("draw", "zoo:resnet", "-f", "svg")
    drawn = {cnncalc(*net, *option.split()).stdout for option in options}
    assert len(drawn) == len(options)


def test_equal_turns_are_drawn_once_unless_they_are_unfolded(cnncalc):
    folded = cnncalc("draw", "zoo:vit").stdout
    assert folded.count("attention") == 1
    assert "encoder ×12" in folded
    assert cnncalc("draw", "zoo:vit", "--unfold").stdout.count("attention") == 0
    unfolded = cnncalc("draw", "zoo:vit", "--unfold", "--depth", "2").stdout
    assert unfolded.count("attention") == 12
    assert "×12" not in unfolded


def test_an_ascii_terminal_gets_ascii(cnncalc):
    done = cnncalc("draw", "zoo:vit", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "?" not in done.stdout
    assert "encoder x12" in done.stdout


def test_a_net_without_layers_to_fold_or_weigh_has_a_picture_too(cnncalc):
    spec = "input: 3\nlayers: [identity]\n"
    for format_ in ("text", "svg", "mermaid", "dot"):
        done = cnncalc("draw", "-", "-f", format_, stdin=spec)
        assert (done.returncode, done.stderr) == (0, "")
        assert "identity" in done.stdout
