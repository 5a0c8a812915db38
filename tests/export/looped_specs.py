"""Specs of loops that name the results of their turns, and of others that take them by these names.

The same number gives the same spec.
"""

from __future__ import annotations

import random

#: Specs of what loops can have, by what that is.
LOOPED = {
    "a pyramid of features": """
input: 3x32x32
variables: {depth: 3, width: 4}
layers:
  - repeat: $depth
    layers:
      - {conv: {filters: $width * 2 ** $i, kernel: 3, padding: same}}
      - {relu: , name: c$i}
      - maxpool: 2
  - {conv: {filters: 8, kernel: 1}, name: top}
  - repeat: $depth
    layers:
      - {upsample: 2, name: up_$i}
      - {conv: {filters: 8, kernel: 1}, from: 'c${$depth + 1 - $i}', name: lateral_$i}
      - {add: {}, from: [up_$i, lateral_$i], name: merged_$i}
  - repeat: $depth
    layers:
      - {conv: {filters: 6, kernel: 3, padding: same}, from: merged_$i, name: p_$i}
  - repeat: $depth
    layers:
      - {global_avgpool: , from: p_$i, name: g_$i}
  - {concat: , from: [g_1, g_2, g_3]}
""",
    "loops one after another": """
input: 3x8x8
layers:
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, name: a_$i}
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, from: 'a_${4 - $i}', name: b_$i}
  - {conv: {filters: 4, kernel: 1}}
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, from: 'b_${4 - $i}'}
""",
    "a condition on what has names": """
input: 3x8x8
layers:
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, name: a_$i}
      - when: $i > 1
        layers:
          - {conv: {filters: 4, kernel: 1}, name: b_$i}
          - {conv: {filters: 4, kernel: 1}, name: c_$i}
          - {add: {}, from: [b_$i, c_$i]}
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, from: 'a_${4 - $i}'}
""",
    "weights of others": """
input: 4x8x8
layers:
  - {conv: {filters: 4, kernel: 1}, name: first}
  - repeat: 3
    layers:
      - {share: first, name: a_$i}
      - {conv: {filters: 4, kernel: 1}, name: own_$i}
      - {add: {}, from: [a_$i, own_$i], name: s_$i}
  - repeat: 3
    layers:
      - {share: first, from: 's_${4 - $i}'}
""",
    "sizes by variables": """
input: 8x8x8
variables: {width: 2}
layers:
  - repeat: 3
    layers:
      - {slice: {axis: 0, start: 0, stop: $width}, name: s_$i}
      - {conv: {filters: 8, kernel: 1}, name: c_$i}
  - repeat: 3
    layers:
      - {concat: {}, from: ['s_${4 - $i}', c_$i]}
""",
    "sizes by the counter": """
input: 8x8x8
layers:
  - repeat: 3
    layers:
      - {conv: {filters: 8, kernel: 1}, name: c_$i}
      - {slice: {axis: 0, start: 0, stop: $i + 1}, name: s_$i}
      - {concat: , from: [c_$i, s_$i]}
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, from: 's_${4 - $i}'}
""",
    "results aside": """
input: 3x8x8
variables: {depth: 3}
layers:
  - repeat: $depth
    layers:
      - {conv: {filters: 4, kernel: 1}}
      - {conv: {filters: 2, kernel: 1}, name: side_$i, tap: true}
      - relu
  - {concat: , from: 'side_${1..3}'}
""",
    "inputs of the net": """
inputs: {left: 3x8x8, right: 3x8x8}
layers:
  - {add: , from: [left, right]}
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, name: a_$i}
      - {concat: , from: [a_$i, left]}
  - repeat: 3
    layers:
      - {concat: {}, from: ['a_${4 - $i}', right]}
      - {conv: {filters: 4, kernel: 1}}
""",
    "branches and names of stages": """
input: 3x8x8
variables: {width: 4}
layers:
  - for: {k: [1, 2, 3]}
    name: stage_$k
    layers:
      - residual:
          body: [{conv: {filters: $width * $k, kernel: 1}}]
          shortcut: [{conv: {filters: $width * $k, kernel: 1}}]
        name: out_$k
      - parallel:
          - [relu, {conv: {filters: 2, kernel: 1}}]
          - [{conv: {filters: 3, kernel: 1}}]
  - for: {k: [3, 2, 1]}
    layers:
      - {concat: {}, from: ['stage_$k/out_$k', 'stage_${4 - $k}/out_${4 - $k}']}
      - {conv: {filters: $width, kernel: 1}}
""",
    "variables with the names of parts": """
input: 3x8x8
variables: {up: 4, skips: 2, down: 3, reversed: 3}
layers:
  - repeat: $reversed
    layers:
      - {conv: {filters: $up * $down, kernel: 1}, name: down_$i}
  - repeat: $reversed
    layers:
      - {conv: {filters: $up * $skips, kernel: 1}, name: up_$i}
      - {concat: {}, from: ['down_${$reversed + 1 - $i}', up_$i]}
""",
    "a result that its own turn takes again": """
input: 3x8x8
layers:
  - repeat: 3
    layers:
      - {conv: {filters: 4, kernel: 1}, name: first_$i}
      - {conv: {filters: 4, kernel: 1}, name: second_$i}
      - {relu: , name: relu_$i}
      - {add: , from: [first_$i, relu_$i]}
  - {add: , from: [first_3, second_3, first_1]}
""",
    "no turns at a depth of 1": """
input: 3x8x8
variables: {depth: 4, width: 8}
layers:
  - {conv: {filters: 4, kernel: 1}}
  - repeat: $depth - 1
    layers:
      - {conv: {filters: $width, kernel: 1}}
      - relu
  - {conv: {filters: 5, kernel: 1}}
  - repeat: $depth - 1
    layers:
      - {conv: {filters: 6, kernel: 1}, name: down_$i}
      - {conv: {filters: $width, kernel: 1}}
  - {conv: {filters: 5, kernel: 1}}
  - repeat: $depth - 1
    layers:
      - {conv: {filters: 6, kernel: 1}, name: up_$i}
      - {concat: {}, from: [up_$i, 'down_${$depth - $i}']}
  - {conv: {filters: 5, kernel: 1}}
""",
    "another order": """
input: 3x8x8
layers:
  - repeat: 4
    layers:
      - {conv: {filters: 2 * $i, kernel: 1}, name: d_$i}
  - repeat: 4
    layers:
      - {conv: {filters: 3, kernel: 1}, from: 'd_${$i - 1 + 2 * ($i % 2)}'}
      - relu
""",
    "loops in loops": """
input: 3x8x8
variables: {n: 3}
layers:
  - repeat: $n
    layers:
      - repeat: 2
        layers: [{conv: {filters: 4 * $i, kernel: 1}}, relu]
      - {conv: {filters: 4, kernel: 1}, name: down_$i}
  - repeat: $n
    layers:
      - {conv: {filters: 3, kernel: 1}, from: 'down_${$n + 1 - $i}'}
      - repeat: 2
        layers: [{conv: {filters: 4, kernel: 1}}, relu]
""",
}


