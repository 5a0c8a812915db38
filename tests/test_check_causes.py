"""Causes of wrong claims: each kind of slip is found, and none contradicts what else is known.

The claimed values are computed by building the net with the slip made.
"""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.analysis.check.claims import check_claims

NET = """
input: %(input)s
layers:
  - {conv: {filters: 16, kernel: 3, padding: 1}, name: stem}
  - relu
  - {conv: {filters: %(filters)s, kernel: %(kernel)s, stride: %(stride)s, groups: %(groups)s},
     name: body}
  - flatten
  - {dense: %(units)s, name: head}
"""
USUAL = {"input": "3x32x32", "filters": 24, "kernel": 3, "stride": 1, "groups": 1, "units": 10}


def notes_of(text: str) -> list[list[str]]:
    """The causes of each failed claim."""
    return [
        [note for note in finding.notes if note.startswith(("cause:", "or:"))]
        for finding in check_claims(cnncalc.parse(text)).findings
    ]


@pytest.mark.parametrize(
    ("slip", "cause"),
    [
        ({"kernel": 5}, "body: `kernel: 5` instead of 3"),
        ({"kernel": 2}, "body: `kernel: 2` instead of 3"),
        ({"stride": 2}, "body: `stride: 2` instead of 1"),
        ({"filters": 48}, "body: `filters: 48` instead of 24"),
        ({"filters": 12}, "body: `filters: 12` instead of 24"),
        ({"input": "3x28x28"}, "an input of (3, 28, 28) instead of (3, 32, 32)"),
        ({"input": "1x32x32"}, "an input of (1, 32, 32) instead of (3, 32, 32)"),
        ({"input": "3x227x227"}, "an input of (3, 227, 227) instead of (3, 32, 32)"),
    ],
)
@pytest.mark.parametrize("key", ["params", "macs"])
def test_one_slip_is_found_from_the_total(slip: dict[str, object], cause: str, key: str) -> None:
    other = cnncalc.parse(NET % {**USUAL, **slip})
    claim = f"expect: {{{key}: {getattr(other.totals, key)}}}\n"
    (causes,) = notes_of(NET % USUAL + claim)
    assert any(cause in note for note in causes), causes


def test_depthwise_instead_of_dense() -> None:
    text = "input: 16x8x8\nlayers:\n  - conv: {filters: 16, kernel: 3}\n    expect: {params: 160}\n"
    assert notes_of(text) == [
        ["cause: conv_1: `groups: 16` instead of 1, which gives exactly 160"]
    ]  # 16 * 3 * 3 + 16


@pytest.mark.parametrize(("units", "params"), [(100, 6500), (7, 455)])
def test_the_units_of_one_layer_follow_from_its_claim(units: int, params: int) -> None:
    text = f"input: 64\nlayers:\n  - dense: 10\n    expect: {{params: {params}}}\n"  # 65 each
    why = f"cause: dense_1: `units: {units}` instead of 10, which gives exactly {params}"
    assert notes_of(text) == [[why]]


def test_the_channels_of_a_claimed_shape() -> None:
    text = "input: 3x8x8\nlayers:\n  - conv: {filters: 4, kernel: 3}\n    expect: {shape: 7x6x6}\n"
    ((cause,),) = notes_of(text)
    assert "conv_1: `filters: 7` instead of 4" in cause


def test_causes_speak_as_the_framework_does() -> None:
    text = "input: 3x8x8\nlayers:\n  - Conv2d: {out_channels: 4, kernel_size: 3}\n"
    ((cause,),) = notes_of(text + "    expect: {shape: 8x6x6}\n")
    assert "`out_channels: 8` instead of 4" in cause


def test_no_cause_contradicts_a_claim_that_holds() -> None:
    """32x32 would explain the output, but the stem's own claim says that it is 30x30."""
    text = """
input: 3x32x32
layers:
  - conv: {filters: 4, kernel: 3}
%s
  - conv: {filters: 4, kernel: 3}
    expect: {shape: 4x30x30}
"""
    (free,) = notes_of(text % "")
    assert any("conv_1: `padding: same`" in note for note in free)
    (bound,) = notes_of(text % "    expect: {shape: 4x30x30}")
    assert not any("conv_1" in note or "input" in note for note in bound)
    assert any("conv_2: `padding: same`" in note for note in bound)


def test_no_two_claims_have_causes_that_contradict() -> None:
    """The first claim needs a padding of 1; the second alone could come from one of 2, too."""
    text = """
input: 3x32x32
layers:
  - {conv: {filters: 4, kernel: 3}, name: first}
  - {relu: , name: one, expect: {output: 4096}}
  - {conv: {filters: 4, kernel: 3}, name: second, from: first, expect: {shape: 4x32x32}}
"""
    told = [note for notes in notes_of(text) for note in notes]
    assert any("first: `padding: same`" in note for note in told)
    assert not any("first: a padding of two" in note for note in told)


def test_all_biases_and_one_bias_are_not_two_slips() -> None:
    text = """
input: 3x8x8
layers:
  - {conv: {filters: 4, kernel: 3}}
  - {conv: {filters: 4, kernel: 3, bias: false}}
  - {conv: {filters: 4, kernel: 3, bias: false}}
expect: {params: %s}
"""
    total = cnncalc.parse(text.replace("expect: {params: %s}", "")).totals.params
    for claimed in range(total - 20, total + 20):
        for notes in notes_of(text % claimed):
            assert not any(
                "every layer has a bias" in note and "left out" in note for note in notes
            )


def test_trainable_parameters_follow_from_a_wrong_number_of_parameters() -> None:
    """3 * 3 * 3 * 10 without the 10 biases; the batch norm adds 20 that are trained."""
    text = """
input: 3x32x32
layers:
  - conv: {filters: 10, kernel: 3}
    expect: {params: 270}
  - batchnorm
expect: {trainable_params: 290}
"""
    first, second = notes_of(text)
    assert "the 10 biases are left out" in first[0]
    assert second == ["cause: it follows from `params: 270` of conv_1 (line 5)"]


def test_a_slip_in_a_shared_layer_changes_all_that_share_it() -> None:
    text = """
input: 8x32x32
layers:
  - {conv: {filters: 8, kernel: 3}, name: own}
  - {share: own, name: again, expect: {shape: 8x32x32}}
"""
    ((first, *_),) = notes_of(text)
    assert first.startswith("cause: own: `padding: same`, ")
