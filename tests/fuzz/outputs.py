"""What is wrong with an output: texts that act, and formats that do not hold."""

from __future__ import annotations

import ast
import csv
import itertools
import json
import re
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree as ET

import yaml
from markdown_it import MarkdownIt
from yaml import YAMLError

from .commands import OUT

#: Of what is said about a spec; a path, and escapes, may make it longer than a sentence is.
LONGEST_LINE = 12_000
_ANNOTATION = re.compile(
    r"::(error|warning|notice) file=[^,:]*,title=[^,:]*(,\w+=\d+)*::.*"
    r"|::notice::\.\.\. and [\d,]+ more"
)
_LOG_COMMAND = re.compile(r"##\w*\[", re.ASCII)
#: What is drawn as nothing or blank, though Python calls it printable: of the property
#: Default_Ignorable_Code_Point (Unicode 15, DerivedCoreProperties.txt), and blank symbols.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U0001d159\U000e0100-\U000e01ef]"
)
#: Marks that cover what stands before them: more than two, or any on what is no letter.
_MARKS = "\u0300-\u036f\u0483-\u0489\u20d0-\u20f0"
_VOWELS = "\u0900-\u0903\u093a-\u094f"  # of the letters of `texts`, to Python no part of a word
_PILED = re.compile(rf"[{_MARKS}]{{3,}}|(?:^|[^\w{_MARKS}{_VOWELS}])[{_MARKS}]", re.MULTILINE)
_PIPE = re.compile(r"(?<!\\)\|")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: What a page of ours is made of; a text of a spec makes none of the others.
_SHAPES = {"svg", "title", "desc", "style", "rect", "text", "tspan", "path", "line", "circle", "g"}
_OF_SHAPES = {
    "class", "role", "width", "height", "viewBox", "viewbox", "x", "y", "rx", "dx", "dy", "d", "x1",
    "x2", "y1", "y2", "cx", "cy", "r", "xmlns", "text-anchor", "aria-hidden", "aria-label",
    "preserveaspectratio",
}  # fmt: skip
_TAGS = {
    "html", "head", "meta", "body", "a", "div", "span", "nav", "ul", "li", "main", "article",
    "header", "h1", "h2", "h3", "h4", "p", "dl", "dt", "dd", "section", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "small", "figure", "figcaption", "b", "details", "summary", "code",
    "br", "footer", "script", "pre", "mark", "ol",
}  # fmt: skip
_OF_TAGS = {
    "lang", "charset", "content", "http-equiv", "name", "href", "id", "tabindex", "scope", "title",
    "aria-labelledby", "open", "data-title", "data-l", "data-v", "colspan",
}  # fmt: skip
_QUOTED = r'"[^"\\]*"'
_MERMAID = re.compile(
    rf"flowchart \w+| *(?:n\d+(?:\[{_QUOTED}\]|\(\[{_QUOTED}\]\))"
    rf"|n\d+ -\.?-+>(?:\|{_QUOTED}\|)? n\d+|subgraph \w+\[{_QUOTED}\]|end"
    r"|classDef \w+ [\w#:,.-]+|class [\w,]+ \w+)"
)
_DOT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[\w\s={}\[\];,.]|->)*')
_STATEMENTS = (
    ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign, ast.Expr,
    ast.If,
)  # fmt: skip
#: What exported code never calls, and a name would if it were code.
_CALLS = {"__import__", "eval", "exec", "open", "compile", "os", "sys"}
_KEYS = {"name", "description", "input", "inputs", "layers", "blocks", "variables", "outputs",
         "layout", "framework", "expect"}  # fmt: skip
_ACTIVE = {"link_open", "image", "html_block", "s_open", "em_open"}


#: What is written where no format is named.
_USUAL = {"report": "html", "export": "python", "import": "yaml"}
_ENDINGS = {"svg": "svg", "mmd": "mermaid", "dot": "dot"}  # of the file of a picture


