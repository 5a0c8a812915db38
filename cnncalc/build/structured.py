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
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.importers.model import ImportedModel
    from cnncalc.language.syntax import Spec
    from cnncalc.net.network import Network

_FLAT = "the spec has one entry a layer: with loops and blocks it would not give the same layers"
_PARTLY = "the net is too long to be searched for all loops and blocks: some are not found"


class Structured(NamedTuple):
    """The spec of a model, and what a person has to be told of it, a line each."""

    spec: Spec
    notes: tuple[str, ...] = ()


def structured(model: ImportedModel) -> Structured:
    """The spec of a model with its structure: residuals, branches, loops, tables and blocks.

    It describes the same layers as [`flat_spec`][cnncalc.importers.flat.flat_spec], which
    is given instead where that cannot be shown, and where the flat spec has errors.
    """
    flat = flat_spec(model)
    with room(), without_collector():
        network = _built(flat)
        if network is None:
            return Structured(flat)
        spec, complete = found(model, network)
        again = _built(spec)
    if again is None or not equal(network, again):
        return Structured(flat, (_FLAT,))
    return Structured(spec) if complete else Structured(spec, (_PARTLY,))


def _built(spec: Spec) -> Network | None:
    """The net of a spec; None if it has errors."""
    network, diagnostics, _ = expand(
        Parsed(spec, ()), name="net", source="<import>", overrides={}, shapes={}, limits=DEFAULT
    )
    failed = any(one.severity == "error" for one in diagnostics)
    return None if failed else network
