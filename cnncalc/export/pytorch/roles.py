"""What a layer is called as a part of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.python import identifier

if TYPE_CHECKING:
    from cnncalc.language.syntax import Entry

#: By its type.
_ROLES = {
    "batchnorm": "norm", "layernorm": "norm", "groupnorm": "norm", "instancenorm": "norm",
    "conv_transpose": "up", "dense": "linear", "maxpool": "pool", "avgpool": "pool",
    "global_avgpool": "pool", "adaptive_avgpool": "pool", "upsample": "up",
}  # fmt: skip


def role_of_type(type_: str) -> str:
    """What a layer of this type is called."""
    return _ROLES.get(type_, type_)


def role_of(entry: Entry, type_: str) -> str:
    """What an entry is called: its name in the spec, where that is the same everywhere."""
    name = getattr(entry.beside.name, "text", "")
    return identifier(name) if name and "$" not in name else role_of_type(type_)
