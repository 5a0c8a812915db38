"""What is wrong with an output: texts that act, and formats that do not hold."""

from __future__ import annotations

import csv
import itertools
import json
import re
from io import StringIO

from markdown_it import MarkdownIt

#: Of what is said about a spec; a path, and escapes, may make it longer than a sentence is.
LONGEST_LINE = 12_000
_ANNOTATION = re.compile(
    r"::(error|warning|notice) file=[^,:]*,title=[^,:]*(,\w+=\d+)*::.*"
    r"|::notice::\.\.\. and [\d,]+ more"
)
_LOG_COMMAND = re.compile(r"##\w*\[", re.ASCII)
_PIPE = re.compile(r"(?<!\\)\|")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: What a page of ours is made of; a text of a spec makes none of the others.
_ACTIVE = {"link_open", "image", "html_block", "s_open", "em_open"}


def format_of(arguments):
    """The last format that a command line names."""
    named = [b for a, b in itertools.pairwise(arguments) if a in ("--format", "-f")]
    return named[-1] if named else ""


def complaints(arguments, stdout, stderr):
    """What is wrong with what was printed, each in one sentence."""
    format_ = format_of(arguments)
    longest = max(map(len, stderr.split("\n")))
    if longest > LONGEST_LINE:
        yield f"stderr has a line of {longest} characters"
    for name, text in (("stdout", stdout), ("stderr", stderr)):
        odd = {char for char in text if char != "\n" and not char.isprintable()}
        if odd:
            yield f"{name} has the characters {odd}"
        if found := _LOG_COMMAND.search(text):
            yield f"{name} has the log command {found[0]}"
        for line in text.split("\n"):
            ours = format_ == "github" and name == "stdout" and _ANNOTATION.fullmatch(line)
            if line.lstrip().startswith("::") and not ours:
                yield f"{name} has a line that is a workflow command: {line[:80]}"
    if stdout and format_ in _FORMATS:
        try:
            yield from _FORMATS[format_](stdout)
        except ValueError as error:
            yield f"not {format_}: {error}"


def _json(text):
    json.loads(text)
    yield from ()


def _jsonl(text):
    for line in text.split("\n")[:-1]:
        json.loads(line)
    yield from ()


def _csv(text):
    try:
        rows = [*csv.reader(StringIO(text), strict=True)]
    except csv.Error as error:
        yield f"not CSV: {error}"
        return
    if len({len(row) for row in rows}) != 1:
        yield "the rows of the CSV differ in length"
    if any(cell.lstrip().startswith(("=", "+", "@")) for row in rows for cell in row):
        yield "a cell of the CSV is a formula"
    if any(re.match(r"\s*-(?!\d+$)", cell) for row in rows for cell in row):
        yield "a cell of the CSV is a formula"


def _markdown(text):
    columns = 0
    for line in text.split("\n"):
        if not line.startswith("| "):
            columns = 0
            continue
        count = len(_PIPE.findall(line))
        if columns and count != columns:
            yield f"a row of a Markdown table has {count} in place of {columns} pipes: {line[:80]}"
        columns = count
    if len(text) > 100_000:  # reading takes longer than writing
        return
    for token in _MARKDOWN.parse(text):
        for part in (token, *(token.children or ())):
            if part.type in _ACTIVE or (part.type == "html_inline" and part.content != "<br>"):
                yield f"the Markdown has {part.type}: {(part.content or token.content)[:80]}"


_FORMATS = {
    "json": _json,
    "sarif": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "markdown": _markdown,
}
