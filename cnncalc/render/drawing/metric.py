"""How wide a text is, about: the advance widths of Helvetica, which Arial and Liberation share.

Source: Adobe's font metrics of Helvetica and Helvetica-Bold, in thousandths of an em.
"""

from __future__ import annotations

from functools import lru_cache

_WIDTHS = (
    (222, "ijl'`|"),
    (278, " !,./:;I[\\]ft"),
    (333, "()-r"),
    (389, '*"{}'),
    (500, "cksvxyzJ"),
    (584, "+<=>~^×"),
    (667, "ABEKPSVXY&"),
    (722, "CDHNRUw"),
    (778, "GOQ"),
    (833, "mM"),
    (944, "W"),
    (1000, "%@…"),
)
_WIDTH_OF = {char: width for width, chars in _WIDTHS for char in chars}
_OTHER, _WIDE, _FOREIGN = 556, 1000, 780
_BOLD = 107  # percent of the regular width
_SAFE = 104  # percent, for fonts that come in place of Helvetica


@lru_cache(maxsize=4096)  # most texts of a net are there many times
def text_width(text: str, size: int, *, bold: bool = False) -> int:
    """The width of a text in pixels, rounded up.

    >>> text_width("conv", 12), text_width("conv", 12, bold=True)
    (27, 29)
    """
    thousandths = sum(_width(char) for char in text) * size
    percent = _SAFE * (_BOLD if bold else 100)
    return -(-thousandths * percent // 10_000_000)


def _width(char: str) -> int:
    known = _WIDTH_OF.get(char)
    if known is not None:
        return known
    if char.isascii():
        return _OTHER if char.islower() or char.isdigit() else 667
    from unicodedata import east_asian_width  # noqa: PLC0415 - few texts need it

    return _WIDE if east_asian_width(char) in "WF" else _FOREIGN
