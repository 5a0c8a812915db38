"""Every layer type says what it is in PyTorch, with every argument, or is known to be a stub."""

from __future__ import annotations

import ast
import re

import pytest
from batches import batch
from helper_arguments import ungiven
from layer_cases import (
    CASES,
    MORE,
    NO_EFFECT,
    STUBS,
    STUBS_HERE,
    alterable,
    stub_reason,
)
from specs import exported

from cnncalc.build.reader import read_text
from cnncalc.layers.registry import types

TYPES = [layer.type for layer in types()]


def constructed(text: str) -> str:
    """What a file constructs and calls, without its remarks."""
    body = text.partition("import torch")[2].partition("if __name__")[0]
    return re.sub(r"  #.*", "", body)


@batch("name", TYPES)
def test_every_argument_has_a_case(name):
    cases = [case for case in CASES if case.type == name]
    assert cases
    seen: set[str] = set()
    for case in cases:
        seen |= {*case.arguments, *case.altered}
    exempt = {one for one in alterable(name) if one in NO_EFFECT or f"{name} {one}" in NO_EFFECT}
    assert alterable(name) - seen == exempt


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.type} {case.inputs}")
def test_every_argument_reaches_the_code_or_makes_a_stub(case):
    (_, plain, _), *altered = case.specs()
    before = constructed(exported(plain).text)
    for name, spec, label in altered:
        assert not read_text(spec).failed, label
        found = exported(spec)
        if found.stubs:
            assert all(one.why for one in found.stubs)
            assert stub_reason(case, label), label
        else:
            assert constructed(found.text) != before, (name, label)


def test_what_is_a_stub_is_known_with_its_reason():
    seen = set()
    for case in (*CASES, *MORE):
        for _, spec, label in case.specs():
            assert not read_text(spec).failed, label
            found = exported(spec)
            assert (label, ungiven(found.text)) == (label, [])
            assert bool(found.stubs) == (stub_reason(case, label) is not None), label
            if found.stubs:
                here = (label, case.inputs)
                seen |= {here} if here in STUBS_HERE else {s for s in STUBS if label.startswith(s)}
    assert seen == {*STUBS, *STUBS_HERE}


def misfits(text: str) -> list[str]:
    """The calls of a file's own classes that their `__init__` does not take."""
    tree = ast.parse(text)
    takes = {
        one.name: method.args
        for one in ast.walk(tree) if isinstance(one, ast.ClassDef)
        for method in one.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
    }  # fmt: skip
    found = []
    for call in ast.walk(tree):
        taken = takes.get(getattr(getattr(call, "func", None), "id", ""))
        if taken is None:
            continue
        names = {one.arg for one in (*taken.args, *taken.kwonlyargs)}
        given = {one.arg for one in call.keywords if one.arg is not None}
        if (given - names and not taken.kwarg) or (
            len(call.args) >= len(taken.args) and not taken.vararg
        ):
            found.append(ast.unparse(call))
    return found


def test_the_classes_of_a_file_take_what_they_are_given():
    assert misfits("class A:\n    def __init__(self, a): ...\nA(b=1)\nA(1, 2)") == [
        "A(b=1)", "A(1, 2)"
    ]  # fmt: skip
    for case in (*CASES, *MORE):
        for _, spec, label in case.specs():
            assert misfits(exported(spec).text) == [], label
