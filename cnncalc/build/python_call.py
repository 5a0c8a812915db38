"""A layer written as a call in Python, `nn.Conv2d(3, 8, 3)`, as the entry that it would be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.language.syntax import List, Literal
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.kinds import show

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence

    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.name import Name

_CALL = re.compile(r"\s*([A-Za-z_][\w.]*)\s*\(.*\)\s*", re.DOTALL)
_LONGEST = 200  # characters that are read as Python
#: The order in which the constructors of both frameworks take them, as far as it is the same.
_POSITIONS = ("filters", "units", "kernel", "stride", "padding")


def called_type(text: str) -> str:
    """The name before the bracket, without its module; empty where the text is no call.

    >>> called_type("nn.Conv2d(3, 8, 3)"), called_type("conv")
    ('Conv2d', '')
    """
    found = _CALL.fullmatch(text[: _LONGEST + 1])
    return found[1].rpartition(".")[2] if found and len(text) <= _LONGEST else ""


def advice_on_call(text: str) -> str:
    """How a spec says a call of a known layer; empty where the text is none.

    >>> advice_on_call("nn.Conv2d(3, 8, 3)")
    'in a spec it is `Conv2d: {out_channels: 8, kernel_size: 3}`'
    """
    type_ = called_type(text)
    name = registry.find(type_) if type_ else None
    if name is None:
        return ""
    entry = _entry(name, lambda: _arguments(name, text))
    if entry:
        return f"in a spec it is `{entry}`"
    return f"in a spec it is `{type_}` with its arguments by name, which `cnncalc layers` lists"


def advice_on_positions(name: Name, given: Value | None) -> str:
    """How `Conv2d: [1, 6, 5]` is said, by name; empty where the names are not certain."""
    items = given.items if isinstance(given, List) else ()
    values = [item.value for item in items if isinstance(item, Literal)]
    if name.dialect not in {"torch", "keras"} or not items or len(values) < len(items):
        return ""
    entry = _entry(name, lambda: _by_position(name, values))
    return f"a spec takes the arguments by name: `{entry}`" if entry else ""


def _entry(name: Name, read: Callable[[], dict[str, Any]]) -> str:
    """The entry of a call; empty where an argument is no value, or its name is not certain."""
    try:
        arguments = read()
        name.make(arguments, name.dialect or "torch")
        shown = ", ".join(f"{key}: {show(value)}" for key, value in arguments.items())
    except (LayerError, ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ""
    return f"{name.text}: {{{shown}}}" if shown else name.text


def _arguments(name: Name, text: str) -> dict[str, Any]:
    """The arguments by their names; raises `ValueError` where that is not certain."""
    import ast  # noqa: PLC0415 - only on errors

    call = ast.parse(text.strip(), mode="eval").body
    if not isinstance(call, ast.Call):
        raise TypeError(text)
    found = _by_position(name, [_value(one) for one in call.args])
    for keyword in call.keywords:
        spec = name.layer.lookup.get(keyword.arg or "")
        if keyword.arg is None or spec is None:
            raise ValueError(keyword.arg)
        if not spec.declared:
            found[keyword.arg] = _value(keyword.value)
    return found


def _value(node: ast.expr) -> Any:  # noqa: ANN401 - any plain value
    """A literal, or a product of whole numbers; raises `ValueError` for anything else."""
    import ast  # noqa: PLC0415 - only on errors

    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return ast.literal_eval(node)
    factors = _value(node.left), _value(node.right)
    if not all(isinstance(one, int) for one in factors):
        raise ValueError(ast.unparse(node))
    return factors[0] * factors[1]


def _by_position(name: Name, values: Sequence[Any]) -> dict[str, Any]:
    layer = name.layer
    if name.dialect == "torch" and any(spec.declared for spec in layer.arguments.values()):
        values = values[1:]  # what arrives, which is known
    known = [layer.arguments[one] for one in _POSITIONS if one in layer.arguments]
    if not known and layer.main:
        known = [layer.arguments[layer.main]]
    if len(values) > len(known):
        raise ValueError(values)
    return {
        spec.spoken(name.dialect or "torch"): value
        for spec, value in zip(known, values, strict=False)
    }
