"""Record the shapes in the state dicts of torchvision's models, in their order.

Run where torch and torchvision are installed: `python tests/data/oracles/record_state.py`; it
writes `state_torchvision.jsonl.gz` beside itself.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import torch
import torchvision

WITHOUT_HEADS = {"aux_logits": False, "init_weights": False}
MODELS = {
    "alexnet": {}, "convnext_tiny": {}, "densenet121": {}, "efficientnet_b0": {},
    "googlenet": WITHOUT_HEADS, "inception_v3": WITHOUT_HEADS, "mnasnet1_0": {},
    "mobilenet_v2": {}, "mobilenet_v3_large": {}, "resnet18": {}, "resnet50": {},
    "resnext50_32x4d": {}, "shufflenet_v2_x1_0": {}, "swin_t": {}, "vgg16": {}, "vit_b_16": {},
    "wide_resnet50_2": {},
}  # fmt: skip


def main() -> None:
    """Write the file."""
    made_by = f"torch {torch.__version__}, torchvision {torchvision.__version__}"
    lines = [json.dumps({"header": {"framework": made_by, "how": "state_dict() of weights=None"}})]
    with torch.device("meta"):
        for name, given in MODELS.items():
            model = getattr(torchvision.models, name)(weights=None, **given)
            state = [[path, list(tensor.shape)] for path, tensor in model.state_dict().items()]
            lines.append(json.dumps({"model": name, "state": state}, separators=(",", ":")))
    data = gzip.compress("\n".join(lines).encode(), mtime=0)
    Path(__file__).with_name("state_torchvision.jsonl.gz").write_bytes(data)


if __name__ == "__main__":
    main()
