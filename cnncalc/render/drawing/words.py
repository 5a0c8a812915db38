"""The words in a picture: what a box, a frame and an edge say, and how wide they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cnncalc.render.printable import printable
from cnncalc.render.text import shortened, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node, Scope

_TITLE, _ARGUMENTS = 28, 36  # the most characters of each
_SIZES: Final = ("kernel", "pool", "size", "scale")
_COUNTS: Final = ("filters", "units", "heads")
_UNSAID: Final = ("padding", "bias", "padding_mode", "data_format", "in_channels", "in_features")


def shown(text: str, most: int = _TITLE) -> str:
    """A text of the spec on one line, cut in its middle where it is long."""
    return shortened(printable(text), most)


def layer(node: Node) -> tuple[str, str]:
    """A layer's type, and its arguments as papers write them, `64, 7x7, /2`, with times signs."""
    return shown(node.type), _listed([printable(one) for one in _arguments(node)], _ARGUMENTS)


def _arguments(node: Node) -> Iterator[str]:
    axes = max(1, len(node.input_shapes[0]) - 1) if node.input_shapes else 1
    for name, value in node.layer.settings().items():
        if name in _UNSAID or value is None:
            continue
        if name in _SIZES and isinstance(value, (int, tuple)):
            yield _per_axis(value, axes)
        elif name in _COUNTS and isinstance(value, int):
            yield f"{value} heads" if name == "heads" else str(value)
        elif name == "stride" and isinstance(value, (int, tuple)):
            yield f"/{_per_axis(value)}"
        elif isinstance(value, bool):
            yield name if value else f"no {name}"
        elif isinstance(value, (int, str, float)):
            yield f"{name} {value}"


def _per_axis(value: int | tuple[Any, ...], axes: int = 1) -> str:
    return "×".join(map(str, value if isinstance(value, tuple) else (value,) * axes))


def block(scope: Scope, values: Mapping[str, Any]) -> tuple[str, str]:
    """A block's name and arguments; a name that the spec gives stands before the block's."""
    own = scope.name.rpartition("/")[2]
    given = scope.block and own.rstrip("0123456789") != f"{scope.block}_"
    title = f"{own}: {scope.block}" if given else scope.block or own
    arguments = scope.arguments or values
    told = [
        f"{printable(name)}={printable(str(value))}"
        for name, value in arguments.items()
        if isinstance(value, (int, float, str)) and not isinstance(value, bool)
    ]
    return shown(title), _listed(told, _ARGUMENTS)


def _listed(told: Sequence[str], most: int) -> str:
    """As many of the arguments as there is room for, whole ones after the first."""
    line = shown(told[0], most) if told else ""
    for one in told[1:]:
        if width_of(line) + 2 + width_of(one) > most:
            return f"{line}, …"
        line = f"{line}, {one}"
    return line


def shape(shapes: Sequence[Shape]) -> str:
    """A shape; from the first to the last of several, on the axes where they differ."""
    first, last = shapes[0], shapes[-1]
    if len(first) != len(last):
        return "×".join(map(str, last))
    return "×".join(str(a) if a == b else f"{a}…{b}" for a, b in zip(first, last, strict=True))


def times(count: int) -> str:
    """How often something is there; nothing for once."""
    return f"×{count}" if count > 1 else ""
