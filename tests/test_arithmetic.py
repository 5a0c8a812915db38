"""The formulas turned round against brute force, and integers of any size.

What the formulas themselves count is in `layers/test_properties.py`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.arithmetic import (
    TransposedWindow,
    Window,
    ceil_div,
    kernel_extent,
    product,
    same_padding,
)
from cnncalc.inverse import (
    inputs_giving,
    least_input,
    paddings_giving,
    strides_giving,
    strides_in_ceil_mode,
    transposed_input_giving,
)

small = st.integers(1, 6)
sizes = st.integers(1, 30)
pads = st.integers(0, 4)
LONGEST = 90  # beyond every size, stride and padding that the drawn windows can ask for


def starts(size: int, kernel: int, stride: int, before: int, after: int, *, ceil: bool) -> int:
    """The windows of a pooling counted one by one, PyTorch's rule for the last included."""
    length = before + size + after
    count = 0
    while count * stride + kernel <= length:
        count += 1
    if ceil and count and (count - 1) * stride + kernel < length and count * stride < size + before:
        count += 1
    return count


windows = st.builds(
    Window, st.just("height"), size=sizes, kernel=small, stride=small, dilation=st.integers(1, 3),
    before=pads, after=pads, ceil_mode=st.just(value=False),
)  # fmt: skip


