"""Markdown as another program reads it: the texts, and nothing but the parts that were written."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cnncalc.render import markdown
from cnncalc.render.columns import Line
from cnncalc.render.printable import printable

READ = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: What Markdown may take for more than itself, and a few letters.
TEXTS = st.one_of(
    st.text("\\`*_~|<>[]()!#-+=&;:$@1./ab ", max_size=25),
    st.lists(
        st.sampled_from(
            ["`a`", "<b>", "</b>", "<!--", "[a](http://b)", "![a](b)", "&lt;", "&#42;", "**a**",
             "_a_", "__a__", "___", "~~a~~", "\\|", "|", "\\", "```", "``", "`", "- ", "# ", "1. ", "http://a.b",
             "www.a.b", "[a]: b", "<http://a.b>", " ", "a", "    ", "> ", "===", "$a$", "{", "é"]
        ), max_size=8,
    ).map("".join),
).map(printable)  # fmt: skip


def shown(token):
    """The text of what is within a line, code with its backticks; nothing else may be there."""
    parts = []
    for child in token.children or ():
        assert child.type in ("text", "text_special", "code_inline"), child
        parts.append(f"`{child.content}`" if child.type == "code_inline" else child.content)
    return "".join(parts).replace("@\u200b", "@")


def plain(text):
    """A text as a page shows it: the spaces around it are nowhere to be seen."""
    return re.sub(r"` *([^`|\\]*?) *`", r"`\1`", text.strip(" "))


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
def test_a_table_has_its_cells(rows):
    text = markdown.table(("a", "b"), [Line(row) for row in rows], {1})
    tokens = READ.parse(text)
    assert tokens[0].type == "table_open"
    assert tokens[-1].type == "table_close"
    assert sum(one.type == "tr_open" for one in tokens) == len(rows) + 1
    cells = [shown(one) for one in tokens if one.type == "inline"]
    expected = ["a", "b", *(cell for row in rows for cell in row)]
    assert [*map(plain, cells)] == [*map(plain, expected)]


@given(TEXTS)
def test_a_heading_an_item_and_a_paragraph_are_what_they_are(text):
    heading = READ.parse(markdown.heading(3, text))
    assert [one.type for one in heading] == ["heading_open", "inline", "heading_close"]
    assert plain(shown(heading[1])).rstrip("# ") == plain(text).rstrip("# ")
    item = READ.parse(markdown.item(text))
    kinds = ["bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close",
             "list_item_close", "bullet_list_close"]  # fmt: skip
    if text.strip():
        assert [one.type for one in item] == kinds
        assert plain(shown(item[3])) == plain(text)
        words = READ.parse(markdown.paragraph(text))
        assert [one.type for one in words] == ["paragraph_open", "inline", "paragraph_close"]
        assert plain(shown(words[1])) == plain(text)


@given(st.lists(TEXTS).map(lambda lines: "".join(f"{line}\n" for line in lines)))
def test_a_fenced_text_stays_as_it_is(text):
    (block,) = READ.parse(markdown.fenced(text))
    assert (block.type, block.content) == ("fence", text)


def test_what_a_cell_of_ours_looks_like():
    line = Line(("total", "x|y\nmore", "`a` is 2 * 3"), looks={0: "strong"})
    assert markdown.table(("a", "b", "c"), [line], {1}) == (
        "| a | b | c |\n| --- | ---: | --- |\n| **total** | x\\|y<br>more | `a` is 2 * 3 |\n"
    )


def test_addresses_and_people_are_words():
    told = markdown.inline("see http://a.b, www.a.b and @someone, not a@b or norm@2")
    assert told == ("see http&#58;//a.b, www&#46;a.b and @&#8203;someone, not a@b or norm@2")
