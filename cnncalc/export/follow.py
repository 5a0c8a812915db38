"""Follows what becomes of the entries of a spec while its nets are built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from cnncalc.build.expand import expand
from cnncalc.build.expander import Kept
from cnncalc.export.sight import Sight
from cnncalc.export.trace import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.build.frameworks import Rules
    from cnncalc.export.trace import Trace, Unrolled
    from cnncalc.language.limits import Limits
    from cnncalc.language.parse import Parsed
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network


class Follower:
    """Follows one spec; what was found out while a net was built serves the next.

    Attributes:
        parsed: the spec, once a net of it was built.
        known: uses of blocks that were unrolled: those that are alike are copied.
        own: the trace of the net that a reader has built.
    """

    def __init__(self) -> None:
        self.parsed: Parsed
        self.known: dict[object, Unrolled] = {}
        self.own: Trace | None = None
        self._kept: dict[Rules, Kept] = {}
        self._recorder: Recorder
        self._sight: Sight | None = None

    def recorder(  # noqa: PLR0913 - as an expander is made
        self,
        parsed: Parsed,
        name: str,
        rules: Rules,
        source: str,
        limits: Limits,
        *,
        kept: Kept | None = None,
    ) -> Recorder:
        """The expander of the next net."""
        self.parsed = parsed
        if self._sight is None:
            self._sight = Sight(parsed.spec)
        kept = kept or self._kept.get(rules)
        if kept is None:
            kept = self._kept[rules] = Kept(parsed.spec.blocks, rules)
        self._recorder = Recorder(
            parsed, name, rules, source, limits, kept=kept, sight=self._sight, known=self.known
        )
        return self._recorder

    def _short(self, *given: Any, **more: Any) -> Recorder:  # noqa: ANN401 - as for `recorder`
        """An expander whose warnings nobody reads, and whose layers nobody counts."""
        recorder = self.recorder(*given, **more)
        recorder.warns = recorder.counts = False
        return recorder

    def within(self, most: int) -> Callable[..., Recorder]:
        """Makes the expander of a net that is followed up to so many layers."""

        def recorder(  # noqa: PLR0913 - as an expander is made
            parsed: Parsed, name: str, rules: Rules, source: str, limits: Limits,
            *, kept: Kept | None = None,
        ) -> Recorder:  # fmt: skip
            limits = limits._replace(layers=min(most, limits.layers))
            return self.recorder(parsed, name, rules, source, limits, kept=kept)

        return recorder

    def trace_of(self, network: Network | None) -> Trace | None:
        """The trace of the net that was built last; None if it has an error."""
        graph, trace = self._recorder.graph, self._recorder.trace
        if network is None or graph.sound is not None:
            return None
        trace.network = network
        trace.shapes = cast("dict[str, Shape]", graph.shapes)  # an unknown one is an error
        return trace

    def trace(  # noqa: PLR0913 - what a net is built from
        self,
        parsed: Parsed,
        *,
        name: str,
        overrides: Mapping[str, Any],
        shapes: Mapping[str, Shape],
        limits: Limits,
        whole: bool,
    ) -> Trace | None:
        """The trace of the spec under these settings; None if its net has an error.

        `whole`: its net has every layer, and not only turns of loops that are unlike.
        """
        network, _, _ = expand(
            parsed, name=name, source="", overrides=overrides, shapes=shapes, limits=limits,
            expander=self.recorder if whole else self._short,
        )  # fmt: skip
        return self.trace_of(network)
