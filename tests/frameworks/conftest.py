"""Tests that need a framework: `pip install -e '.[torch]'`, then `pytest tests/frameworks`."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "export"))

collect_ignore = [] if find_spec("torch") else ["test_pytorch.py"]
