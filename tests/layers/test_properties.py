"""Sizes against counted windows, parameters against enumerated weights, over random layers."""

from __future__ import annotations

from itertools import product as indices

from hypothesis import given
from hypothesis import strategies as st

from cnncalc.arithmetic import TransposedWindow, Window, same_padding
from cnncalc.layers import registry
from cnncalc.layers.base.tensors import Inputs
from cnncalc.net.facts import facts_of

small = st.integers(1, 6)


def positions(window: Window) -> list[int]:
    """The first padded element of every window that lies in the padded axis."""
    return [
        start
        for start in range(0, window.padded, window.stride)
        if start + window.dilation * (window.kernel - 1) < window.padded
    ]


@given(
    size=st.integers(1, 40), kernel=small, stride=small, dilation=st.integers(1, 3),
    before=st.integers(0, 5), after=st.integers(0, 5),
)  # fmt: skip
def test_the_formula_counts_windows(size, kernel, stride, dilation, before, after):
    window = Window("height", size, kernel, stride, dilation, before, after)
    counted = len(positions(window))
    assert max(window.output, 0) == counted


@given(size=st.integers(1, 40), kernel=small, stride=small, padding=st.integers(0, 3))
def test_ceil_mode_adds_a_window_that_starts_inside(size, kernel, stride, padding):
    padding = min(padding, kernel // 2)
    window = Window("height", size, kernel, stride, 1, padding, padding, ceil_mode=True)
    whole = positions(window)
    if not whole:
        return
    following = whole[-1] + stride
    reached = whole[-1] + kernel >= window.padded
    more = not reached and following < size + padding
    assert window.output == len(whole) + more


@given(size=st.integers(1, 60), kernel=small, stride=small, dilation=st.integers(1, 3))
def test_same_padding_gives_a_window_for_every_stride(size, kernel, stride, dilation):
    before, after = same_padding(size, kernel, stride, dilation)
    window = Window("height", size, kernel, stride, dilation, before, after)
    if window.output > 0:
        assert window.output == len(range(0, size, stride)) or window.padded == size
    assert 0 <= after - before <= 1


@given(size=st.integers(1, 20), kernel=small, stride=small, dilation=st.integers(1, 3))
def test_transposed_convolution_reaches_as_far_as_its_last_element(size, kernel, stride, dilation):
    touched = {
        position * stride + element * dilation
        for position in range(size)
        for element in range(kernel)
    }
    output = TransposedWindow("height", size, kernel, stride, dilation).output
    assert output == max(touched) + 1


@st.composite
def convolutions(draw):
    groups = draw(st.integers(1, 3))
    channels, filters = groups * draw(small), groups * draw(small)
    kernel = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    return groups, channels, filters, kernel, draw(st.booleans())


@given(convolutions())
def test_convolution_parameters_are_its_enumerated_weights(case):
    groups, channels, filters, kernel, bias = case
    weights = {
        (filter_, channel, *at)
        for filter_ in range(filters)
        for channel in range(channels)
        if channel * groups // channels == filter_ * groups // filters
        for at in indices(*map(range, kernel))
    }
    arguments = {"filters": filters, "kernel": kernel, "groups": groups, "bias": bias}
    layer = registry.names()["conv"].make(arguments)
    facts = facts_of(layer, Inputs(((channels, *(5 for _ in kernel)),)))
    assert facts.params == len(weights) + filters * bias
    outputs = list(indices(*map(range, facts.output_shape)))
    assert facts.macs == len(outputs) * len([w for w in weights if w[0] == 0])


@given(features=small, units=small, bias=st.booleans())
def test_dense_parameters_are_its_enumerated_connections(features, units, bias):
    connections = [(a, b) for a in range(features) for b in range(units)]
    layer = registry.names()["dense"].make({"units": units, "bias": bias})
    facts = facts_of(layer, Inputs(((features,),)))
    assert facts.params == len(connections) + len(range(units)) * bias
    assert facts.macs == len(connections)


@given(channels=small, multiplier=st.integers(1, 3), kernel=st.integers(1, 3))
def test_depthwise_and_grouped_convolution_hold_the_same(channels, multiplier, kernel):
    depthwise = registry.names()["depthwise_conv"].make(
        {"kernel": kernel, "depth_multiplier": multiplier}
    )
    grouped = registry.names()["conv"].make(
        {"filters": channels * multiplier, "kernel": kernel, "groups": channels}
    )
    inputs = Inputs(((channels, 7, 7),))
    one, other = facts_of(depthwise, inputs), facts_of(grouped, inputs)
    assert (one.params, one.macs, one.output_shape) == (
        other.params,
        other.macs,
        other.output_shape,
    )
