"""Documentation cannot drift: every output that a page shows is printed anew.

`pytest --update-goldens` writes the outputs into the pages, to be read.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"(<!-- (output|errors) of: cnncalc (.+?) -->\n```text\n)(.*?)(```)", re.DOTALL)
OUTPUTS = sorted(
    {
        (page, found[3], found[2])
        for page in PAGES
        for found in BLOCK.finditer(page.read_text("utf-8"))
    }
)


def ids(value):
    return value.name if isinstance(value, Path) else str(value)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_shown_output_names_its_command(page):
    text = page.read_text("utf-8")
    assert text.count("```text\n") == len(BLOCK.findall(text))


def test_outputs_are_found():
    assert len(OUTPUTS) >= 8


@pytest.mark.parametrize(("page", "command", "stream"), OUTPUTS, ids=ids)
def test_an_output_is_what_the_command_prints(cnncalc, request, page, command, stream):
    command_, _, lines = command.partition(" | head -")
    done = cnncalc(*shlex.split(command_))
    printed = {"output": done.stdout, "errors": done.stderr}[stream]
    printed = "".join(printed.splitlines(keepends=True)[: int(lines) if lines else None])
    if request.config.getoption("--update-goldens"):
        page.write_text(
            BLOCK.sub(
                lambda found: (
                    found[1] + printed + found[5]
                    if (found[3], found[2]) == (command, stream)
                    else found[0]
                ),
                page.read_text("utf-8"),
            ),
            "utf-8",
        )
    shown = {(found[3], found[2]): found[4] for found in BLOCK.finditer(page.read_text("utf-8"))}
    assert shown[command, stream] == printed


# Pictures

PICTURE = re.compile(r"<!-- picture of: cnncalc (.+?) -o (.+?) -->")
PICTURES = {
    (found[2], found[1]) for page in PAGES for found in PICTURE.finditer(page.read_text("utf-8"))
} | {
    (f"examples/pictures/{path.stem}.svg", f"draw examples/{path.name}")
    for path in ROOT.glob("examples/*.yaml")
}


def test_pictures_are_found_and_no_others_are_there():
    kept = {*ROOT.glob("docs/pictures/*"), *ROOT.glob("examples/pictures/*")}
    assert kept == {ROOT / file for file, _ in PICTURES}
    assert len(kept) >= 15


@pytest.mark.parametrize(("file", "command"), sorted(PICTURES))
def test_a_picture_is_what_the_command_draws(cnncalc, request, tmp_path, file, command):
    drawn = tmp_path / "drawn.svg"
    assert cnncalc(*shlex.split(command), "-o", str(drawn)).stderr == ""
    if request.config.getoption("--update-goldens"):
        (ROOT / file).parent.mkdir(exist_ok=True)
        (ROOT / file).write_bytes(drawn.read_bytes())
    assert (ROOT / file).read_bytes() == drawn.read_bytes()


def test_a_page_shows_every_picture_that_it_draws():
    for page in PAGES:
        text = page.read_text("utf-8")
        shown = set(re.findall(r'<img src="(.+?)"', text))
        assert {found[2] for found in PICTURE.finditer(text)} <= shown
        assert all((page.parent / file).is_file() for file in shown)
