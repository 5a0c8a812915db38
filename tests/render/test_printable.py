"""Texts of a spec as they may be printed."""

from __future__ import annotations

import unicodedata
from collections import namedtuple
from collections.abc import Sequence
from types import MappingProxyType

from batches import batch
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.render.printable import printable, printable_texts, text_format

#: Any character, surrogates too, and more of those that matter.
TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("#:[] \n\r\x1b\x9b\u202e\u2028\u200b\ud800a"))
)
#: What a terminal or a log may act upon, by Unicode's categories.
STEERING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@batch(
    ("text", "shown"),
    [
        ("conv_1", "conv_1"),
        ("畳み込み", "畳み込み"),
        ("C:\\nets\\a.yaml", "C:\\nets\\a.yaml"),
        ("a\x1b]8;;http://x\x07", "a\\x1b]8;;http://x\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202eabc", "\\u202eabc"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u2028b\x85", "a\\u2028b\\x85"),
        ("\udcff", "\\udcff"),
        ("\x00", "\\x00"),
        ("::error::b", "\\x3a:error::b"),
        ("a ::error::b", "a \\x3a:error::b"),
        ("a::b", "a::b"),
        ("a ##[error]b", "a \\x23#[error]b"),
        ("##vso[task]", "\\x23#vso[task]"),
        ("## a [b]", "## a [b]"),
    ],
)  # fmt: skip
def test_what_is_shown(text, shown):
    assert printable(text) == shown
    assert printable(shown) == shown


@given(TEXTS)
def test_nothing_that_steers_is_left(text):
    shown = printable(text)
    assert not {unicodedata.category(char) for char in shown} & STEERING
    assert "##[" not in shown
    assert not shown.lstrip().startswith("::")
    assert all(not word.startswith("::") for word in shown.split(" "))


def test_every_text_of_a_result_is_found_and_a_harmless_one_stays_the_same():
    kind = namedtuple("Kind", "name parts")  # noqa: PYI024 - any result
    tame = kind("a", ([1, 2.5, None, "b"], MappingProxyType({"c": "d"})))
    assert printable_texts(tame.parts[0]) is tame.parts[0]
    wild = kind("\n", ([1, "\r"], MappingProxyType({"\0": ("\t",)})))
    made = printable_texts(wild)
    assert made == kind("\\n", ([1, "\\r"], {"\\x00": ("\\t",)}))
    assert isinstance(made, kind)


class Lazy(Sequence):
    """Names that are made when they are asked for, as those of a long net are."""

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return ("a\n", "b")[index]


def test_parts_that_are_made_when_asked_for_are_printable():
    made = printable_texts({"names": Lazy()})["names"]
    assert ([*made], len(made), made[0], made[-1]) == (["a\\n", "b"], 2, "a\\n", "b")


def test_a_format_receives_printable_results_and_its_own_settings():
    @text_format
    def write(name: str, parts: list[str], *, code: str) -> str:
        return f"{code}{name}{parts}"

    assert write("\x1b", ["\n"], code="\x1b[1m") == "\x1b[1m\\x1b['\\\\n']"
