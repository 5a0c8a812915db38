"""Whether what a layer states about itself is true: formulas evaluated by themselves."""

from __future__ import annotations

from cnncalc.analysis.formula.statements import counts, quantities, sizes
from cnncalc.analysis.formula.tree import parse
from cnncalc.analysis.formula.values import evaluated


def false_statements(node):
    """The statements of a layer that are missing, or give another number than the layer does."""
    given = node.layer.output_sizes(node.facts.inputs)
    if len(given) != len(node.output_shape):
        return [f"{len(given)} sizes are stated, the output is {node.output_shape}"]
    known = quantities(node)
    pairs = [
        *(
            (one, size.quantities)
            for one, size in zip(sizes(node, given, known), given, strict=True)
        ),
        *((one, {}) for one in counts(node, known)),
    ]
    return [
        f"{one} with {known | dict(own)}"
        for one, own in pairs
        if not is_true(one, {**known, **own}, shared=bool(node.traits.shared_with))
    ]


def is_true(quantity, values, *, shared=False):
    """Whether the formula in words and the one with the values put in give the result."""
    if not quantity.formula:
        return quantity.result == 0 and (shared or quantity.name == "params")
    computed = evaluated(parse(quantity.values), {}) if quantity.values else quantity.result
    return evaluated(parse(quantity.formula), values) == computed == quantity.result
