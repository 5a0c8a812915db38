"""The formats of `cnncalc check` for machines: SARIF, annotations, Markdown, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft4Validator

from cnncalc.analysis.check.linting import lints
from cnncalc.render import findings

ROOT = Path(__file__).parent.parent
CLAIMS = "examples/tutorial_claims.yaml"
SCHEMA = json.loads((ROOT / "tests/data/sarif/sarif-schema-2.1.0.json").read_text("utf-8"))
BROKEN = "input: 3x4x4\nlayers:\n  - conv: {filters: 4, kernel: 5}\n"
LINTED = """input: [3, 8, 8]
layers:
  - conv: {filters: 4, kernel: 3}
  - batchnorm
  - relu
  - conv: {filters: 4, kernel: 3}
  - batchnorm
"""


def sarif(cnncalc, *arguments, stdin=""):
    log = json.loads(cnncalc("check", *arguments, "--format", "sarif", stdin=stdin).stdout)
    Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    return run


def test_every_format_is_a_module_of_its_own():
    files = {file.stem for file in Path(findings.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == set(get_args(findings.FindingsFormat))


# -- SARIF ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        ([CLAIMS], ""),
        (["examples/tutorial_cnn.yaml"], ""),
        (["-"], LINTED),
        (["-"], BROKEN),
        (["no such file.yaml"], ""),
        (["zoo:vgg", "zoo:keras_resnet", "--max-params", "1M", "--select", "L42"], ""),
        (["examples"], ""),
    ],
)
def test_sarif_is_valid_by_the_official_schema(cnncalc, arguments, stdin):
    sarif(cnncalc, *arguments, stdin=stdin)


def test_the_schema_refuses_what_is_no_sarif():
    assert not Draft4Validator(SCHEMA).is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_sarif_names_rule_place_and_remedy(cnncalc):
    run = sarif(cnncalc, CLAIMS)
    driver = run["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == ["C501"]
    result = run["results"][0]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == CLAIMS
    assert where["region"] == {"startLine": 9, "startColumn": 22, "endColumn": 25}
    lines = result["message"]["text"].splitlines()
    assert lines[0] == "conv_1: `params` is 280, but 270 is expected"
    assert lines[-1] == "help: `params: 280` is what the spec gives"


def test_a_rule_has_its_page_and_the_address_of_its_source(cnncalc):
    (rule,) = sarif(cnncalc, "-", stdin=LINTED)["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://arxiv.org/abs/1502.03167"
    assert rule["help"]["markdown"] == cnncalc("explain", "L411").stdout


def test_every_lint_has_the_address_of_its_source():
    assert [lint.code for lint in lints() if not lint.url.startswith("https://")] == []


def test_fingerprints_tell_findings_apart_and_stay_when_lines_move(cnncalc):
    def prints(text):
        results = sarif(cnncalc, "-", stdin=text)["results"]
        return [one["partialFingerprints"]["primaryLocationLineHash"] for one in results]

    first, second = prints(LINTED)
    assert first != second
    assert prints(f"# a comment\n\n{LINTED}") == [first, second]
    assert prints(LINTED.replace("filters: 4", "filters: 8"))[0] != first


def test_sarif_says_whether_every_spec_could_be_read(cnncalc):
    (good,) = sarif(cnncalc, "-", stdin=LINTED)["invocations"]
    (bad,) = sarif(cnncalc, "-", stdin=BROKEN)["invocations"]
    assert (good["executionSuccessful"], bad["executionSuccessful"]) == (True, False)


# -- annotations ------------------------------------------------------------------------------


def test_annotations_name_the_place_and_the_remedy(cnncalc):
    done = cnncalc("check", CLAIMS, "--format", "github")
    assert done.returncode == 1
    first = done.stdout.splitlines()[0]
    head = f"::error file={CLAIMS},title=C501%3A an expectation does not hold,line=9,col=22"
    assert first.startswith(f"{head},endColumn=24::")
    assert first.endswith("%0Ahelp: `params: 280` is what the spec gives")


def test_a_spec_that_cannot_be_read_is_annotated_too(cnncalc):
    done = cnncalc("check", "-", "--format", "github", stdin=BROKEN)
    assert (done.returncode, done.stdout.startswith("::error file=-,title=E203")) == (2, True)


# -- Markdown ---------------------------------------------------------------------------------


def test_markdown_is_a_table_a_net(cnncalc):
    done = cnncalc("check", "-", "examples/tutorial_cnn.yaml", "-f", "markdown", stdin=LINTED)
    assert done.stdout.splitlines() == [
        "#### -: 2 findings",
        "",
        "| line | severity | code | finding |",
        "| ---: | --- | --- | --- |",
        *(
            f"| {line} | warning | L411 | {conv} has a bias before {norm}, which subtracts the mean"
            "<br>4 parameters without effect<br>help: `bias: false` |"
            for line, conv, norm in (
                (3, "conv_1", "batchnorm_1"),
                (6, "conv_2", "batchnorm_2"),
            )
        ),
        "",
        "#### examples/tutorial_cnn.yaml: no findings",
    ]


def test_markdown_holds_what_is_wrong_with_a_spec(cnncalc):
    done = cnncalc("check", "-", "--format", "markdown", stdin=BROKEN)
    assert done.stdout.startswith("#### -: cannot be read\n")
    assert "| 3 | error | E203 | kernel 5x5 does not fit" in done.stdout


# -- JSON -------------------------------------------------------------------------------------


def test_json_lines_are_one_object_a_net(cnncalc):
    done = cnncalc("check", CLAIMS, "-", "--format", "jsonl", stdin=BROKEN)
    good, bad = map(json.loads, done.stdout.splitlines())
    assert (good["source"], bad["source"]) == (CLAIMS, "-")
    (alone,) = cnncalc("check", CLAIMS, "--format", "jsonl").stdout.splitlines()
    assert json.loads(alone) == good
    assert bad["ok"] is False


def test_json_loses_nothing_of_the_text(cnncalc):
    text = cnncalc("check", CLAIMS).stdout
    report = json.loads(cnncalc("check", CLAIMS, "--format", "json").stdout)
    for one in report["findings"]:
        for part in (one["message"], one["label"], *one["notes"], *one["help"]):
            assert part in text
