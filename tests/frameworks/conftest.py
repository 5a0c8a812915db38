"""Tests that need frameworks: `pip install -e '.[keras]'`, then `pytest tests/frameworks`."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "export"))

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("KERAS_TORCH_DEVICE", "meta")  # only shapes are worked out
needed = {"test_pytorch.py": "torch", "test_torch_layers.py": "torch",
          "test_keras_code.py": "keras", "test_alike.py": "keras",
          "test_import_torch.py": "torch"}  # fmt: skip
collect_ignore = [file for file, module in needed.items() if not find_spec(module)]
