"""From the syntax tree of a spec to its net.

Expansion and shape propagation go hand in hand, since a `when` or an argument
may depend on the shape that arrives (`$in_channels`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.expander import Expander, Kept
from cnncalc.build.frameworks import rules_by_names, rules_of
from cnncalc.build.whole_net import WholeNet
from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.build.frameworks import Rules
    from cnncalc.build.whole_net import Expansion
    from cnncalc.language.limits import Limits
    from cnncalc.language.parse import Parsed
    from cnncalc.layers.base.tensors import Shape


def expand(  # noqa: PLR0913 - what may be set from outside
    parsed: Parsed,
    *,
    name: str,
    source: str,
    overrides: Mapping[str, Any],
    shapes: Mapping[str, Shape],
    limits: Limits,
    expander: Callable[..., Expander] | None = None,
    kept: dict[Rules, Kept] | None = None,
) -> Expansion:
    """Build the net that a spec describes.

    Args:
        parsed: the spec.
        name: the net's name if the spec gives none.
        source: the spec's file, for diagnostics.
        overrides: values of variables in place of the spec's (`--set`).
        shapes: shapes of inputs in place of the spec's (`--input`); the name
            "" stands for the only input.
        limits: what it may cost.
        expander: makes what unrolls the spec, if that is not an `Expander`.
        kept: what is used again when the same spec is built again; it is added to.
    """

    def expander_of(rules: Rules) -> Expander:
        known = None if kept is None else kept.setdefault(rules, Kept(parsed.spec.blocks, rules))
        return (expander or Expander)(parsed, name, rules, source, limits, kept=known)

    layout = parsed.spec.layout
    first = expander_of(rules_of(layout or "channels_first"))
    expansion = _run(first, overrides, shapes)
    if layout is not None or not first.uses_keras:
        return expansion
    rules = rules_by_names(first.builder.used, parsed.spec.inputs, first.graph.inputs)
    if rules == first.rules:
        return expansion
    return _run(expander_of(rules), overrides, shapes)


def _run(
    expander: Expander, overrides: Mapping[str, Any], shapes: Mapping[str, Shape]
) -> Expansion:
    whole = WholeNet(expander)
    try:
        return whole.run(overrides, shapes)
    except SpecProblem as problem:
        if problem.code == codes.LIMIT and expander.graph.sound is None:
            expander.graph.nodes.clear()  # nobody wants to see rows up to a limit
        expander.graph.stop(problem)
        return whole.network(()), expander.graph.found(), None