def looped_spec(seed: int) -> str:
    """The text of a spec of two such loops, which builds."""
    return _Writer(random.Random(seed)).spec()  # noqa: S311 - no secret


class _Writer:
    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.turns = draw.choice([2, 3, 4])
        self.varies = draw.random() < 0.5  # the number of turns is a variable
        self.count = "$depth" if self.varies else str(self.turns)
        self.pools = draw.random() < 0.5  # each level is half as large as the one before
        self.order = draw.choice(["reversed", "shorter"] if self.pools else
                                 ["reversed", "shorter", "same", "later", "pairs"])  # fmt: skip
        self.adds = not self.pools and draw.random() < 0.4
        self.kernel = draw.choice([1, 3])

    def spec(self) -> str:
        draw = self.draw
        size = 16 if self.pools else 9  # no number of channels
        last = draw.random() < 0.3
        shape = f"{size}x{size}x3" if last else f"3x{size}x{size}"
        lines = [f"layout: channels_{'last' if last else 'first'}", f"input: {shape}"]
        lines += ["variables:", f"  width: {draw.choice([4, 8])}", f"  depth: {self.turns}"]
        lines += ["blocks:", *self.unit()]
        where = draw.choice(["net", "net", "block", "blocks", "group", "outputs"])
        loops = [*self.first(), *self.middle(), *self.second()]
        if where in {"block", "blocks"}:
            lines += ["  two_loops:", "    args: {width: , depth: $depth}", "    layers:"]
            lines += [f"    {line}" for line in loops]
            lines += ["layers:", "  - two_loops: {width: $width}"]
            lines += ["  - two_loops: {width: 2 * $width}"] * (where == "blocks")
        elif where == "group":
            lines += [
                "layers:",
                "  - repeat: 2",
                "    name: group_$i",
                "    layers:",
                *(f"    {line}" for line in loops),
            ]
        else:
            lines += ["layers:", *loops]
        lines += ["  - global_avgpool", "  - dense: 5"]
        if where == "outputs":
            lines[-1:] = ["  - {dense: 5, name: end}", "outputs: [down_1, end]"]
        return "\n".join(lines) + "\n"

    def unit(self) -> list[str]:
        conv = "conv: {filters: $filters, kernel: 3, padding: same, bias: false}"
        layers = [conv, "batchnorm", "relu"]
        if self.draw.random() < 0.3:
            layers = [f"repeat: 2, layers: [{{{conv}}}, relu]"]
        entries = [f"      - {{{one}}}" if ":" in one else f"      - {one}" for one in layers]
        return ["  unit:", "    args: {filters: }", "    layers:", *entries]

    def filters(self, variable: str) -> str:
        if self.adds:
            return "$width"
        return self.chosen.replace("LEVEL", f"${variable}")

    def first(self) -> list[str]:
        """The loop that names the results of its turns."""
        draw = self.draw
        self.chosen = draw.choice(["$width", "$width * LEVEL", "$width * 2 ** (LEVEL - 1)"])
        head, variable = [f"  - repeat: {self.count}"], "i"
        if not self.varies and draw.random() < 0.4:
            levels = [*range(1, self.turns + 1)]
            head, variable = [f"  - for: {{level: {levels}}}"], "level"
        named = draw.choice(["conv", "unit", "row", "twice"])
        filters = self.filters(variable)
        conv = f"conv: {{filters: {filters}, kernel: {self.kernel}, padding: same}}"
        lines = [*head, "    layers:"]
        if named == "unit":
            lines += [f"      - unit: {{filters: {filters}}}"]
        else:
            lines += [f"      - {conv}"]
        if named == "row":
            lines += ["      - relu:"]
        lines += [f"        name: down_${variable}"]
        if named == "twice":
            lines += [f"      - {conv}", f"        name: more_${variable}", "      - add: {}",
                      f"        from: [down_${variable}, more_${variable}]"]  # fmt: skip
        if draw.random() < 0.3:
            lines += ["      - relu:", f"        when: ${variable} > 1"]
        if draw.random() < 0.3:
            lines += [f"      - {conv}", f"        when: ${variable} > 1"]
        return lines + ["      - maxpool: 2"] * self.pools

    def middle(self) -> list[str]:
        """What comes between the loops."""
        if self.order == "shorter" and self.pools:
            return ["  - conv_transpose: {filters: 2 * $width, kernel: 2, stride: 2}"]
        if self.draw.random() < 0.5:
            return []
        return ["  - unit: {filters: 2 * $width}", "    name: bottom"]

    def second(self) -> list[str]:
        """The loop that takes them."""
        draw = self.draw
        count, at = self.count, "$i"
        if self.order == "reversed":
            at = f"{count} + 1 - $i"
        elif self.order != "same":
            count = f"{count} - 1"
            at = f"{self.count} - $i" if self.order == "shorter" else "$i + 1"
        taken = ["down_${" + at + "}"] + ["down_$i"] * (self.order == "pairs")
        head, variable = [f"  - repeat: {count}"], "i"
        if not self.varies and self.order == "reversed" and draw.random() < 0.5:
            head, variable = [f"  - for: {{level: {[*range(self.turns, 0, -1)]}}}"], "level"
            taken = ["down_$level"]
        own = draw.random() < 0.7 or self.pools
        filters = "$width" if self.adds else draw.choice(["$width", f"$width * ${variable}"])
        lines = [*head, "    layers:"]
        up = f"      - conv: {{filters: {filters}, kernel: 1}}"
        if self.pools:
            up = f"      - conv_transpose: {{filters: {filters}, kernel: 2, stride: 2}}"
        if own:
            lines += [up, f"        name: up_${variable}"]
            taken += [f"up_${variable}"]
            draw.shuffle(taken)
        if len(taken) == 1:
            lines += [f"      - unit: {{filters: {filters}}}"]
        else:
            lines += [f"      - {'add' if self.adds else 'concat'}: {{}}"]
        lines += [f"        from: {taken}"]
        lines += [f"      - unit: {{filters: {filters}}}"] * (draw.random() < 0.7)
        if draw.random() < 0.3:
            lines += ["      - relu:", f"        when: ${variable} > 1"]
        return lines
