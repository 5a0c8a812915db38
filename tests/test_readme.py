"""The README names every command and tells the tutorial's comparison as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cnncalc.cli.commands import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))
TUTORIAL_IN_CHINESE = "docs/tutorial.zh-CN.md"  # the Chinese README links it


def test_the_example_is_the_one_shown():
    shown = re.findall(r"```yaml\n(name: tutorial-cnn.*?)```", README, re.DOTALL)
    file = Path(__file__).parent.parent / "examples" / "tutorial_cnn.yaml"
    assert shown
    assert shown[0].split("layers:")[1] == file.read_text(encoding="utf-8").split("layers:")[1]


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", *PAGES])
def test_a_spec_that_a_page_shows_is_one(cnncalc, page):
    specs = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    for spec in (one for one in specs if "layers:" in one):
        done = cnncalc("check", "-", stdin=spec)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_link_leads_to_a_page_or_a_file():
    for page in ["README.md", "README.zh-CN.md", *PAGES]:
        text = (ROOT / page).read_text(encoding="utf-8")
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
        assert [one for one in links if not ((ROOT / page).parent / one).exists()] == []


def test_every_page_of_docs_is_linked_from_the_readme():
    assert [page for page in PAGES if f"]({page})" not in README] == [TUTORIAL_IN_CHINESE]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_has_help_with_examples(cnncalc, command):
    assert f"`cnncalc {command}" in README
    shown = cnncalc(command, "--help")
    assert shown.returncode == 0
    assert f"cnncalc {command}" in shown.stdout.split("Examples:")[1]


def test_the_tutorials_comparison_is_told_with_its_causes():
    told = " ".join(README.split())
    assert "308,310 parameters" in told
    assert "The CNN as declared has 226,390 parameters and not 257,380" in told
    assert "`padding: same`" in told
    assert "leaves out the 10 biases" in told
