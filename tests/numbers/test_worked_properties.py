"""What always holds of worked numbers, on random nets and numbers."""

from __future__ import annotations

import json
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import assume, given, settings

import cnncalc
from cnncalc.analysis.locality import locality
from cnncalc.numbers import functions
from cnncalc.numbers.backward import backward
from cnncalc.numbers.exact import dot, exact, shown
from cnncalc.numbers.forward import compute
from cnncalc.numbers.given import Given
from cnncalc.numbers.tensor import grid_of

NUMBERS = st.integers(-50, 50).map(lambda n: Fraction(n, 10))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=20))
def test_a_sum_of_products_is_that_of_fractions(pairs):
    assert dot(pairs) == sum((a * b for a, b in pairs), Fraction(0))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-999, max_value=999))
def test_a_decimal_is_read_and_shown_as_written(number):
    assert Fraction(shown(exact(float(number)))) == Fraction(number)


@given(st.sampled_from(sorted(functions.BY_NAME)), st.floats(-6, 6))
def test_a_derivative_is_the_slope(name, x):
    function = functions.BY_NAME[name]
    step = 1e-6
    corners = (-3, -1, -0.5, 0, 0.5, 1, 3, 6)  # where a function bends or jumps
    assume(min(abs(x - corner) for corner in corners) > 1e-3)
    slope = (float(function.value(x + step)) - float(function.value(x - step))) / (2 * step)
    assert abs(float(function.derivative(x)) - slope) < 1e-5


CONVS = st.fixed_dictionaries(
    {
        "filters": st.just(2), "kernel": st.integers(1, 3), "stride": st.integers(1, 3),
        "dilation": st.integers(1, 2), "padding": st.integers(0, 2),
    }
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(CONVS, st.integers(5, 8), st.integers(5, 8))
def test_the_picture_of_what_is_read_is_where_the_gradient_is(conv, height, width):
    spec = {"input": [1, height, width], "layers": [{"conv": conv}, {"avgpool": {"kernel": 2}}]}
    try:
        net = cnncalc.parse(json.dumps(spec))
    except cnncalc.SpecError:
        return
    size = height * width
    kernel = next(iter(net["conv_1"].weights)).size
    numbers = Given({"input": [1] * size}, {"conv_1": {"kernel": [1] * kernel}})
    computed = compute(net, numbers)
    for name, plane in (
        ("conv_1", locality(net, "conv_1").own),
        ("avgpool_1", locality(net, "avgpool_1").net),
    ):
        grid = grid_of(net[name].output_shape, "channels_first")
        for read in plane.reads:
            offset = sum(i * s for i, s in zip(read.unit, grid.spatial_steps, strict=True))
            value = computed.results[name].values[offset]
            gradients = backward(computed.tape, [(value, 1)])
            reached = {
                divmod(place, width)
                for place, one in enumerate(computed.results["input"].values)
                if gradients.of(one) is not None
            }
            rows, columns = read.axes
            inside = {(r, c) for r in rows for c in columns if 0 <= r < height and 0 <= c < width}
            assert reached == inside
