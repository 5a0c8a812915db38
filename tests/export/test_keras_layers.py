"""Every argument of every layer type reaches the code of Keras, or makes a stub with its reason."""

from __future__ import annotations

import re

import pytest
from helper_arguments import ungiven
from keras_stubs import STUBS, STUBS_HERE, keras_stub
from layer_cases import CASES, MORE
from specs import exported

from cnncalc.build.reader import read_text

#: Arguments that change nothing of what Keras has to give, and why.
NO_EFFECT = {
    "inplace": "nothing is written over in Keras",
    "embedding sparse": "a kind of gradient",
    "instancenorm momentum": "no statistics are kept",
}


def constructed(text: str) -> str:
    """What a file constructs and calls, without its remarks."""
    body = text.partition("import keras")[2].partition("if __name__")[0]
    return re.sub(r"  #.*", "", body)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.type} {case.inputs}")
def test_every_argument_reaches_the_code_or_makes_a_stub(case):
    (_, plain, _), *altered = case.specs()
    first = exported(plain, "keras")
    for name, spec, label in altered:
        found = exported(spec, "keras")
        if found.stubs:
            assert keras_stub(case, label), label
        elif not {name, f"{case.type} {name}"} & set(NO_EFFECT):
            assert constructed(found.text) != constructed(first.text), (name, label)


def test_what_is_a_stub_is_known_with_its_reason():
    seen = set()
    for case in (*CASES, *MORE):
        for _, spec, label in case.specs():
            assert not read_text(spec).failed, label
            found = exported(spec, "keras")
            assert (label, ungiven(found.text)) == (label, [])
            said = found.stubs[0].why if found.stubs else None
            assert said == keras_stub(case, label), (label, case.inputs)
            if found.stubs:
                here = (label, case.inputs)
                seen |= {here} if here in STUBS_HERE else {s for s in STUBS if label.startswith(s)}
    assert seen == {*STUBS, *STUBS_HERE}
