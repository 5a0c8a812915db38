"""Exported code at another size of its input: the net of that size, or a number that refuses it."""

from __future__ import annotations

import inspect
import re

import torch
from batches import batch
from exported_models import classes_of
from random_specs import mixed_spec
from specs import exported

from cnncalc.build.reader import read_text
from cnncalc.export.pytorch.definitions import axis_word

#: Specs that build, and how much longer each spatial axis is made.
SEEDS = [seed for seed in range(80) if not read_text(mixed_spec(seed)).failed]
MORE = ((2, 3, 4), (4, 0, 0), (0, 2, 0))


def in_pytorch(text: str, shape: tuple[int, ...], network) -> tuple[object, torch.Tensor]:
    """The model of a file for an input of this shape, and what it gives."""
    own = network.inputs["input"]
    channels = len(shape) - 1 if network.layout == "channels_last" else 0
    net = classes_of(text)[-1]
    given = {}
    for axis, size in enumerate(shape):
        word = axis_word(axis, len(shape), channels, sequence=False)  # they begin with maps
        for name, parameter in inspect.signature(net.__init__).parameters.items():
            if name in {word, f"in_{word}"} and parameter.default == own[axis]:
                given[name] = size
    moved = network.layout == "channels_last" and "channels come first here" in text
    arriving = (shape[-1], *shape[:-1]) if moved else shape
    with torch.device("meta"), torch.no_grad():
        model = net(**given).eval()
        return model, model(torch.zeros(1, *arriving))


@batch("seed, more", [(seed, more) for seed in SEEDS for more in MORE])
def test_another_size_gives_the_net_of_that_size_or_an_error(seed, more):
    text = mixed_spec(seed)
    network = read_text(text).network
    shape = list(network.inputs["input"])
    last = network.layout == "channels_last"
    for axis, longer in zip(range(not last, len(shape) - last), more, strict=False):
        shape[axis] += longer
    reading = read_text(text, shapes={"input": tuple(shape)})
    if reading.failed:
        return
    try:
        model, output = in_pytorch(exported(text).text, tuple(shape), network)
    except RuntimeError as error:
        assert re.search("size|shape|dim", str(error)), error  # noqa: PT017 - a size in the code
        return
    assert sum(one.numel() for one in model.parameters()) == reading.network.totals.params
    (name,) = reading.network.outputs
    assert sorted(output.shape[1:]) == sorted(reading.network.shape_of(name))


#: What the turns of a loop do to a map, and the arguments that differ among them.
TURNS = [
    ("kernel: [3, 5]", "{conv: {filters: 8, kernel: $kernel}}, {maxpool: 2}"),
    ("s: [2, 3]", "{conv: {filters: 8, kernel: 3, stride: $s, padding: 1}}"),
    ("rate: [1, 3]", "{conv: {filters: 8, kernel: 3, dilation: $rate, stride: 2}}"),
    ("k: [3, 5], s: [2, 1]", "{conv: {filters: 8, kernel: $k, stride: $s, padding: $k // 2}}"),
]


@batch("turns, more", [(turns, more) for turns in TURNS for more in MORE[:2]])
def test_the_turns_of_a_loop_give_their_sizes_at_another_size(turns, more):
    loop, layers = turns
    text = (
        f"input: 3x40x40\nlayers: [{{for: {{{loop}}}, layers: [{layers}]}}, flatten, {{dense: 7}}]"
    )
    network = read_text(text).network
    shape = (3, 40 + more[0], 40 + more[1])
    model, output = in_pytorch(exported(text).text, shape, network)
    assert sum(one.numel() for one in model.parameters()) == (
        read_text(text, shapes={"input": shape}).network.totals.params
    )
    assert output.shape == (1, 7)
