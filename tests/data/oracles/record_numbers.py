"""Record what PyTorch computes in float64 for layer types that `numbers_pytorch` does not hold.

Run where torch is installed: `python tests/data/oracles/record_numbers.py`; it writes
`numbers_further.jsonl.gz` beside itself, in the format of `numbers_pytorch.jsonl.gz`.
"""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import torch
from torch import nn

PLAIN = {
    "PixelShuffle": ({"upscale_factor": 2}, [8, 2, 3]),
    "PixelUnshuffle": ({"downscale_factor": 2}, [2, 4, 6]),
    "ChannelShuffle": ({"groups": 2}, [4, 3, 3]),
    "LocalResponseNorm": ({"size": 3}, [4, 3, 4]),
    "MaxPool2d": ({"kernel_size": 2, "stride": 1, "padding": 1, "dilation": 2}, [2, 5, 6]),
    "AvgPool2d": ({"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, [2, 5, 6]),
    "AdaptiveMaxPool2d": ({"output_size": [3, 2]}, [2, 5, 7]),
    "AdaptiveAvgPool2d": ({"output_size": [9, 2]}, [2, 5, 7]),
    "LPPool2d": ({"norm_type": 2, "kernel_size": 2}, [2, 5, 6]),
    "Unfold": ({"kernel_size": 2, "padding": 1, "stride": 2}, [2, 5, 4]),
    "CircularPad2d": ({"padding": [1, 2, 0, 1]}, [2, 4, 5]),
    "ConstantPad2d": ({"padding": [1, -1, 0, 2], "value": 1.5}, [2, 4, 5]),
    "Softmin": ({"dim": 1}, [3, 4]),
    "LogSoftmax": ({"dim": -1}, [3, 4]),
    "GLU": ({"dim": 1}, [4, 3, 3]),
    "CELU": ({"alpha": 1.5}, [3, 4]),
    "Softshrink": ({"lambd": 0.4}, [3, 4]),
    "Hardshrink": ({"lambd": 0.4}, [3, 4]),
    "Threshold": ({"threshold": 0.1, "value": -0.3}, [3, 4]),
    "Mish": ({}, [3, 4]),
    "LogSigmoid": ({}, [3, 4]),
    "Tanhshrink": ({}, [3, 4]),
    "SELU": ({}, [3, 4]),
    "GELU": ({"approximate": "tanh"}, [3, 4]),
}
UPSAMPLINGS = [
    ({"scale_factor": 2, "mode": "bilinear", "align_corners": True}, [2, 4, 5]),
    ({"scale_factor": 2, "mode": "bilinear", "align_corners": False}, [2, 4, 5]),
    ({"size": [6, 4], "mode": "bilinear", "align_corners": False}, [2, 4, 5]),
    ({"scale_factor": 1.5, "mode": "linear", "align_corners": False}, [2, 5]),
    ({"scale_factor": 2.5}, [2, 4, 5]),
    ({"size": [7, 5], "mode": "nearest-exact"}, [2, 4, 5]),
]
AFFINE = {"gamma": ["weight"], "beta": ["bias"]}
LINEAR = {"kernel": ["weight"], "bias": ["bias"]}
LEARNING = [
    ("LayerNorm", {"normalized_shape": [5]}, [2, 4, 5], AFFINE),
    ("LayerNorm", {"normalized_shape": [4, 5]}, [2, 4, 5], AFFINE),
    ("RMSNorm", {"normalized_shape": [5]}, [4, 5], AFFINE),
    ("InstanceNorm2d", {"num_features": 2, "affine": True}, [2, 4, 5], AFFINE),
    ("PReLU", {"num_parameters": 3}, [3, 4, 2], {"alpha": ["weight"]}),
    ("Conv2d", {"in_channels": 2, "out_channels": 4, "kernel_size": 3, "padding": [1, 2],
                "padding_mode": "reflect", "groups": 2}, [2, 5, 6], LINEAR),
    ("Conv2d", {"in_channels": 2, "out_channels": 2, "kernel_size": [4, 2], "padding": "same"},
     [2, 5, 6], LINEAR),
    ("ConvTranspose2d", {"in_channels": 2, "out_channels": 4, "kernel_size": 3, "stride": 2,
                         "padding": 1, "output_padding": 1, "groups": 2, "dilation": 2},
     [2, 3, 4], LINEAR),
]  # fmt: skip
RECURRENT = [
    ("RNN", {"nonlinearity": "tanh"}),
    ("LSTM", {"num_layers": 2, "bidirectional": True}),
    ("LSTM", {"proj_size": 2}),
    ("GRU", {"bidirectional": True}),
    ("GRU", {"bias": False}),
]


def recurrent_names(layers, directions):
    names = {}
    for layer in range(layers):
        for backward in ("", "_backward")[:directions]:
            ours = (f"_{layer + 1}" if layers > 1 else "") + backward
            theirs = f"_l{layer}" + ("_reverse" if backward else "")
            names |= {
                f"kernel{ours}": [f"weight_ih{theirs}"],
                f"recurrent_kernel{ours}": [f"weight_hh{theirs}"],
                f"bias{ours}": [f"bias_ih{theirs}", f"bias_hh{theirs}"],
                f"projection{ours}": [f"weight_hr{theirs}"],
            }
    return names


def stacked(tensors):
    return (tensors[0] if len(tensors) == 1 else torch.stack(tensors)).tolist()


def record(number, name, arguments, shape, names, call=lambda module, x: module(x)):
    module = getattr(nn, name)(**arguments).double().eval()
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for one in parameters.values():
            one.copy_((torch.randn_like(one) * 50).round() / 50)
    x = ((torch.randn(1, *shape) * 100).round() / 100).requires_grad_()
    y = call(module, x)
    gradient = (torch.randn_like(y) * 20).round() / 20
    y.backward(gradient)
    used = {
        ours: [parameters[one] for one in theirs if one in parameters]
        for ours, theirs in names.items()
        if theirs[0] in parameters
    }
    entry = {name: arguments, "name": "n1"}
    if used:
        entry["weights"] = {ours: stacked([p.data for p in found]) for ours, found in used.items()}
    return {
        "id": f"f{number:03}",
        "spec": {"input": shape, "values": x[0].tolist(), "layers": [entry],
                 "gradient": gradient[0].tolist()},
        "layers": {
            "input": {"shape": shape, "values": x.flatten().tolist(),
                      "gradient": x.grad.flatten().tolist()},
            "n1": {"shape": list(y[0].shape), "values": y.flatten().tolist(),
                   "gradient": gradient.flatten().tolist()},
        },
        "weight_gradients": {
            "n1": {ours: stacked([p.grad for p in found]) for ours, found in used.items()}
        } if used else {},
    }  # fmt: skip


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(7)
    random.seed(7)
    cases = [(name, *given, {}) for name, given in PLAIN.items()]
    cases += [("Upsample", arguments, shape, {}) for arguments, shape in UPSAMPLINGS]
    records = [record(number, *one) for number, one in enumerate(cases + LEARNING)]
    for name, more in RECURRENT:
        arguments = {"input_size": 4, "hidden_size": 3, "batch_first": True, **more}
        names = recurrent_names(more.get("num_layers", 1), 1 + more.get("bidirectional", False))
        records.append(
            record(len(records), name, arguments, [5, 4], names, lambda module, x: module(x)[0])
        )
    header = {"header": {"framework": f"torch {torch.__version__}, float64, evaluation mode"}}
    lines = [json.dumps(one) for one in (header, *records)]
    path = Path(__file__).with_name("numbers_further.jsonl.gz")
    path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


main()
