"""Every code that a run can report, with its title and its page of explanation.

Errors and warnings of reading a spec are declared in `diagnostics`, lints in a file each.
"""

from __future__ import annotations

from typing import Final

from cnncalc.analysis.check.linting import lints
from cnncalc.diagnostics import codes

EXPECTATION: Final = "C501"
BUDGET: Final = "C502"
AGAINST: Final = "C503"


def titles() -> dict[str, str]:
    """The title of every code, in the order of the codes."""
    own = {
        EXPECTATION: "an expectation does not hold",
        BUDGET: "a budget is exceeded",
        AGAINST: "the net is not that of the model",
    }
    found = {**codes.TITLES, **own, **{lint.code: lint.title for lint in lints()}}
    return dict(sorted(found.items()))


def page(code: str) -> str:
    """What a code means, with a bad and a good example, as Markdown; raises `KeyError`."""
    from cnncalc.diagnostics import explanations  # noqa: PLC0415 - start-up

    by_code = {lint.code: lint for lint in lints()}
    return by_code[code].page if code in by_code else explanations.read(code)


def link(code: str) -> str:
    """The address of what justifies a lint; empty for other codes."""
    return next((lint.url for lint in lints() if lint.code == code), "")


def switchable() -> tuple[str, ...]:
    """The codes that `--ignore` and `--select` switch: lints, and warnings of reading a spec."""
    warnings = (code for code in codes.TITLES if not code.startswith("E"))
    return tuple(sorted((*warnings, *(lint.code for lint in lints()))))


def opinions() -> frozenset[str]:
    """The codes that are off until they are selected."""
    return frozenset(lint.code for lint in lints() if lint.opinion)
