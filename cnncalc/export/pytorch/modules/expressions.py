"""Functions that an expression of a spec calls."""

from __future__ import annotations

from cnncalc.export.functions import ROUND_TO

#: The text of each, by its name.
TEXTS: dict[str, str] = {"round_to": ROUND_TO}
