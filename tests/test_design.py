"""`net.at` gives what `load` gives: for every net of the zoo, other inputs and other variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cnncalc
from cnncalc import zoo
from cnncalc.build.reader import read_text
from cnncalc.language.limits import DEFAULT
from cnncalc.language.parse import parse
from cnncalc.language.text import text_of

if TYPE_CHECKING:
    from cnncalc.api.network import Network

SIZES = (97, 320)
NUMBERS = (2, 34)


def told(make):
    """The whole of a net, or the error that there is none."""
    try:
        net = make()
    except ValueError as error:
        return type(error), str(error)
    rows = [(*node[:6], node.place) for node in net.layers]
    settings = net.variables, net.settings, net.inputs, net.outputs, net.layout, net.name
    stated = net.expect, net.lint, net.values, net.gradient
    return rows, settings, stated, net.totals, net.warnings, net.source


def inputs_of(net: Network) -> list[object]:
    """Other inputs: squares and not, one with too few axes, and what is no shape of it."""
    channels_last = net.layout == "channels_last"
    found: list[object] = []
    for size in SIZES:
        shapes = {}
        for name, shape in net.inputs.items():
            axes = len(shape) - 1
            spatial = (size,) * axes
            shapes[name] = (*spatial, shape[-1]) if channels_last else (shape[0], *spatial)
        found.append(shapes)
    found.append({name: shape[:-1] for name, shape in net.inputs.items() if shape[:-1]})
    found += [(3, 200, 180), {"nothing": (3, 8, 8)}, "abc", (0, 4, 4)]
    return found


def variables_of(name: str) -> list[str]:
    text = text_of(f"zoo:{name}", DEFAULT)
    return list(parse(text, DEFAULT).spec.variables)


@pytest.mark.parametrize("name", sorted(zoo.names()))
def test_a_net_at_other_inputs_is_that_of_load(name: str) -> None:
    source = f"zoo:{name}"
    net = cnncalc.load(source)
    net.at()  # all that follows is asked of what is kept
    for given in inputs_of(net):
        assert told(lambda: net.at(input=given)) == told(lambda: cnncalc.load(source, input=given))  # noqa: B023 - called at once


@pytest.mark.parametrize("name", sorted(name for name in zoo.names() if variables_of(name)))
def test_a_net_at_other_variables_is_that_of_load(name: str) -> None:
    source = f"zoo:{name}"
    net = cnncalc.load(source)
    for variable in variables_of(name)[:2]:
        for value in NUMBERS:
            given = {variable: value}
            expected = told(lambda: cnncalc.load(source, variables=given))  # noqa: B023 - called at once
            assert told(lambda: net.at(**given)) == expected  # noqa: B023 - called at once


@pytest.mark.parametrize("name", ["resnet", "vgg", "lenet5", "unet"])
def test_the_errors_of_a_size_that_does_not_fit_are_those_of_load(name: str) -> None:
    net = cnncalc.load(f"zoo:{name}")
    for size in (1, 7, 50):
        shape = (3, size, size)
        expected = told(lambda: cnncalc.load(f"zoo:{name}", input=shape))  # noqa: B023 - called at once
        assert told(lambda: net.at(input=shape)) == expected  # noqa: B023 - called at once


def test_what_is_not_named_stays_as_it_was_loaded() -> None:
    net = cnncalc.load("zoo:resnet", variables={"depth": 34}, input=(3, 64, 64))
    other = net.at(classes=10).at(input="3x96x96")
    again = {"depth": 34, "classes": 10}
    wanted = cnncalc.load("zoo:resnet", variables=again, input=(3, 96, 96))
    assert told(lambda: other) == told(lambda: wanted)
    assert net.inputs == {"input": (3, 64, 64)}


def test_a_shape_that_an_entry_asks_for_decides_again() -> None:
    """At 8 the layer stays, at 16 another takes its place, and back."""
    text = (
        "input: 4x8x8\nlayers:\n- relu\n"
        "- {when: $in_height > 8, conv: {filters: $in_width, kernel: 1}}\n- global_avgpool\n"
    )
    net = cnncalc.parse(text)
    for size in (8, 16, 8, 24, 9, 5):
        shape = (4, size, size)
        assert told(lambda: net.at(input=shape)) == told(lambda: cnncalc.parse(text, input=shape))  # noqa: B023 - called at once


def test_names_of_a_framework_are_looked_at_again() -> None:
    """A branch with names of Keras, which `when` leaves out, says nothing of the layout."""
    text = (
        "input: 8x8x3\nvariables: {keras: true}\nlayers:\n- relu\n"
        "- {when: $keras, Conv2D: {filters: 4, kernel_size: 3}}\n"
    )
    net = cnncalc.parse(text)
    for value in (True, False, True):
        given = {"keras": value}
        assert told(lambda: net.at(**given)) == told(lambda: cnncalc.parse(text, variables=given))  # noqa: B023 - called at once


def test_shared_weights_are_checked_again() -> None:
    text = (
        "inputs: {a: [8], b: [8]}\nlayers:\n- {dense: 4, name: one, from: a}\n"
        "- {share: one, name: two, from: b}\n- {add: , from: [one, two]}\n"
    )
    net = cnncalc.parse(text)
    for given in ({"a": (9,), "b": (9,)}, {"a": (9,)}, {"b": (7,)}, {"a": (5,), "b": (5,)}):
        assert told(lambda: net.at(input=given)) == told(lambda: cnncalc.parse(text, input=given))  # noqa: B023 - called at once


def test_a_net_with_warnings_is_built_anew() -> None:
    text = "input: 4x8x8\nlayers:\n- {relu: , name: lost}\n- {tanh: , from: input}\n"
    assert read_text(text).diagnostics
    net = cnncalc.parse(text)
    for size in (8, 16):
        shape = (4, size, size)
        assert told(lambda: net.at(input=shape)) == told(lambda: cnncalc.parse(text, input=shape))  # noqa: B023 - called at once
