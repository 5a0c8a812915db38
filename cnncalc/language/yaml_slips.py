"""What is wrong with a text that is no YAML, in plain words, and the way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Scalar

if TYPE_CHECKING:
    import yaml

_BARE = r"\s*- (?P<type>[\w.$-]+)\s*(#.*)?"
_KEY = r"\s+(\w+):"
_NO_BLANK = r"\s*(?:- )?(\w+):([^\s:/].*)"  # `input:[3, 32, 32]`
_NO_COLON = r"\s*- (\w[\w.]*)\s*(\{.*)"  # `- conv {filters: 6}`
_WITH_VALUE = r"\s*(?:- )?\w+:\s+[^\s#]"
_BLOCKS = ("while parsing a block mapping", "while parsing a block collection")
_INDENTATION = "the indentation of this line fits no line above it"
_TAB = "a tab cannot indent a line"
_QUOTED = "while scanning a quoted scalar"
_UNQUOTED = "the quote that begins here is not closed"
_UNCLOSED = re.compile(r"expected ',' or '([]}])'")
_MISPLACED = "mapping values are not allowed"


def malformed(text: str, error: yaml.MarkedYAMLError) -> SpecProblem:
    """The error for a text that the parser of YAML refuses."""
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    at = Scalar("", mark, quoted=False) if mark is not None else None
    context = f" ({error.context})" if error.context else ""
    begun = error.context_mark
    if begun is not None and error.context == _QUOTED and "end of stream" in str(error.problem):
        return SpecProblem(codes.SYNTAX, _UNQUOTED, Scalar("", begun, quoted=False))
    if begun is not None and mark is not None and begun.line != mark.line:
        context = f" ({error.context}, which begins in line {begun.line + 1})"
        if mark.line >= len(lines):  # the end of the text says nothing
            at = Scalar("", begun, quoted=False)
    above = lines[: at.mark.line + 1] if at else []
    message = _plain(error, above, at.mark.column if at else 0)
    ways_out = _ways_out(message or str(error.problem), above)
    message = message or _unclosed(error) or f"{error.problem or 'malformed YAML'}{context}"
    return SpecProblem(codes.SYNTAX, message, at, help=ways_out)


def _unclosed(error: yaml.MarkedYAMLError) -> str:
    """What the parser found inside of brackets or braces, where neither `,` nor the end follows."""
    begun, found = error.context_mark, _UNCLOSED.search(str(error.problem))
    if begun is None or found is None:
        return ""
    opening = {"]": "[", "}": "{"}[found[1]]
    return f"the `{opening}` in line {begun.line + 1} is not closed: expected `,` or `{found[1]}`"


def _plain(error: yaml.MarkedYAMLError, lines: list[str], column: int) -> str:
    """What the parser found at a column of the last line, where plain words can say it."""
    before, rest = (lines[-1][:column], lines[-1][column:]) if lines else ("", "")
    if rest.startswith("\t") and not before.strip(" -"):
        return _TAB
    unfit = error.context in _BLOCKS or "<document start>" in str(error.problem)
    return _INDENTATION if unfit and rest and not before.strip() else ""


def _ways_out(problem: str, lines: list[str]) -> tuple[str, ...]:
    """The way out of a problem in the last of these lines."""
    if problem == _TAB:
        return ("indent with spaces",)
    if problem == _INDENTATION:
        return ("what belongs together begins in the same column, what is inside further right",)
    if "\\t" in problem or "cannot start any token" in problem:
        return ("indent with spaces, and quote values that begin with a special character",)
    if "did not find expected ','" in problem and lines and "$" in lines[-1]:
        return ("inside brackets and braces, an expression with any of `,[]{}` needs quotes",)
    return _of_misplaced_key(lines) if _MISPLACED in problem else ()


def _of_misplaced_key(lines: list[str]) -> tuple[str, ...]:
    """The ways out where a `key:` stands at the end of the last line, in the middle of a value."""
    here, above = lines[-1], lines[-2] if len(lines) > 1 else ""
    no_colon = re.match(_NO_COLON, here)
    if no_colon:
        return (f"a colon follows the type: `- {no_colon[1]}: {no_colon[2]}`",)
    no_blank = re.fullmatch(_NO_BLANK, above)
    if no_blank:
        return (
            f"a blank follows the colon: `{no_blank[1]}: {no_blank[2]}` in line {len(lines) - 1}",
        )
    before = re.fullmatch(_BARE, above)
    key = re.match(_KEY, here) if before else None
    if before and key:
        return (f"`- {before['type']}:` with a colon, since `{key[1]}` is beside it",)
    if re.match(_WITH_VALUE, above) and _indentation(here) > _indentation(above):
        return ("this line is indented further than the one above, whose value it continues",)
    return ("a value that contains `: ` needs quotes; check the indentation, too",)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
