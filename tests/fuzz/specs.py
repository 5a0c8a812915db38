"""Specs by class of what may cost or break: each function draws one, at a size drawn too."""

from __future__ import annotations

from .texts import hostile, yaml_text

#: Sizes grow by factors, so that each class is met small, at its limit, and beyond.
SIZES = (0, 1, 2, 3, 8, 20, 60, 64, 65, 200, 1_000, 5_000)


def size(source, most=SIZES[-1]):
    return source.choice([one for one in SIZES if one <= most])


def digits(source):
    """A number as text, of up to thousands of digits, in one of the ways to write numbers."""
    count = max(1, size(source))
    whole = "".join(source.choices("0123456789", k=min(count, 5_000)))
    return source.choice(
        [whole, f"-{whole}", f"{whole}.0", f"{whole[:3]}e{source.choice([3, 23, 300, 4000])}",
         f"0x{whole}", f"1/{whole}", f"{whole}x{whole}", ".inf", ".nan", "null", "true", "1e3"]
    )  # fmt: skip


def nested(source):
    """Deep nesting of lists, groups, residuals, brackets, or blocks in blocks."""
    deep = size(source, 1_000)
    lists = "[" * deep + "1" + "]" * deep
    groups = "relu"
    for _ in range(min(deep, 200)):
        groups = source.choice(
            ["{layers: [%s]}", "{residual: [%s]}", "{repeat: 1, layers: [%s]}",
             "{parallel: {branches: [[%s], []], merge: concat}}"]
        ) % groups  # fmt: skip
    blocks = "".join(f"  b{i}: {{layers: [b{i + 1}]}}\n" for i in range(min(deep, 200)))
    return source.choice(
        [
            f"input: 3x8x8\nlayers: [{groups}]\n",
            f"input: 3x8x8\nvariables: {{a: {lists}}}\nlayers: [relu]\n",
            f"input: 3x8x8\nlayers: [{{conv: {{filters: {lists}, kernel: 3}}}}]\n",
            f"input: 3x8x8\nlayers:\n  - dense: {'(' * deep}1{')' * deep}\n",
            (
                f"input: 3x8x8\nblocks:\n{blocks}  b{min(deep, 200)}: {{layers: [relu]}}\n"
                "layers: [b0]\n"
            ),
        ]
    )


def wide(source):
    """Long lists: layers, branches, inputs, outputs, claims, arguments, `from`."""
    count = size(source)
    names = ", ".join(f"i{i}" for i in range(count))
    most = min(count, 1_000)  # layers of which no two are alike
    claims = (f"  - {{dense: {i}, expect: {{params: {i}}}}}\n" for i in range(1, most + 1))
    return source.choice(
        [
            f"input: 3x8x8\nlayers: [{', '.join(['relu'] * count)}]\n",
            (f"inputs: {{{', '.join(f'i{i}: [4]' for i in range(count))}}}\n"
            f"layers:\n  - add:\n    from: [{names}]\n"),
            ("input: 3x8x8\nlayers:\n  - parallel: {merge: none, branches: "
            f"[{', '.join(['[]'] * count)}]}}\n  - add:\n"),
            ("input: 3x8x8\nlayers:\n  - conv: {filters: 4, kernel: 3, "
            f"{names.replace(', ', ': 1, ')}: 1}}\n"),
            f"input: 3x8x8\nlayers: [relu]\noutputs: [{names}]\n",
            "input: 3x8x8\nlayers:\n" + "".join(claims),
            f"input: [{', '.join(['2'] * count)}]\nlayers: [relu, flatten]\n",
        ]
    )  # fmt: skip


def chained(source):
    """Variables that stand for each other: sums, quotients, lists, texts."""
    count = size(source, 1_000)
    sign = source.choice(["+ 1", "* 2", "/ 3", "/ $v0", "** 2", "+ $v0", "% 7", "// 2"])
    form = source.choice(["$v{0} {1}", "[$v{0}, $v{0}]", "${{v{0}}}_${{v{0}}}", "($v{0} {1}) {1}"])
    rows = "".join(f"  v{i + 1}: {form.format(i, sign)}\n" for i in range(count))
    use = source.choice(["dense: $v", "conv: {filters: $v, kernel: 3}", "repeat: $v"])
    tail = ", layers: [relu]" if use.startswith("repeat") else ""
    first = source.choice(["3", "1", '"a"', "[1]", "0", "1.5", digits(source)])
    return (
        f"input: 3x8x8\nvariables:\n  v0: {first}\n{rows}"
        f"layers:\n  - {{{use}{count}{tail}}}\n"
    )  # fmt: skip


