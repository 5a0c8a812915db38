"""The layers of a net as a table that the script of the page folds, sorts and filters."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.html import NEW_LINE, SLOT, Markup, element, joined, pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cnncalc.analysis.report.net import NetReport
    from cnncalc.analysis.report.tree import Row
    from cnncalc.figures.figure import Value
    from cnncalc.layers.base.tensors import Shape

#: Heads of the columns, whether they hold numbers, and what they mean.
_COLUMNS: Final = (
    ("Layer", "", "the name, inside its blocks"),
    ("Type", "", "of the layer, or the name of the block"),
    ("Output", "n", "the shape that leaves, without the batch"),
    ("Parameters", "n", "learned weights"),
    ("%", "n", "of the parameters"),
    ("MACs", "n", "multiply-accumulates of one sample"),
    ("%", "n", "of the MACs"),
    ("Kept", "n", "bytes kept for the backward"),
    ("Live", "n", "bytes of activations alive while it runs in inference"),
    ("Sees", "n", "the receptive field, in input elements per axis"),
)
_DEEPEST: Final = 12  # levels that are indented
_CELLS: Final = 1024  # that are kept: layers are alike


def table(net: NetReport, prefix: str) -> Markup:
    """A row per layer under those of its blocks; `prefix` begins the ids of this net's parts."""
    summary = net.summary
    params, macs = (_number(summary.total(key)) for key in ("params", "macs"))
    heads = [
        element(
            "th", text, scope="col", class_=look or None, title=meaning,
            aria_label=f"{text} {meaning}" if text == "%" else None,
        )
        for text, look, meaning in _COLUMNS
    ]  # fmt: skip
    places = net.explained.places
    rows = [_row(row, params, macs, places, prefix) for row in net.tree]
    body = element(
        "table",
        element("caption", _caption(net)),
        element("thead", element("tr", *heads)),
        joined((NEW_LINE, element("tbody", joined(rows, NEW_LINE)))),
        class_="layers",
    )  # fmt: skip
    return element(
        "div",
        body,
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"Layers of {summary.name}",
    )


def _caption(net: NetReport) -> str:
    blocks = sum(row.kind != "layer" for row in net.tree)
    inside = f" in {plural(blocks, 'block')}" if blocks else ""
    hidden = " Long blocks are not unfolded." if any(row.hidden for row in net.tree) else ""
    return (
        f"{plural(len(net.summary.rows), 'layer')}{inside}. MACs are those of one sample; Kept and"
        f" Live are bytes of activations for a batch of {net.memory.setting.batch}.{hidden}"
    )


def _row(row: Row, params: int, macs: int, places: Mapping[str, int], prefix: str) -> Markup:
    cells = joined(_cells(row, params, macs, places, prefix))
    return _framed(row.kind, row.level)(cells)


@lru_cache(_CELLS)
def _framed(kind: str, level: int) -> Callable[..., Markup]:
    """What puts the cells of a row at a level into its element."""
    look = f"{kind} l{min(level, _DEEPEST)}"
    return pattern(element("tr", SLOT, class_=look, data_l=str(level) if level else None))


def _cells(
    row: Row, params: int, macs: int, places: Mapping[str, int], prefix: str
) -> Iterator[Markup]:
    counts = row.counts
    if row.kind != "layer":
        yield _BLOCK(row.name, f" {plural(row.layers, 'layer')}")
    elif (place := places.get(row.path)) is not None:
        yield _LINKED(f"#{prefix}f{place + 1}", row.name)
    else:
        yield _NAMED(row.name)
    yield _type(row.type)
    yield _shape(row.shape)
    shared = f"= {row.shared_with}" if row.shared_with else ""
    yield _count(counts.params, shared)
    yield _share(counts.params, params)
    yield _count(counts.macs)
    yield _share(counts.macs, macs)
    yield _size(counts.saved)
    yield _size(counts.live)
    yield _field(counts.field)


_NAMED: Final = pattern(element("th", element("span", SLOT, class_="n"), scope="row"))
_LINKED: Final = pattern(element("th", element("a", SLOT, class_="n", href=SLOT), scope="row"))
_BLOCK: Final = pattern(
    element("th", element("span", SLOT, class_="n"), element("small", SLOT), scope="row")
)


_CELL: Final = pattern(element("td", SLOT))
_RIGHT: Final = pattern(element("td", SLOT, class_="n"))
_SIZE: Final = pattern(element("td", SLOT, class_="n", data_v=SLOT))


@lru_cache(_CELLS)
def _type(name: str) -> Markup:
    return _CELL(name)


@lru_cache(_CELLS)
def _shape(sizes: Shape) -> Markup:
    return _RIGHT(units.shape(sizes))


@lru_cache(_CELLS)
def _field(field: Value) -> Markup:
    return _RIGHT("" if field is None else units.value(field))


@lru_cache(_CELLS)
def _count(number: int, instead: str = "") -> Markup:
    return _RIGHT(instead or (units.count(number) if number else "–"))


@lru_cache(_CELLS)
def _share(part: int, whole: int) -> Markup:
    """A share, and a bar behind it in steps of two hundredths."""
    if not part:
        return _RIGHT("")
    step = min(50, part * 50 // (whole or 1))
    return element("td", units.share(part, whole), class_=f"n b{step}" if step else "n")


@lru_cache(_CELLS)
def _size(number: int) -> Markup:
    """Bytes, with the exact number for sorting."""
    if not number:
        return _RIGHT("–")
    return _SIZE(str(number), units.size(number))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
