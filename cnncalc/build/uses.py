"""Uses of layer types: of a block that the spec defines, and of a built-in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.blocks import arguments_of_block
from cnncalc.build.composites import dtype_of, inner, trainable
from cnncalc.build.costs import cost_of_layer, cost_of_path
from cnncalc.build.frame import Frame
from cnncalc.build.names import name_of
from cnncalc.build.placing import EntryTraits
from cnncalc.build.scope import INDEX, Evaluator, Variables, stated, weights
from cnncalc.build.taking import results_named
from cnncalc.diagnostics import codes
from cnncalc.language.entries import check_beside_layers, with_keys_of_keras
from cnncalc.language.problems import SpecProblem, UnknownShape
from cnncalc.language.regularizer import regularizer_of
from cnncalc.net.node import PLAIN, Node, Scope, Traits

if TYPE_CHECKING:
    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Names
    from cnncalc.language.syntax import Beside, Block, Layer


def block(  # noqa: PLR0913, PLR0917 - what a place in the net consists of
    expander: Expander,
    block: Block,
    entry: Layer,
    frame: Frame,
    inputs: Names,
    evaluator: Evaluator,
) -> Names:
    """Place a block's layers under a name of its own."""
    if block.entries is None:
        raise UnknownShape
    check_beside_layers(entry.beside, block=True)
    if any(name == block.name for name, _ in frame.calls):
        raise SpecProblem(codes.RECURSION, f"the block `{block.name}` uses itself", entry.head)
    if len(frame.calls) >= expander.limits.depth:
        raise SpecProblem(codes.LIMIT, "blocks are nested too deeply", entry.head)
    expander.step(entry, expander.cost_of_use(block))
    if block.inputs and len(inputs) != len(block.inputs):
        raise SpecProblem(
            codes.INPUT_COUNT,
            f"the block `{block.name}` takes {len(block.inputs)} "
            f"input{'s' * (len(block.inputs) > 1)} ({', '.join(block.inputs)}), not {len(inputs)}",
            entry.beside.inputs or entry.head,
            help=(f"`from: [{', '.join(block.inputs)}]` beside it names one result for each",),
        )
    values = arguments_of_block(block, entry, evaluator)
    graph = expander.graph
    name = expander.given_name(entry.beside.name, frame, evaluator) or graph.take_name(
        graph.numbered((block.name,), frame)[0], entry, given=False
    )
    expander.step(entry, cost_of_path(name))
    start = len(graph.nodes)
    scope = Scope("block", start, frame.scope, name, block.name, values)
    within = inner(frame, scope, entry, evaluator)
    _, index = frame.variables.find(INDEX)
    inside = Frame(
        within.prefix,
        Variables(values, evaluator.variables.outermost, index),
        inputs,
        within.counters,
        within.scope,
        within.turn_of,
        within.trainable,
        within.dtype,
        (*frame.calls, (block.name, entry.head)),
        _shared_block(expander, entry.beside, frame, evaluator) or within.twin,
    )
    for received, given in zip(block.inputs, inputs, strict=False):
        expander.references.received[inside.prefix + received] = (given,)
        expander.references.taken[inside.prefix + received] = True
    result = expander.run_entries(block.entries, inside, inputs)
    if block.outputs:
        result = results_named(expander, block.outputs, inside)
    expander.references.aliases[name] = result
    expander.charge_claims(entry.beside.expect, scope)
    return result


def layer(
    expander: Expander, entry: Layer, frame: Frame, inputs: Names, evaluator: Evaluator
) -> Names:
    """Place a layer of a built-in type, or one that shares another's weights."""
    if not expander.builder.has(entry):
        entry = with_keys_of_keras(entry)
    beside = entry.beside
    shared = _shared_node(expander, beside, frame, evaluator)
    if not entry.type and shared is not None:
        built, regularizer = shared.layer, None
    else:
        built, regularizer = expander.builder.build(entry, evaluator)
        expander.step(entry, cost_of_layer(built))
    traits = _traits(beside, frame, evaluator, regularizer)
    name = expander.given_name(beside.name, frame, evaluator)
    own = EntryTraits(entry, name, traits, shared)
    return expander.graph.place(built, frame, inputs, entry.at or entry, own)


def _shared_node(
    expander: Expander, beside: Beside, frame: Frame, evaluator: Evaluator
) -> Node | None:
    if beside.share is None:
        return None
    wanted = name_of(beside.share, evaluator)
    name = expander.references.find(wanted, frame.prefix)
    if name in expander.spec.inputs:
        raise SpecProblem(
            codes.UNKNOWN_LAYER, f"`{name}` is an input: it has no weights", beside.share
        )
    if name is None:
        expander.references.missing(wanted, beside.share, frame)
        expander.graph.mark_unsound()
        raise UnknownShape
    node = expander.graph.owner(name)
    if node is None:
        raise UnknownShape
    return node


def _shared_block(expander: Expander, beside: Beside, frame: Frame, evaluator: Evaluator) -> str:
    """The prefix of the block whose weights an entry shares, or an empty text."""
    if beside.share is None:
        return ""
    wanted = name_of(beside.share, evaluator)
    found = expander.references.find_block(wanted, frame.prefix)
    if not found:
        raise SpecProblem(
            codes.UNKNOWN_LAYER, f"no block called `{wanted}` is defined above", beside.share
        )
    return f"{found}/"


def _traits(
    beside: Beside,
    frame: Frame,
    evaluator: Evaluator,
    regularizer: Any,  # noqa: ANN401 - as arguments_of gives it
) -> Traits:
    if beside.regularizer is not None:
        regularizer = regularizer_of(evaluator.value(beside.regularizer), beside.regularizer)
    expect = stated(beside.expect, evaluator)
    given = weights(beside.weights, evaluator)
    learns = trainable(beside, frame, evaluator)
    dtype = dtype_of(beside, frame, evaluator)
    if learns and regularizer is None and expect is None and given is None and not dtype:
        return PLAIN
    return Traits(learns, "", regularizer, expect, given, dtype)
