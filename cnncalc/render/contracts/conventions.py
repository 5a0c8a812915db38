"""The JSON of `conventions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema


def contract() -> Schema:
    """One object: what each tool would print for a net, or what is wrong with it."""
    figures = parts.by_name(parts.whole(), "by the tool's own word: `params`, `flops`, ...")
    found = parts.record(
        {
            "schema_version": parts.VERSION,
            "name": parts.text(),
            "batch": parts.whole(),
            "tools": parts.by_name(figures, "the figures of each tool, `cnncalc` first"),
        }
    )
    return {"anyOf": [found, parts.FAILED]}
