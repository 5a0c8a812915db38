"""Nothing is nested so deeply that it exhausts the stack: the limits refuse it, with its place."""

from __future__ import annotations

from itertools import pairwise

from batches import batch

from cnncalc.build.reader import read_text

SIZES = (2, 7, 20, 39, 41, 80, 300)
OPERATIONS = {
    "a sum that begins with it": "%s" + " + 1" * 240,
    "a sum that ends with it": "1 + " * 240 + "%s",
    "parentheses": "(" * 39 + "%s" + ")" * 39,
    "signs": "- " * 39 + "%s",
    "negations": "not " * 39 + "true == %s",
    "places": "%s" + "[0]" * 100,
    "a list in an expression": "[" * 30 + "%s" + "]" * 30,
}
USES = (
    "conv: {filters: $v, kernel: 3}", "relu: $v", "{relu: , when: $v == $v}", "{relu: , name: a$v}",
    "{relu: , repeat: $v}", "{relu: , for: {a: $v}}", "{relu: , expect: {shape: $v}}",
    "{relu: , expect: $v}", "reshape: $v", "pad: $v", "{dense: 3, regularizer: $v}",
    "b: $v", "b: {x: $v}",
)  # fmt: skip
HEAD = "input: [3, 8, 8]\nblocks: {b: {args: [x], layers: [dense: $x]}}\n"


def chain(count: int, step: str) -> str:
    """Variables of which each is made of the one before; the last is `v`."""
    names = [*(f"v{i}" for i in range(count - 1)), "v"]
    pairs = pairwise(names)
    steps = "".join(f"  {name}: {step % f'${before}'}\n" for before, name in pairs)
    return f"variables:\n  {names[0]}: 1\n{steps}"


def problems(text: str) -> list[str]:
    """The codes of all errors; whatever the text is, reading it ends in them."""
    return [one.code for one in read_text(text).diagnostics if one.severity == "error"]


@batch("count", SIZES)
@batch("step", OPERATIONS.values(), ids=OPERATIONS)
def test_variables_chained_through_operations(count, step):
    codes = problems(HEAD + chain(count, f'"{step}"') + "layers: [conv: {filters: $v, kernel: 1}]")
    if count > 40:
        assert codes == ["E006"]
    assert len(codes) <= 1


@batch("count", SIZES)
@batch("levels", [1, 12, 60])
@batch("use", USES)
def test_lists_nested_through_variables(count, levels, use):
    text = HEAD + chain(count, "[" * levels + "%s" + "]" * levels) + f"layers:\n  - {use}\n"
    codes = problems(text)
    assert len(codes) <= 1
    if (count - 1) * levels > 200:
        assert codes == ["E006"]


@batch("calls", [2, 10, 60])
@batch("levels", [1, 5, 40])
def test_lists_nested_through_the_arguments_of_blocks(calls, levels):
    value = "[" * levels + "$x" + "]" * levels
    blocks = "".join(
        f"  b{i}: {{args: [x], layers: [b{i + 1}: {{x: {value}}}]}}\n" for i in range(calls)
    )
    last = f"  b{calls}: {{args: [x], layers: [{{relu: , when: $x != 1}}]}}\n"
    codes = problems(f"input: [3]\nblocks:\n{blocks}{last}layers: [b0: 1]\n")
    assert codes == (["E006"] if calls * levels > 64 else [])


NESTED = {
    "groups": "{layers: [%s]}",
    "loops": "{repeat: 1, layers: [%s]}",
    "residuals": "{residual: [%s]}",
    "branches": "{parallel: [[%s]]}",
    "groups as branches": "{parallel: [{repeat: 1, layers: [%s]}]}",
    "shortcuts": "{residual: {body: [relu], shortcut: [%s]}}",
}


@batch("blocks", [1, 2, 5, 20, 63])
@batch("deep", [1, 3, 12])
@batch("kind", NESTED)
def test_entries_nested_in_nested_blocks(kind, deep, blocks):
    def nested(inner: str) -> str:
        for _ in range(deep):
            inner = NESTED[kind] % inner
        return inner

    lines = "".join(
        f"  b{i}: [{nested('relu' if i + 1 == blocks else f'b{i + 1}')}]\n" for i in range(blocks)
    )
    codes = problems(f"input: [3, 8, 8]\nblocks:\n{lines}layers: [b0]\n")
    each = 2 if kind == "groups as branches" else 1
    assert codes == (["E006"] if blocks * (1 + deep * each) > 64 else []) or each == 2


def test_the_deepest_of_everything_at_once():
    variables = chain(39, '"' + "(" * 39 + "%s" + ")" * 39 + '"')
    layers = "[dense: $v]"
    for _ in range(20):
        layers = f"[{{repeat: 1, layers: {layers}}}]"
    blocks = "".join(f"  b{i}: [b{i + 1}]\n" for i in range(40))
    text = f"input: [3]\n{variables}blocks:\n{blocks}  b40: {layers}\nlayers: [b0]\n"
    assert problems(text) == []
