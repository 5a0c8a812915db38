"""The columns of a summary: words about a layer, its figures, and their shares of the net."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.figures import FIGURES
from cnncalc.named_tuple import NamedTuple
from cnncalc.render import units
from cnncalc.render.columns import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cnncalc.analysis.summary import Row, Summary
    from cnncalc.figures.figure import Figure, Value

    Cell = Callable[[Row], str]

_SHARE = "%"  # follows the key of a figure
#: The key of another tool's count.
COUNT: Final = "count"


class Column(NamedTuple):
    """A column of a summary.

    Attributes:
        head: what is above it.
        cells: what makes its cells.
        figure: the figure that it shows, if it shows one.
        measured: whether a cell tells only what equal layers share.
    """

    head: str
    cells: Callable[[Summary], Cell]
    figure: str = ""
    measured: bool = True

    def texts(self, summary: Summary) -> list[str]:
        """The cells of all rows; those of equal layers are made once."""
        cell = self.cells(summary)
        if not self.measured:
            return [*map(cell, summary.rows)]
        of = [id(row.measured) for row in summary.rows]
        made = {key: cell(row) for key, row in dict(zip(of, summary.rows, strict=True)).items()}
        return [*map(made.__getitem__, of)]


_WORDS: Final = {
    "name": Column("layer", lambda _: lambda row: row.name, measured=False),
    "type": Column("type", lambda _: lambda row: row.type, measured=False),
    "inputs": Column("from", lambda _: lambda row: ", ".join(row.inputs), measured=False),
    "input": Column(
        "input", lambda _: lambda row: ", ".join(map(units.shape, row.measured.input_shapes))
    ),
    "output": Column("output", lambda _: lambda row: units.shape(row.measured.output_shape)),
}
DEFAULT: Final = ("name", "type", "output", "params", "params%", "macs", "macs%")
#: The columns of words, which may be shortened where a terminal is narrow.
TEXTS: Final = ("name", "type", "inputs")


def keys() -> tuple[str, ...]:
    """The names of all columns, as `--columns` takes them."""
    shares = (key + _SHARE for key, figure in FIGURES.items() if figure.fold == "sum")
    short = (figure.column for figure in FIGURES.values() if figure.column)
    return (*_WORDS, *FIGURES, *short, *shares)


def counted(names: Iterable[str]) -> tuple[str, ...]:
    """These columns with another tool's count in place of the MACs."""
    return tuple({"macs": COUNT, "macs%": COUNT + _SHARE}.get(name, name) for name in names)


def column(name: str, count: Figure | None = None) -> Column:
    """The column of this name, one of `keys` or the `count` of another tool."""
    if name in _WORDS:
        return _WORDS[name]
    key = name.removesuffix(_SHARE)
    if count is not None and key == COUNT:
        figure = count
    else:
        figure = FIGURES.get(key) or next(one for one in FIGURES.values() if one.column == key)
    if name.endswith(_SHARE):
        return Column(figure.heading + _SHARE, _shares(figure), figure.key)
    return Column(figure.heading, _values(figure), figure.key)


def heads(names: Sequence[str], count: Figure | None = None) -> list[str]:
    """What is above these columns; a share beside its own figure needs no name."""
    return [
        _SHARE if at and name == names[at - 1] + _SHARE else column(name, count).head
        for at, name in enumerate(names)
    ]


def figures_of(names: Iterable[str]) -> tuple[str, ...]:
    """The keys of the figures that these columns show."""
    return tuple(
        key for name in names if name.removesuffix(_SHARE) != COUNT and (key := column(name).figure)
    )


def _values(figure: Figure) -> Callable[[Summary], Cell]:
    def cells(summary: Summary) -> Cell:
        at = summary.position(figure.key)

        def cell(row: Row) -> str:
            if row.measured.shared_with and figure.key == "params":
                return f"= {row.measured.shared_with}"
            return units.value(row.measured.values[at], figure.unit)

        return cell

    return cells


def _shares(figure: Figure) -> Callable[[Summary], Cell]:
    def cells(summary: Summary) -> Cell:
        at = summary.position(figure.key)
        whole = summary.totals[at]
        return lambda row: _share(row.measured.values[at], whole)

    return cells


def _share(part: Value, whole: Value) -> str:
    """A share in percent; nothing where there is none of it, so that the eye finds the others."""
    if isinstance(part, int) and isinstance(whole, int) and part:
        return units.share(part, whole)
    return ""


def inputs(summary: Summary, names: Sequence[str]) -> Iterator[Line]:
    """A line per input of the net, under the columns of these names."""
    for name, shape in summary.inputs:
        cells = {"name": name, "type": "input", "output": units.shape(shape)}
        yield Line(tuple(cells.get(column, "") for column in names), "dim")
