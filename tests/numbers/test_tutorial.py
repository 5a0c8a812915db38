"""The tutorial's specs: each holds what it claims, and each is on both pages."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SPECS = sorted((ROOT / "examples" / "tutorial").glob("*.yaml"))
PAGES = [ROOT / "docs" / "tutorial.md", ROOT / "docs" / "tutorial.zh-CN.md"]


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_a_topic_holds_what_it_claims(cnncalc, spec):
    done = cnncalc("check", str(spec))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_topic_is_on_the_page(page):
    text = page.read_text("utf-8")
    assert [spec.name for spec in SPECS if spec.name not in text] == []


def test_a_topic_states_a_figure_or_works_one_out():
    assert len(SPECS) == 18
    for spec in SPECS:
        text = spec.read_text("utf-8")
        assert "expect:" in text or "gradient:" in text
