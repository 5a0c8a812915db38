"""Exports of small nets of many families by both of PyTorch's exporters, weights left out.

The figures are those of the module that was exported; its operations were counted by PyTorch's
own counter, which counts convolutions and products of matrices.
"""

from __future__ import annotations

import pytest
from recorded import files, manifest

from cnncalc.build.reader import read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.onnx.reader import read
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

FILES = {one["file"]: one for one in manifest("onnx_families")}
#: What has no layer here, by the name of the net.
CUSTOMS = {
    "vae": ["exp"],
    "yolo8": ["mul"],  # by a buffer of places
    "dyn_birnn.onnx": ["state"],  # of both directions
    "bilstm_h": ["state"],
    "lstm_emb": ["state"],
    "seq2seq": ["lstm", "state"],  # which begins with a state that is given
    "convnextlike": ["mul"],  # a factor a channel, the channels last
    "sagan": ["mul"],  # one learned number
    "style": ["mul"],  # by what is computed of a learned map
    "pointnet": ["add"],
    "cat2": ["concat"],  # with a learned map
    "topk": ["topk"],
    "dyn_detr.onnx": ["add", "matmul"],  # what the exporter computes of learned queries
    "ts_edsr.onnx": ["add", "sub"],
}
#: Parameters that are not in the file as the module has them.
LOST = {
    "wavenet": 272,  # of convolutions whose result nothing takes
    "deconly": -3200,  # one table for both ends counts twice
    "ts_crnn.onnx": 32, "ts_conv3d.onnx": 8, "ts_nonlocal.onnx": 16,
    "ts_pointnet.onnx": 96,  # biases of convolutions before folded batch norms
    "ts_edsr.onnx": -6,  # buffers that the older exporter does not tell apart
    "dyn_detr.onnx": 2431, "dyn_style.onnx": 584, "ts_style.onnx": -16,  # folded away
}  # fmt: skip
#: Buffers that no layer holds: masks, places, means that are subtracted.
UNUSED_BUFFERS = {"deconly": 256, "edsr": 3}
#: Layers whose products PyTorch's counter does not see as they run on a CPU.
NOT_COUNTED = {"attention", "lstm", "gru", "rnn"}


#: Outputs whose batch is not their first axis, and one where nothing is left but the batch.
OUTPUTS = {"crnn": [32, 37], "dcgan_d": [1, 1, 1], "seq2seq": [1, 5, 8]}


def family(name):
    return name.removesuffix(".onnx").partition("_")[2]


def net_of(name):
    model = read(files("onnx_families")[name], shapes={}, unfold=True, limits=DEFAULT)
    reading = read_text(write(flat_spec(model)))
    assert not reading.failed
    return model, reading.network


@pytest.mark.parametrize("name", FILES)
def test_totals_and_stated_shapes(name):
    model, net = net_of(name)
    wanted = FILES[name]
    batchnorms = sum(one.type == "batchnorm" and one.shares is None for one in model.layers)
    lost = LOST.get(name, LOST.get(family(name), 0))
    assert net.totals.params + lost == wanted["params"]
    # A batch norm of PyTorch also counts the batches that it has seen.
    held = wanted["buffers"] - UNUSED_BUFFERS.get(name, UNUSED_BUFFERS.get(family(name), 0))
    assert net.totals.buffers in {held, held - batchnorms}
    stated = {one.name: one.shape for one in model.layers if one.shape is not None}
    assert {one: net[one].output_shape for one in stated} == stated
    customs = sorted({one.arguments["label"] for one in model.layers if one.type == "custom"})
    assert customs == CUSTOMS.get(name, CUSTOMS.get(family(name), []))
    counted = family(name) != "wavenet"  # the module also computes what nothing takes
    if counted and not customs and not NOT_COUNTED & {one.type for one in model.layers}:
        assert net.totals.macs == wanted["flops"] // 2


@pytest.mark.parametrize("name", FILES)
def test_outputs_are_those_of_the_module(name):
    model, net = net_of(name)
    found = [list(net[one].output_shape) for one in model.outputs]
    assert found == [OUTPUTS.get(family(name), one or [1]) for one in FILES[name]["outputs"]]
