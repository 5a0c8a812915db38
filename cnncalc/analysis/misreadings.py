"""Signs that a net was not read as it was meant, for whoever prints its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layout import may_be_opposite, may_have_batch

if TYPE_CHECKING:
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.net.network import Network


def misreadings(network: Network, source: str = "") -> tuple[Diagnostic, ...]:
    """The warnings of `check` that put every number in doubt: an input in the other layout, or
    with a batch axis.

    The lints are imported only where an input gives cause.
    """
    layout = network.layout
    if not any(
        may_be_opposite(shape, layout) or may_have_batch(shape, layout)
        for shape in network.inputs.values()
    ):
        return ()
    from cnncalc.analysis.check.linting import run_lints  # noqa: PLC0415 - start-up
    from cnncalc.analysis.check.lints import batch_axis, other_layout  # noqa: PLC0415 - start-up
    from cnncalc.analysis.check.selection import selection_of  # noqa: PLC0415 - start-up

    selection, _ = selection_of(network, source)
    return run_lints(network, selection, source, (other_layout.LINT, batch_axis.LINT))
