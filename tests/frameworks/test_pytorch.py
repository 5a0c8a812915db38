"""What is exported, run in PyTorch: parameters, buffers, outputs, and the shapes of the layers.

Every net is built on the meta device, where only shapes are worked out.
"""

from __future__ import annotations

import re

import pytest
import torch
from exported_models import classes_of
from random_specs import random_spec
from specs import NETS, STUBS, exported, text_of_net
from torch import nn

from cnncalc.build.reader import read_text
from cnncalc.export.settings import settings_of
from cnncalc.language.limits import DEFAULT
from cnncalc.language.parse import parse


def arriving(network):
    for name, shape in network.inputs.items():
        first = next(node for node in network.layers if name in node.inputs)
        kind = torch.long if first.type == "embedding" else torch.float
        moved = network.layout == "channels_last" and len(shape) > 1
        yield torch.zeros((1, *((shape[-1], *shape[:-1]) if moved else shape)), dtype=kind)


def run(text, network, setting):
    """The model, the shapes of its leaf modules in the order of their calls, and its outputs."""
    shapes = []

    def note(_module, _inputs, output):
        if isinstance(output, torch.Tensor):
            shapes.append(tuple(output.shape[1:]))

    with torch.device("meta"), torch.no_grad():
        model = classes_of(text)[-1](**setting).eval()
        for module in model.modules():
            if not list(module.children()) or isinstance(module, nn.MultiheadAttention):
                module.register_forward_hook(note)
        output = model(*arriving(network))
    return model, shapes, output if isinstance(output, tuple) else (output,)


def same(shape, other, network):
    moved = network.layout == "channels_last"  # the code has the channels first
    return shape == other or (moved and sorted(shape) == sorted(other))


def check(text, found, setting):
    reading = read_text(text, overrides=setting)
    assert not reading.failed
    network = reading.network
    model, shapes, outputs = run(found.text, network, setting)
    buffers = [b for n, b in model.named_buffers() if not n.endswith("num_batches_tracked")]
    learned = [p for p in model.parameters() if p.requires_grad]
    assert sum(p.numel() for p in model.parameters()) == network.totals.params
    assert sum(p.numel() for p in learned) == network.totals.trainable_params
    assert sum(b.numel() for b in buffers) == network.totals.buffers
    for name, output in zip(network.outputs, outputs, strict=True):
        assert same(network.shape_of(name), tuple(output.shape[1:]), network)
    following = iter(shapes)
    for node in network.layers:
        if node.weights:
            assert any(same(node.output_shape, shape, network) for shape in following), node


def arguments_of(text):
    return set(re.findall(r"(\w+)=", text.rpartition("def __init__(")[2].partition("):")[0]))


@pytest.mark.parametrize("net", [net for net in NETS if net not in STUBS])
def test_a_net(net):
    text = text_of_net(net)
    found = exported(text)
    check(text, found, {})
    for ways in settings_of(parse(text, DEFAULT).spec):
        sound = [way for way in ways if not read_text(text, overrides=way).failed]
        if sound and set(sound[0]) <= arguments_of(found.text):
            check(text, found, sound[0])


@pytest.mark.parametrize("net", STUBS)
def test_a_stub_raises(net):
    text = text_of_net(net)
    with pytest.raises(NotImplementedError, match="no counterpart in PyTorch"):
        run(exported(text).text, read_text(text).network, {})


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_random_specs(start):
    for seed in range(start, start + 20):
        text = random_spec(seed)
        check(text, exported(text), {})


def test_the_state_of_resnet50_is_in_the_order_of_torchvision():
    text = text_of_net("zoo:resnet")
    model = classes_of(exported(text).text)[-1]()
    shapes = [tuple(one.shape) for one in model.state_dict().values() if one.dim()]
    assert shapes == list(torchvision_resnet50())


def torchvision_resnet50():
    """The shapes of torchvision's resnet50, in the order of its state dict (resnet.py)."""

    def normalized(out, into, kernel):
        return [(out, into, kernel, kernel), *[(out,)] * 4]

    yield from normalized(64, 3, 7)
    into = 64
    for width, blocks in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for block in range(blocks):
            yield from normalized(width, into, 1)
            yield from normalized(width, width, 3)
            yield from normalized(4 * width, width, 1)
            if not block:  # `downsample`
                yield from normalized(4 * width, into, 1)
            into = 4 * width
    yield from [(1000, 2048), (1000,)]
