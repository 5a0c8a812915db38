"""What a layer of a net states about itself: its formulas with the values put in, its equations.

The formulas are those that the layer type declares; the results are the layer's
own sizes and counts. Tests hold that a formula evaluated by itself gives the
result.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from cnncalc.analysis.formula.tree import names_in, parse
from cnncalc.analysis.formula.values import FUNCTIONS, put_in, simplified
from cnncalc.analysis.formula.write import written
from cnncalc.layers import registry
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.analysis.formula.letters import Letters
    from cnncalc.analysis.formula.tree import Formula
    from cnncalc.layers.base.formulas import Size, Value
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.tensors import Inputs
    from cnncalc.net.node import Node

#: The formula of a size that leaves as it came.
KEPT = "in"
_FORMULAS: Final = 1024  # that are kept: most layers of a net have those of another


class Quantity(NamedTuple):
    """One number: its name, the formula in words, the values put in, the result.

    `values` is empty where there is nothing to compute.
    """

    name: str
    formula: str
    values: str
    result: int


class Equation(NamedTuple):
    """One step of what a layer computes: `y`, the formula, the arguments put in, words on it.

    `values` is empty where no argument appears in the formula.
    """

    name: str
    formula: str
    values: str
    words: str = ""


def sizes(
    node: Node, given: Sequence[Size], known: Mapping[str, Value], letters: Letters | None = None
) -> list[Quantity]:
    """How the size of each output axis comes about, in order; in letters if there are any.

    Args:
        node: the layer.
        given: its output sizes.
        known: its `quantities`.
        letters: what names are written as.
    """
    found: list[Quantity] = []
    before: object = None
    for size, result in zip(given, node.output_shape, strict=True):
        if letters is None and not size.formula:
            found.append(Quantity(size.axis, KEPT, "", result))
            continue
        key = size.formula, size.quantities, result
        if letters is None and before == key:  # a square map
            found.append(found[-1]._replace(name=size.axis))
        else:
            found.append(_size(node, size, known, result, letters))
        before = key
    return found


def _size(
    node: Node, size: Size, known: Mapping[str, Value], result: int, letters: Letters | None
) -> Quantity:
    text = node.layer.formulas[size.formula] if size.formula else KEPT
    values = {**known, **size.quantities}
    if letters is None:
        return quantity(size.axis, text, values, result)
    names = {**letters.common, **letters.along(size.axis)}
    return quantity(letters.out(size.axis), text, values, result, names)


def counts(
    node: Node, known: Mapping[str, Value], letters: Letters | None = None
) -> list[Quantity]:
    """Parameters; buffers and MACs where the layer has any; `known` are its `quantities`.

    Shared weights count where they are kept: the layer's own count is then 0,
    and has no formula.
    """
    declared = node.layer.formulas
    shared = bool(node.traits.shared_with)
    found = [
        (name, "" if shared and name != "macs" else declared.get(name, ""), result)
        for name, result in (
            ("params", node.params),
            ("buffers", node.buffers),
            ("macs", node.macs),
        )
        if result or name == "params"
    ]
    names = letters.common if letters else {}
    return [
        quantity(name, text if result else "", known, result, names) for name, text, result in found
    ]


def quantity(
    name: str,
    text: str,
    values: Mapping[str, Value],
    result: int,
    names: Mapping[str, str] | None = None,
) -> Quantity:
    """A number with its formula, without what has no effect; "" where no formula is declared."""
    if not text:
        return Quantity(name, "", "", result)
    formula, words, numbers = _told(text, values, values)
    return Quantity(
        name,
        written(formula, names) if names else words,
        "" if numbers == str(result) else numbers,
        result,
    )


def _told(
    text: str, known: Mapping[str, Value], numbers: Mapping[str, Value]
) -> tuple[Formula, str, str]:
    """A formula without what has no effect, its text, and that with the numbers put in."""
    names, optional = _names(text)
    effects = tuple(map(_effect, map(known.get, optional)))
    formula, words = _without_effect(text, effects)
    return formula, words, _with(text, effects, tuple(map(numbers.get, names)))


@cache
def _names(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in a formula, and those of them that are optional."""
    names = names_in(text)
    return tuple([one.text for one in names]), tuple([one.text for one in names if one.optional])


def _effect(value: Value | None) -> Value | None:
    """What makes an optional quantity have no effect; None where it has one."""
    return value if value in {0, 1, ()} else None


@lru_cache(_FORMULAS)
def _without_effect(text: str, effects: tuple[Value | None, ...]) -> tuple[Formula, str]:
    optional = _names(text)[1]
    values = {
        name: value for name, value in zip(optional, effects, strict=True) if value is not None
    }
    formula = simplified(parse(text), values)
    return formula, written(formula)


@lru_cache(_FORMULAS)
def _with(text: str, effects: tuple[Value | None, ...], numbers: tuple[Value | None, ...]) -> str:
    names = _names(text)[0]
    values = {name: value for name, value in zip(names, numbers, strict=True) if value is not None}
    return written(put_in(_without_effect(text, effects)[0], values))


def quantities(node: Node) -> dict[str, Value]:
    """The values of the names in a layer's formulas: its arguments, and what it adds."""
    layer, inputs = node.layer, node.facts.inputs
    given = vars(layer)
    arguments = {
        name: value
        for name, spec in layer.all_arguments.items()
        if (value := _value(given.get(name, spec.default))) is not None
    }
    return {
        **arguments,
        "input_elements": inputs.shapes[0],
        "output_elements": node.output_shape,
        **layer.quantities(inputs),
    }


def _value(given: object) -> Value | None:
    """An argument as formulas take it; None for one that is no number and no sizes."""
    if isinstance(given, int):
        return int(given)
    if isinstance(given, tuple):
        return given if all(isinstance(one, int) for one in given) else None
    return given if isinstance(given, float) else None


# -- equations --------------------------------------------------------------------------------


def equations(node: Node, known: Mapping[str, Value]) -> list[Equation]:
    """What the layer computes, its numeric arguments put in, and the activations in it.

    `known` are its `quantities`.
    """
    inputs = node.facts.inputs
    tensors = {weight.name for weight in node.weights}
    numbers = {name: value for name, value in known.items() if name not in tensors}
    own = [_equation(text, known, numbers) for text in node.layer.equations_of(inputs)]
    called = _activations(" ".join([one.formula for one in own]))
    return own + [one for name in called for one in _of_activation(name, inputs)]


def _equation(text: str, known: Mapping[str, Value], numbers: Mapping[str, Value]) -> Equation:
    name, _, right = text.partition(" = ")
    right, _, words = right.partition("; ")
    try:
        _, before, after = _told(right, known, numbers)
    except ValueError:  # more than a formula can say, as in `x1 + x2 + ...`
        return Equation(name, right, "", words)
    return Equation(name, before, after if after != before else "", words)


@lru_cache(_FORMULAS)
def _activations(formulas: str) -> list[str]:
    """The activations that formulas call by name, such as the sigmoid of a gate."""
    called = re.findall(r"[a-z_0-9]+(?=\()", formulas)
    named = [name for name in dict.fromkeys(called) if name not in FUNCTIONS]
    return [name for name in named if (found := registry.find(name)) and _is_function(found.layer)]


def _is_function(layer: type[Layer]) -> bool:
    return bool(getattr(layer, "function", False))


def _of_activation(name: str, inputs: Inputs) -> list[Equation]:
    found = registry.names()[name]
    equations_ = found.make({}).equations_of(inputs)
    return [_equation(text, {}, {})._replace(name=f"{name}(x)") for text in equations_]
