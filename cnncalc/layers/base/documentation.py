"""The documentation of a layer type: its docstring and the formulas that it declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.layers.base.formulas import MEANINGS
from cnncalc.layers.base.kinds import Flag

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Layer

_LABELS = {"params": "Parameters", "buffers": "Buffers", "macs": "MACs"}


def documentation(layer: type[Layer]) -> str:
    """What it does, its formulas with the names in them, and its equations, as plain text."""
    parts = [_unindented(layer.__doc__ or "")]
    sizes = [
        f"{axis}: {plain(text)}" for axis, text in layer.formulas.items() if axis not in _LABELS
    ]
    parts += _section("Output sizes", sizes)
    for figure, label in _LABELS.items():
        if figure in layer.formulas:
            parts += _section(label, [plain(layer.formulas[figure])])
    parts += _section("Computes", [plain(text) for text in layer.equations])
    parts += _section("where", [f"{name}: {MEANINGS[name]}" for name in explained(layer)])
    return "\n\n".join([parts[0], "\n".join(parts[1:])]) if parts[1:] else parts[0]


def _unindented(text: str) -> str:
    """A docstring without its indentation, as `inspect.cleandoc`, which takes long to import."""
    first, *rest = text.strip().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first, *(line[margin:] for line in rest)])


def _section(heading: str, lines: list[str]) -> list[str]:
    return [f"{heading}:", *(f"    {line}" for line in lines)] if lines else []


def plain(formula: str) -> str:
    """A declared formula without the marks of what is left out where it has no effect.

    >>> plain("(in_features + bias?) * units")
    '(in_features + bias) * units'
    """
    return formula.replace("?", "")


def explained(layer: type[Layer]) -> list[str]:
    """The names in its formulas whose meaning is not that of an argument alone."""
    names = re.findall(r"[a-z_][a-z_0-9]*", " ".join(map(plain, layer.formulas.values())))
    return [name for name in dict.fromkeys(names) if name in MEANINGS and _is_new(layer, name)]


def _is_new(layer: type[Layer], name: str) -> bool:
    """Whether the name is no argument, or one that is true or false, which counts as 1 or 0."""
    return name not in layer.lookup or isinstance(layer.lookup[name].kind, Flag)
