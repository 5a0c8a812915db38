"""From a name in a spec to a layer type.

The package is walked, and no list needs editing; a spec's own names are looked up in the
[index][cnncalc.layers.index], so that only the families that it uses are imported.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from cnncalc.layers.base.layer import Layer
from cnncalc.layers.index import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable

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

_MACHINERY = {"__init__", "index", "registry", "sliding"}

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
    """Every layer type: those that refine another follow it, else by families."""
    for family in families():
        import_module(f"cnncalc.layers.{family}")
    return tuple(layer for layer in _subclasses(Layer) if layer.type)


def families() -> list[str]:
    """The modules that declare layer types."""
    files = sorted(os.listdir(os.path.dirname(__file__)))  # noqa: PTH120, PTH208 - start-up
    stems = [file.removesuffix(".py") for file in files if file.endswith(".py")]
    return [stem for stem in stems if stem not in _MACHINERY]


@lru_cache(maxsize=1024)
def find(text: str) -> Name | None:
    """The layer type of this name: as written, else read without case and underscores.

    A framework's spelling (`Conv2d`, `Conv2D`) brings that framework's rules, and
    so does its module before a name (`nn.LSTM`, `keras.layers.LSTM`); a spelling
    that is nobody's (`conv2D_`) is read as one of our own names.

    The package is walked only for a name that the index does not hold.
    """
    return _found(text, _indexed()) or _found(text, names())


def _found(text: str, known: Iterable[str]) -> Name | None:
    """The type of a name, out of these names."""
    if text in known:
        return _named(text)
    module, dot, last = text.rpartition(".")
    if dot:
        return _qualified(text, _MODULES.get(module), _named(last) if last in known else None)
    meant = _fold(text)
    written = next((one for one in known if _fold(one) == meant), None)
    name = _named(written) if written is not None else None
    return name._replace(dialect="own") if name is not None else None


def _named(text: str) -> Name | None:
    """The type of a name as it is declared."""
    family = _indexed().get(text)
    declared = _declared_in(family) if family is not None else ()
    found = (name for layer in declared for name in layer.names if name.text == text)
    return next(found, None) or names().get(text)


@cache
def _indexed() -> dict[str, str]:
    """The family of each name."""
    return {name: family for family, texts in FAMILIES.items() for name in texts.split()}


@cache
def _declared_in(family: str) -> list[type[Layer]]:
    """The layer types of a family, in the order of their declarations."""
    module = import_module(f"cnncalc.layers.{family}")
    return [
        one for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Layer)
        and one.type and one.__module__ == module.__name__
    ]  # fmt: skip


def _qualified(text: str, framework: Dialect | None, name: Name | None) -> Name | None:
    """The name of a framework's layer with its module before it; None if it has no such layer."""
    if framework is None or name is None or name.dialect not in {None, framework}:
        return None
    return name._replace(text=text, dialect=framework)


def _fold(text: str) -> str:
    return text.replace("_", "").replace("-", "").lower()


def ending_in(word: str) -> list[str]:
    """The plain types whose names end in a word that is too general: `pool`, `norm`."""
    if len(word) < _GENERAL:
        return []
    kin = sorted(layer.type for layer in types() if layer.type.endswith(word.lower()))
    return [text for text in kin if "_" not in text][:_OFFERED]


def reducing(word: str, argument: str) -> str:
    """The type `reduce_...` of a word that joins several inputs, if it has an argument: `sum`."""
    name = names().get(f"reduce_{word}")
    return name.text if name is not None and argument in name.layer.lookup else ""


def _subclasses(base: type[Layer]) -> list[type[Layer]]:
    """Those of a class in an order that does not depend on what was imported first."""
    found = []
    for cls in sorted(base.__subclasses__(), key=lambda one: one.__module__):
        found += [cls, *_subclasses(cls)]
    return found
