"""The statements of a constructor as they read best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.again import without_told_again
from cnncalc.export.headers import with_named_lists
from cnncalc.export.once import written_out
from cnncalc.export.pytorch.choosing import with_chosen_arguments
from cnncalc.export.pytorch.ends import with_named_ends
from cnncalc.export.pytorch.named import named_parts
from cnncalc.export.pytorch.sequences import arranged
from cnncalc.export.pytorch.windows import with_short_windows
from cnncalc.export.repeated import without_repeated
from cnncalc.export.statements import without_unread, written
from cnncalc.export.unused import without_unused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.statements import Statement

#: How many steps the statements are indented.
_INDENT = 2


def constructor_lines(statements: Sequence[Statement], taken: set[str]) -> list[str]:
    """The lines of the body of a constructor.

    Args:
        statements: as they are put together.
        taken: the names that are not free.
    """
    found = written_out(without_unused(without_unread([*statements]), ()))
    found = without_told_again(without_repeated(found, taken))
    found = with_named_ends(found, _INDENT, taken)
    found = with_chosen_arguments(found, _INDENT, taken)
    found = arranged(with_short_windows(found, _INDENT, taken), _INDENT)
    found = with_named_lists(named_parts(found, _INDENT, taken), _INDENT, taken)
    return written(found, _INDENT)