def numbers(source):
    """Numbers of many digits wherever one stands."""
    one, other = digits(source), digits(source)
    key = source.choice(
        ["kernel", "stride", "padding", "dilation", "groups", "filters", "bias", "name"]
    )
    return source.choice(
        [
            f"input: 3x8x8\nlayers: [{{conv: {{filters: {one}, kernel: 1, {key}: {other}}}}}]\n",
            f"input: [{one}, {other}, {other}]\nlayers: [{{maxpool: 2}}, flatten, {{dense: 2}}]\n",
            f"input: {one}\nlayers: [relu]\nexpect: {{params: {other}}}\n",
            f"input: 3x8x8\nlayers: [{{repeat: {one}, layers: [relu]}}, {{upsample: {other}}}]\n",
            f"input: [{', '.join([one] * 16)}]\nlayers: [flatten, {{dense: {other}}}]\n",
            (
                f"input: 3x8x8\nlayers: [{{Conv2D: {{filters: {one}, kernel_size: {other}, "
                f"kernel_regularizer: {{l2: {digits(source)}}}}}}}]\n"
            ),
            (
                f"input: [2]\nvalues: [{one}, {other}]\nlayers: [{{dense: 1, "
                f"weights: {{kernel: {other}, bias: {one}}}, expect: {{values: [{one}]}}}}]\n"
            ),
        ]
    )


def loops(source):
    """Loops, repeats and blocks whose defaults are computed, times each other."""
    count, turns = size(source, 65), size(source, 65)  # within what a second is enough for
    defaults = ", ".join(f"a{i}: $a{i - 1} + 1" if i else "a0: 1" for i in range(count or 1))
    letters = ", ".join(f"x{i}" for i in range(count or 1))
    row = f"[{', '.join(['1'] * (count or 1))}]"
    template = source.choice(["b_$i", "${i}" * 20, "a" * size(source, 1_000), "$missing", "${i+}"])
    return source.choice(
        [
            (f"input: 3x8x8\nblocks: {{b: {{args: {{{defaults}}}, layers: [relu]}}}}\n"
            f"layers: [{{repeat: {turns}, layers: [b]}}]\n"),
            (f"input: 3x8x8\nlayers:\n  - for: [{letters}]\n    in: [{', '.join([row] * turns)}]\n"
            "    layers: [relu]\n"),
            (f"input: 3x8x8\nlayers:\n  - repeat: {turns}\n    name: {yaml_text(template)}\n"
            "    layers: [{conv: {filters: 3, kernel: 1}}, relu]\n"),
            (f"input: 3x8x8\nlayers:\n  - repeat: {count}\n    layers:\n      - repeat: {turns}\n"
            "        layers: [{residual: [relu]}]\n"),
            (f"input: 3x8x8\nlayers:\n  - for: i\n    in: range({digits(source)})\n"
            "    layers: [relu]\n"),
        ]
    )  # fmt: skip


def patterns(source):
    """Long runs of one sign, in front of something else: what expressions backtrack on."""
    run = source.choice(
        ["(1", "<", "a.", "$", "${", "1x", " ", "-", "[", "&a ", "*", "'", "#", "e"]
    )
    text = run * max(1, size(source)) + source.choice(["", " " * size(source), "!", "x", "\\"])
    where = source.choice(
        ["input: {0}\nlayers: [relu]\n", "input: 3x8x8\nlayers: [{{dense: {0}}}]\n",
         "input: 3x8x8\nlayers: [{0}]\n", "input: 3x8x8\nlayers: [relu]\nexpect: {{params: {0}}}\n",
         "{0}: 1\n", "input: 3x8x8\nvariables: {{a: {0}}}\nlayers: [relu]\n",
         "input: 3x8x8\nlayers: [{{relu: , when: {0}}}]\n",
         "input: 3x8x8\nlayers: [{{relu: , from: {0}}}]\n"]
    )  # fmt: skip
    return where.format(source.choice([text, yaml_text(text)]))


def named(source):
    """A small net with hostile texts wherever a spec can say one."""

    def text():
        return yaml_text(hostile(source))

    one, other, block = text(), text(), text()
    return (
        f"# {hostile(source).splitlines()[0:1]}\nname: {text()}\ndescription: {text()}\n"
        f"inputs: {{{one}: 3x8x8, {other}: [4]}}\nvariables: {{v: {text()}}}\n"
        f"blocks: {{b: {{args: {{f: 2}}, layers: [{{conv: {{filters: $f, kernel: 3}}}}]}}}}\n"
        "layers:\n"
        f"  - {{conv: {{filters: 4, kernel: 3, padding: {source.choice(['1', 'same', text()])}}}, "
        f"name: {block}, from: {one}}}\n"
        f"  - {{layers: [relu, b, {{custom: {{shape: [2, 6, 6], params: 3}}, name: {text()}}}], "
        f"name: {text()}}}\n"
        f"  - {source.choice(['flatten', text(), f'{{softmax: , name: {text()}}}'])}\n"
        f"  - {{dense: {source.choice(['3', text()])}, "
        f"from: {source.choice([other, block, text()])}, "
        f"expect: {{params: {source.choice(['15', text()])}}}}}\n"
        f"outputs: [{source.choice([block, text(), 'dense_1'])}]\n"
    )


