"""The JSON of `check`; `--format jsonl` writes the same objects, one per line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.contracts import parts

if TYPE_CHECKING:
    from cnncalc.render.contracts.parts import Schema


def contract() -> Schema:
    """One object per net; one that cannot be read has `diagnostics` instead of `findings`."""
    found = parts.record(
        {
            "schema_version": parts.VERSION,
            "source": parts.SOURCE,
            "ok": parts.flag("whether there is no finding"),
            "expectations_met": parts.whole("how many `expect:` hold"),
            "findings_left_out": parts.whole("findings beyond the thousand that are listed"),
            "findings": parts.listing(parts.DIAGNOSTIC),
        }
    )
    failed = parts.record(
        {**parts.FAILED["properties"], "ok": {"const": False}}, optional=("diagnostics_left_out",)
    )
    return parts.several(found, failed)