def format_of(arguments, *, file=False):
    """The last format that a command line names, or the one that it has without."""
    named = [b for a, b in itertools.pairwise(arguments) if a in ("--format", "-f")]
    usual = _USUAL.get(arguments[0], "") if arguments else ""
    if file and arguments[0] == "draw" and not named:
        (usual,) = (_ENDINGS.get(one.rpartition(".")[2], "") for one in arguments if OUT in one)
    return named[-1] if named else usual


def complaints(arguments, stdout, stderr, written=""):
    """What is wrong with what was printed and written, each in one sentence."""
    format_ = format_of(arguments)
    longest = max(map(len, stderr.split("\n")))
    if longest > LONGEST_LINE:
        yield f"stderr has a line of {longest} characters"
    for name, text in (("stdout", stdout), ("stderr", stderr), ("the file", written)):
        odd = {char for char in text if char != "\n" and not char.isprintable()}
        if not text.isascii():
            odd |= {*_INVISIBLE.findall(text), *_PILED.findall(text)}
        if odd:
            yield f"{name} has the characters {odd}"
        if found := _LOG_COMMAND.search(text):
            yield f"{name} has the log command {found[0]}"
        for line in text.split("\n"):
            ours = format_ == "github" and name != "stderr" and _ANNOTATION.fullmatch(line)
            if line.lstrip().startswith("::") and not ours:
                yield f"{name} has a line that is a workflow command: {line[:80]}"
    if stdout and not stdout.startswith("Usage:"):
        only = any(word.startswith("--total") for word in arguments)  # numbers, a line each
        yield from _of_format("" if only else format_, stdout)
    if written:
        yield from _of_format(format_of(arguments, file=True), written)


def _of_format(format_, text):
    if format_ not in FORMATS:
        return
    try:
        yield from FORMATS[format_](text)
    except (ValueError, SyntaxError, RecursionError, ET.ParseError, YAMLError) as error:
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


def _svg(text):
    for one in ET.fromstring(text).iter():  # noqa: S314 - of ourselves
        kind = one.tag.removeprefix("{http://www.w3.org/2000/svg}")
        yield from _strange(kind, one.keys(), _SHAPES, _OF_SHAPES)


def _html(text):
    if len(text) > 1_000_000:
        return
    reader = _Tags()
    reader.feed(text)
    reader.close()
    for kind, names in reader.tags:
        yield from _strange(kind, names, _SHAPES | _TAGS, _OF_SHAPES | _OF_TAGS)
    for kind in ("script", "html", "head", "body", "main", "footer"):
        if len(found := [one for one, _ in reader.tags if one == kind]) != 1:
            yield f"the page has {len(found)} elements {kind}"


def _strange(kind, names, kinds, attributes):
    if kind not in kinds:
        yield f"there is an element {kind}"
    elif strange := set(names) - attributes:
        yield f"an element {kind} has {sorted(strange)}"


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, [name for name, _ in attrs]))


def _mermaid(text):
    for line in text.splitlines():
        if not _MERMAID.fullmatch(line):
            yield f"no line of Mermaid: {line[:80]}"


def _dot(text):
    for line in text.splitlines():
        if not _DOT.fullmatch(line):
            yield f"no line of Graphviz: {line[:80]}"


def _python(text):
    if len(text) > 300_000:
        return
    compile(text, "net.py", "exec")
    try:
        tree = ast.parse(text)
    except RecursionError:  # as deep as Python runs, too deep to be looked at
        return
    for one in tree.body:
        if not isinstance(one, _STATEMENTS):
            yield f"the code has {ast.unparse(one)[:80]}"
    for one in ast.walk(tree):
        if isinstance(one, ast.Name) and one.id in _CALLS:
            yield f"the code names {one.id}"


def _yaml(text):
    if len(text) > 100_000:  # reading takes longer than writing
        return
    strange = set(yaml.safe_load(text)) - _KEYS
    if strange:
        yield f"the spec has the keys {strange}"


FORMATS = {
    "svg": _svg,
    "html": _html,
    "mermaid": _mermaid,
    "dot": _dot,
    "python": _python,
    "yaml": _yaml,
    "json": _json,
    "sarif": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "markdown": _markdown,
}
