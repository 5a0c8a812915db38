"""A spec that is built again and again: with other inputs, with other variables.

It is parsed once; layers are built once for their arguments and asked once for what
arrives. Where other inputs change nothing but shapes, nothing is unrolled again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.account import Account
from cnncalc.build.inputs import given_shape, overrides_by_input
from cnncalc.build.overrides import given_values
from cnncalc.build.placing import check_shared
from cnncalc.build.reader import Asked, Reading, reading_of, room, without_collector
from cnncalc.build.scope import Evaluator, Variables
from cnncalc.language.limits import DEFAULT, Limits
from cnncalc.language.parse import parse
from cnncalc.language.problems import SpecProblem
from cnncalc.layers.base.errors import LayerError
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import changed
from cnncalc.net.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.build.expander import Kept
    from cnncalc.build.frameworks import Rules
    from cnncalc.build.whole_net import Basis
    from cnncalc.language.syntax import Value
    from cnncalc.net.changed import Changed
    from cnncalc.net.facts import KnownFacts

_MOST_UNROLLED = 8  # nets of other variables that are kept
_MOST_FACTS = 50_000  # of layers


class _Unrolled(NamedTuple):
    """A net that may be asked again for other inputs."""

    network: Network
    basis: Basis
    facts: KnownFacts
    inputs: Mapping[str, Value | None]


class Design:
    """The text of a spec, and what is known of it."""

    def __init__(self, text: str, source: str, limits: Limits) -> None:
        self.text = text
        self.source = source
        self.parsed = parse(text, limits)
        self._kept: dict[Rules, Kept] | None = {}  # None: nothing may be kept
        self._unrolled: dict[str, _Unrolled] = {}  # by the values of the variables

    def build(self, asked: Asked) -> Reading:
        """The same as reading the text anew."""
        key = _key(asked)
        unrolled = self._unrolled.get(key)
        if unrolled is not None and len(unrolled.facts.known) > _MOST_FACTS:
            del self._unrolled[key]
            unrolled = None
        network = resized(unrolled, asked) if unrolled is not None else None
        if network is not None:
            return Reading(self.source, self.text, network, (), asked)
        with without_collector(), room():
            reading, basis = self._unroll(asked)
        self._remember(key, reading, basis)
        return reading

    def _unroll(self, asked: Asked) -> tuple[Reading, Basis | None]:
        reading, basis = reading_of(self.parsed, self.text, self.source, asked, self._kept)
        if not self._kept or not any(_speaks_of_layout(kept) for kept in self._kept.values()):
            return reading, basis
        # Every name counts, of this net alone: those that were met before must not.
        self._kept = None
        return reading_of(self.parsed, self.text, self.source, asked)

    def _remember(self, key: str, reading: Reading, basis: Basis | None) -> None:
        """Keep a net that depends on its inputs by shapes alone; forget what is too much."""
        if self._kept is None or basis is None or reading.network is None or reading.diagnostics:
            return
        (kept,) = self._kept.values()
        inputs = self.parsed.spec.inputs
        self._unrolled[key] = _Unrolled(reading.network, basis, kept.facts, inputs)
        if len(self._unrolled) > _MOST_UNROLLED:
            del self._unrolled[next(iter(self._unrolled))]
        if len(kept.facts.known) > _MOST_FACTS:
            self._kept.clear()
            self._unrolled.clear()


def _key(asked: Asked) -> str:
    """What tells the variables of a net from those of others; empty for values that none has."""
    try:
        return repr(sorted(given_values(asked.overrides).items(), key=lambda pair: pair[0]))
    except SpecProblem:  # told where the net is unrolled
        return ""


def _speaks_of_layout(kept: Kept) -> bool:
    """Whether a name that was met says where the channels are, as those of Keras do."""
    return any(one.framework == "keras" for one in kept.builder.used)


def resized(unrolled: _Unrolled, asked: Asked) -> Network | None:
    """The net at other inputs; None where it has to be unrolled to know."""
    net, basis = unrolled.network, unrolled.basis
    try:
        given = overrides_by_input(unrolled.inputs, asked.shapes)
        inputs = {
            name: given_shape(name, given[name], written, net.layout) if name in given else written
            for name, written in basis.written.items()
        }
        if inputs.keys() != net.inputs.keys():
            return None
        moved = {name: shape for name, shape in inputs.items() if shape != net.inputs[name]}
        found = changed(net, inputs=moved, known=unrolled.facts)
        if found is None or not _share_still(net, found) or _answers_differ(basis, found):
            return None
    except SpecProblem:  # told where the net is unrolled
        return None
    nodes = found.nodes
    return Network(
        net.name,
        net.layout,
        inputs,
        [nodes.get(node.name, node) for node in net.layers],
        net.outputs,
        expect=net.expect,
        lint=net.lint,
        values=net.values,
        gradient=net.gradient,
        dtype=net.dtype,
        variables=net.variables,
        settings={
            **{name: net.settings.get(name, value) for name, value in asked.overrides.items()},
            **{name: inputs[name] for name in given},
        },
        description=net.description,
    )


def _share_still(net: Network, found: Changed) -> bool:
    """Whether layers that share weights still have weights of one shape."""
    for node in found.nodes.values():
        owner = node.traits.shared_with
        if owner:
            try:
                check_shared(node.layer, node.facts, found.nodes.get(owner) or net[owner])
            except LayerError:
                return False
    return True


def _answers_differ(basis: Basis, found: Changed) -> bool:
    """Whether a variable of a shape that was asked for has another value now."""
    net = found.network
    evaluator = Evaluator(Variables({}), net.layout, None, Account(DEFAULT))
    for name, variable in basis.asked:
        now, before = found.shape_of(name), net.shape_of(name)
        if now != before and (
            evaluator.size(variable, None, now) != evaluator.size(variable, None, before)
        ):
            return True
    return False
