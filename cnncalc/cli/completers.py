"""What a word of the command line may become, asked of the zoo, the declarations, the nets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from cnncalc.named_tuple import NamedTuple
from cnncalc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cnncalc.cli.declared import Completer
    from cnncalc.net.network import Network

    Find = Callable[["Before", str], Sequence[str | tuple[str, str]]]

_ZOO: Final = "zoo:"


class Before(NamedTuple):
    """The command line before the word.

    Args:
        given: values by the name of their parameter.
        unread: words that stand for no parameter yet.
    """

    given: Mapping[str, Any]
    unread: Sequence[str] = ()


def finder(name: Completer) -> Find:
    """The function of this name: it takes what is before, and the word as far as it is typed."""
    find: Find = globals()[name]
    return find


def nets(_: Before, incomplete: str) -> list[tuple[str, str]]:
    """Packaged nets for `zoo:`; for anything else nothing, so that the shell offers files."""
    return _packaged() if incomplete and incomplete[:4] == _ZOO[: len(incomplete)] else []


def nets_and_codes(before: Before, incomplete: str) -> list[tuple[str, str]]:
    """Packaged nets, and the codes of findings where a capital begins one."""
    from cnncalc.analysis.check.rules import titles  # noqa: PLC0415 - start-up

    codes = titles().items() if incomplete[:1].isupper() else ()
    return [*nets(before, incomplete), *codes]


def templates(_: Before, incomplete: str) -> list[tuple[str, str]]:
    """Packaged nets by their bare names."""
    del incomplete
    return [(name.removeprefix(_ZOO), about) for name, about in _packaged()]


def layer_types(_: Before, incomplete: str) -> list[str]:
    """The names of layer types; a framework's own once a word has begun."""
    from cnncalc.layers import registry  # noqa: PLC0415 - start-up

    return [*registry.names()] if incomplete else [one.type for one in registry.types()]


def layers(before: Before, incomplete: str) -> list[str]:
    """The layers and blocks of the net before."""
    from cnncalc.analysis.explain import names  # noqa: PLC0415 - start-up

    del incomplete
    return _words(name for net in _networks(before) for name in names(net))


def variables(before: Before, incomplete: str) -> list[str]:
    """The variables of the nets before, as `NAME=`; with `1:` in front for one of several."""
    from cnncalc.language.limits import DEFAULT  # noqa: PLC0415 - start-up
    from cnncalc.language.parse import parse  # noqa: PLC0415 - start-up
    from cnncalc.language.problems import SpecProblem  # noqa: PLC0415 - start-up
    from cnncalc.language.text import text_of  # noqa: PLC0415 - start-up

    number, colon, _ = incomplete.rpartition(":")
    found = []
    for path in _paths(before):
        try:
            parsed = parse(text_of(path, DEFAULT), DEFAULT)
        except SpecProblem:
            continue
        found += [f"{number}{colon}{name}=" for name in _words(parsed.spec.variables)]
    return list(dict.fromkeys(found))


def _words(names: Iterable[str]) -> list[str]:
    """The names of a spec that every shell takes for a word; others are not offered."""
    return [name for name in names if re.fullmatch(r"[\w./:+@%,-]+", name) and visible(name)]


def columns(_: Before, incomplete: str) -> list[str]:
    """Columns of a table, after those that are already listed."""
    from cnncalc.render.summary.columns import keys  # noqa: PLC0415 - start-up

    return _listed(incomplete, keys())


def orders(_: Before, incomplete: str) -> list[str]:
    """What rows are ordered by."""
    from cnncalc.analysis.summary import SORT_WORDS  # noqa: PLC0415 - start-up
    from cnncalc.figures import FIGURES  # noqa: PLC0415 - start-up

    del incomplete
    return [*FIGURES, *SORT_WORDS]


def figures(_: Before, incomplete: str) -> list[tuple[str, str]]:
    """The figures of a net."""
    from cnncalc.figures import FIGURES  # noqa: PLC0415 - start-up

    del incomplete
    return [(key, figure.meaning) for key, figure in FIGURES.items()]


def tools(_: Before, incomplete: str) -> list[tuple[str, str]]:
    """The tools whose counts are known."""
    from cnncalc.analysis.conventions.tools import TOOLS, figure  # noqa: PLC0415 - as above

    del incomplete
    return [(name, figure(tool).meaning) for name, tool in TOOLS.items()]


def codes(_: Before, incomplete: str) -> list[tuple[str, str]]:
    """Codes that can be switched, after those that are already listed."""
    from cnncalc.analysis.check.rules import switchable, titles  # noqa: PLC0415 - as above

    known = switchable()
    return [
        (text, titles()[code]) for text, code in zip(_listed(incomplete, known), known, strict=True)
    ]


def contracts(_: Before, incomplete: str) -> list[str]:
    """The commands whose JSON has a schema."""
    from cnncalc.render.contracts import names  # noqa: PLC0415 - start-up

    del incomplete
    return [*names()]


def _packaged() -> list[tuple[str, str]]:
    from cnncalc import zoo  # noqa: PLC0415 - start-up

    return [(_ZOO + name, zoo.description(name)) for name in zoo.names()]


def _listed(incomplete: str, names: Iterable[str]) -> list[str]:
    """Names with what is before the last comma."""
    before, comma, _ = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in names]


def _paths(before: Before) -> Iterator[str]:
    """The nets that are already named; standard input is not read.

    Where an option has no value yet, typer leaves the words before it as they are.
    """
    given = before.given.get("nets") or [before.given.get("net") or "", *before.unread]
    yield from (path for path in given if path and path != "-")


def _networks(before: Before) -> Iterator[Network]:
    from cnncalc.build.reader import read_path  # noqa: PLC0415 - start-up

    for path in _paths(before):
        network = read_path(path).network
        if network is not None:
            yield network
