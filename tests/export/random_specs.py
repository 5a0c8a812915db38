"""Random specs with all that a spec can have: blocks, loops, residuals, branches, shared weights.

The same number gives the same spec.
"""

from __future__ import annotations

import random


def random_spec(seed: int) -> str:
    """The text of a spec that builds: every convolution keeps the size of the map."""
    return _Writer(random.Random(seed)).spec()  # noqa: S311 - no secret


class _Writer:
    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.last = draw.random() < 0.4
        self.names = 0

    def spec(self) -> str:
        draw = self.draw
        size, channels = draw.choice([8, 12, 16]), draw.choice([1, 3, 4])
        shape = f"{size}x{size}x{channels}" if self.last else f"{channels}x{size}x{size}"
        several = draw.random() < 0.25
        lines = [f"layout: channels_{'last' if self.last else 'first'}"]
        lines += (
            ["inputs:", f"  left: {shape}", f"  right: {shape}"] if several else [f"input: {shape}"]
        )
        lines += ["variables:", f"  width: {draw.choice([4, 8])}", "  classes: 5",
                  f"  depth: {draw.choice([1, 2, 3])}"]  # fmt: skip

        lines += ["blocks:", *self.blocks(), "layers:"]
        if several:
            lines += ["  - conv: {filters: $width, kernel: 3, padding: 1}", "    name: first",
                      "    from: left", "  - share: first", "    from: right", "    name: second",
                      f"  - {draw.choice(['add', 'concat'])}: {{}}",
                      "    from: [first, second]"]  # fmt: skip
        else:
            lines += ["  - conv: {filters: $width, kernel: 3, padding: 1}"]
        for _ in range(draw.randint(2, 5)):
            lines += self.entry("  ", 2)
        lines += self.head()
        return "\n".join(lines) + "\n"

    def head(self) -> list[str]:
        if self.draw.random() < 0.3:
            return ["  - maxpool: 2", "  - flatten", "  - dense: $classes"]
        return ["  - global_avgpool", "  - dropout: 0.2", "  - dense: $classes"]

    def blocks(self) -> list[str]:
        pads = f"padding: {self.draw.choice(['same', '$kernel // 2'])}"
        activation = self.draw.choice(["relu", "silu", "tanh"])
        merge = self.draw.choice(["", "", "concat"])
        lines = [
            "  conv_bn:",
            "    args: {filters: , kernel: 3, stride: 1}",
            "    layers:",
            "      - conv:",
            "          {filters: $filters, kernel: $kernel, stride: $stride, bias: false,",
            f"           {pads}}}",
            "      - batchnorm",
            f"      - {activation}",
            "  unit:",
            "    args: {filters: $in_channels, stride: 1}",
            "    layers:",
            "      - residual:",
            "          body:",
            "            - conv_bn: {filters: $filters, stride: $stride}",
            "            - conv: {filters: $filters, kernel: 3, padding: 1}",
            "          shortcut:",
            "            - conv: {filters: $filters, kernel: 1, stride: $stride}",
            "              when: $stride > 1 or $in_channels != $filters",
        ]
        if merge:
            lines.append(f"          merge: {merge}")
        return [*lines, f"      - {activation}"]

    def entry(self, space: str, depth: int) -> list[str]:  # noqa: C901, PLR0911 - one a kind
        draw = self.draw
        kinds = ["layer", "conv", "unit", "conv_bn", "norm"]
        if depth:
            kinds += ["repeat", "for", "residual", "parallel", "group", "kept"]
        kind = draw.choice(kinds)
        inner = space + "    "
        if kind == "layer":
            return [f"{space}- {draw.choice(['relu', 'gelu', 'dropout: 0.1', 'leaky_relu: 0.2'])}"]
        if kind == "norm":
            return [f"{space}- {draw.choice(['batchnorm', 'groupnorm: 1'])}"]
        if kind == "conv":
            kernel = draw.choice([1, 3])
            sizes = f"filters: {self.filters()}, kernel: {kernel}"
            return [f"{space}- conv: {{{sizes}, padding: same}}"]
        if kind == "unit":
            return [f"{space}- unit: {{filters: {self.filters()}}}"]
        if kind == "conv_bn":
            return [
                f"{space}- conv_bn: {{filters: {self.filters()}, kernel: {draw.choice([1, 3])}}}"
            ]
        if kind == "repeat":
            return [f"{space}- repeat: {draw.choice(['$depth', '2', '$depth + 1'])}",
                    f"{space}  layers:", *self.some(inner, depth - 1)]  # fmt: skip
        if kind == "for":
            return [f"{space}- for: [filters, kernel]", f"{space}  in: [[4, 1], [8, 3], [8, 1]]",
                    f"{space}  layers:",
                    f"{inner}- conv_bn: {{filters: $filters, kernel: $kernel}}",
                    *(self.some(inner, 0) if draw.random() < 0.5 else [])]  # fmt: skip
        if kind == "residual":
            return [f"{space}- residual:", f"{space}    body:", *self.some(inner + "  ", depth - 1),
                    f"{inner}  - conv: {{filters: $width, kernel: 1}}",
                    f"{space}    shortcut:",
                    f"{inner}  - conv: {{filters: $width, kernel: 1}}"]  # fmt: skip
        if kind == "parallel":
            return [f"{space}- parallel:", f"{inner}- - conv_bn: {{filters: {self.filters()}}}",
                    f"{inner}- - maxpool: {{kernel: 3, stride: 1, padding: 1}}",
                    f"{inner}  - conv: {{filters: {self.filters()}, kernel: 1}}"]  # fmt: skip
        if kind == "group":
            return [f"{space}- when: $depth > 1", f"{space}  layers:", *self.some(inner, depth - 1)]
        if depth < 2:  # a turn of a loop would need another name
            return [f"{space}- relu"]
        self.names += 1
        name = f"kept_{self.names}"
        return [f"{space}- conv: {{filters: $width, kernel: 1}}", f"{space}  name: {name}",
                f"{space}- conv_bn: {{filters: $width}}", f"{space}  name: after_{name}",
                f"{space}- add: {{}}", f"{space}  from: [{name}, after_{name}]"]  # fmt: skip

    def some(self, space: str, depth: int) -> list[str]:
        return [line for _ in range(self.draw.randint(1, 3)) for line in self.entry(space, depth)]

    def filters(self) -> str:
        return self.draw.choice(["$width", "2 * $width", "4", "8"])


