"""What is exported, run in PyTorch: parameters, buffers, outputs, and the shapes of the layers.

Every net is built on the meta device, where only shapes are worked out.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest
import torch
from exported_models import classes_of
from looped_specs import LOOPED, looped_spec
from oracle_nets import records
from random_specs import random_spec
from specs import FAMILIES, NETS, exported, settings_in, text_of_net
from torch import nn

from cnncalc.arithmetic import product
from cnncalc.build.reader import read_text
from cnncalc.export.pytorch.members import MEMBERS
from cnncalc.export.unused import used_part


def arriving(network):
    for name, shape in network.inputs.items():
        first = next(node for node in network.layers if name in node.inputs)
        kind = torch.long if first.type == "embedding" else torch.float
        moved = network.layout == "channels_last" and len(shape) > 1
        yield torch.zeros((1, *((shape[-1], *shape[:-1]) if moved else shape)), dtype=kind)


def run(text, network, setting):
    """The model, the shapes of its leaf modules in the order of their calls, and its outputs."""
    shapes = []

    def note(module, _inputs, output):
        several = isinstance(module, (nn.MultiheadAttention, nn.RNNBase))
        output = output[0] if several else output
        if isinstance(output, torch.Tensor):
            shapes.append(tuple(output.shape[1:]))

    with torch.device("meta"), torch.no_grad():
        model = classes_of(text)[-1](**setting).eval()
        for module in model.modules():
            if not list(module.children()) or list(module.parameters(recurse=False)):
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
    for node in used_part(network).layers:  # the others are made, and not called
        if node.weights:
            assert any(same(node.output_shape, shape, network) for shape in following), node


def arguments_of(text):
    return set(re.findall(r"(\w+)=", text.rpartition("def __init__(")[2].partition("):")[0]))


@pytest.mark.parametrize("net", [*NETS, *FAMILIES])
def test_a_net(net):
    text = text_of_net(net)
    found = exported(text)
    check(text, found, {})
    for ways in settings_in(text):
        sound = [way for way in ways if not read_text(text, overrides=way).failed]
        if sound and set(sound[0]) <= arguments_of(found.text):
            check(text, found, sound[0])


def test_a_stub_raises():
    text = "input: 3x8x8\nlayers: [{custom: {params: 5}}, relu]"
    with pytest.raises(NotImplementedError, match="no counterpart in PyTorch"):
        run(exported(text).text, read_text(text).network, {})


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_random_specs(start):
    for seed in range(start, start + 20):
        text = random_spec(seed)
        check(text, exported(text), {})


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_random_loops(start):
    for seed in range(start, start + 20):
        check_settings(looped_spec(seed))


@pytest.mark.parametrize("what", LOOPED)
def test_loops(what):
    check_settings(LOOPED[what], {"depth": 1})  # a `repeat: $depth - 1` has no turns then


def check_settings(text, *more):
    """The file of a spec whose loops have turns in all of these settings, then in `more`."""
    found = exported(text)
    assert (found.flat, found.stubs) == (False, ())
    for setting in ({}, {"width": 6}, {"depth": 2}, {"depth": 3}, {"depth": 5}, *more):
        sound = not read_text(text, overrides=setting).failed
        if sound and set(setting) <= arguments_of(found.text):
            check(text, found, setting)


#: Packaged nets and their settings by the models of torchvision whose state they have.
MODELS = {
    "alexnet": ("zoo:alexnet", {}), "deeplabv3_resnet50": ("zoo:deeplabv3", {}),
    "densenet121": ("zoo:densenet", {}), "densenet169": ("zoo:densenet", {"depth": 169}),
    "efficientnet_b0": ("zoo:efficientnet", {}), "efficientnet_v2_s": ("zoo:efficientnet_v2", {}),
    "fcn_resnet50": ("zoo:fcn", {}), "googlenet": ("zoo:googlenet", {}),
    "inception_v3": ("zoo:inception_v3", {}), "mc3_18": ("zoo:video_resnet", {"kind": "mc3"}),
    "mnasnet1_0": ("zoo:mnasnet", {}), "mobilenet_v2": ("zoo:mobilenet_v2", {}),
    "mobilenet_v3_large": ("zoo:mobilenet_v3", {}),
    "mobilenet_v3_small": ("zoo:mobilenet_v3", {"size": "small"}),
    "r2plus1d_18": ("zoo:video_resnet", {"kind": "r2plus1d"}), "r3d_18": ("zoo:video_resnet", {}),
    "resnet18": ("zoo:resnet", {"depth": 18}), "resnet34": ("zoo:resnet", {"depth": 34}),
    "resnet50": ("zoo:resnet", {}), "resnext50_32x4d": ("zoo:resnext", {}),
    "shufflenet_v2_x1_0": ("zoo:shufflenet_v2", {}), "squeezenet1_0": ("zoo:squeezenet", {}),
    "squeezenet1_1": ("zoo:squeezenet", {"version": 1.1}), "vgg16": ("zoo:vgg", {}),
    "vgg16_bn": ("zoo:vgg", {"batchnorm": True}), "wide_resnet50_2": ("zoo:wide_resnet", {}),
}  # fmt: skip
#: Those in whose blocks torchvision has another order, or other shapes of as many elements.
OTHERWISE = {
    "convnext_tiny": ("zoo:convnext", {}), "regnet_x_400mf": ("zoo:regnet", {}),
    "regnet_y_400mf": ("zoo:regnet", {"size": "y_400mf"}), "swin_t": ("zoo:swin", {}),
    "vit_b_16": ("zoo:vit", {}), "vit_l_16": ("zoo:vit", {"size": "l"}),
}  # fmt: skip
STATES = {one["model"]: one["state"] for one in records("state_torchvision.jsonl.gz")}


def state_of(net, setting):
    text = text_of_net(net)
    found = exported(text)
    if not set(setting) <= arguments_of(found.text):  # a variable that no class can take
        found, setting = exported(text, overrides=setting), {}
    with torch.device("meta"):
        model = classes_of(found.text)[-1](**setting)
    return [tuple(tensor.shape) for tensor in model.state_dict().values()]


@pytest.mark.parametrize("model", MODELS)
def test_the_state_has_the_shapes_of_torchvision_in_their_order(model):
    assert state_of(*MODELS[model]) == [tuple(shape) for _, shape in STATES[model]]


@pytest.mark.parametrize("model", OTHERWISE)
def test_the_state_has_as_many_elements_as_that_of_torchvision(model):
    ours = Counter(map(product, state_of(*OTHERWISE[model])))
    assert ours == Counter(product(shape) for _, shape in STATES[model])


def test_the_state_of_swin_differs_in_the_merging_alone():
    """There torchvision makes the dense layer before the norm that it calls first."""
    theirs = []
    for path, shape in STATES["swin_t"]:
        behind = 2.5 if path.endswith("reduction.weight") else 0
        theirs.append((len(theirs) + behind, tuple(shape)))
    assert state_of("zoo:swin", {}) == [shape for _, shape in sorted(theirs)]


def wave(number, shape):
    """The weights and the input that `record_window_attention.py` gives to torchvision's net."""
    places = torch.arange(product(shape), dtype=torch.float64)
    return ((places * 0.7 + number).sin() / 20).reshape(shape)


