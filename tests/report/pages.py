"""Reading a page: a strict parser of HTML, and what is said about a page's structure."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import html5lib
from forks import cnncalc

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parent.parent.parent


@cache
def page_of(*arguments):
    """The page that the command writes to a pipe."""
    done = cnncalc("report", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def parsed(page):
    """The tree of a page without a single error of HTML."""
    parser = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree"))
    return parser.parse(page)


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def every(tree, name, kind=HTML):
    return list(tree.iter(f"{kind}{name}"))


def by_class(tree, name):
    return [one for one in tree.iter() if name in one.get("class", "").split()]


def hash_of(text):
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def complaints(page):
    """What is wrong with a page, each in one sentence."""
    tree = parsed(page)
    yield from _identity(tree)
    yield from _headings(tree)
    yield from _tables(tree)
    yield from _pictures(tree)
    yield from _safety(page, tree)


def _identity(tree):
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    if len(ids) != len(set(ids)):
        yield f"ids appear twice: {sorted({one for one in ids if ids.count(one) > 1})}"
    for one in tree.iter():
        for name in ("aria-labelledby", "aria-controls", "for"):
            if one.get(name) and one.get(name) not in ids:
                yield f"{name} names {one.get(name)!r}, which is not there"
        if (href := one.get("href")) and (href[0] != "#" or href[1:] not in ids):
            yield f"a link leads to {href!r}"
    if tree.get("lang") != "en":
        yield "the page has no language"


def _headings(tree):
    levels = [
        int(one.tag[-1]) for one in tree.iter() if re.fullmatch(f"{HTML}h[1-6]", str(one.tag))
    ]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"the headings begin with {levels[:2]}"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield f"a level of headings is left out: {levels}"
    for name in ("main", "title", "nav", "footer"):
        if len(every(tree, name)) != 1:
            yield f"there are {len(every(tree, name))} elements {name}"
    if any(
        not text_of(one) for name in ("h1", "h2", "h3", "a", "summary") for one in every(tree, name)
    ):
        yield "a heading or a link has no text"


def _tables(tree):
    for table in every(tree, "table"):
        widths = {sum(int(cell.get("colspan", "1")) for cell in row) for row in every(table, "tr")}
        if len(widths) > 1:
            yield f"the rows of a table have {widths} cells"
    if any(one.get("scope") not in ("row", "col") for one in every(tree, "th")):
        yield "a head of a table says not of what"
    for one in by_class(tree, "scroll"):
        if one.get("tabindex") and not one.get("aria-label"):
            yield "a part that scrolls has no name"


def _pictures(tree):
    parents = {child: parent for parent in tree.iter() for child in parent}
    for one in every(tree, "svg", SVG):
        outer = parents[one].tag.startswith(HTML)
        if (
            outer
            and one.get("aria-hidden") != "true"
            and not (one.get("role") == "img" and len(one) and one[0].tag == f"{SVG}title")
        ):
            yield "a picture has no name"


def _safety(page, tree):
    for one in tree.iter():
        for name, value in one.items():
            if name.startswith("on") or name in ("style", "src", "srcset", "action"):
                yield f"an element has the attribute {name}"
            asks = re.match(r"\s*(javascript|data|https?):", value, re.IGNORECASE)
            if asks and not name.endswith("xmlns"):
                yield f"{name} is {value[:50]!r}"
    (policy,) = (
        one.get("content")
        for one in every(tree, "meta")
        if one.get("http-equiv") == "Content-Security-Policy"
    )
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"the policy is {policy}"
    texts = [*every(tree, "style"), *every(tree, "style", SVG), *every(tree, "script")]
    if any(hash_of(one.text) not in policy for one in texts):
        yield "the policy does not know a style or a script of the page"
    if found := re.search(r"@import|url\(|https?://(?!www\.w3\.org/)", page):
        yield f"the page asks for {found[0]!r}"
