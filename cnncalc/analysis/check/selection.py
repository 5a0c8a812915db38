"""Which codes are on: defaults, the spec's `lint:` key, and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis.check.rules import opinions, switchable, titles
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.diagnostic import Diagnostic
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.net.network import Network

_KEYS = ("ignore", "select")
_ALL = "ALL"


class Selection(NamedTuple):
    """Codes, or beginnings of codes, that are switched off and on."""

    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()

    def shows(self, code: str) -> bool:
        """Whether findings of this code are reported; the longer name wins, then `ignore`."""
        off = _strength(code, self.ignore)
        on = _strength(code, self.select)
        if off == on == 0:
            return code not in opinions()
        return on > off


def _strength(code: str, names: Iterable[str]) -> int:
    return max((1 if n == _ALL else 1 + len(n) for n in names if _covers(n, code)), default=0)


def _covers(name: str, code: str) -> bool:
    return name == _ALL or code.startswith(name)


def known(name: str) -> bool:
    """Whether a code, or beginning of a code, names something that can be switched.

    Errors of the spec cannot: they leave nothing to check.
    """
    return any(_covers(name, code) for code in switchable()) and bool(name)


def unknown_code(name: str) -> str:
    """What to say of a name that `known` refuses."""
    if name in titles():
        return f"{name} cannot be switched: lints (L) and warnings (W) can"
    close = nearest(name, switchable())
    hint = f"; did you mean {close}?" if close else "; `cnncalc explain --list` lists all"
    return f"no finding has the code {name}{hint}"


def selection_of(
    network: Network, source: str, ignore: Iterable[str] = (), select: Iterable[str] = ()
) -> tuple[Selection, tuple[Diagnostic, ...]]:
    """The spec's settings and the command line's together, and what is wrong with the spec's.

    Where both speak of one code, the command line decides.
    """
    stated = network.lint.value if network.lint is not None else None
    place = network.lint.place if network.lint is not None else None
    messages: list[str] = []
    if stated is None:
        stated = {}
    elif isinstance(stated, dict):
        unknown = (key for key in stated if key not in _KEYS)
        messages += (f"`lint` has no key `{key}`: it has ignore and select" for key in unknown)
    else:
        messages.append("`lint` must be a mapping")
        stated = {}
    given = {key: _names(stated, key, messages) for key in _KEYS}
    ignored, selected = tuple(ignore), tuple(select)
    kept = Selection(
        (*(n for n in given["ignore"] if n not in selected), *ignored),
        (*(n for n in given["select"] if n not in ignored), *selected),
    )
    way = ("`lint: {ignore: [L401]}`",)
    problems = (
        Diagnostic(codes.BAD_VALUE, message, place=place, source=source, help=way)
        for message in messages
    )
    return kept, tuple(problems)


def _names(stated: Mapping[str, object], key: str, messages: list[str]) -> tuple[str, ...]:
    value = stated.get(key) or ()
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not all(isinstance(one, str) for one in names):
        messages.append(f"`lint: {{{key}: ...}}` must be a list of codes")
        return ()
    messages += (unknown_code(name) for name in names if not known(name))
    return tuple(names)
