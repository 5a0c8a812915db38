"""What PyTorch has the types of, which is not there for this package."""

from typing import Any, TypeAlias

Torch: TypeAlias = Any  # the package itself
Module: TypeAlias = Any
Tensor: TypeAlias = Any
Graph: TypeAlias = Any
Node: TypeAlias = Any
Program: TypeAlias = Any
