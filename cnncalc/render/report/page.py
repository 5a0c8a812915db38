"""The whole page: one file that needs no other, no network and no script to be read."""

from __future__ import annotations

from functools import cache
from os.path import dirname, join
from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple
from cnncalc.render.html import NEW_LINE, Markup, element, joined
from cnncalc.render.report import hashes, overview, places
from cnncalc.render.report.formulas import formulas
from cnncalc.render.report.layers import table
from cnncalc.render.report.memory import memory
from cnncalc.render.report.picture import picture
from cnncalc.render.report.sight import sight
from cnncalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.analysis.report.net import NetReport
    from cnncalc.analysis.report.page import Page
    from cnncalc.render.drawing import Drawing


class Section(NamedTuple):
    """A part of a page with its heading; `name` is the end of its id."""

    name: str
    title: str
    content: Markup


def html(
    page: Page, *, specs: Sequence[str], drawings: Sequence[Drawing | None], date: str = ""
) -> str:
    """The page, the same bytes for the same nets.

    Args:
        page: the nets.
        specs: the text of each, which findings quote.
        drawings: a picture of each, if there is one.
        date: printed at the end if given.
    """
    several = len(page.nets) > 1
    pictures = [Markup() if one is None else picture(one) for one in drawings]
    title = ", ".join(page.labels)
    parts, contents = [], []
    if several:
        heading = element("h1", f"{len(page.nets)} nets compared")
        parts = [element("header", heading, element("p", title, class_="lead"), class_="head")]
        parts.append(_comparison(page))
        contents.append(("comparison", "Comparison"))
    for at, (label, net) in enumerate(zip(page.labels, page.nets, strict=True)):
        prefix = f"n{at + 1}-" if several else ""
        sections = [*_sections(net, specs[at], pictures[at], prefix)]
        parts.append(_net(label, net, sections, prefix, level=2 if several else 1))
        if several:
            contents.append((f"{prefix}net", label))
        else:
            contents += [(one.name, one.title) for one in sections]
    body = (
        element("a", "Skip to the content", class_="to-main", href="#main"),
        _top(contents),
        element("main", *parts, id="main", tabindex="-1"),
        _footer(date),
        element("script", _file("report.js")),
    )
    return _document(title, joined(body, NEW_LINE), drawn=any(pictures))


def _document(title: str, body: Markup, *, drawn: bool) -> str:
    policy = "; ".join((
        "default-src 'none'",
        f"style-src {hashes.STYLE}{f' {hashes.PICTURE}' if drawn else ''}",
        f"script-src {hashes.SCRIPT}",
        "base-uri 'none'",
        "form-action 'none'",
    ))  # fmt: skip
    head = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title} - cnncalc"),
        element("style", _file("report.css")),
    )
    lines = (
        "<!DOCTYPE html>", '<html lang="en">', "<head>", *head, "</head>",
        "<body>", body, "</body>", "</html>", "",
    )  # fmt: skip
    return "\n".join(lines)


@cache
def _file(name: str) -> Markup:
    """A file beside this one, as it is."""
    path = join(dirname(__file__), name)  # noqa: PTH118, PTH120 - start-up
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - start-up
        return Markup(file.read())


# -- parts ------------------------------------------------------------------------------------


def _top(contents: Sequence[tuple[str, str]]) -> Markup:
    """The bar at the top, with links to nets or sections."""
    items = (element("li", element("a", text, href=f"#{name}")) for name, text in contents)
    nav = element("nav", element("ul", *items), aria_label="Contents")
    return element("div", element("span", "cnncalc", class_="brand"), nav, class_="top")


def _footer(date: str) -> Markup:
    made = f"Made by cnncalc {__version__}{f', {date}' if date else ''}."
    return element("footer", element("p", made))


def _sections(net: NetReport, spec: str, drawing: Markup, prefix: str) -> Iterator[Section]:
    if net.findings.findings or net.budgets:
        from cnncalc.render.report.findings import budgets, findings  # noqa: PLC0415 - start-up

        checks = joined((budgets(net.budgets), findings(net.findings, spec)))
        yield Section("checks", "Checks", checks)
    if drawing:
        yield Section("drawing", "Drawing", drawing)
    where = joined((places.bars(net.tree), places.treemaps(net.tree)))
    yield Section("where", "Where it sits", where)
    yield Section("layers", "Layers", table(net, prefix))
    yield Section("memory", "Memory over time", memory(net))
    if seen := sight(net):
        yield Section("sight", "Receptive field", seen)
    yield Section("formulas", "Formulas", formulas(net.explained, prefix))


def _net(
    label: str, net: NetReport, sections: Sequence[Section], prefix: str, level: int
) -> Markup:
    head = element(
        "header",
        element(f"h{level}", label, id=f"{prefix}title"),
        overview.facts(net),
        class_="head",
    )
    inside = [_section(one, prefix, level + 1) for one in sections]
    names = [one.name for one in sections]
    if "drawing" in names:  # on a wide screen it stands beside what follows
        at = names.index("drawing")
        inside[at : at + 2] = [element("div", *inside[at : at + 2], class_="beside")]
    return element(
        "article", head, overview.tiles(net), overview.remarks(net), *inside,
        id=f"{prefix}net", aria_labelledby=f"{prefix}title",
    )  # fmt: skip


def _section(one: Section, prefix: str, level: int) -> Markup:
    heading = element(f"h{level}", one.title, id=f"{prefix}{one.name}-title")
    return element(
        "section", heading, one.content,
        id=f"{prefix}{one.name}", aria_labelledby=f"{prefix}{one.name}-title",
    )  # fmt: skip


def _comparison(page: Page) -> Markup:
    from cnncalc.render.report import comparison as compared  # noqa: PLC0415 - for several nets

    assert page.comparison is not None  # noqa: S101 - there are several nets
    parts = [compared.bars(page), compared.totals(page.comparison)]
    for made in page.comparison.differences:
        parts.append(element("h3", f"{made.before} and {made.after}, layer by layer"))
        parts.append(compared.difference(made))
    return _section(Section("comparison", "Comparison", joined(parts)), "", 2)
