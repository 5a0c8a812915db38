"""The index of layer names says what a walk of the package finds."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

from cnncalc.layers import index, registry

HEAD = '''"""Which file declares each name of a layer type, so that only that file is imported.

Written by `pytest tests/layers/test_index.py --update-goldens` from the declarations.
"""

from __future__ import annotations

from typing import Final

FAMILIES: Final = {
'''


def walked():
    """The names of every family, as its types declare them."""
    families: dict[str, list[str]] = {}
    for text, name in registry.names().items():
        families.setdefault(name.layer.__module__.rpartition(".")[2], []).append(text)
    return dict(sorted(families.items()))


def written(families):
    """The text of the index."""
    entries = []
    for family, names in families.items():
        text = fill(" ".join(names), 92, break_on_hyphens=False,
                    initial_indent=" " * 8, subsequent_indent=" " * 8)  # fmt: skip
        entries.append(f'    "{family}": """\n{text}\n    """,\n')
    return f"{HEAD}{''.join(entries)}}}\n"


def test_the_index_holds_the_names_of_every_family(request):
    families = walked()
    assert sorted(families) == registry.families()
    if request.config.getoption("--update-goldens"):
        Path(index.__file__).write_text(written(families), encoding="utf-8")
        return
    found = {family: texts.split() for family, texts in index.FAMILIES.items()}
    assert found == families, "run `pytest tests/layers/test_index.py --update-goldens`"


def test_a_name_that_the_index_lacks_is_found_by_the_walk(monkeypatch):
    monkeypatch.setattr(registry, "_indexed", dict)
    registry.find.cache_clear()
    try:
        for text in ("relu", "keras.layers.Dense", "CONV2D_"):
            found = registry.find(text).layer
            assert found is registry.names()[found.type].layer
    finally:
        registry.find.cache_clear()
