"""Names for blocks and stages from the modules that a model's file tells of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.importers.structured.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.model import ImportedLayer
    from cnncalc.importers.structured.terms import Run, Term

#: Classes that only hold others.
_HOLDERS = frozenset({"Sequential", "ModuleList", "ModuleDict", "Functional", "Model", ""})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+")
_RANK = re.compile(r"(?<=[a-z])[123][dD]")
_SHORT = {"activation": "act", "normalization": "norm"}


def class_of(body: Run, layers: Sequence[ImportedLayer]) -> str:
    """The class of the module that a block is, as a name; empty if no module is known."""
    first = [layers[term.places[0]] for term in terms_of(body) if term.places]
    if not first:
        return ""
    depth = _shared([layer.path for layer in first])
    classes = first[0].classes
    name = classes[depth - 1] if 0 < depth <= len(classes) else ""
    return "" if name in _HOLDERS else snake(name)


def _shared(paths: Sequence[tuple[str, ...]]) -> int:
    """How many modules, the outermost first, all paths have in common."""
    shared = 0
    for names in zip(*paths, strict=False):
        if len(set(names)) > 1:
            break
        shared += 1
    return shared


def snake(name: str) -> str:
    """The name of a class as a spec has names.

    >>> snake("Conv2dNormActivation"), snake("_DenseLayer"), snake("BasicBlock"), snake("MBConv")
    ('conv_norm_act', 'dense_layer', 'basic_block', 'mb_conv')
    """
    words = [word.lower() for word in _WORD.findall(_RANK.sub("", name))]
    return "_".join(_SHORT.get(word, word) for word in words)


def stages_of(table: Term, layers: Sequence[ImportedLayer]) -> str:
    """A template for the names of a table's turns: `layer$i` where they are layer1, layer2, ...

    Empty if the turns are no modules that are counted.
    """
    rows = table.head.rows
    first = next((term for term in terms_of(table.parts[0]) if term.kind == "layer"), None)
    if first is None or not first.places or len(first.places) % rows:
        return ""
    each = len(first.places) // rows
    paths = [layers[place].path for place in first.places[::each]]
    for names in zip(*paths, strict=False):
        if len(set(names)) == 1:
            continue
        found = [re.fullmatch(r"(\w*?)_?(\d+)", name) for name in names]
        stems = {one[1] for one in found if one is not None}
        if None in found or len(stems) != 1 or stems == {""}:
            return ""
        counts = [int(one[2]) for one in found if one is not None]
        if counts != list(range(counts[0], counts[0] + rows)):
            return ""
        stem = names[0].removesuffix(str(counts[0]))
        return f"{stem}$i" if counts[0] == 1 else f"{stem}${{i + {counts[0] - 1}}}"
    return ""