def right(source):
    """A spec that is right, with hostile texts as its names."""

    def name():
        text = hostile(source).replace("$", "").replace("/", "").strip()
        return yaml_text(f"{text}{source.randrange(1_000)}")

    one, two, block, value = (name() for _ in range(4))
    return source.choice(
        [
            (f"name: {name()}\ndescription: {name()}\ninputs: {{{one}: 3x8x8, {two}: [4]}}\n"
            f"variables: {{v: {value}, f: 4}}\n"
            f"blocks: {{{block}: {{args: {{filters: 2}}, layers: [{{conv: {{filters: $filters, "
            "kernel: 3}}, softmax]}}\nlayers:\n"
            f"  - {{conv: {{filters: $f, kernel: 3, device: {value}}}, name: {name()}, "
            f"from: {one}}}\n"
            f"  - {{layers: [relu, {block}, {{{block}: {{filters: 3}}}}], name: {name()}}}\n"
            f"  - {{residual: [relu], name: {name()}}}\n"
            f"  - {{custom: {{shape: [2, 6, 6], params: 3}}, name: {name()}}}\n"
            f"  - flatten\n  - {{dense: 3, from: {two}, name: {name()}}}\n"),
            (f"name: {name()}\ninputs: {{{one}: [2]}}\nvalues: {{{one}: [1, -1/3]}}\nlayers:\n"
            f"  - {{dense: 1, weights: {{kernel: 2, bias: 0.5}}, name: {name()}}}\n"
            f"  - {{{source.choice(['relu', 'softmax', 'sigmoid'])}: , name: {name()}}}\n"),
            (f"input: 1x{size(source, 20) + 3}x8\nvalues: ramp\n"
            f"layers: [{{conv: {{filters: 2, kernel: 3}}, weights: ones, name: {name()}}}]\n"),
        ]
    )  # fmt: skip


_TYPES = (
    "conv: {filters: 3, kernel: 1}", "separable_conv: {filters: 3, kernel: 1}", "relu", "flatten",
    "slice: {axis: 1, end: 2}", "chunk: 2", "add", "concat", "dense: 2", "maxpool: 2", "softmax",
    "reshape: [-1]", "permute: [2, 1, 3]", "batchnorm", "lstm: 3", "attention: 2", "pad: 1",
    "global_avgpool", "upsample: 2", "embedding: {size: 9, dim: 2}", "custom: {shape: [3]}",
)  # fmt: skip


def claims(source):
    """Claims, and the lint, that are not of the kind or rank of what they are about."""
    shape = source.choice(
        ["[-1]", "[]", "3", "3x8", "3x8x8", "3x8x8x8x8", "[a]", "[[3]]", "~", "0x0"]
    )
    layers = "".join(
        f"  - {{{one}{': ' if ':' not in one else ''}, expect: {{shape: {shape}, "
        f"{source.choice(['params', 'macs', 'memory', 'shape', 'live'])}: "
        f"{source.choice(['0', '-1', '1e3', '<5M', '~', '[1]', digits(source)[:50]])}}}}}\n"
        for one in source.choices(_TYPES, k=source.choice([1, 2, 5]))
    )
    lint = source.choice(
        ["", "", "lint:\n", "lint: []\n", "lint: {ignore: }\n", "lint: {ignore: [~]}\n"]
    )
    return f"input: 3x8x8\n{lint}expect: {{shape: {shape}}}\nlayers:\n{layers}"


def several(source):
    """Several inputs, of which no layer says which it takes, and shapes that nobody knows."""
    use = source.choice(["$in_channels", "$in_size", "$in_height", "$in_rank", "$in_features"])
    entry = source.choice(
        ["{{conv: {{filters: 2 * {0}, kernel: 3}}}}", "{{relu: , when: {0} > 2}}",
         "{{repeat: {0}, layers: [relu]}}", "{{relu: , name: 'a${{{1}}}'}}", "{{dense: {0}}}",
         "{{residual: [{{dense: {0}}}]}}", "{{parallel: [[{{dense: {0}}}], []]}}"]
    ).format(use, use[1:])  # fmt: skip
    more = source.choice(["", "  - relu\n", "  - {dense: 2, from: b}\n"])
    return f"inputs: {{a: 3x8x8, b: [8]}}\nlayers:\n  - {entry}\n{more}"


CLASSES = (nested, wide, chained, numbers, loops, patterns, named, claims, several, right, right)