def test_swin_gives_what_torchvision_gives():
    """Its weights by their places; of merged patches torchvision has another order."""
    learned = [(name, shape) for name, shape in STATES["swin_t"] if not name.endswith("_index")]
    weights = [(name, wave(number, shape)) for number, (name, shape) in enumerate(learned, 1)]
    for at, (name, _) in enumerate(weights):
        if name.endswith("reduction.weight"):  # made before the norm that is called first
            merged = [one.unflatten(-1, (2, 2, -1)).transpose(-1, -3).flatten(-3)
                      for _, one in (*weights[at + 1 : at + 3], weights[at])]  # fmt: skip
            weights[at : at + 3] = [("", one) for one in merged]
    model = classes_of(exported(text_of_net("zoo:swin")).text)[-1]().eval()
    for own, (_, values) in zip(model.parameters(), weights, strict=True):
        own.data.copy_(values)
    with torch.no_grad():
        output = model(20 * wave(0, (1, 3, 224, 224)).float())
    (expected,) = (one["output"] for one in records("window_attention.jsonl.gz") if "net" in one)
    torch.testing.assert_close(output[0], torch.tensor(expected), rtol=1e-3, atol=1e-5)


def test_every_recorded_state_is_compared():
    assert {*MODELS, *OTHERWISE} == {*STATES}


def test_the_members_of_a_module_are_those_of_pytorch():
    found = {one for one in dir(nn.Module()) if not one.startswith("_")}
    assert found == MEMBERS
