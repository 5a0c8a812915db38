"""What is exported passes a linter and a formatter as it comes, keeps what the spec writes."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest
from free_names import free_names
from helper_arguments import ungiven
from random_specs import random_spec
from specs import FRAMEWORKS, NETS, exported, text_of_net

from cnncalc.export.keras import helpers
from cnncalc.export.keras.helpers import HELPERS, text_of_helper
from cnncalc.export.pytorch import modules
from cnncalc.export.pytorch.modules import MODULES, text_of_module

if TYPE_CHECKING:
    from pathlib import Path

# pyflakes, pycodestyle, imports, pyupgrade, simplify, names; lines of 88 characters.
RULES = "F,E,W,I,UP,SIM,N"
#: A layer that Keras has not and that is longer than the net.
BROUGHT_ALONG = {"zoo:swin": "WindowAttention"}


def ruff(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.stdout + done.stderr if done.returncode else ""


def check_style(folder: Path) -> None:
    assert ruff("check", "--isolated", "--no-cache", "--select", RULES, str(folder)) == ""
    assert ruff("format", "--isolated", "--no-cache", "--diff", str(folder)) == ""


def file_name(net: str, framework: str) -> str:
    return f"{re.sub(r'[^a-z0-9]+', '_', net)}_in_{framework}.py"


#: Nets whose file for PyTorch brings modules along that PyTorch has not, or whose spec has
#: several entries a line: up to three times as long.
LONGER = {"zoo:convnext", "zoo:efficientnet", "zoo:swin"}
#: Several nets to a test, for one start of the linter; in each some that are large.
GROUPS = 6


@pytest.mark.parametrize("first", range(GROUPS))
def test_nets_are_clean_and_kept(first, tmp_path):
    nets = NETS[first::GROUPS]
    for net in nets:
        text = text_of_net(net)
        found = {framework: exported(text, framework) for framework in FRAMEWORKS}
        for framework, made in found.items():
            assert (net, made.flat, made.stubs) == (net, False, ())
            assert (net, free_names(made.text)) == (net, set())
            assert (net, ungiven(made.text)) == (net, [])
            (tmp_path / file_name(net, framework)).write_text(made.text, encoding="utf-8")
        if net.startswith("zoo:"):
            assert_at_most_twice_as_long(net, found["keras"].text)
            longest = (3 if net in LONGER else 2) * len(text.splitlines())
            assert len(found["pytorch"].text.splitlines()) <= longest, net
    assert len([*tmp_path.iterdir()]) == len(nets) * len(FRAMEWORKS)
    check_style(tmp_path)


def assert_at_most_twice_as_long(net, code):
    spec = [line for line in text_of_net(net).splitlines() if line.strip()]
    more = len(text_of_helper(BROUGHT_ALONG[net]).splitlines()) + 2 if net in BROUGHT_ALONG else 0
    assert len(code.splitlines()) <= 2 * len(spec) + more, net


def test_the_modules_that_a_file_brings_along_are_clean(tmp_path):
    text = "\n\n".join(map(text_of_module, MODULES))
    head = "import torch\nfrom torch import nn\n\n\n"
    (tmp_path / "net.py").write_text(head + text, encoding="utf-8")
    check_style(tmp_path)


def test_the_functions_that_a_file_brings_along_are_clean(tmp_path):
    text = "\n\n".join(map(text_of_helper, HELPERS))
    head = "import math\n\nimport keras\nfrom keras import layers, ops\n\n\n"
    (tmp_path / "net.py").write_text(head + text, encoding="utf-8")
    check_style(tmp_path)


@pytest.mark.parametrize(
    ("package", "index", "text_of"),
    [(helpers, HELPERS, text_of_helper), (modules, MODULES, text_of_module)],
    ids=["keras", "pytorch"],
)
def test_the_index_of_helpers_has_what_their_files_have(package, index, text_of):
    found = {}
    for file in iter_modules(package.__path__):
        texts = import_module(f"{package.__name__}.{file.name}").TEXTS
        found |= dict.fromkeys(texts, file.name)
    assert found == index
    for one in index:
        assert re.search(rf"^(def|class) {one}\(", text_of(one), re.MULTILINE), one


def test_every_class_of_keras_that_a_file_brings_along_is_registered():
    text = exported("name: tokens\ninput: 6x8\nlayers: [class_token, layer_scale]", "keras").text
    assert re.findall(r"(.*)\nclass (\w+)\(", text) == [
        ('@keras.saving.register_keras_serializable(package="tokens")', one)
        for one in ("LayerScale", "ClassToken")
    ]


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_random_specs_are_clean_and_kept(start, tmp_path):
    for seed in range(start, start + 10):
        for framework in FRAMEWORKS:
            found = exported(random_spec(seed), framework)
            assert (found.flat, found.stubs) == (False, ())
            assert (seed, free_names(found.text)) == (seed, set())
            (tmp_path / f"{framework}_{seed}.py").write_text(found.text, encoding="utf-8")
    check_style(tmp_path)


@pytest.mark.parametrize("net", ["zoo:resnet", "zoo:googlenet", "zoo:unet", "zoo:mobilenet_v2"])
def test_the_same_bytes_every_time(net):
    text = text_of_net(net)
    for framework in FRAMEWORKS:
        assert exported(text, framework) == exported(text, framework)
