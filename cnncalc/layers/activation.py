"""Activations: element by element, the shape unchanged; most without parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.layers.base import Inputs, Layer, Shape, Weight, arg
from cnncalc.layers.errors import LayerError
from cnncalc.layers.kinds import Flag, Integer, Kind, ListOf, Nullable, Real, Text

if TYPE_CHECKING:
    from collections.abc import Sequence


class ReLU(Layer, type="relu", torch="ReLU", keras="ReLU"):
    """Rectified linear unit, max(x, 0). Output: as the input. Parameters: none."""

    max_value: Any = arg(Nullable(Real()), "an upper bound (Keras)", default=None)
    negative_slope: float = arg(Real(), "the slope below the threshold (Keras)", default=0)
    threshold: float = arg(Real(), "where it begins (Keras)", default=0)
    example = "relu"


class ReLU6(Layer, type="relu6", torch="ReLU6"):
    """min(max(x, 0), 6) (Howard et al., MobileNets, 2017). Output: as the input. Parameters: none."""

    example = "relu6"


class Sigmoid(Layer, type="sigmoid", torch="Sigmoid"):
    """1 / (1 + exp(-x)). Output: as the input. Parameters: none."""

    example = "sigmoid"


class Tanh(Layer, type="tanh", torch="Tanh"):
    """The hyperbolic tangent. Output: as the input. Parameters: none."""

    example = "tanh"


class SiLU(Layer, type="silu", torch="SiLU", also="swish"):
    """x * sigmoid(x), also called swish. Output: as the input. Parameters: none."""

    example = "silu"


class GELU(Layer, type="gelu", torch="GELU"):
    """x * P(X <= x) of a normal X (Hendrycks and Gimpel, 2016). Output: as the input. Parameters: none."""

    approximate: str = arg(Text(), "how it is computed", default="none")
    example = "gelu"


class Hardswish(Layer, type="hardswish", torch="Hardswish", also="hard_swish"):
    """x * min(max(x + 3, 0), 6) / 6 (Howard et al., MobileNetV3, 2019). Output: as the input. Parameters: none."""

    example = "hardswish"


class Hardsigmoid(Layer, type="hardsigmoid", torch="Hardsigmoid", also="hard_sigmoid"):
    """min(max(x + 3, 0), 6) / 6. Output: as the input. Parameters: none."""

    example = "hardsigmoid"


class Softmax(Layer, type="softmax", torch="Softmax", keras="Softmax"):
    """exp(x) / sum(exp(x)) along an axis. Output: as the input. Parameters: none."""

    axis: Any = arg(Kind(), "the axis that sums to 1", default=-1, torch="dim")
    example = "softmax"
