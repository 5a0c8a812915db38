"""Modules that PyTorch has not, written into the file that needs them."""

from __future__ import annotations

from cnncalc.export.functions import ROUND_TO
from cnncalc.export.pytorch.modules.activations import ACTIVATIONS
from cnncalc.export.pytorch.modules.attention import ATTENTION
from cnncalc.export.pytorch.modules.joining import JOINING
from cnncalc.export.pytorch.modules.learned import LEARNED
from cnncalc.export.pytorch.modules.missing import MISSING
from cnncalc.export.pytorch.modules.noise import NOISE
from cnncalc.export.pytorch.modules.norms import NORMS
from cnncalc.export.pytorch.modules.padding import PADDING
from cnncalc.export.pytorch.modules.recurrent import RECURRENT
from cnncalc.export.pytorch.modules.views import VIEWS

#: The text of each, by its name; those that others are made of first.
MODULES: dict[str, str] = {
    **JOINING,
    **VIEWS,
    **PADDING,
    **NORMS,
    **NOISE,
    **ACTIVATIONS,
    **LEARNED,
    **ATTENTION,
    **RECURRENT,
    **MISSING,
    "round_to": ROUND_TO,
}
