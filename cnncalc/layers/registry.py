"""From a name in a spec to a layer type: a walk of the package, no list to edit."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from cnncalc.layers.base.name import Name
    from cnncalc.layers.base.tensors import Dialect

#: The modules that a name may have before it, and whose they are.
_MODULES: dict[str, Dialect] = {
    "torch.nn": "torch",
    "nn": "torch",
    "torchvision.ops": "torch",
    "keras.layers": "keras",
    "layers": "keras",
    "tf.keras.layers": "keras",
}

_MACHINERY = {"__init__", "registry", "sliding"}

_GENERAL = 3  # letters of a word that says something about a type
_OFFERED = 4


@cache
def names() -> dict[str, Name]:
    """Every name of every layer type, in the order of families and declarations."""
    found: dict[str, Name] = {}
    for layer in types():
        for name in layer.names:
            if name.text in found:
                raise TypeError(f"two layers are called {name.text}")
            found[name.text] = name
    return found


@cache
def types() -> tuple[type[Layer], ...]:
    """Every layer type."""
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.stem not in _MACHINERY:
            import_module(f"cnncalc.layers.{file.stem}")
    return tuple(layer for layer in _subclasses(Layer) if layer.type)


def find(text: str) -> Name | None:
    """The layer type of this name: as written, else read without case and underscores.

    A framework's spelling (`Conv2d`, `Conv2D`) brings that framework's rules, and
    so does its module before a name (`nn.LSTM`, `keras.layers.LSTM`); a spelling
    that is nobody's (`conv2D_`) is read as one of our own names.
    """
    known = names()
    if text in known:
        return known[text]
    module, dot, last = text.rpartition(".")
    if dot:
        return _qualified(text, _MODULES.get(module), known.get(last))
    return _folded().get(_fold(text))


def _qualified(text: str, framework: Dialect | None, name: Name | None) -> Name | None:
    """The name of a framework's layer with its module before it; None if it has no such layer."""
    if framework is None or name is None or name.dialect not in {None, framework}:
        return None
    return name._replace(text=text, dialect=framework)


@cache
def _folded() -> dict[str, Name]:
    folded: dict[str, Name] = {}
    for text, name in names().items():
        folded.setdefault(_fold(text), name._replace(dialect="own"))
    return folded


def _fold(text: str) -> str:
    return text.replace("_", "").replace("-", "").lower()


def ending_in(word: str) -> list[str]:
    """The plain types whose names end in a word that is too general: `pool`, `norm`."""
    if len(word) < _GENERAL:
        return []
    kin = sorted(layer.type for layer in types() if layer.type.endswith(word.lower()))
    return [text for text in kin if "_" not in text][:_OFFERED]


def _subclasses(base: type[Layer]) -> list[type[Layer]]:
    found = []
    for cls in base.__subclasses__():
        found += [cls, *_subclasses(cls)]
    return found
