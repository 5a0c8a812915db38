"""Where a text in an argument was meant as arithmetic: what is missing is the `$`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.build.scope import SHAPE_VARIABLES
from cnncalc.language.expressions import evaluate
from cnncalc.language.operations import ExpressionError
from cnncalc.language.syntax import Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.diagnostics.diagnostic import Placed

_LONGEST = 200  # of a text that is looked at


def meant_as_arithmetic(written: Placed, variables: Iterable[str]) -> str:
    """What to write instead of a text such as `max(2, 64)` or `4 * width`; empty for other texts.

    Args:
        written: the refused value in its place.
        variables: the names of the variables that are known there.
    """
    text = written.value if isinstance(written, Literal) else None
    if not isinstance(text, str) or len(text) > _LONGEST:
        return ""
    known = {*variables, *SHAPE_VARIABLES}
    marked = re.sub(r"[A-Za-z_]\w*", lambda m: f"${m[0]}" if m[0] in known else m[0], text)
    try:
        value = evaluate(marked, lambda _: 1)
    except ExpressionError:
        return ""
    if marked != text:
        return f"did you mean `{marked}`? a variable begins with `$`"
    if isinstance(value, bool) or not re.search(r"[-+*/%(]", text):
        return ""
    return f"a text is computed only with a variable such as `$width` in it; write {value}"
