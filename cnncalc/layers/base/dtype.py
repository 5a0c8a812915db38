"""Types of numbers, by the bytes of an element."""

from __future__ import annotations

from typing import Final

#: What `dtype` may be: the names of PyTorch.
WIDTHS: Final = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8, "int8": 1}

#: That of a net which does not say.
DEFAULT: Final = "float32"
