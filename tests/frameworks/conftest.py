"""Tests that need frameworks: `pip install -e '.[keras]'`, then `pytest tests/frameworks`."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "export"))

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("KERAS_TORCH_DEVICE", "meta")  # only shapes are worked out
collect_ignore_glob = [
    pattern
    for pattern, module in (
        ("test_*.py", "torch"),
        ("test_keras_code.py", "keras"),
        ("test_alike.py", "keras"),
        ("test_counters.py", "keras"),
        ("test_unused_layers.py", "keras"),
        ("test_keras_saving.py", "keras"),
    )
    if not find_spec(module)
]
