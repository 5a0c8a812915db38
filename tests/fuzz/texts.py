"""Texts that try to be more than texts, and how YAML writes any text."""

from __future__ import annotations

import json

PARTS = (
    "\n::error file=a::b", "::warning::x", "##[error]x", "##vso[task.complete]", "\x1b[31m",
    "\x1b]8;;http://a.b\x07", "\x9b2J", "\x00", "\r", "\n", "\t", "\x85", "\u2028", "\u202e",
    "\u200b", "\ufeff", "\ud800", "\U000e0041", "e\u0301\u0301", "畳み込み", "ﷺ", "=1+1", "+1",
    "-1", "@SUM(A1)", "|", "\\|", "\\", "`", "```", "<b>", "<img src=x onerror=y>", "[a](http://b)",
    "![a](b)", "http://a.b", "**a**", "_a_", "# ", "- ", "1. ", "> ", "&lt;", "$a$", "$v", "${v}",
    "%0A::error::", '"', "'", ",", ";", ":", "{", "}", "[", "]", "a", "b", " ", "/", "null", "true",
    "0", "1e3", "conv_1", "*", "...", "a" * 200,
    "--", "-->", "]]>", "</script>", "</style>", "<!--", "end", "%%", '"]; subgraph x', '\\"]',
    '"""', "'''", "__import__('os')", "\nimport os\n", "\\N{DASH}", "\\u202e", "{v}", "class",
    "None", "self", "print", "__init__", "__class__", "\uff46or", "\ufb01", "\u00b5", "\u00aa",
    "\u041a", "\u115f", "\u3164", "\u2800", "!!python/object/apply:os.system", "- &a", "%s",
    "%(a)s", "{}", "{0}", "$(id)", "`id`", "\uffa0", "\u1160", "\U00013441", "\u0301" * 3,
    "a" + "\u0338" * 9, "\u0489" * 60, "a\ufe0f", "कों", "\\\u0301",
)  # fmt: skip


def hostile(source):
    """A text of a few parts that steer terminals, logs or formats."""
    return "".join(source.choices(PARTS, k=source.choice([1, 1, 2, 3, 5])))


def yaml_text(text):
    """A text as YAML in double quotes; a lone surrogate, which YAML cannot say, becomes `?`."""
    whole = "".join("?" if "\ud800" <= char <= "\udfff" else char for char in text)
    quoted = json.dumps(whole, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)
