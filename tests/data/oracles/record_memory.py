"""Record what PyTorch's operators need in memory, one layer type a net (needs torch).

Every storage that an operator returns counts from that operator's end to its last reference, as
in `memory`; on a CPU, attention step by step, as the CUDA dispatch runs it. Left out is what a CPU
does in another way (dropout's masks, log-sigmoid, RMS norm, batch norm without cuDNN) and nets in
which two gradients meet (the engine does not add in place while it is watched). Recurrent layers
run step by step, without oneDNN, and their gradients of weights do meet: at every step.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A layer: its type in torch.nn or its class, and its arguments.
Described: TypeAlias = "tuple[str | type[nn.Module], dict[str, Any]]"

CONV = ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": 1})
LAST = ("Conv2d", {"in_channels": 8, "out_channels": 8, "kernel_size": 3, "padding": 1})
CONV_1D = ("Conv1d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3})
DENSE = ("Linear", {"in_features": 16, "out_features": 16})
HEADS = {"embed_dim": 16, "num_heads": 4, "batch_first": True}
ENCODER = {"d_model": 16, "nhead": 4, "dim_feedforward": 32, "batch_first": True, "dropout": 0.0}

PLAIN = (
    "ReLU", "ReLU6", "Hardtanh", "SiLU", "Hardswish", "Mish", "GELU", "Softplus", "Hardsigmoid",
    "PReLU", "Tanhshrink", "Softshrink", "Hardshrink", "CELU", "SELU", "ELU", "LeakyReLU",
    "Softsign", "Sigmoid", "Tanh", "RReLU", "Softmax2d",
)  # fmt: skip
#: Type, arguments; between two convolutions.
MAPS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in PLAIN),
    ("LPPool2d", {"norm_type": 2, "kernel_size": 2}),
    ("LPPool2d", {"norm_type": 3, "kernel_size": 3}),
    ("LocalResponseNorm", {"size": 5}), ("LocalResponseNorm", {"size": 2}),
    ("Softmax", {"dim": 1}), ("Softmin", {"dim": 1}), ("Threshold", {"threshold": 0.1, "value": 0}),
    ("InstanceNorm2d", {"num_features": 8}),
    ("InstanceNorm2d", {"num_features": 8, "affine": True}),
    ("GroupNorm", {"num_groups": 4, "num_channels": 8}),
    ("LayerNorm", {"normalized_shape": [16, 16]}),
    ("BatchNorm2d", {"num_features": 8, "track_running_stats": False}),
    ("Upsample", {"scale_factor": 2, "mode": "bilinear"}), ("ChannelShuffle", {"groups": 2}),
    ("ReflectionPad2d", {"padding": 1}), ("ReplicationPad2d", {"padding": 1}),
    ("ZeroPad2d", {"padding": 1}), ("AdaptiveMaxPool2d", {"output_size": 4}),
    ("AdaptiveAvgPool2d", {"output_size": 4}), ("MaxPool2d", {"kernel_size": 2}),
    ("AvgPool2d", {"kernel_size": 2}), ("Dropout2d", {}), ("AlphaDropout", {}),
    ("FeatureAlphaDropout", {}),
]  # fmt: skip

#: Recurrent layers, from 16 features. They come last: a dense layer copies what they give turned.
RECURRENT: list[tuple[str, dict[str, Any]]] = [
    *((kind, more) for kind in ("RNN", "GRU", "LSTM") for more in (
        {}, {"bias": False}, {"num_layers": 3}, {"bidirectional": True},
        {"num_layers": 2, "bidirectional": True})),
    ("RNN", {"nonlinearity": "relu"}), ("LSTM", {"proj_size": 5}),
    ("LSTM", {"proj_size": 5, "num_layers": 2, "bidirectional": True}),
]  # fmt: skip

#: Net, input, batch, layers.
NETS: list[tuple[str, list[int], int, list[Described]]] = [
    *((f"{kind}_{index}", [3, 16, 16], 2, [CONV, (kind, arguments), LAST])
      for index, (kind, arguments) in enumerate(MAPS)),
    ("lppool_1d", [3, 16], 2, [CONV_1D, ("LPPool1d", {"norm_type": 2, "kernel_size": 2}),
    ("ReLU", {})]),
    ("lrn_1d", [3, 16], 2, [CONV_1D, ("LocalResponseNorm", {"size": 3}), ("ReLU", {})]),
    ("attention", [10, 16], 1, [DENSE, ("MultiheadAttention", HEADS), DENSE]),
    ("attention_long", [40, 16], 1, [DENSE, ("MultiheadAttention", HEADS), DENSE]),
    ("attention_two", [40, 16], 2, [DENSE, ("MultiheadAttention", HEADS), DENSE]),
    ("attention_no_bias", [40, 16], 1,
     [DENSE, ("MultiheadAttention", {**HEADS, "bias": False}), DENSE]),
    *((f"encoder_{batch}_{activation}_{first}", [10, 16], batch, [
        DENSE, ("TransformerEncoderLayer",
                {**ENCODER, "activation": activation, "norm_first": first}), DENSE])
      for batch in (1, 2, 3) for activation in ("relu", "gelu") for first in (False, True)),
    *((f"recurrent_{index}_{kind}_{steps}_{batch}", [steps, 16], batch, [
        DENSE, (kind, {"input_size": 16, "hidden_size": 24, "batch_first": True, **more})])
      for index, (kind, more) in enumerate(RECURRENT) for steps in (3, 10) for batch in (1, 2)),
]  # fmt: skip


class Alive(TorchDispatchMode):
    """The bytes of all storages that live, after every operator."""

    def __init__(self, weights: set[int], *given: torch.Tensor) -> None:
        super().__init__()
        self.weights, self.peak = weights, 0
        self.storages: dict[int, tuple[StorageWeakRef, int]] = {}
        for one in given:
            self.take(one)

    def take(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self.weights:
            self.storages[storage.data_ptr()] = StorageWeakRef(storage), storage.nbytes()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        for one in tree_leaves(out):
            if isinstance(one, torch.Tensor):
                self.take(one)
        for key in [key for key, (ref, _) in self.storages.items() if ref.expired()]:
            del self.storages[key]
        self.peak = max(self.peak, sum(size for _, size in self.storages.values()))
        return out


class SelfAttention(nn.Module):
    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(**arguments)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.attention(x, x, x, need_weights=False)[0]


class Recurrent(nn.Module):
    def __init__(self, kind: str, arguments: dict[str, Any]) -> None:
        super().__init__()
        self.layer = getattr(nn, kind)(**arguments)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)[0]


def module(kind: str | type[nn.Module], arguments: dict[str, Any]) -> nn.Module:
    if isinstance(kind, type):
        return kind(**arguments)
    if kind in ("RNN", "GRU", "LSTM"):
        return Recurrent(kind, arguments)
    found = SelfAttention if kind == "MultiheadAttention" else getattr(nn, kind)
    return found(**arguments)


def measured(shape: list[int], batch: int, layers: Sequence[Described]) -> dict[str, int]:
    net = nn.Sequential(*(module(*layer) for layer in layers))
    weights = {one.untyped_storage().data_ptr() for one in (*net.parameters(), *net.buffers())}
    x = torch.rand(batch, *shape)
    net.eval()
    with torch.no_grad(), Alive(weights, x) as evaluated:
        net(x)
    net.train()
    saved: dict[int, torch.UntypedStorage] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            saved[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        net(x)
    total = sum(storage.nbytes() for storage in saved.values())
    saved.clear()
    with Alive(weights, x) as forward:
        y = net(x)
    gradient = torch.ones_like(y)
    backward = Alive(weights, x, gradient)
    backward.storages.update(forward.storages)
    with backward:
        y.backward(gradient)
    return {
        "kept": evaluated.peak,
        "saved": total,
        "forward": forward.peak,
        "backward": backward.peak,
    }


def record() -> None:
    lines = [json.dumps({"header": {"framework": f"torch {torch.__version__}", "how": __doc__}})]
    with sdpa_kernel(SDPBackend.MATH), torch.backends.mkldnn.flags(enabled=False):
        for name, shape, batch, layers in NETS:
            given = ["input", *(f"layer_{index}" for index in range(len(layers)))]
            written = [
                {"name": given[index + 1], "type": kind, "args": arguments, "from": [given[index]]}
                for index, (kind, arguments) in enumerate(layers)
            ]
            found = measured(shape, batch, layers)
            lines.append(json.dumps(
                {"net": name, "input": shape, "batch": batch, "layers": written, **found}
            ))  # fmt: skip
    text = "\n".join(lines) + "\n"
    target = Path(__file__).with_name("memory_layers.jsonl.gz")
    target.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    record()
