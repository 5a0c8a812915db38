"""Random staged nets, and random single edits of them, from a seed.

A net is a spec as plain data. An edit is one that a designer makes in one go: it
inserts, deletes or replaces one layer, changes one setting of one, or inserts a block.
"""

from __future__ import annotations

import copy
import json
import random

from cnncalc.api import SpecError, parse

WIDTHS = [8, 16, 24, 32, 48, 64]


def conv(filters, kernel=3, stride=1, **more):
    return {"conv": {"filters": filters, "kernel": kernel, "stride": stride,
                     "padding": kernel // 2, **more}}  # fmt: skip


def same_conv(filters, kernel=3, stride=1, **more):
    return {"Conv2D": {"filters": filters, "kernel_size": kernel, "strides": stride,
                       "padding": "same", **more}}  # fmt: skip


def plain(width, wide, stride, make):
    del wide
    return [make(width, 3, stride), "batchnorm", "relu"]


def basic(width, wide, stride, make):
    shortcut = [] if (width, stride) == (wide, 1) else [make(width, 1, stride), "batchnorm"]
    body = [make(width, 3, stride), "batchnorm", "relu", make(width, 3), "batchnorm"]
    return [{"residual": {"body": body, "shortcut": shortcut}}, "relu"]


def bottleneck(width, wide, stride, make):
    shortcut = [] if (width, stride) == (wide, 1) else [make(width, 1, stride), "batchnorm"]
    body = [make(width // 4, 1), "batchnorm", "relu", make(width // 4, 3, stride), "batchnorm",
            "relu", make(width, 1), "batchnorm"]  # fmt: skip
    return [{"residual": {"body": body, "shortcut": shortcut}}, "relu"]


def inverted(width, wide, stride, make):
    body = [make(2 * wide, 1), "batchnorm", "relu6",
            {"depthwise_conv": {"kernel": 3, "stride": stride, "padding": 1}}, "batchnorm",
            "relu6", make(width, 1), "batchnorm"]  # fmt: skip
    return [{"residual": {"body": body}}] if (width, stride) == (wide, 1) else body


def inception(width, wide, stride, make):
    del wide
    pool = [{"maxpool": {"kernel": 2}}] if stride > 1 else []
    half, quarter = width // 2, width // 4
    branches = [
        [make(half, 1), "relu"],
        [make(quarter, 1), "relu", make(quarter, 3), "relu"],
        [{"maxpool": {"kernel": 3, "stride": 1, "padding": 1}}, make(width - half - quarter, 1),
         "relu"],
    ]  # fmt: skip
    return [*pool, {"parallel": {"branches": branches, "merge": "concat"}}]


BLOCKS = [plain, basic, bottleneck, inverted, inception]


def random_net(source):
    """The spec of a net of a stem, three or four stages of equal blocks, and a head."""
    make = source.choice([conv, conv, same_conv])
    block = source.choice(BLOCKS)
    width = source.choice(WIDTHS)
    layers = [make(width, source.choice([3, 7]), 2, bias=False), "batchnorm", "relu"]
    if source.random() < 0.5:
        layers.append({"maxpool": {"kernel": 3, "stride": 2, "padding": 1}})
    named = source.random() < 0.5
    for number in range(source.choice([3, 4])):
        wide, width = width, width * source.choice([1, 2]) if number else width
        blocks = [block(width, wide, 2 if number else 1, make)]
        blocks += [block(width, width, 1, make) for _ in range(source.randrange(1, 5))]
        stage = [{"layers": one} if named else one for one in blocks]
        stage = stage if named else [entry for one in stage for entry in one]
        layers += [{"name": f"stage_{number + 1}", "layers": stage}] if named else stage
    layers += source.choice(
        [["global_avgpool"], [{"adaptive_avgpool": 2}, "flatten", {"dense": 64}, "relu",
                              {"dropout": 0.5}]]
    )  # fmt: skip
    return {"input": source.choice(["3x64x64", "3x97x97", "3x128x128"]),
            "layers": [*layers, {"dense": 10}]}  # fmt: skip


def _lists(value):
    """Every list of entries in a spec, at any depth."""
    if isinstance(value, list):
        if all(isinstance(item, (str, dict)) for item in value):
            yield value
        for item in value:
            yield from _lists(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("layers", "residual", "parallel", "body", "shortcut", "branches"):
                yield from _lists(item)


def _layers(spec):
    """Every place of one layer: the list and the index."""
    return [
        (entries, at)
        for entries in _lists(spec["layers"])
        for at, entry in enumerate(entries)
        if isinstance(entry, str) or not {"layers", "residual", "parallel"} & entry.keys()
    ]


def _width(entries, at, source):
    """The filters of the convolution nearest before a place, where there is one in the list."""
    for entry in reversed(entries[:at]):
        for type_, arguments in entry.items() if isinstance(entry, dict) else ():
            if type_ in ("conv", "Conv2D"):
                return arguments["filters"]
    return source.choice(WIDTHS)


def _new_layer(source, width):
    return source.choice(
        ["relu", "gelu", "batchnorm", {"dropout": 0.1}, conv(width), conv(width, 1),
         conv(width, 5, bias=False), {"depthwise_conv": {"kernel": 3, "padding": 1}},
         {"maxpool": {"kernel": 3, "stride": 1, "padding": 1}}, {"maxpool": 2},
         {"avgpool": {"kernel": 3, "stride": 1, "padding": 1}}, {"groupnorm": 4}]
    )  # fmt: skip


def insert(spec, source):
    entries = source.choice(list(_lists(spec["layers"])))
    at = source.randrange(len(entries) + 1)
    entries.insert(at, _new_layer(source, _width(entries, at, source)))


def delete(spec, source):
    entries, at = source.choice(_layers(spec))
    del entries[at]


def replace(spec, source):
    entries, at = source.choice(_layers(spec))
    new = _new_layer(source, _width(entries, at, source))
    if str(new).partition(":")[0] != str(entries[at]).partition(":")[0]:
        entries[at] = new


CHANGES = {
    "filters": lambda old, source: source.choice([old * 2, max(4, old // 2), old + 8]),
    "kernel": lambda old, source: source.choice([1, 3, 5, 7, old + 1]),
    "kernel_size": lambda old, source: source.choice([1, 3, 5, 7, old + 1]),
    "stride": lambda old, source: source.choice([1, 2, 3, old + 1]),
    "strides": lambda old, source: source.choice([1, 2, 3, old + 1]),
    "padding": lambda old, source: source.choice([0, 1, 2]) if isinstance(old, int) else "valid",
    "bias": lambda old, _: not old,
}


def change(spec, source):
    places = [(entries[at], at) for entries, at in _layers(spec) if isinstance(entries[at], dict)]
    entry, _ = source.choice(places)
    ((type_, value),) = entry.items()
    if isinstance(value, dict):
        name = source.choice([name for name in value if name in CHANGES])
        value[name] = CHANGES[name](value[name], source)
    else:
        entry[type_] = {"dense": value + 6, "dropout": 0.25}.get(type_, value + 1)


def insert_block(spec, source):
    entries = source.choice(list(_lists(spec["layers"])))
    at = source.randrange(len(entries) + 1)
    width = _width(entries, at, source)
    block = source.choice(BLOCKS)(width, width, 1, conv)
    entries.insert(at, {"name": "extra", "layers": block})


EDITS = [insert, delete, replace, change, insert_block]


def random_pairs(count, seed):
    """So many (edit, net before, net after), all of them valid; the edits take turns."""
    source = random.Random(seed)  # noqa: S311 - test data
    found = []
    while len(found) < count:
        edit = EDITS[len(found) % len(EDITS)]
        spec = random_net(source)
        edited = copy.deepcopy(spec)
        edit(edited, source)
        if edited == spec:
            continue
        try:
            found.append((edit.__name__, parse(json.dumps(spec)), parse(json.dumps(edited))))
        except SpecError:
            continue
    return found
