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
WITHOUT_BACKBONE = {"weights_backbone": None}
MODELS = {
    "alexnet": {}, "convnext_tiny": {}, "deeplabv3_resnet50": WITHOUT_BACKBONE, "densenet121": {},
    "densenet169": {}, "efficientnet_b0": {}, "efficientnet_v2_s": {},
    "fcn_resnet50": WITHOUT_BACKBONE, "googlenet": WITHOUT_HEADS, "inception_v3": WITHOUT_HEADS,
    "mc3_18": {}, "mnasnet1_0": {}, "mobilenet_v2": {}, "mobilenet_v3_large": {},
    "mobilenet_v3_small": {}, "r2plus1d_18": {}, "r3d_18": {}, "regnet_x_400mf": {},
    "regnet_y_400mf": {}, "resnet18": {}, "resnet34": {}, "resnet50": {}, "resnext50_32x4d": {},
    "shufflenet_v2_x1_0": {}, "squeezenet1_0": {}, "squeezenet1_1": {}, "swin_t": {},
    "vgg16": {},
    "vgg16_bn": {}, "vit_b_16": {}, "vit_l_16": {}, "wide_resnet50_2": {},
}  # fmt: skip
#: Those that compute their widths with tensors, which have no values on the meta device.
COMPUTED = {"regnet_x_400mf", "regnet_y_400mf"}


def main() -> None:
    """Write the file."""
    made_by = f"torch {torch.__version__}, torchvision {torchvision.__version__}"
    lines = [json.dumps({"header": {"framework": made_by, "how": "state_dict() of weights=None"}})]
    for name, given in MODELS.items():
        with torch.device("cpu" if name in COMPUTED else "meta"):
            model = torchvision.models.get_model(name, weights=None, **given)
        state = [[path, list(tensor.shape)] for path, tensor in model.state_dict().items()]
        lines.append(json.dumps({"model": name, "state": state}, separators=(",", ":")))
    data = gzip.compress("\n".join(lines).encode(), mtime=0)
    Path(__file__).with_name("state_torchvision.jsonl.gz").write_bytes(data)


if __name__ == "__main__":
    main()
