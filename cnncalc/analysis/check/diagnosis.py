"""Why a claim is wrong: the small changes that give exactly the claimed value.

A cause is only named when it has been computed through and gives what was
claimed. First comes what follows from an earlier wrong claim, then misreadings
of the same net (buffers counted in, FLOPs for MACs, axes in another order),
then one small change, first of the likely ones, and only if there is none, two.
What contradicts a cause that was named before, or a claim that holds, is no cause.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from cnncalc.analysis.check.alterations import (
    Alteration,
    further_changes,
    input_changes,
    likely_changes,
    twins_of,
    with_bias,
    with_features,
)
from cnncalc.analysis.check.amounts import Amount
from cnncalc.analysis.check.expectations import Measured, holds
from cnncalc.figures import FIGURES
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.layout import channels_of, opposite
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.changed import ancestors, changed
from cnncalc.net.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnncalc.analysis.check.expectations import Claim
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node

MOST_CAUSES = 3
#: Layers that are looked at in search of a cause: a second or so, however large the net.
_MOST_WORK = 100_000
_OF_NET = 20  # times the work of a layer, for a figure that takes the whole net
_MOST_LAYERS = 500
_FAR = 10  # so many layers away, a slip counts as one less likely
_MOST_PAIRED = 60


class Cause(NamedTuple):
    """Something that gives exactly what was claimed, and the shape that leaves then.

    `changes` are those of the net; none where the same net is read otherwise.
    """

    text: str
    shape: Shape
    changes: tuple[Alteration, ...] = ()


class Evidence(NamedTuple):
    """What a cause may not contradict."""

    held: Sequence[Claim] = ()  # claims that are true of the net as it is
    named: Sequence[Alteration] = ()  # the first cause of each claim before


class Belief(NamedTuple):
    """A wrong claim that later claims may rest on."""

    claim: Claim
    shape: Shape | None  # what leaves its subject, if the claim says


def follows(network: Network, claim: Claim, beliefs: Sequence[Belief]) -> tuple[Belief, ...]:
    """The fewest wrong claims that this one follows from; none if it does not."""
    if not beliefs or not _rests_on(network, claim, beliefs):
        return ()
    needed = list(beliefs)
    for belief in beliefs:
        fewer = [one for one in needed if one is not belief]
        if _rests_on(network, claim, fewer):
            needed = fewer
    return tuple(needed)


def _rests_on(network: Network, claim: Claim, beliefs: Sequence[Belief]) -> bool:
    shapes = {one.claim.subject.result: one.shape for one in beliefs if one.shape is not None}
    other = changed(network, results=shapes)
    if other is None:
        return False
    measured = Measured(network, claim.subject, other.nodes)
    for belief in beliefs:
        measured = _corrected(network, claim, measured, belief, other.nodes)
    return holds(claim, measured)


def _corrected(
    network: Network, claim: Claim, measured: Measured, belief: Belief, other: Mapping[str, Node]
) -> Measured:
    """The values with a believed number in the place of the computed one."""
    key, wanted, part = belief.claim.key, belief.claim.wanted, belief.claim.subject
    if not isinstance(wanted, Amount) or wanted.low is None or key not in FIGURES:
        return measured
    if not set(part.members) <= set(claim.subject.members):
        return measured
    gain = wanted.low - Measured(network, part, other).number(key)
    believed = {**measured.believed, key: measured.number(key) + gain}
    if key == "params":
        believed["trainable_params"] = measured.number("trainable_params") + gain
    if key == "macs":
        believed["flops"] = measured.number("flops") + 2 * gain
    return measured._replace(believed=believed)


def causes(network: Network, claim: Claim, evidence: Evidence) -> tuple[Cause, ...]:
    """What gives exactly the claimed value, most likely first."""
    found = [*_misreadings(network, claim), *_changed(network, claim, evidence)]
    if not found:
        found = _altered(network, claim, evidence)
    return tuple(found[:MOST_CAUSES])


# -- the same net, read otherwise -------------------------------------------------------------


def _misreadings(network: Network, claim: Claim) -> Iterator[Cause]:
    measured = Measured(network, claim.subject)
    if isinstance(claim.wanted, Amount):
        yield from _counted_otherwise(claim, claim.wanted, measured)
        yield from _shared_counted(network, claim, claim.wanted, measured)
    else:
        yield from _ordered_otherwise(claim.wanted, measured)
    yield from _read_otherwise(network, claim)


def _counted_otherwise(claim: Claim, wanted: Amount, measured: Measured) -> Iterator[Cause]:
    params, trainable, buffers, macs = map(
        measured.number, ("params", "trainable_params", "buffers", "macs")
    )
    ways: dict[tuple[str, int], str] = {
        ("params", params + buffers): f"the {buffers:,} buffers are counted in (as Keras counts)",
        ("params", trainable): "only trainable parameters are counted",
        ("trainable_params", params): "frozen parameters are counted in",
        ("macs", 2 * macs): "FLOPs are given for MACs, two per multiply-accumulate",
        ("flops", macs): "MACs are given for FLOPs, which are two per MAC",
    }
    for (key, number), text in ways.items():
        if key == claim.key and wanted.allows(number):
            yield Cause(text, measured.shape)


def _shared_counted(
    network: Network, claim: Claim, wanted: Amount, measured: Measured
) -> Iterator[Cause]:
    """Weights counted in every place that uses them."""
    nodes = [network[name] for name in claim.subject.members]
    sharing = [node for node in nodes if node.traits.shared_with]
    again = sum(node.facts.params for node in sharing)
    if claim.key == "params" and again and wanted.allows(measured.number("params") + again):
        names = ", ".join(node.name for node in sharing)
        yield Cause(f"the shared weights of {names} are counted again", measured.shape)


def _ordered_otherwise(wanted: tuple[int | None, ...], measured: Measured) -> Iterator[Cause]:
    shape = measured.shape
    orders = {
        (*shape[1:], *shape[:1]): "the channels are written last",
        (*shape[-1:], *shape[:-1]): "the channels are written first",
        shape[1:]: "the first axis is not written",
        shape[:-1]: "the last axis is not written",
    }
    for order, text in orders.items():
        if wanted == order and order != shape:
            yield Cause(text, shape)


def _read_otherwise(network: Network, claim: Claim) -> Iterator[Cause]:
    """A layer that takes its channels for an axis of space."""
    if len(claim.subject.members) != 1:
        return
    node = network[claim.subject.members[0]]
    inputs = node.facts.inputs._replace(layout=opposite(network.layout))
    try:
        facts = facts_of(node.layer, inputs)
    except LayerError:
        return
    if facts != node.facts._replace(inputs=inputs):
        other = {node.name: node._replace(facts=facts)}
        measured = Measured(network, claim.subject, other)
        if holds(claim, measured):
            words = "last" if network.layout == "channels_first" else "first"
            yield Cause(f"the input is read with its channels {words}", measured.shape)


# -- another net ------------------------------------------------------------------------------


def _changed(network: Network, claim: Claim, evidence: Evidence) -> list[Cause]:
    """One slip of the kind that is made most often."""
    candidates = _candidates(network, claim, likely_changes)
    return _good(network, claim, [(one,) for one in candidates], evidence)


def _altered(network: Network, claim: Claim, evidence: Evidence) -> list[Cause]:
    """One slip of another kind, or two of the likely ones."""
    further = [*_exactly(network, claim), *_candidates(network, claim, further_changes)]
    singles = list({one.text: (one,) for one in (*further, *input_changes(network))}.values())
    if found := _good(network, claim, singles, evidence):
        return found
    candidates = _candidates(network, claim, likely_changes)[:_MOST_PAIRED]
    pairs = [pair for pair in combinations(candidates, 2) if not pair[0].overlaps(pair[1])]
    pairs.sort(key=lambda pair: (pair[0].order + pair[1].order, _layers(pair)))
    return _good(network, claim, pairs, evidence)


def _candidates(
    network: Network, claim: Claim, changes: Callable[[Node], Iterator[Alteration]]
) -> list[Alteration]:
    """Changes of the layers that the subject rests on, the likely and the near first."""
    before = ancestors(network, claim.subject.members)[-_MOST_LAYERS:]
    found = [
        change._replace(order=change.order + distance // _FAR)
        for distance, node in enumerate(reversed(before))
        for change in changes(node)
    ]
    if not claim.subject.name and changes is likely_changes:
        found += [one for bias in (False, True) if (one := with_bias(network, bias=bias))]
    return sorted(found, key=lambda change: change.order)


def _exactly(network: Network, claim: Claim) -> Iterator[Alteration]:
    """For a claim about one layer: the number of its filters or units that gives the value."""
    if len(claim.subject.members) != 1:
        return
    node = network[claim.subject.members[0]]
    if not isinstance(claim.wanted, Amount):
        features = channels_of(node.output_shape, network.layout)
        wanted = [size for size in claim.wanted if size is not None]
        other = channels_of(tuple(wanted), network.layout) if wanted else None
        found = with_features(node, other) if other not in (None, features) else None
        if found is not None:
            yield found
        return
    now = Measured(network, claim.subject).number(claim.key)
    features = channels_of(node.output_shape, network.layout)
    rest = (claim.wanted.low or 0) * features
    if claim.wanted.exact and now and rest % now == 0:  # figures are proportional to the filters
        found = with_features(node, rest // now)
        if found is not None:
            yield found


def _layers(changes: Sequence[Alteration]) -> int:
    """How many layers are changed: two slips in one place are likelier than in two."""
    return len({name for change in changes for name in change.settings})


def _good(
    network: Network, claim: Claim, trials: Sequence[tuple[Alteration, ...]], evidence: Evidence
) -> list[Cause]:
    found: list[Cause] = []
    last = claim.subject.members[-1] if claim.subject.members else ""
    above = network.layers[: 1 + [node.name for node in network.layers].index(last)] if last else ()
    figure = FIGURES.get(claim.key)
    each = _OF_NET if figure is not None and figure.value is None else 1
    for trial in trials[: max(1, _MOST_WORK // max(1, each * len(network.layers)))]:
        if any(one.contradicts(named) for one in trial for named in evidence.named):
            continue
        twins = twins_of(network, trial)
        inputs = {name: shape for one in trial for name, shape in one.inputs.items()}
        other = changed(network, twins, inputs=inputs, among=above) if twins is not None else None
        if other is None:
            continue
        measured = Measured(network, claim.subject, other.nodes)
        if holds(claim, measured) and _bears(network, evidence.held, other.nodes):
            text = " and ".join(change.text for change in trial)
            found.append(Cause(text, measured.shape, trial))
            if len(found) == MOST_CAUSES:
                break
    return found


def _bears(network: Network, held: Sequence[Claim], other: Mapping[str, Node]) -> bool:
    """Whether the claims that are true of the net are true of a changed one, too."""
    return all(
        holds(claim, Measured(network, claim.subject, other))
        for claim in held
        if not other.keys().isdisjoint(claim.subject.members)
    )
