"""`roll`: the values of `torch.roll`, what it reads and needs, and what is refused."""

from __future__ import annotations

import json

import pytest

import cnncalc
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
