"""Record what torchvision's `ShiftedWindowAttention` computes, and what it needs in memory.

Run where torch and torchvision are installed:
`python tests/data/oracles/record_window_attention.py`; it writes `window_attention.jsonl.gz`
beside itself: small maps with values, gradients and weight gradients in float64, and maps
between two linear layers with the bytes that lived, as `record_memory.py` measures them; and
what the whole `swin_t` gives, whose weights and input are waves (`wave`).

`torch.roll` moves along one axis after the other inside its operator, where nobody watches;
here it is called for each.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
import torchvision
from record_memory import measured
from torch import nn
from torchvision.models import swin_transformer

Attention = swin_transformer.ShiftedWindowAttention
#: Height, width and channels; heads, window, shift; what else differs.
VALUES: list[tuple[list[int], int, list[int], list[int], dict[str, Any]]] = [
    ([4, 6, 4], 2, [2, 2], [1, 1], {}),
    ([4, 4, 4], 2, [2, 2], [0, 0], {}),
    ([5, 4, 4], 2, [2, 3], [1, 1], {"qkv_bias": False}),
    ([3, 3, 2], 1, [3, 3], [1, 1], {}),
    ([4, 6, 2], 1, [2, 3], [1, 0], {"proj_bias": False}),
    ([2, 7, 4], 4, [3, 3], [2, 2], {}),
]
MEMORY: list[tuple[list[int], int, int, list[int], list[int], dict[str, Any]]] = [
    *(([8, 8, 16], batch, 4, [4, 4], shift, {})
      for batch in (1, 2) for shift in ([0, 0], [2, 2], [2, 0])),
    ([8, 8, 16], 1, 1, [4, 4], [0, 0], {}),
    ([7, 10, 16], 1, 4, [4, 4], [2, 2], {}),
    ([7, 10, 16], 2, 4, [4, 4], [0, 0], {}),
    ([4, 4, 16], 1, 4, [4, 4], [2, 2], {}),
    ([4, 4, 16], 2, 4, [4, 4], [2, 2], {}),
    ([8, 4, 16], 1, 4, [4, 4], [2, 2], {}),
    ([4, 8, 16], 2, 2, [4, 4], [0, 0], {}),
    ([8, 8, 16], 1, 4, [4, 4], [2, 2], {"qkv_bias": False, "proj_bias": False}),
    ([14, 14, 8], 2, 2, [7, 7], [3, 3], {}),
    ([8, 8, 64], 1, 4, [2, 2], [1, 1], {}),
    ([3, 5, 8], 2, 2, [2, 3], [1, 1], {}),
]  # fmt: skip
NAMES = {
    "relative_position_bias_table": "relative_position_bias_table",
    "qkv_kernel": "qkv.weight", "qkv_bias": "qkv.bias",
    "proj_kernel": "proj.weight", "proj_bias": "proj.bias",
}  # fmt: skip


def step_by_step(x: torch.Tensor, shifts: tuple[int, ...], dims: tuple[int, ...]) -> torch.Tensor:
    rolled = torch.roll(x, shifts[0], dims[0])
    return step_by_step(rolled, shifts[1:], dims[1:]) if shifts[1:] else rolled


def values(
    shape: list[int], heads: int, window: list[int], shift: list[int], more: dict[str, Any]
) -> dict[str, Any]:
    module = Attention(shape[-1], window, shift, heads, **more).double().eval()
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for one in parameters.values():
            one.copy_((torch.randn_like(one) * 50).round() / 50)
    x = ((torch.randn(1, *shape) * 100).round() / 100).requires_grad_()
    y = module(x)
    gradient = (torch.randn_like(y) * 20).round() / 20
    y.backward(gradient)
    used = {ours: parameters[name] for ours, name in NAMES.items() if name in parameters}
    arguments = {"num_heads": heads, "window_size": window, "shift_size": shift, **more}
    entry = {
        "window_attention": arguments, "name": "n1",
        "weights": {ours: one.tolist() for ours, one in used.items()},
    }  # fmt: skip
    return {
        "spec": {"layout": "channels_last", "input": shape, "values": x[0].tolist(),
                 "layers": [entry], "gradient": gradient[0].tolist()},
        "index": module.relative_position_index.tolist(),
        "layers": {
            "input": {"shape": shape, "values": x.flatten().tolist(),
                      "gradient": x.grad.flatten().tolist()},
            "n1": {"shape": list(y[0].shape), "values": y.flatten().tolist(),
                   "gradient": gradient.flatten().tolist()},
        },
        "weight_gradients": {"n1": {ours: one.grad.tolist() for ours, one in used.items()}},
    }  # fmt: skip


def memory(
    shape: list[int], batch: int, heads: int, window: list[int], shift: list[int],
    more: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    arguments = {"num_heads": heads, "window_size": window, "shift_size": shift, **more}
    dense = (nn.Linear, {"in_features": shape[-1], "out_features": shape[-1]})
    layer = (Attention, {"dim": shape[-1], **arguments})
    found = measured(shape, batch, (dense, layer, dense))
    return {"input": shape, "batch": batch, "arguments": arguments, **found}


def wave(number: int, shape: torch.Size) -> torch.Tensor:
    """The values of the parameter of this number; the input has the number 0."""
    places = torch.arange(shape.numel(), dtype=torch.float64)
    return ((places * 0.7 + number).sin() / 20).reshape(shape)


def net() -> dict[str, Any]:
    model = swin_transformer.swin_t(weights=None).double().eval()
    for number, one in enumerate(model.parameters(), 1):
        one.data.copy_(wave(number, one.shape))
    with torch.no_grad():
        output = model(20 * wave(0, torch.Size((1, 3, 224, 224))))
    return {"net": "swin_t", "output": output.flatten().tolist()}


def record() -> None:
    torch.manual_seed(7)
    made_by = f"torch {torch.__version__}, torchvision {torchvision.__version__}"
    torch.set_default_dtype(torch.float64)
    records = [*(values(*one) for one in VALUES), net()]
    torch.set_default_dtype(torch.float32)
    stepping = SimpleNamespace(**{name: getattr(torch, name) for name in dir(torch)})
    stepping.roll = step_by_step
    swin_transformer.torch = stepping
    records += [memory(*one) for one in MEMORY]
    lines = [json.dumps(one) for one in ({"header": {"framework": made_by}}, *records)]
    target = Path(__file__).with_name("window_attention.jsonl.gz")
    target.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


if __name__ == "__main__":
    record()
