"""The name that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diagnostics.listing import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_LONGEST_NAME = 60
_MOST_NAMES = 2000
_MOST_COMPARED = 400
_MOST_INSIDE = 3
_FEW = 8  # names that are listed where none is near


def hint(name: str, candidates: Collection[str]) -> str:
    """What to say after "there is no such name": the nearest, else the first few.

    >>> hint("conv_9", ["conv_1", "relu_1"]), hint("x", ["conv_1", "relu_1"])
    ("did you mean 'conv_1'?", 'there are conv_1, relu_1')
    """
    close = nearest(name, candidates)
    return f"did you mean {close!r}?" if close else f"there are {listed(candidates, _FEW)}"


def named_inside(name: str, candidates: Iterable[str]) -> str:
    """The candidates in a block whose own name it is; without any, the nearest.

    >>> named_inside("conv_2", ["conv_1", "res_1/conv_2", "res_2/conv_2"])
    'res_1/conv_2 or res_2/conv_2'
    """
    from itertools import islice  # noqa: PLC0415 - only needed on errors

    known = list(islice(candidates, _MOST_NAMES))
    inside = islice((one for one in known if one.endswith(f"/{name}")), _MOST_INSIDE)
    return " or ".join(inside) or nearest(name, known)


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that reads most like `name`, or an empty string.

    Of very many candidates those with the same first letter are compared; of
    candidates that differ in case only, the one closest to `name` is taken.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only needed on errors
    from itertools import islice  # noqa: PLC0415 - only needed on errors

    if len(name) > _LONGEST_NAME:
        return ""
    spellings: dict[str, list[str]] = {}
    for candidate in islice(candidates, _MOST_NAMES):
        spellings.setdefault(candidate.lower(), []).append(candidate)
    lower = name.lower()
    likely = sorted(spellings, key=lambda one: one[:1] != lower[:1])[:_MOST_COMPARED]
    found = get_close_matches(lower, likely, n=1, cutoff=0.6)
    return get_close_matches(name, spellings[found[0]], n=1, cutoff=0)[0] if found else ""
