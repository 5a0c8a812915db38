"""JSON that is written without `json` is what `json` writes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.render.json_text import indented, json_text, quoted

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_quoted_as_by_json(text):
    assert quoted(text) == json.dumps(text)


@given(VALUES)
def test_any_value_is_written_as_by_json(value):
    assert json_text(value) == json.dumps(value)


@given(VALUES, st.integers(0, 3))
def test_any_value_is_indented_as_by_json(value, step):
    assert indented(value, step) == json.dumps(value, indent=step)


def test_what_is_held_at_several_places_and_depths_is_written_at_each():
    part = {"a": [1, {"b": 2}]}
    value = {"x": part, "y": [part, part], "z": {"deep": {"deeper": part}}}
    assert indented(value, 2) == json.dumps(value, indent=2)


@pytest.mark.parametrize("value", [{1: 2}, object(), {"a": {3}}])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(TypeError):
        json_text(value)
