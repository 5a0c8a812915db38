"""Tests in a real browser: `pip install -e '.[browser]'` and Chromium, then `pytest tests/browser`.

Where playwright is installed they run, and fail without a browser; nothing is skipped.
"""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("playwright") else ["test_browser.py"]
