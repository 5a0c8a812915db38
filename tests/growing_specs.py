"""Specs that grow in one feature of the language each, and the command that each is given to.

`CASES` holds, by what grows, a function from a size to the text of a spec, the command, and the
size that `benchmarks/bounds.py` doubles up to: about 100 KB of text, where nothing else ends it.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

NET = "input: 3x8x8\nlayers:\n"
PLENTY = 100_000  # turns: the most layers that a net may have
REPEATED_LAYERS = 100_000  # of a net that is explained, compared, and so on
SUMMARIZE = ("summarize", "--total-of", "params")


class Case(NamedTuple):
    """What grows: the spec of a size, the largest size, and the command."""

    text: Callable[[int], str]
    most: int
    command: tuple[str, ...] = SUMMARIZE


def listed(pattern, count):
    return ", ".join(pattern.format(n) for n in range(count))


def same(text, count):
    return ", ".join([text] * count)


def lines(pattern, count):
    return "".join(f"  {pattern.format(n)}\n" for n in range(count))


def chained(first, following, levels):
    """Variables that each are made of the one before."""
    rest = "".join(
        f"  v{n}: {following.replace('@', f'$v{n - 1}')}\n" for n in range(1, levels + 1)
    )
    return f"variables:\n  v0: {first}\n{rest}"


def nested(opened, levels, inner, closed="]}"):
    return "".join(opened.format(n) for n in range(levels)) + inner + closed * levels


def listing(levels, width, use):
    """A list of lists, through variables."""
    return chained("[1, 1]", f"[{', '.join(['@'] * width)}]", levels) + use.replace(
        "@", f"$v{levels}"
    )


def claims_in_groups(size):
    group = nested("{{name: g{}, expect: {{params: 1}}, layers: [", 20, "relu")
    return f"{NET}  - {{repeat: {size}, name: n$i, layers: [{group}]}}\n"


def map_then_dense(size):
    return (
        f"{NET}  - conv: {{filters: 2, kernel: 3}}\n"
        + lines("- dropout", size)
        + lines("- {{dense: 4, name: d{}}}", size)
    )


def dense_on_maps(size):
    """Each dense layer acts on a map, and is far below the layer that made it one."""
    return (
        f"{NET}  - conv: {{filters: 2, kernel: 3}}\n"
        + lines("- relu", size)
        + "  - flatten\n"
        + lines("- relu", size)
        + lines(f"- {{{{dense: 4, from: relu_{2 * size}}}}}", size)
    )


def halving(size):
    """Layers that no other is like, below strides that repeat in 8,192 steps."""
    return (
        f"{NET}"
        + lines("- conv: {{filters: 3, kernel: 3, stride: 2, padding: 1}}", 13)
        + lines("- conv: {{filters: 1{:05}, kernel: 3, padding: 2}}", size)
    )


def one_claim_each(figure):
    return lambda size: (
        NET
        + lines(f"- {{{{conv: {{{{filters: 3, kernel: 1}}}}, expect: {{{{{figure}: 1}}}}}}}}", size)
    )


def unlike_dense(size):
    return "input: 5x8\nlayers:\n" + lines("- dense: 1{:05}", size)


#: Loops whose turns are unlike each other, to just below where `explain` refuses that.
UNLIKE_TURNS = {
    "turns of unlike layers": lambda n: (
        f"{NET}  - {{repeat: {n}, layers: [conv: {{filters: $i + 1, kernel: 3, padding: same}}]}}\n"
    ),
    "unlike turns of a named group": lambda n: (
        f"{NET}  - repeat: {n // 2}\n    name: g$i\n"
        "    layers: [conv: {filters: $i + 1, kernel: 3, padding: same}, relu]\n"
    ),
}
MOST_UNLIKE = 3_500  # layers of them

#: Nets of layers that are alike: what unrolls to so many, by repetition.
REPEATED = {
    "turns": lambda n: f"{NET}  - {{repeat: {n}, layers: [relu]}}\n",
    "turns of a convolution": lambda n: (
        f"{NET}  - {{repeat: {n}, layers: [conv: {{filters: 3, kernel: 1}}]}}\n"
    ),
    "turns of a named group": lambda n: (
        f"{NET}  - repeat: {n // 2}\n    name: g$i\n"
        "    layers: [conv: {filters: 3, kernel: 1}, relu]\n"
    ),
    "turns in turns": lambda n: (
        f"{NET}  - repeat: {isqrt(n // 2)}\n    layers:\n"
        f"      - {{repeat: {isqrt(n // 2)}, layers: [conv: {{filters: 3, kernel: 1}}, relu]}}\n"
    ),
    "turns of a residual block": lambda n: (
        "blocks: {b: [residual: [conv: {filters: 3, kernel: 1}, batchnorm, relu]]}\n"
        f"{NET}  - {{repeat: {n // 5}, layers: [b]}}\n"
    ),
}

#: The commands that are given to one of them, by what each is called.
_OF_REPEATED = {
    "a table of": ("summarize",),
    "Markdown of": ("summarize", "--format", "markdown"),
    "CSV of": ("summarize", "--format", "csv"),
    "JSON of": ("summarize", "--format", "json"),
    "formulas of": ("explain",),
    "formulas in letters of": ("explain", "--symbols"),
    "formulas in Markdown of": ("explain", "--format", "markdown"),
    "formulas in JSON of": ("explain", "--format", "json"),
    "sums of memory of": ("explain", "--memory"),
    "comparison of": ("compare", "@other"),
    "comparison in JSON of": ("compare", "@other", "--format", "json"),
    "comparison in Markdown of": ("compare", "@other", "--format", "markdown"),
    "conventions of": ("conventions",),
    "findings on": ("check",),
    "memory of": ("memory",),
}
#: Those that are given to each.
_OF_EACH = ("a table of", "formulas of", "comparison of", "conventions of")


def branches(count):
    """A result, so many times."""
    return f"  - parallel: {{branches: [{same('[]', count)}], merge: none}}\n"


#: Nets with layers that take very many results, and their largest size.
MANY_INPUTS = {
    "results of branches in branches": (lambda n: NET + 2 * branches(n) + "  - add\n", 512),
    "inputs of a block": (
        lambda n: (
            f"blocks:\n  b: {{inputs: [{listed('a{}', n)}], "
            f"layers: [{{add: , from: [{same('input', n)}]}}]}}\n"
            f"{NET}  - {{b: , from: [{same('input', n)}]}}\n"
        ),
        512,
    ),
    "results, of each turn": (
        lambda n: f"{NET}{branches(39)}  - {{repeat: {n}, layers: [{{add: , tap: true}}]}}\n",
        PLENTY,
    ),
    "inputs of the net": (
        lambda n: (
            f"inputs: {{{listed('a{}: [4]', n)}}}\nlayers:\n"
            f"  - {{add: , from: [{listed('a{}', n)}]}}\n"
        ),
        5_000,
    ),
}
#: The commands whose work they are most of.
_OF_MANY_INPUTS = {
    "a table of": ("summarize",),
    "JSON of": ("summarize", "--format", "json"),
    "formulas of": ("explain",),
    "formulas in JSON of": ("explain", "--format", "json"),
    "comparison of": ("compare", "@"),
    "memory of": ("memory",),
    "a drawing of": ("draw", "--format", "svg"),
    "a report on": ("report",),
    "a report on two nets of": ("report", "@"),
    "code of PyTorch for": ("export",),
    "code of Keras for": ("export", "--to", "keras"),
}


def named_turns(layers):
    """Two turns of groups with names in one another, for so many layers."""
    levels = layers.bit_length() - 1
    return f"{NET}  - {nested('{{repeat: 2, name: g$i, layers: [', levels, 'relu')}\n"


TWO_CONVS = "[conv: {{filters: {}5, kernel: 1}}, conv: {{filters: 3, kernel: 1}}]"


def relus(size):
    return f"{NET}  - conv: {{filters: 4, kernel: 3}}\n" + lines("- relu", size)


CASES = {
    # -- flat text -------------------------------------------------------------------------------
    "layers": Case(lambda n: NET + lines("- relu", n), PLENTY),
    "layers, as JSON": Case(
        lambda n: NET + lines("- relu", n), PLENTY, ("summarize", "--format", "json")
    ),
    "layers, each other": Case(lambda n: NET + lines("- dense: 1{}", n), 50_000),
    "names of layers": Case(lambda n: NET + lines("- {{relu: , name: a{}}}", n), 50_000),
    "a list of axes": Case(
        lambda n: f"input: [{listed('1', n)}]\nlayers:\n" + lines("- relu", n), 50_000
    ),
    "axes of 290 digits": Case(
        lambda n: f"input: [{', '.join(['9' * 290] * n)}]\nlayers: [relu, flatten, dense: 4]\n", 512
    ),
    "axes of a reshape": Case(
        lambda n: f"{NET}  - reshape: [-1, {listed('1', n)}]\n" + lines("- relu", n), 20_000
    ),
    "inputs": Case(
        lambda n: (
            "inputs: {"
            + listed("a{}: 3x8x8", n)
            + "}\nlayers:\n"
            + lines("- {{relu: , from: a{}}}", n)
        ),
        10_000,
    ),
    "outputs": Case(
        lambda n: (
            NET
            + lines("- {{relu: , name: a{}, from: input}}", n)
            + f"outputs: [{listed('a{}', n)}]\n"
        ),
        10_000,
    ),
    "outputs, as code": Case(
        lambda n: (
            NET
            + lines("- {{relu: , name: a{}, from: input}}", n)
            + f"outputs: [{listed('a{}', n)}]\n"
        ),
        3_900,
        ("export", "--to", "keras"),
    ),
    "outputs, in the best order": Case(
        lambda n: (
            NET
            + lines("- {{relu: , name: a{}, from: input}}", n)
            + f"outputs: [{listed('a{}', n)}]\n"
        ),
        990,
        ("memory", "--ram", "1MiB"),
    ),
    "branches, in the best order": Case(
        lambda n: f"{NET}  - parallel: {{branches: [{listed(TWO_CONVS, n)}], merge: concat}}\n",
        450,
        ("memory", "--ram", "1MiB"),
    ),
    "keys of the top level": Case(
        lambda n: NET + "  - relu\n" + "".join(f"k{i}: 1\n" for i in range(n)), 10_000
    ),
    # -- variables and expressions ---------------------------------------------------------------
    "fractions, in a chain": Case(
        lambda n: chained("3", "1 / @" + " / @" * 8, n) + f"{NET}  - dense: $v{n} * 0 + 1\n", 32
    ),
    "quotients of fractions": Case(
        lambda n: (
            chained("7 / 3", "@ // (1 / @ // 1 + 1 / 7 ** 300)", n) + f"{NET}  - dense: $v{n}\n"
        ),
        32,
    ),
    "fractions of one expression": Case(
        lambda n: f"variables: {{a: 3 ** 600}}\n{NET}  - dense: 1 + 0 * (1{' / $a' * n})\n", 256
    ),
    "variables": Case(
        lambda n: "variables:\n" + lines("v{}: 1", n) + NET + lines("- dense: $v{}", n), 20_000
    ),
    "variables unknown": Case(
        lambda n: "variables:\n" + lines("v{}: 1", n) + NET + lines("- dense: $w{}", 90), 50_000
    ),
    **{
        f"lists through variables, in {where}": Case(lambda n, use=use: listing(n, 10, use), 32)
        for where, use in {
            "an argument": NET + "  - reshape: @\n",
            "a kernel": NET + "  - conv: {filters: 3, kernel: @}\n",
            "an input": "input: @\nlayers: [relu]\n",
            "a comparison": NET + "  - {relu: , when: '@ == @'}\n",
            "a claim": NET + "  - {relu: , expect: {shape: @}}\n",
            "a loop": NET + "  - {for: {x: @}, layers: [relu]}\n",
            "a row": NET + "  - {for: [x, y], in: @, layers: [relu]}\n",
            "a name": NET + "  - {relu: , name: 'a$@'}\n".replace("$@", "${len(@)}"),
            "weights": NET + "  - {dense: 2, weights: {kernel: @}}\n",
            "a block": "blocks: {b: {args: [x], layers: [dense: {units: $x}]}}\n"
            + NET
            + "  - b: @\n",
            "a block of rows": "blocks: {b: {args: [x, y], layers: [dense: 3]}}\n"
            + NET
            + "  - b: @\n",
            "lint": NET + "  - relu\nlint: {ignore: @}\n",
            "values": NET + "  - relu\nvalues: {input: @}\n",
        }.items()
    },
    "lists through variables, in JSON": Case(
        lambda n: listing(n, 10, f"{NET}  - {{relu: , when: len(@) > 0}}\n"),
        32,
        ("summarize", "--format", "json"),
    ),
    "lists through variables, in a claim that fails": Case(
        lambda n: listing(n, 10, f"{NET}  - {{relu: , expect: {{shape: @}}}}\n"), 32, ("check",)
    ),
    "lists through variables, in weights that count": Case(
        lambda n: listing(n, 10, "input: [2]\nlayers:\n  - {dense: 2, weights: {kernel: @}}\n"),
        32,
        ("compute",),
    ),
    "a list in every expression": Case(
        lambda n: (
            f"variables: {{a: [{listed('{}', 900)}]}}\n{NET}  - repeat: {n}\n    layers:\n"
            f"      - {{relu: , when: '{' and '.join(['899 in $a'] * 100)}'}}\n"
        ),
        PLENTY,
    ),
    "a table of choices": Case(
        lambda n: (
            f"variables:\n  a: 3\n  b: {{by: $a, {listed('{0}: {0}', n)}}}\n"
            f"{NET}  - dense: $b + 1\n"
        ),
        20_000,
    ),
    # -- loops, blocks and groups ----------------------------------------------------------------
    "turns": Case(lambda n: f"{NET}  - {{repeat: {n}, layers: [relu]}}\n", PLENTY),
    "turns with a name": Case(lambda n: f"{NET}  - {{repeat: {n}, relu: , name: a$i}}\n", PLENTY),
    "rows of a loop": Case(
        lambda n: f"{NET}  - {{for: a, in: [{listed('{}', n)}], layers: [dense: $a + 1]}}\n", 20_000
    ),
    "variables of a loop": Case(
        lambda n: (
            f"variables:\n  r: [[{listed('1', n)}]]\n{NET}  - repeat: {PLENTY}\n    layers:\n"
            f"      - {{for: [{listed('a{}', n)}], in: $r, layers: [relu]}}\n"
        ),
        8_192,
    ),
    "columns of a loop": Case(
        lambda n: (
            f"variables: {{r: [1, 2]}}\n{NET}  - repeat: {PLENTY}\n    layers:\n"
            f"      - {{for: {{{listed('a{}: $r', n)}}}, layers: [relu]}}\n"
        ),
        8_192,
    ),
    "arguments of a block, by default": Case(
        lambda n: (
            f"blocks:\n  b: {{args: {{{listed('a{}: 1 + 1', n)}}}, layers: [relu]}}\n"
            f"{NET}  - {{repeat: {PLENTY}, layers: [b]}}\n"
        ),
        8_192,
    ),
    "a list by default": Case(
        lambda n: (
            f"blocks:\n  b: {{args: {{a: [{listed('{}', n)}]}}, layers: [relu]}}\n"
            f"{NET}  - {{repeat: {PLENTY}, layers: [b]}}\n"
        ),
        16_384,
    ),
    "inputs of a block": Case(
        lambda n: (
            f"blocks:\n  b: {{inputs: [{listed('a{}', n)}], layers: ["
            + listed("{{add: , from: [input, input]}}", 50)
            + f"]}}\n{NET}  - {{repeat: {PLENTY}, layers: [{{b: , from: [{same('input', n)}]}}]}}\n"
        ),
        8_192,
    ),
    "input of a block, by name": Case(
        lambda n: (
            f"blocks:\n  b: {{inputs: [{listed('a{}', n)}], "
            f"layers: [{{add: , from: [{same('input', n)}]}}]}}\n"
            f"{NET}  - {{b: , from: [{same('input', n)}]}}\n"
        ),
        8_192,
    ),
    "blocks in blocks": Case(
        lambda n: (
            "blocks:\n  b0: [relu]\n"
            + "".join(f"  b{i}: [b{i - 1}, b{i - 1}]\n" for i in range(1, n))
            + f"{NET}  - b{n - 1}\n"
        ),
        60,
    ),
    "groups in groups": Case(
        lambda n: f"{NET}  - {nested('{{layers: [', n, 'relu, relu')}\n",
        28,
    ),
    "loops in loops": Case(
        lambda n: f"{NET}  - {nested('{{repeat: 2, layers: [', n, 'relu')}\n",
        28,
    ),
    "groups in groups, by depth": Case(named_turns, 1 << 28, ("summarize", "--depth", "40")),
    **{
        f"groups in groups, {levels} levels, {words}": Case(named_turns, 1 << levels, command)
        for levels in (11, 16, 28)
        for words, command in {
            "as a table": ("summarize",),
            "as formulas": ("explain",),
            "as code": ("export",),
            "as code of Keras": ("export", "--to", "keras"),
        }.items()
    },
    "layers of groups in groups": Case(
        lambda n: (
            f"{NET}  - {nested('{{name: g{}, layers: [', 28, f'{{repeat: {n}, layers: [relu]}}')}\n"
        ),
        50_000,
        ("summarize",),
    ),
    "residuals in residuals": Case(
        lambda n: f"{NET}  - {nested('{{residual: [', n, 'relu')}\n",
        28,
    ),
    "branches": Case(lambda n: f"{NET}  - parallel: [{', '.join(['[relu]'] * n)}]\n", 8_192),
    "branches, as formulas in Markdown": Case(
        lambda n: f"{NET}  - parallel: [{', '.join(['[]'] * n)}]\n",
        32_768,
        ("explain", "--format", "markdown"),
    ),
    "empty branches without a merge": Case(
        lambda n: (
            f"{NET}  - parallel: {{branches: [{', '.join(['[]'] * n)}], merge: none}}\n" * 1
            + f"  - parallel: {{branches: [{', '.join(['[]'] * n)}], merge: none}}\n  - add\n"
        ),
        8_192,
    ),
    "empty branches, time and again": Case(
        lambda n: (
            f"{NET}  - repeat: {n}\n    layers:\n"
            "      - parallel: {branches: [[], []], merge: none}\n  - add\n"
        ),
        64,
    ),
    "a residual of many": Case(
        lambda n: (
            f"{NET}  - parallel: {{branches: [{', '.join(['[]'] * n)}], merge: none}}\n"
            + lines("- residual: {{body: [], merge: none}}", 12)
            + "  - add\n"
        ),
        8_192,
    ),
    # -- names -------------------------------------------------------------------------------------
    "names of many parts": Case(
        lambda n: f"variables: {{a: {'b' * n}}}\n{NET}  - {{relu: , name: '{'$a' * n}'}}\n", 32_768
    ),
    "names of many parts, in a loop": Case(
        lambda n: (
            f"variables: {{a: {'b' * n}}}\n"
            f"{NET}  - {{relu: , name: 'n${{i}}$a', repeat: {PLENTY}}}\n"
        ),
        65_536,
    ),
    "names of a list": Case(
        lambda n: f"{NET}  - {{add: , from: '{'b' * n}${{1..9999}}'}}\n", 65_536
    ),
    "names of a list, all missing": Case(
        lambda n: f"{NET}  - {{add: , from: 'block_${{1..{n}}}'}}\n", 9_999
    ),
    "names of groups": Case(
        lambda n: f"{NET}  - {{name: {'g' * n}, layers: [{{repeat: 95000, layers: [relu]}}]}}\n",
        495,
    ),
    "a long from in blocks": Case(
        lambda n: (
            "blocks:\n  b0: ["
            + listed("{{relu: , from: %s}}" % ("a" * n), 20)
            + "]\n"
            + "".join(f"  b{i}: [b{i - 1}]\n" for i in range(1, 40))
            + f"{NET}  - {{b39: , repeat: {PLENTY}}}\n"
        ),
        65_536,
    ),
    "a from of many parts, after an error": Case(
        lambda n: (
            f"{NET}  - dense: -1\n  - b:\n" + lines("- {{relu: , from: %s}}" % ("a/" * n), 20)
        ),
        32_768,
    ),
    # -- errors ------------------------------------------------------------------------------------
    "unknown arguments": Case(lambda n: f"{NET}  - relu: {{{listed('k{}: 1', n)}}}\n", 20_000),
    "unknown arguments of a block": Case(
        lambda n: (
            f"blocks: {{b: {{args: {{{listed('k{}: 1', n)}}}, layers: [relu]}}}}\n{NET}"
            + lines("- b: {{l{}: 1}}", n)
        ),
        10_000,
    ),
    "unknown keys": Case(lambda n: f"{NET}  - {{relu: , {listed('k{}: 1', n)}}}\n", 20_000),
    "unknown types": Case(lambda n: NET + lines("- rel{}", n), 20_000),
    "unknown layers": Case(lambda n: NET + lines("- {{relu: , from: x{}}}", n), 20_000),
    "an argument, a bracket and spaces": Case(
        lambda n: f"{NET}  - dense: '(1{' ' * n}x'\n  - dense: (1{' ' * n}x\n", 65_536
    ),
    "numbers and spaces": Case(lambda n: f"{NET}  - dense: {'1 ' * n}x\n", 65_536),
    "a limit and spaces": Case(
        lambda n: f"{NET}  - {{relu: , expect: {{params: '<{' ' * n}x'}}}}\n", 65_536, ("check",)
    ),
    # -- check -------------------------------------------------------------------------------------
    "claims": Case(
        lambda n: NET + lines("- {{relu: , expect: {{params: 0}}}}", n), 20_000, ("check",)
    ),
    "claims that fail": Case(
        lambda n: (
            f"{NET}  - {{repeat: {n}, layers: [{{relu: , expect: {{params: 1, macs: 1}}}}]}}\n"
        ),
        PLENTY,
        ("check",),
    ),
    "claims that fail, on GitHub": Case(
        lambda n: f"{NET}  - {{repeat: {n}, layers: [{{relu: , expect: {{params: 1}}}}]}}\n",
        PLENTY,
        ("check", "--format", "github"),
    ),
    "claims that fail, as JSON": Case(
        lambda n: f"{NET}  - {{repeat: {n}, layers: [{{relu: , expect: {{params: 1}}}}]}}\n",
        PLENTY,
        ("check", "--format", "json"),
    ),
    "claims of groups in groups": Case(claims_in_groups, 8_192, ("check",)),
    "claims of nested groups": Case(
        lambda n: (
            f"{NET}  - "
            + nested(
                "{{name: g{}, expect: {{params: 1}}, layers: [", n, "{repeat: 4000, layers: [relu]}"
            )
            + "\n"
        ),
        25,
        ("check",),
    ),
    "claims on receptive fields": Case(one_claim_each("receptive_field"), 1_400, ("check",)),
    "claims on memory": Case(one_claim_each("memory"), 1_400, ("check",)),
    "dense layers on a map": Case(map_then_dense, 20_000, ("check",)),
    "dense layers far below a map": Case(dense_on_maps, 20_000, ("check",)),
    # -- other commands ----------------------------------------------------------------------------
    "explain": Case(
        lambda n: NET + lines("- conv: {{filters: 3, kernel: 1}}", n), 20_000, ("explain",)
    ),
    "memory": Case(
        lambda n: NET + lines("- conv: {{filters: 3, kernel: 1}}", n), 50_000, ("memory",)
    ),
    "report": Case(
        lambda n: NET + lines("- conv: {{filters: 3, kernel: 1}}", n), 8_000, ("report",)
    ),
    "conventions": Case(
        lambda n: NET + lines("- conv: {{filters: 3, kernel: 1}}", n), 50_000, ("conventions",)
    ),
    "the smallest input": Case(
        lambda n: (
            NET
            + lines("- conv: {{filters: 3, kernel: 3, stride: 2, padding: 1}}", min(n, 13))
            + lines("- relu", n)
        ),
        20_000,
        ("solve", "--min-input"),
    ),
    "the smallest input, layers of a long period": Case(halving, 2_048, ("solve", "--min-input")),
    "multiples of the input, unlike layers": Case(unlike_dense, 5_000, ("solve", "--divisible")),
    "explain, turns in a group, as JSON": Case(
        lambda n: f"{NET}  - {{name: g, layers: [{{repeat: {n}, layers: [relu]}}]}}\n",
        40_000,
        ("explain", "--format", "json"),
    ),
    "the smallest input, turns in a group": Case(
        lambda n: f"{NET}  - {{name: g, layers: [{{repeat: {n}, layers: [relu]}}]}}\n",
        PLENTY,
        ("solve", "--divisible"),
    ),
    "explain, unlike layers": Case(unlike_dense, 5_000, ("explain",)),
    "explain, unlike layers, as JSON": Case(unlike_dense, 5_000, ("explain", "--format", "json")),
    "explain, unlike layers, as Markdown": Case(
        unlike_dense, 5_000, ("explain", "--format", "markdown")
    ),
    "a drawing of unlike layers": Case(unlike_dense, 5_000, ("draw", "--format", "svg")),
    "a drawing of layers that are alike": Case(relus, 9_999, ("draw",)),
    "a report on unlike layers": Case(unlike_dense, 5_000, ("report",)),
    "code of PyTorch for unlike layers": Case(unlike_dense, 5_000, ("export",)),
    "code of Keras for unlike layers": Case(unlike_dense, 5_000, ("export", "--to", "keras")),
    "a report on turns": Case(
        lambda n: f"{NET}  - {{repeat: {n}, layers: [relu]}}\n", PLENTY, ("report",)
    ),
    "code for turns": Case(
        lambda n: f"{NET}  - {{repeat: {n}, layers: [relu]}}\n", PLENTY, ("export",)
    ),
    "memory, the best order of turns": Case(
        lambda n: f"{NET}  - {{repeat: {n}, layers: [relu]}}\n",
        PLENTY,
        ("memory", "--ram", "1MiB"),
    ),
    "the smallest input, turns": Case(
        lambda n: f"{NET}  - {{repeat: {n}, layers: [relu]}}\n", PLENTY, ("solve", "--min-input")
    ),
    "memory, unlike layers": Case(unlike_dense, 5_000, ("memory",)),
    "memory, layers in place": Case(relus, 10_000, ("memory", "--flash", "1MiB")),
    "conventions, products in a chain": Case(
        lambda n: chained("1", "(@ * 2) * 2", 39) + NET + lines("- {{relu: , when: $v39 > {}}}", n),
        3_000,
        ("conventions",),
    ),
    "compare with itself": Case(lambda n: NET + lines("- dense: 1{}", n), 8_000, ("compare", "@")),
    "compare blocks with itself": Case(
        lambda n: (
            "blocks: {b: {args: [w], layers: [dense: $w, relu, dense: $w]}}\n"
            + NET
            + lines("- b: 1{}", n)
        ),
        2_600,
        ("compare", "@"),
    ),
    "compare with others": Case(
        lambda n: NET + lines("- dense: 1{}", n), 8_000, ("compare", "@other")
    ),
    "compare blocks with others": Case(
        lambda n: (
            "blocks: {b: {args: [w], layers: [dense: $w, relu, dense: $w]}}\n"
            + NET
            + lines("- b: 1{}", n)
        ),
        2_600,
        ("compare", "@other"),
    ),
    "compare with an MLP": Case(
        lambda n: NET + lines("- conv: {{filters: 3, kernel: 1}}", n), 8_000, ("compare", "--mlp")
    ),
    **{
        f"{words} {turns}": Case(text, MOST_UNLIKE, command)
        for words, command in _OF_REPEATED.items()
        for turns, text in UNLIKE_TURNS.items()
    },
    "unlike layers of a loop, up to the limit": Case(
        UNLIKE_TURNS["turns of unlike layers"], PLENTY, ("explain",)
    ),
    **{
        f"{words} many {inputs}": Case(text, most, command)
        for words, command in _OF_MANY_INPUTS.items()
        for inputs, (text, most) in MANY_INPUTS.items()
    },
    **{
        f"{words} {turns}": Case(text, REPEATED_LAYERS, command)
        for words, command in _OF_REPEATED.items()
        for turns, text in REPEATED.items()
        if words in _OF_EACH or turns == "turns of a residual block"
    },
}
