"""The words of the spec language that are no layer types."""

from __future__ import annotations

#: The keys beside a type, each with what it does.
ENTRY_KEYS = {
    "name": "what the layer is called; `$i` and other variables are filled in",
    "from": "the layer, or list of layers, whose results it takes; else the entry before",
    "when": "an expression: the entry is left out unless it is true",
    "share": "the layer, or the block of the same type, whose weights it uses",
    "trainable": "false freezes the weights",
    "dtype": "the type of its weights and results, for `memory`: float32, float16, int8, ...",
    "tap": "true: a side output; the entry after it takes what this one took",
    "expect": "expectations of the result, which `check` verifies",
    "regularizer": "penalties on the kernels: {l1: ..., l2: ...}",
    "weights": "numbers of its weights by their names, for `compute`: {kernel: ..., bias: ...}",
    "repeat": "how many times the entry is repeated; `$i` counts from 1",
    "for": "the variables that take the values of each row of `in`",
    "in": "the rows",
    "layers": "the entries of a group",
}
COMPOSITES = ("residual", "parallel")
