"""What a framework has not, in the file that needs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Parameters that a call may leave out.
_OPTIONS = r"def \w+\([^)]*(=|\*\*)"


def helper_texts(helpers: Mapping[str, str], code: str) -> list[str]:
    """The texts of helpers as a file needs them.

    Args:
        helpers: the text of each, by its name; those that others are made of first.
        code: what the file has beside them.
    """
    if not any(re.search(_OPTIONS, text) for text in helpers.values()):
        return [text.rstrip() for text in helpers.values()]
    from cnncalc.export.specialized.helper import specialized  # noqa: PLC0415 - it parses Python

    try:
        texts = specialized(helpers, code)
    except RecursionError:  # a sum of thousands of inputs; its helpers stay as they are
        texts = [*helpers.values()]
    return [text.rstrip() for text in texts]
