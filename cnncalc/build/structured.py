"""A flat model as a spec that a person would have written, held to the flat net."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.expand import expand
from cnncalc.build.reader import room, without_collector
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.structured.check import equal
from cnncalc.importers.structured.find import found
from cnncalc.language.limits import DEFAULT
from cnncalc.language.parse import Parsed

if TYPE_CHECKING:
    from cnncalc.importers.model import ImportedModel
    from cnncalc.language.syntax import Spec
    from cnncalc.net.network import Network


def structured_spec(model: ImportedModel) -> Spec:
    """The spec of a model with its structure: residuals, branches, loops, tables and blocks.

    It describes the same layers as [`flat_spec`][cnncalc.importers.flat.flat_spec], which
    is given instead where that cannot be shown, and where the flat spec has errors.
    """
    flat = flat_spec(model)
    with room(), without_collector():
        network = _built(flat)
        if network is None:
            return flat
        spec = found(model, network)
        again = _built(spec)
    return spec if again is not None and equal(network, again) else flat


def _built(spec: Spec) -> Network | None:
    """The net of a spec; None if it has errors."""
    expansion = expand(
        Parsed(spec, ()), name="net", source="<import>", overrides={}, shapes={}, limits=DEFAULT
    )
    failed = any(one.severity == "error" for one in expansion.diagnostics)
    return None if failed else expansion.network