@st.composite
def poolings(draw):
    """Pooling that rounds up; its padding is at most half the kernel, as in PyTorch."""
    kernel = draw(small)
    before, after = draw(st.integers(0, kernel // 2)), draw(st.integers(0, kernel // 2))
    return Window("height", draw(sizes), kernel, draw(small), 1, before, after, ceil_mode=True)


# -- turned round ---------------------------------------------------------------------------------


@given(windows, st.integers(1, 12))
def test_strides_giving_are_all_strides_that_do(window, output):
    room = window.padded - window.extent
    found = strides_giving(room, output)
    by_force = [
        stride
        for stride in range(1, LONGEST)
        if starts(window.size, window.extent, stride, window.before, window.after, ceil=False)
        == output
    ]
    if output == 1:  # every larger stride gives one window as well
        assert list(found) == by_force[:1]
    else:
        assert list(found) == by_force


@given(poolings(), st.integers(1, 12))
def test_strides_in_ceil_mode_leave_out_none_that_does(window, output):
    room, inside = window.padded - window.kernel, window.size + window.before
    tried = strides_in_ceil_mode(room, inside, output)
    by_force = [
        stride
        for stride in range(1, LONGEST)
        if starts(window.size, window.kernel, stride, window.before, window.after, ceil=True)
        == output
    ]
    if output == 1:
        assert set(by_force[:1]) <= set(tried)
    else:
        assert set(by_force) <= set(tried)


@given(windows, st.integers(1, 12))
def test_inputs_giving_are_all_sizes_that_do(window, output):
    by_force = [
        size
        for size in range(1, LONGEST)
        if starts(size, window.extent, window.stride, window.before, window.after, ceil=False)
        == output
    ]
    assert list(inputs_giving(window, output)) == by_force


@given(poolings(), st.integers(1, 12))
def test_inputs_giving_in_ceil_mode_are_all_sizes_that_do(window, output):
    found = inputs_giving(window, output)
    for size in range(max(1, window.kernel - window.before - window.after), LONGEST):
        given_ = starts(size, window.kernel, window.stride, window.before, window.after, ceil=True)
        assert (size in found) == (given_ == output)


@given(windows | poolings(), st.integers(1, 12))
def test_least_input_is_the_first_size_that_reaches_the_output(window, output):
    least = least_input(window, output)
    assert window._replace(size=least).output >= output
    assert window._replace(size=least - 1).output < output


@given(windows, st.integers(1, 12))
def test_paddings_giving_are_all_totals_that_do(window, output):
    by_force = [
        total
        for total in range(LONGEST)
        if starts(window.size, window.extent, window.stride, 0, total, ceil=False) == output
    ]
    assert list(paddings_giving(window, output)) == by_force


@given(windows)
def test_what_a_window_gives_leads_back_to_it(window):
    output = window.output
    if output < 1:
        return
    assert window.size in inputs_giving(window, output)
    assert window.before + window.after in paddings_giving(window, output)
    if output > 1:
        assert window.stride in strides_giving(window.padded - window.extent, output)


transposed = st.builds(
    TransposedWindow, st.just("height"), size=sizes, kernel=small, stride=small,
    dilation=st.integers(1, 3), before=pads, after=pads, output_padding=st.integers(0, 3),
)  # fmt: skip


@given(transposed)
def test_a_transposed_input_is_found_again(window):
    assert transposed_input_giving(window, window.output) == window.size


@given(transposed, st.integers(1, 40))
def test_a_transposed_input_is_found_if_and_only_if_there_is_one(window, output):
    by_force = [size for size in range(1, LONGEST) if window._replace(size=size).output == output]
    found = transposed_input_giving(window, output)
    assert [found] == (by_force or [None])


@given(windows)
def test_a_transposed_window_undoes_one_that_leaves_nothing_unseen(window):
    unseen = (window.padded - window.extent) % window.stride
    if window.output < 1:
        return
    back = TransposedWindow(
        "height", window.output, window.kernel, window.stride, window.dilation,
        window.before, window.after, unseen,
    )  # fmt: skip
    assert back.output == window.size


@pytest.mark.parametrize(("room", "output"), [(-1, 1), (-5, 3), (4, 0), (4, -2)])
def test_no_stride_gives_what_cannot_be(room, output):
    assert list(strides_giving(room, output)) == []
    assert list(strides_in_ceil_mode(room, room + 3, output)) == []


# -- exact, however large -------------------------------------------------------------------------

HUGE = 10**40 + 7


def test_a_window_over_a_huge_axis_is_exact():
    # 2k + 1 elements at stride 2 with a kernel of 3 and 1 on each side: k + 1 windows.
    window = Window("height", 2 * HUGE + 1, kernel=3, stride=2, before=1, after=1)
    assert window.output == HUGE + 1
    assert window._replace(size=2 * HUGE).output == HUGE
    assert window._replace(size=2 * HUGE, ceil_mode=True).output == HUGE + 1


def test_the_inverse_of_a_huge_axis_is_exact():
    window = Window("height", 0, kernel=3, stride=2, before=1, after=1)
    assert list(inputs_giving(window, HUGE)) == [2 * HUGE - 1, 2 * HUGE]
    assert list(strides_giving(HUGE * (HUGE - 1), HUGE)) == [HUGE]
    doubled = TransposedWindow("height", HUGE, kernel=2, stride=2)
    assert doubled.output == 2 * HUGE
    assert transposed_input_giving(doubled, 2 * HUGE) == HUGE
    assert transposed_input_giving(doubled, 2 * HUGE + 1) is None


def test_huge_products_divisions_and_paddings_are_exact():
    assert product((HUGE, HUGE, 3)) == 3 * HUGE**2
    assert ceil_div(3 * HUGE + 1, 3) == HUGE + 1
    assert ceil_div(3 * HUGE, 3) == HUGE
    assert kernel_extent(HUGE, 2) == 2 * HUGE - 1
    assert same_padding(4, 1, 2) == (0, 0)  # the kernel leaves a gap: nothing to pad
    assert same_padding(10 * HUGE, 5, 1) == (2, 2)
    assert same_padding(2 * HUGE, 7, 2) == (2, 3)


@given(st.integers(-(10**40), 10**40), st.integers(1, 10**20))
def test_division_rounded_up_is_the_least_that_covers(dividend, divisor):
    rounded = ceil_div(dividend, divisor)
    assert (rounded - 1) * divisor < dividend <= rounded * divisor


@pytest.mark.parametrize(
    ("sizes", "elements"), [((), 1), ((7,), 7), ((3, 32, 32), 3072), ((5, 0), 0)]
)
def test_a_product_counts_elements(sizes, elements):
    assert product(sizes) == elements
