"""`roll`: the values of `torch.roll`, what it reads and needs, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis.locality import locality
from cnncalc.figures.receptive_field import View, receptive_fields
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.tensors import Inputs
from cnncalc.layers.base.usage import Run
from cnncalc.layers.rolling import Roll
from cnncalc.numbers.worked import work_out

ROWS = [[1, 2], [3, 4], [5, 6], [7, 8]]


def values(rows, **arguments):
    spec = {"input": [len(rows), len(rows[0])], "values": rows, "layers": [{"roll": arguments}]}
    found = work_out(cnncalc.parse(json.dumps(spec)), gradients=False).layers[-1]
    width = found.shape[1]
    return [list(found.values[i : i + width]) for i in range(0, len(found.values), width)]


#: The examples in the documentation of `torch.roll`.
@pytest.mark.parametrize(
    ("arguments", "rolled"),
    [
        ({"shifts": 1, "axis": 0}, [[7, 8], [1, 2], [3, 4], [5, 6]]),
        ({"shifts": -1, "axis": 0}, [[3, 4], [5, 6], [7, 8], [1, 2]]),
        ({"shifts": [2, 1], "axis": [0, 1]}, [[6, 5], [8, 7], [2, 1], [4, 3]]),
    ],
)
def test_the_examples_of_pytorch(arguments, rolled):
    assert values(ROWS, **arguments) == rolled


@pytest.mark.parametrize("shift", [-13, -4, -1, 0, 3, 4, 10])
def test_a_roll_is_a_list_cut_in_two(shift):
    cut = -shift % 4
    assert values(ROWS, shifts=shift, axis=-2) == ROWS[cut:] + ROWS[:cut]


def test_shifts_of_the_same_axis_add_up():
    assert values(ROWS, shifts=[3, 2], axis=[0, 0]) == values(ROWS, shifts=5, axis=0)


def read_by(layer, shape):
    """The index along each axis that each position reads, by what the layer tells."""
    (reaches,) = layer.reach(Inputs((shape,)), shape)
    found = []
    for axis, reach in enumerate(reaches):
        assert reach.axis == axis
        turns = (divmod(position, reach.period) for position in range(shape[axis]))
        found.append([turn * reach.shift + reach.taps[phase][0] for turn, phase in turns])
    return found


@pytest.mark.parametrize("shift", [-9, -2, 0, 1, 6, 7])
def test_a_position_reads_where_its_element_was(shift):
    layer = Roll(shifts=[shift], axis=[1])
    whole = list(range(6))
    cut = -shift % 6
    assert read_by(layer, (2, 6)) == [[0, 1], whole[cut:] + whole[:cut]]


def test_it_keeps_the_shape_and_holds_nothing():
    text = "input: 3x8x8\nlayers: [{roll: {shifts: [-3, -3], axis: [1, 2]}}]"
    (node,) = cnncalc.parse(text).layers
    assert (node.output_shape, node.params, node.buffers, node.macs) == ((3, 8, 8), 0, 0, 0)


@pytest.mark.parametrize(("axes", "steps"), [([1], 0), ([1, 2], 1), ([0, 1, 2], 2)])
def test_one_tensor_for_each_step_before_the_last(axes, steps):
    """`torch.roll` calls itself for the remaining axes, and its caller holds what it made."""
    shape = (4, 6, 5)
    usage = Roll(shifts=[1] * len(axes), axis=axes).usage(Inputs((shape,)), shape, Run(2))
    size = 2 * 4 * 6 * 5 * 4
    assert (usage.shares, usage.saves, usage.made) == (None, (), 0)
    assert usage.scratch == usage.backward_scratch == steps * size


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"shifts": [1, 2], "axis": [0]}, "2 shifts for 1 axis"),
        ({"shifts": 1, "axis": [0, 1]}, "1 shift for 2 axes"),
        ({"shifts": 1, "axis": 3}, "`axis: 3` is out of range: the axes are 0 to 2, or -3 to -1"),
        ({"shifts": 1.5, "axis": 0}, "expected a whole number, not 1.5"),
        ({"shifts": 1}, "`roll` needs `axis`"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(arguments, told):
    spec = f"input: 3x8x8\nlayers:\n  - roll: {json.dumps(arguments)}\n"
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.parse(spec)
    (problem,) = caught.value.diagnostics
    assert told in problem.message
    assert problem.place.line == 3


def test_a_layer_refuses_what_is_of_no_input():
    with pytest.raises(LayerError):
        Roll(shifts=[1], axis=[2]).output_shape(Inputs(((4, 5),)))


#: Layers along one axis: a shift of a roll, or kernel, stride and padding of a convolution.
STEP = st.integers(-20, 20) | st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(0, 2))
SIZE = 16


def entry(step):
    if isinstance(step, int):
        return {"roll": {"shifts": step, "axis": 1}}
    return {"conv": dict(zip(("kernel", "stride", "padding"), step, strict=True), filters=1)}


def read_through(steps):
    """The input elements that each position of the output reads, set by set."""
    sets = [{element} for element in range(SIZE)]
    for step in steps:
        if isinstance(step, int):
            sets = [sets[(position - step) % len(sets)] for position in range(len(sets))]
            continue
        kernel, stride, padding = step
        padded = [set()] * padding + sets + [set()] * padding
        starts = range(0, len(padded) - kernel + 1, stride)
        sets = [set().union(*padded[start : start + kernel]) for start in starts]
    return sets


@given(st.lists(STEP, min_size=1, max_size=4), st.booleans())
def test_what_is_read_behind_a_roll_is_what_counting_finds(steps, added):
    steps = [(3, 1, 1), 5, *steps]
    sets = read_through(steps)
    if not sets:
        return
    layers = [entry(step) for step in steps]
    if added:  # to itself
        layers.append({"residual": [{"relu": {}}]})
    net = cnncalc.parse(json.dumps({"input": [1, SIZE], "layers": layers}))
    last = net.layers[-1].name
    (view,) = receptive_fields(net)[last]
    widest = max((max(one) - min(one) + 1 for one in sets if one), default=0)
    assert widest <= (SIZE if view.size is None else view.size) <= SIZE
    seen = locality(net, last).net
    for read in seen.reads if seen is not None else ():
        (unit,), (elements,) = read
        assert {one for one in elements if 0 <= one < SIZE} == sets[unit]


@pytest.mark.parametrize("shift", [1, 4, 8])
def test_a_window_over_the_seam_sees_both_ends_of_the_input(shift):
    conv = {"conv": {"filters": 4, "kernel": 3, "padding": 1}}
    spec = {"input": [3, 16, 16], "layers": [conv, {"roll": {"shifts": shift, "axis": 1}}, conv]}
    net = cnncalc.parse(json.dumps(spec))
    rows, columns = receptive_fields(net)["conv_2"]
    assert (rows, columns.size) == (View(), 5)
    read = locality(net, "conv_2").net.reads[0].axes[0]
    expected = read_through([(3, 1, 1), shift, (3, 1, 1)])[0]
    assert {row for row in read if 0 <= row < 16} == expected
    assert shift != 4 or expected == {11, 12, 13, 14}


def test_windows_beside_the_seam_are_as_small_as_without_a_roll():
    layers = [(3, 1, 1), 4, (2, 2, 0)]  # the seam lies between two windows
    spec = {"input": [1, SIZE], "layers": [entry(step) for step in layers]}
    (view,) = receptive_fields(cnncalc.parse(json.dumps(spec)))["conv_2"]
    assert view.size == max(max(one) - min(one) + 1 for one in read_through(layers)) == 4


def test_very_many_units_behind_a_roll_are_not_followed_one_by_one():
    layers = [{"roll": {"shifts": 1, "axis": 1}}, {"upsample": 30000}, entry((3, 1, 0))]
    net = cnncalc.parse(json.dumps({"input": [1, 30000], "layers": layers}))
    assert receptive_fields(net)["conv_1"] == (View(),)
