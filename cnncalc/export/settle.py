"""How much of what a spec writes its file keeps: all, without some variables, or only layers."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from cnncalc.diagnostics import codes
from cnncalc.export.follow import Follower
from cnncalc.export.places import Unsaid
from cnncalc.export.resized import other_shapes
from cnncalc.export.settings import settings_of, settings_without_turns
from cnncalc.export.symbols import names_in, symbol_of
from cnncalc.export.trace import distinct
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.export.exported import Exported
    from cnncalc.export.file import SpecFile
    from cnncalc.export.trace import Trace
    from cnncalc.language.limits import Limits
    from cnncalc.language.parse import Parsed
    from cnncalc.language.syntax import Spec
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node


class Exporter(Protocol):
    """Writes nets as the code of one framework."""

    def knows(self, node: Node) -> bool:
        """Whether a layer has a counterpart in the framework."""

    def whole(self, spec: Spec, traces: list[Trace], frozen: set[str]) -> tuple[str, SpecFile]:
        """The file that keeps all but the frozen variables; raises `Unsaid`."""

    def flat(self, spec: Spec, trace: Trace) -> Exported:
        """The file that has a line for each layer or straight run."""


def settled(  # noqa: PLR0913 - what a net is built from
    parsed: Parsed,
    exporter: Exporter,
    *,
    name: str,
    overrides: Mapping[str, Any],
    shapes: Mapping[str, Shape],
    limits: Limits,
    follower: Follower | None = None,
) -> Exported:
    """The file of a sound spec that keeps as much of what is written as can be kept.

    Args:
        parsed: the spec.
        exporter: of a framework.
        name: the net's name if the spec gives none.
        overrides: values of variables in place of the spec's.
        shapes: shapes of inputs in place of the spec's.
        limits: what building the net may cost.
        follower: what followed the spec, if its net was built before.

    Raises:
        SpecProblem: following every entry of the net costs more.
    """
    follower = follower or Follower()

    def trace(
        setting: Mapping[str, Any], arriving: Mapping[str, Shape] = shapes, *, whole: bool = False
    ) -> Trace | None:
        return follower.trace(
            parsed, name=name, overrides={**overrides, **setting}, shapes=arriving, limits=limits,
            whole=whole,
        )  # fmt: skip

    own = follower.own or trace({}, whole=True)
    if own is None:
        raise SpecProblem(  # building it, without what became of every entry, was no error
            codes.LIMIT, f"writing this net as code takes more than {limits.steps:,} steps",
            help=("a higher `--max-layers` raises the limit",),
        )  # fmt: skip
    follower.known |= own.unrolled
    others: list[Trace] = []
    known = _Known(own, exporter)
    if parsed.spec.variables and not overrides:
        for settings in settings_of(parsed.spec, own.sight.nodes):
            first = list(islice(filter(known.says, map(trace, settings)), 1))
            others += first
            for other in first:
                follower.known |= other.unrolled
        ends = map(trace, settings_without_turns(parsed.spec, own.sight.nodes))
        others += filter(known.says, ends)
    varied = list(dict.fromkeys(one for trace_ in others for one in trace_.network.settings))
    fixed = {
        one for one, value in parsed.spec.variables.items()
        if isinstance(value, Literal) and one not in varied
    }  # fmt: skip

    resized: list[Trace] = []
    if own.mixes_axes:
        sizes = (trace({}, one) for one in other_shapes(own.network))
        resized = list(islice(filter(known.says, sizes), 1))
    for first in ([own, *resized], [own])[: 1 + len(resized)]:
        found = _settled(parsed.spec, first, others, fixed, varied, exporter)
        if found is not None:
            return found
    return exporter.flat(parsed.spec, own)


def _settled(  # noqa: PLR0913, PLR0917 - what is tried
    spec: Spec,
    first: Sequence[Trace],
    others: Sequence[Trace],
    fixed: set[str],
    varied: Sequence[str],
    exporter: Exporter,
) -> Exported | None:
    """The file that keeps as many variables as can be kept; None if it cannot keep the entries.

    Args:
        spec: what is written.
        first: the net, and the net at another size of what arrives.
        others: the net under other settings of one variable each.
        fixed: the variables that no setting changes.
        varied: those that one changes.
        exporter: of a framework.
    """

    def keeping(frozen: set[str]) -> Exported | None:
        traces = [*first, *(one for one in others if not set(one.network.settings) & frozen)]
        return _kept(spec, traces, frozen, exporter)

    for frozen in (fixed, *({*fixed, one} for one in varied)):
        found = keeping(frozen)
        if found is not None:
            return found
    return _most(keeping, fixed, varied) or keeping(set(spec.variables))


def _most(
    keeping: Callable[[set[str]], Exported | None], fixed: set[str], varied: Sequence[str]
) -> Exported | None:
    """The file that keeps as many variables as go together, those written first before others."""
    frozen = {*fixed, *varied}
    best = keeping(frozen)
    for one in varied if best is not None else ():
        found = keeping(frozen - {one})
        if found is not None:
            best, frozen = found, frozen - {one}
    return best


def _kept(spec: Spec, traces: list[Trace], frozen: set[str], exporter: Exporter) -> Exported | None:
    """The file that keeps what the spec writes; None if that cannot be done."""
    for _ in range(len(spec.variables) + 1):
        try:
            text, file = exporter.whole(spec, traces, frozen)
        except Unsaid:
            return None
        if file.unrepresented <= frozen:
            return file.exported(text)
        frozen = frozen | _behind(spec, file.unrepresented)
        traces = [one for one in traces if not set(one.network.settings) & frozen] or traces[:1]
    return None


def _behind(spec: Spec, names: set[str]) -> set[str]:
    """Variables and those that they are computed from."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        one = waiting.pop()
        if one in spec.variables and one not in found:
            found.add(one)
            waiting += names_in(symbol_of(spec.variables[one]))
    return found


class _Known:
    """What the framework has, as far as the layers of the spec's own setting are known to it."""

    def __init__(self, own: Trace, exporter: Exporter) -> None:
        self._knows = exporter.knows
        self._own = own
        self._found = {(id(node.layer), id(node.facts)) for node in own.network.layers}

    @cached_property
    def _missing(self) -> set[str]:
        """The types of the layers that the spec's own setting has, and the framework has not."""
        return {node.type for node in distinct(self._own.network.layers) if not self._knows(node)}

    def says(self, trace: Trace | None) -> TypeGuard[Trace]:
        """Whether a net could be built, and every layer in it has a counterpart."""
        if trace is None:
            return False
        for node in trace.network.layers:
            key = id(node.layer), id(node.facts)
            if key not in self._found:
                if not self._knows(node) and node.type not in self._missing:
                    return False
                self._found.add(key)
        return True
