"""Every code is explained, and its examples do what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from batches import batch

from cnncalc.analysis.check.linting import lints
from cnncalc.analysis.check.report import check
from cnncalc.analysis.check.rules import page, titles
from cnncalc.build.reader import read_text
from cnncalc.diagnostics import explanations

ROOT = Path(__file__).parent.parent
ALL_TITLES = titles()
_EXAMPLE = re.compile(r"## (Bad|Good)\n\n```(yaml|sh)\n(.*?)```", re.DOTALL)
_CODE = re.compile(r"\[([A-Z]\d{3})\]")


def examples(code):
    return {kind: (lang, text) for kind, lang, text in _EXAMPLE.findall(page(code))}


def raised(lang, text):
    return of_command(text) if lang == "sh" else of_spec(text)


def of_spec(text):
    reading = read_text(text)
    found = reading.diagnostics
    if not reading.failed:
        found = check(reading.network, warnings=found).findings
    return {one.code for one in found}


def of_command(text):
    command = text.replace("cnncalc", f"{sys.executable} -m cnncalc", 1)
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False
    )
    return set(_CODE.findall(done.stdout + done.stderr))


def test_every_code_is_explained_and_nothing_else():
    own = {lint.code for lint in lints()}
    assert own.isdisjoint(explanations.known())
    assert sorted({*own, *explanations.known()}) == sorted(ALL_TITLES)


@batch("code", sorted(ALL_TITLES))
def test_the_title_is_the_codes(code):
    assert page(code).startswith(f"# {code}: {ALL_TITLES[code]}\n")


@pytest.mark.parametrize("code", sorted(ALL_TITLES))
def test_the_bad_example_raises_exactly_the_code(code):
    assert raised(*examples(code)["Bad"]) == {code}


@batch("code", sorted(ALL_TITLES))
def test_the_good_example_raises_nothing(code):
    assert raised(*examples(code)["Good"]) == set()


@batch("code", sorted(ALL_TITLES))
def test_no_example_is_a_row_of_bytes(code):
    assert not re.search(r"(\\[0-7x]\w+){2}", page(code))


def test_explain_prints_the_page(cnncalc):
    done = cnncalc("explain", "e203")
    assert done.returncode == 0
    assert done.stdout == page("E203")


def test_explain_lists_every_code(cnncalc):
    lines = cnncalc("explain", "--list").stdout.splitlines()
    assert lines == [f"{code}  {title}" for code, title in sorted(ALL_TITLES.items())]


def test_an_unknown_code_is_wrong_usage(cnncalc):
    assert cnncalc("explain", "E999").returncode == 2
