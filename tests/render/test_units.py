"""Numbers with units: three digits, and never a thousand of one unit for one of the next."""

from __future__ import annotations

import pytest

from cnncalc.render import units
from cnncalc.render.units import memory, short


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 k"),
        (25_557_032, "25.6 M"),
        (999_499, "999 k"),
        (999_500, "1.00 M"),
        (999_999, "1.00 M"),
        (999_999_999, "1.00 G"),
        (4_089_184_256, "4.09 G"),
    ],
)
def test_short_numbers(number, text):
    assert short(number) == text


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        (0, "0 bytes"),
        (255, "1020 bytes"),
        (256, "1.0 KiB"),
        (226_390, "884.3 KiB"),
        (262_143, "1.0 MiB"),  # 4 bytes below
        (262_144, "1.0 MiB"),
        (2**28 - 1, "1.0 GiB"),
    ],
)
def test_memory_of_32_bit_floats(elements, text):
    assert memory(elements) == text


@pytest.mark.parametrize(
    ("value", "shown", "raw"),
    [
        (None, "-", ""),
        (0, "0", 0),
        (25557032, "25,557,032", 25557032),
        ((211, 195), "211x195", "211x195"),
        ((3, None), "3xall", "3xall"),
        ((None, None), "all", "all"),
        (("1/2", 2), "1/2x2", "1/2x2"),
    ],
)
def test_values_of_figures(value, shown, raw):
    assert (units.value(value), units.raw(value)) == (shown, raw)


def test_a_value_in_bytes_has_a_unit():
    assert units.value(320 * 1024, "bytes") == "320.0 KiB"
    assert units.value(1000, "bytes") == "1000 bytes"
