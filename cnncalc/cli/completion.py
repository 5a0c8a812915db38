"""Completion in the shell: what a word may become, asked of the zoo, the declarations, the nets."""

from __future__ import annotations

import os
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

import typer  # noqa: TC002 - typer reads the annotations

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cnncalc.cli.declared import Completer
    from cnncalc.net.network import Network

    Find = Callable[[typer.Context, str], Any]

_SHELL: Final = os.environ.get("_CNNCALC_COMPLETE", "")
_ZOO: Final = "zoo:"
_BREAKS: Final = (":", "=")  # where bash splits a word in two


def offer(name: Completer) -> Find | None:
    """The callback of this name for typer while a shell asks for completions; else None.

    Typer reads the signature of each callback as it starts, which takes a while.
    """
    find: Find = globals()[name]
    return find if _SHELL else None


# -- what is offered --------------------------------------------------------------------------


def nets(_: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Packaged nets for `zoo:`; for anything else nothing, so that the shell offers files."""
    return _packaged() if incomplete and incomplete[:4] == _ZOO[: len(incomplete)] else []


def nets_and_codes(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Packaged nets, and the codes of findings where a capital begins one."""
    from cnncalc.analysis.check.rules import titles  # noqa: PLC0415 - only for completion

    codes = titles().items() if incomplete[:1].isupper() else ()
    return [*nets(ctx, incomplete), *codes]


def templates(_: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Packaged nets by their bare names."""
    del incomplete
    return [(name.removeprefix(_ZOO), about) for name, about in _packaged()]


def layer_types(_: typer.Context, incomplete: str) -> list[str]:
    """The names of layer types; a framework's own once a word has begun."""
    from cnncalc.layers import registry  # noqa: PLC0415 - only for completion

    return [*registry.names()] if incomplete else [one.type for one in registry.types()]


def layers(ctx: typer.Context, incomplete: str) -> list[str]:
    """The layers and blocks of the net before."""
    from cnncalc.analysis.explain import names  # noqa: PLC0415 - only for completion

    del incomplete
    return _words(name for net in _networks(ctx) for name in names(net))


def variables(ctx: typer.Context, incomplete: str) -> list[str]:
    """The variables of the nets before, as `NAME=`; with `1:` in front for one of several."""
    from cnncalc.language.limits import DEFAULT  # noqa: PLC0415 - only for completion
    from cnncalc.language.parse import parse  # noqa: PLC0415 - only for completion
    from cnncalc.language.problems import SpecProblem  # noqa: PLC0415 - only for completion
    from cnncalc.language.text import text_of  # noqa: PLC0415 - only for completion

    number, colon, _ = incomplete.rpartition(":")
    found = []
    for path in _paths(ctx):
        try:
            parsed = parse(text_of(path, DEFAULT), DEFAULT)
        except SpecProblem:
            continue
        found += [f"{number}{colon}{name}=" for name in _words(parsed.spec.variables)]
    return list(dict.fromkeys(found))


def _words(names: Iterable[str]) -> list[str]:
    """The names of a spec that every shell takes for a word; others are not offered."""
    return [name for name in names if re.fullmatch(r"[\w./:+@%,-]+", name)]


def columns(_: typer.Context, incomplete: str) -> list[str]:
    """Columns of a table, after those that are already listed."""
    from cnncalc.render.summary.columns import keys  # noqa: PLC0415 - only for completion

    return _listed(incomplete, keys())


def orders(_: typer.Context, incomplete: str) -> list[str]:
    """What rows are ordered by."""
    from cnncalc.analysis.summary import SORT_WORDS  # noqa: PLC0415 - only for completion
    from cnncalc.figures import FIGURES  # noqa: PLC0415 - only for completion

    del incomplete
    return [*FIGURES, *SORT_WORDS]


def figures(_: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The figures of a net."""
    from cnncalc.figures import FIGURES  # noqa: PLC0415 - only for completion

    del incomplete
    return [(key, figure.meaning) for key, figure in FIGURES.items()]


def tools(_: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The tools whose counts are known."""
    from cnncalc.analysis.conventions.tools import TOOLS, figure  # noqa: PLC0415 - as above

    del incomplete
    return [(name, figure(tool).meaning) for name, tool in TOOLS.items()]


def codes(_: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Codes that can be switched, after those that are already listed."""
    from cnncalc.analysis.check.rules import switchable, titles  # noqa: PLC0415 - as above

    known = switchable()
    return [
        (text, titles()[code]) for text, code in zip(_listed(incomplete, known), known, strict=True)
    ]


def contracts(_: typer.Context, incomplete: str) -> list[str]:
    """The commands whose JSON has a schema."""
    from cnncalc.render.contracts import names  # noqa: PLC0415 - only for completion

    del incomplete
    return [*names()]


def _packaged() -> list[tuple[str, str]]:
    from cnncalc import zoo  # noqa: PLC0415 - only for completion

    return [(_ZOO + name, zoo.description(name)) for name in zoo.names()]


def _listed(incomplete: str, names: Iterable[str]) -> list[str]:
    """Names with what is before the last comma."""
    before, comma, _ = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in names]


def _paths(ctx: typer.Context) -> Iterator[str]:
    """The nets that are already named; standard input is not read.

    Where an option has no value yet, the parser leaves the words before it as they are.
    """
    given = ctx.params.get("nets") or [ctx.params.get("net") or "", *ctx.args]
    yield from (path for path in given if path and path != "-")


def _networks(ctx: typer.Context) -> Iterator[Network]:
    from cnncalc.build.reader import read_path  # noqa: PLC0415 - only for completion

    for path in _paths(ctx):
        network = read_path(path).network
        if network is not None:
            yield network


# -- bash -------------------------------------------------------------------------------------


class Words(NamedTuple):
    """The words of a command line up to the cursor, as typer reads them.

    `prefix` is the part of the last one that bash keeps, since it takes what follows a colon
    or an equals sign for a word of its own.
    """

    words: tuple[str, ...]
    prefix: str = ""


def rejoined(words: Iterable[str]) -> Words:
    """Put together what bash has split.

    >>> rejoined(["cnncalc", "explain", "zoo", ":", "res"])
    Words(words=('cnncalc', 'explain', 'zoo:res'), prefix='zoo:')
    """
    out: list[str] = []
    prefix = ""
    glued = False
    for word in words:
        if out and (glued or word in _BREAKS):
            prefix = out[-1] + word if word in _BREAKS else prefix
            out[-1] += word
            glued = word in _BREAKS
        else:
            out.append(word)
            prefix = ""
    return Words(tuple(out), prefix)


def run(command: Callable[[], object]) -> None:
    """Run the command line; for bash, around the words that it has split."""
    if _SHELL != "complete_bash" or "COMP_WORDS" not in os.environ:
        command()
        return
    cursor = int(os.environ["COMP_CWORD"])
    words = os.environ["COMP_WORDS"].split("\n")
    words += [""] * (cursor + 1 - len(words))
    joined = rejoined(words[: cursor + 1])
    os.environ["COMP_WORDS"] = "\n".join(joined.words)
    os.environ["COMP_CWORD"] = str(len(joined.words) - 1)
    written = StringIO()
    try:
        with redirect_stdout(written):
            command()
    finally:
        lines = written.getvalue().split()
        sys.stdout.writelines(f"{line.removeprefix(joined.prefix)}\n" for line in lines)
