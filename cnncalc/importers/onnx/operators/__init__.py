"""The operators of ONNX as layers of ours: one function an operator, one file a family.

Source: https://onnx.ai/onnx/operators/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.onnx.operators import (
    attention,
    einsum,
    elementwise,
    normalizing,
    pooling,
    recurrent,
    sliding,
    views,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.onnx.context import Context
    from cnncalc.importers.onnx.proto import Node

#: Each adds what an operator is; raises `NotSupported` where it is used in another way.
OPERATORS: dict[str, Callable[[Node, Context], None]] = {
    **attention.OPERATORS,
    **einsum.OPERATORS,
    **elementwise.OPERATORS,
    **normalizing.OPERATORS,
    **pooling.OPERATORS,
    **recurrent.OPERATORS,
    **sliding.OPERATORS,
    **views.OPERATORS,
}
