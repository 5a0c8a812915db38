"""A `roll` in exported code: shifts that frameworks do not take, and none at all."""

from __future__ import annotations

from specs import FRAMEWORKS, exported


def test_shifts_beyond_64_bits_are_within_the_size():
    spec = "input: 3x8x8\nlayers: [{roll: {shifts: [1e50, -7], axis: [0, 0]}}]"
    # 10 to the power of 50 is 1 more than a multiple of 3, and -7 is 2 more than one
    assert "Roll((1, 2), (1, 1))" in exported(spec).text
    assert "ops.roll(inputs, (1, 2), (-1, -1))" in exported(spec, "keras").text


def test_other_shifts_are_as_they_are_written():
    spec = "input: 3x8x8\nlayers: [{roll: {shifts: [-9, 2], axis: [1, 2]}}]"
    assert "Roll((-9, 2), (2, 3))" in exported(spec).text
    assert "ops.roll(inputs, (-9, 2), (1, 2))" in exported(spec, "keras").text


def test_a_roll_along_no_axis_is_nothing():
    for layers in ("[NONE]", "[NONE, relu]", "[relu, NONE, {dense: 2}]"):
        spec = f"input: 3x8x8\nlayers: {layers.replace('NONE', '{roll: {shifts: [], axis: []}}')}"
        for to in FRAMEWORKS:
            found = exported(spec, to)
            compile(found.text, "net.py", "exec")
            assert "roll" not in found.text.lower()
            assert not found.stubs