def mixed_spec(seed: int) -> str:
    """The text of a spec that mixes axes of equal sizes: what a layer takes depends on the input's.

    It may be invalid.
    """
    draw = random.Random(seed)  # noqa: S311 - no secret
    size, rank = draw.choice([4, 6, 8]), draw.choice([1, 2, 2, 3])
    sizes = [size] * rank if draw.random() < 0.6 else draw.choices([4, 6, 8, 12], k=rank)
    last = draw.random() < 0.4
    channels = draw.choice([3, size])
    shape = [*sizes, channels] if last else [channels, *sizes]
    lines = [f"layout: channels_{'last' if last else 'first'}", f"input: {shape}"]
    lines += [f"variables: {{wide: {size}, half: {size // 2}, area: {size**2}}}", "blocks:",
              "  token: {layers: [layernorm, {dense: $in_features}, gelu]}", "layers:"]  # fmt: skip
    filters = draw.choice(["$wide", "$half", "2 * $wide", str(size), "$area", "$in_channels"])
    maps = [f"conv: {{filters: {filters}, kernel: 3, padding: same}}", "maxpool: 2", "pad: 1",
            f"conv: {{filters: {filters}, kernel: 3}}", "batchnorm", "upsample: 2"]  # fmt: skip
    front, back = [rank, *range(rank)], [*range(1, rank + 1), 0]
    mixing = ["flatten: {start_dim: 1}", f"flatten: {{start_dim: 0, end_dim: {rank - 1}}}",
              f"permute: {front}", f"permute: {back}", "mean: 0", f"max: {rank}",
              "reshape: [-1, $wide]", "reshape: [$in_channels, -1]", "reshape: [$wide, 2, -1]",
              "unflatten: {dim: 0, sizes: [2, -1]}", "chunk: {chunks: 2, index: 0}"]  # fmt: skip
    after = ["dense: $wide", "dense: 2 * $in_features", "token", "layernorm",
             "layernorm: {axis: 0}", "position_embedding",
             "residual: {body: [layernorm, {dense: $in_features}]}",
             "slice: {axis: 0, start: 0, stop: 2}"]  # fmt: skip
    drawn = draw.choices(maps, k=draw.randint(1, 2))
    for _ in range(draw.randint(1, 2)):
        drawn += draw.choices(mixing, k=draw.randint(1, 2)) + draw.choices(after, k=1)
    drawn += ["flatten"] * (draw.random() < 0.5)
    return "\n".join([*lines, *(f"  - {one}" for one in drawn), "  - dense: 7", ""])


def counted_spec(seed: int) -> str:
    """The text of a spec whose blocks read `$i` of a loop around their use, and have such loops."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    lines = ["input: 3x8x8", "variables: {depth: 2, width: 4}", "blocks:"]
    known: list[str] = []
    for name in ("inner", "unit", "stage"):
        lines += [f"  {name}:", f"    args: {{filters: {draw.choice(['4', '$width'])}}}"]
        lines += ["    layers:", *_counted(draw, "      ", known, 1)]
        known.append(name)
    lines += ["layers:", "  - repeat: $depth", "    layers:", *_counted(draw, "      ", known, 1)]
    lines += ["  - for: {filters: [3, 5]}", "    layers:", *_counted(draw, "      ", known, 1)]
    return "\n".join([*lines, ""])


def _counted(draw: random.Random, space: str, blocks: list[str], depth: int) -> list[str]:
    """Entries inside a loop, or in a block that is used inside one."""
    lines: list[str] = []
    for _ in range(draw.randint(1, 3)):
        filters = draw.choice(["4 * $i", "$i + $width", "$width", "2 * $i"])
        kind = draw.choice(["conv", "relu", "when", "residual", *["block"] * 3, *["loop"] * depth])
        if kind == "block" and blocks:
            given = draw.choice(["", "", f": {{filters: {filters}}}", ": $i"])
            lines.append(f"{space}- {draw.choice(blocks)}{given}")
        elif kind == "loop":
            loop = draw.choice(["repeat: 2", "repeat: $depth", "for: {width_2: [2, 3]}"])
            inside = _counted(draw, f"{space}    ", blocks, depth - 1)
            lines += [f"{space}- {loop}", f"{space}  layers:", *inside]
        elif kind == "when":
            lines += [f"{space}- conv: {{filters: {filters}, kernel: 1}}", f"{space}  when: $i > 1"]
        elif kind == "residual":
            conv = f"{{conv: {{filters: {filters}, kernel: 1}}}}"
            lines += [f"{space}- residual: {{body: [{conv}, relu], shortcut: [{conv}]}}"]
        elif kind == "relu":
            lines.append(f"{space}- relu")
        else:
            lines.append(f"{space}- conv: {{filters: {filters}, kernel: 1}}")
    return lines
