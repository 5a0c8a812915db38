"""The hook that other repositories use to hold their specs to their expectations."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

HOOKS = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"


def test_the_hook_runs_check(cnncalc):
    (hook,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    command, *arguments = hook["entry"].split()
    assert command == "cnncalc"
    assert cnncalc(*arguments, "examples/tutorial_cnn.yaml").returncode == 0
    assert cnncalc(*arguments, "examples/tutorial_claims.yaml").returncode == 1


def test_it_looks_at_specs_only():
    (hook,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert re.search(hook["files"], "models/nets/resnet.yaml")
    assert not re.search(hook["files"], ".github/workflows/ci.yaml")
