"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc.cli.patterns import compiled_when_used

ROOT = Path(__file__).parent.parent.parent
PROBE = """
import sys
from cnncalc.cli import main
main()
import yaml
print(type(yaml.reader.Reader.NON_PRINTABLE).__module__, file=sys.stderr)
"""


def late(*given, **named):
    with compiled_when_used():
        return re.compile(*given, **named)


def test_a_late_pattern_answers_as_a_compiled_one():
    pattern = late(r"(?P<key>\w+)=(\d+)", flags=re.IGNORECASE)
    compiled = re.compile(r"(?P<key>\w+)=(\d+)", re.IGNORECASE)
    assert pattern.fullmatch("a=1")["key"] == "a"
    assert pattern.search("none") is None
    assert pattern.sub("-", "a=1, b=2") == "-, -"
    assert (pattern.groupindex, pattern.flags) == (compiled.groupindex, compiled.flags)


def test_it_is_compiled_when_it_is_first_used():
    pattern = late("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        pattern.search("")


def test_afterwards_patterns_are_compiled_at_once_even_after_an_error():
    with pytest.raises(ImportError), compiled_when_used():
        raise ImportError
    assert isinstance(re.compile("a"), re.Pattern)


def test_a_command_compiles_none_of_the_patterns_of_pyyaml():
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "summarize", "zoo:lenet5"], cwd=ROOT, env=os.environ,
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr.split() == ["cnncalc.cli.patterns"]


@pytest.mark.parametrize(
    ("text", "character"), [("input: 1x2x2\nlayers: [a\x07]\n", r"\x07"), ("a: \ufffe", r"\ufffe")]
)
def test_a_character_that_yaml_does_not_allow_is_still_found(tmp_path, text, character):
    net = tmp_path / "net.yaml"
    net.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "cnncalc", "summarize", str(net)], cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"the character '{character}' cannot appear in a YAML text" in done.stderr
