"""The names of layer types, and what a name alone says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Dialect


class Name(NamedTuple):
    """A name under which a layer type is called, and what the name alone says."""

    text: str
    layer: type[Layer]
    dialect: Dialect | None  # None where PyTorch and Keras use the same name
    rank: int | None  # the spatial axes that the name fixes: 2 for Conv2d
    presets: Mapping[str, object]

    def make(self, arguments: Mapping[str, object], framework: Dialect = "torch") -> Layer:
        """The layer with these arguments, as a spec gives them.

        Args:
            arguments: by any of their names.
            framework: whose rules hold where the name alone does not tell.

        Raises:
            LayerError: an argument is unknown, missing or of the wrong kind.
        """
        layer = self.layer.__new__(self.layer)
        layer._configure(self, arguments, framework)  # noqa: SLF001 - the one constructor
        return layer


def declared_names(
    cls: type[Layer],
    torch: str,
    keras: str,
    also: str,
    presets: Mapping[str, Mapping[str, object]],
) -> list[Name]:
    """The names that the class keywords of a layer type declare."""
    texts: dict[str, Dialect | None] = {}
    if cls.type:
        texts[cls.type] = "own"
    for text in also.split():
        texts[text] = "own"
    for text in torch.split():
        texts[text] = "torch"
    for text in keras.split():
        texts[text] = None if texts.get(text) == "torch" else "keras"
    return [
        Name(text, cls, dialect, _rank_of(text), presets.get(text, {}))
        for text, dialect in texts.items()
    ]


def _rank_of(text: str) -> int | None:
    for digit in "123":
        if f"{digit}d" in text or f"{digit}D" in text:
            return int(digit)
    return None
