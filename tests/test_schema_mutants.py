"""Schema and parser agree on mutants of the specs here: what one refuses, so does the other.

The mutants are drawn from fixed seeds: a value, a key or a whole part is changed, removed or put
elsewhere. A validator reads a spec by YAML 1.1 or by the core schema of YAML 1.2, which differ on
`on`, `1e3`, `1_000` and `017`, so both readings count.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from test_schema import GOOD

from cnncalc.analysis.check.report import check
from cnncalc.analysis.check.selection import selection_of
from cnncalc.build.reader import read_text
from cnncalc.language.limits import DEFAULT
from cnncalc.language.schema import language
from cnncalc.layers import registry

ROOT = Path(__file__).parent.parent
VALIDATOR = Draft202012Validator(language())
LIMITS = DEFAULT._replace(layers=2000)

#: What no schema of this kind can know, by code and message; every other refusal it shares.
UNSEEN = [
    ("E104", "unknown layer type", "blocks are types, too, and any name may be one's"),
    ("E101", "appears beside", "a second name may be a block's"),
    ("E105", "the block", "arguments of a block are declared in another place"),
    ("E106", "the block", "as above"),
    ("E101", "belongs to a layer, not to several", "a name may be a block's"),
    ("E101", "`expect` needs a `name`", "as above"),
    ("E101", "^`expect` ", "what is inside `expect`"),
    ("E102", "values for|of one length|list of rows", "lengths of lists that belong together"),
    ("E107", r"\d shifts? for \d ax", "as above"),
    ("E107", "`layer` of `(bidirectional|time_distributed)`", "arguments of a wrapped layer"),
    ("E107", "`bidirectional` takes a recurrent layer", "as above"),
    ("E107", "must be 1 or less, not 1000", "bounds do not hold for texts, such as `1e3`"),
    ("E102", "`(values|gradient)` must be numbers", "quotes are gone once YAML is read"),
    ("E107", "only one size may be -1", "numbers that belong together"),
    ("E102", "`from` names no layer", "which inputs are given"),
    ("E102", "a block cannot be called `true`", "what is no text is none as a key of JSON"),
    ("E108", "", "what an expression says, and which variables there are"),
    ("E109", "", "which names are given"),
    ("E110", "", "as above"),
    ("E111", "", "as above"),
    ("E112", "", "which blocks are used by which"),
    ("E113", "", "one argument under two of its names"),
    ("E105", "has no argument|takes no argument", "a table, or arguments of a wrapped layer"),
    ("E006", "", "how large the net becomes"),
    ("E1", 'without quotes|not "[-+*/%().0-9_ ]*"', "quotes are gone once YAML is read"),
    ("E107", "0x|has no key|code|such as `?[~<5\\[]|spatial ax|letters|equation|claim|expect",
     "what is inside `lint`, `expect` and texts"),
]  # fmt: skip


class Written(str):
    """A scalar without quotes, as it is written."""

    __slots__ = ()


class _Source(yaml.SafeLoader):
    """Scalars as they are written."""

    yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))]}  # noqa: RUF012 - PyYAML's


class _Core(yaml.SafeLoader):
    """YAML 1.2, core schema, without its octal and hexadecimal numbers."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's


def _scalar(loader, node):
    text = loader.construct_scalar(node)
    return Written(text) if node.style is None else text


_Source.add_constructor("tag:yaml.org,2002:str", _scalar)
for _kind, _pattern, _make in [
    ("bool", "true|True|TRUE|false|False|FALSE", lambda text: text.lower() == "true"),
    ("int", "[-+]?[0-9]+", int),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", float),
    ("null", "~|null|Null|NULL|", lambda _: None),
    ("merge", "<<", str),
]:
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), None)
    if _kind != "merge":
        _Core.add_constructor(
            f"tag:yaml.org,2002:{_kind}",
            lambda loader, node, make=_make: make(loader.construct_scalar(node)),
        )


def written(value):
    """A tree as YAML on one line."""
    if isinstance(value, Written) and not set(value) & set(",[]{}#:\n"):
        return str(value)
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return "{" + ", ".join(f"{written(key)}: {written(one)}" for key, one in value.items()) + "}"


def tree(text):
    return yaml.load(text, Loader=_Source)  # noqa: S506 - a safe loader


VALUES = [
    *tree(
        "[0, -1, 1, 7, 3.0, 1.5, 1e3, 1e-4, 017, 1_000, +5, null, true, yes, off, abc, same, SAME,"
        " valid, $x, $in_channels, 3x3, input, relu, ~, 2 * 3, '', '7', 'yes', [], {}, [1, 2],"
        " [[1, 2], [3, 4]], {a: 1}, [relu], {relu: }, {by: $x, 1: 2, default: 3}, [2 * 3, 1]]"
    ),
    Written(""),
]
KEYS = tree(
    "[name, from, when, repeat, share, trainable, dtype, tap, expect, regularizer, weights, layers,"
    " for, in, residual, parallel, body, merge, shortcut, branches, filters, kernel, stride,"
    " padding, units, shape, blocks, args, variables, conv, dense, concat, axis, x-note, inputs,"
    " outputs, layout, 3, true, null, 1.5, description, lint, values]"
)
#: Keys and layers that stand together seldom.
TOGETHER = [
    (
        "inputs: {a: 3x8x8, b: [8]}\noutputs: [dense_1, flatten_1]\nlayers:\n"
        "  - {roll: {shift: [1, 2], axis: [1, 2]}, from: a, name: r, expect: {shape: 3x8x8}}\n"
        "  - {dense: 3, from: b}\n  - {flatten: , from: r}\n"
    ),
    (
        "input: 16x16x16\nlint: {ignore: [L4], select: [L401]}\n"
        "expect: {params: ~5M, shape: '?x16x16'}\nlayers:\n"
        "  - {window_attention: {num_heads: 2, window: 4, shift: 2}, expect: {macs: '<= 5M'}}\n"
        "  - {roll: {shift: 3, axis: 1}, when: $in_channels > 2}\n"
    ),
    (
        "inputs: {a: {channels: 3, height: 8, width: 8}, b: 3x8x8}\n"
        "blocks: {m: {inputs: [p, q], args: {f: 2}, layers: [{add: , from: [p, q]}, "
        "{conv: {filters: $f, kernel: 1}}]}}\nlint: {select: ALL}\nlayers:\n"
        "  - {m: {f: 3}, from: [a, b], trainable: false, name: 7}\n"
        "  - {roll: {shift: -1, axis: 1}, tap: true, dtype: float16}\n"
        "  - {layers: [relu], name: g$i, expect: {params: 0}, repeat: 2}\n"
    ),
    (
        "input: [2]\nvalues: {input: [1, 2]}\ngradient: [1]\nlint: {ignore: L4}\nlayers:\n"
        "  - {dense: 1, weights: {kernel: 2, bias: 1}, expect: {values: [4]}}\n"
    ),
]
SMALL = [
    *map(tree, TOGETHER * 8),
    *map(tree, GOOD),
    *(tree(f"input: 3x8x8\nlayers:\n  - {layer.example}") for layer in registry.types()),
]
LARGE = [
    tree(path.read_text(encoding="utf-8"))
    for folder in ("examples", "cnncalc/zoo")
    for path in sorted((ROOT / folder).glob("*.yaml"))
    if path.stat().st_size < 4000
]


def places(value):
    """Every (container, key) of a tree."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in pairs:
        yield value, key
        if isinstance(part, (dict, list)):
            yield from places(part)


def change(draw, spec):
    """One slip: another value, a part lost, a key renamed or added, a part of another place."""
    all_places = list(places(spec))
    holder, key = draw.choice(all_places)
    kind = draw.randrange(7)
    if kind == 3:
        del holder[key]
    elif kind == 4 and isinstance(holder, dict):
        other = draw.choice(KEYS)
        items = [(other if name == key else name, part) for name, part in holder.items()]
        holder.clear()
        holder.update(items)
    elif kind == 5 and isinstance(holder, dict):
        holder[draw.choice(KEYS)] = copy.deepcopy(draw.choice(VALUES))
    elif kind == 6:
        there, name = draw.choice(all_places)
        holder[key] = copy.deepcopy(there[name])
    else:
        holder[key] = copy.deepcopy(draw.choice(VALUES))


def mutant(seed, sources):
    draw = random.Random(seed)  # noqa: S311 - no secret
    spec = copy.deepcopy(draw.choice(sources))
    for _ in range(draw.choice([1, 1, 2])):
        if spec:
            change(draw, spec)
    return written(spec)


def refusals(text):
    """The codes and messages of the language with which a spec is refused."""
    reading = read_text(text, limits=LIMITS)
    found = [one for one in reading.diagnostics if one.severity == "error"]
    if not reading.failed:
        found += check(reading.network).findings
        found += selection_of(reading.network, "")[1]
    return [(one.code, one.message) for one in found if one.code[:2] in ("E0", "E1")]


def schema_errors(text):
    """What the schema finds by each of the two readings; nothing where YAML has no JSON."""
    for loader in (yaml.CSafeLoader, _Core):
        try:
            instance = json.loads(json.dumps(yaml.load(text, Loader=loader)))  # noqa: S506 - safe
        except (yaml.YAMLError, TypeError, ValueError):
            continue
        yield next(VALIDATOR.iter_errors(instance), None), instance


def never_read(error, instance, text):
    """Whether the parser has no need of the place: a block that may be unused, an entry that
    may be left out, or an entry whose type a block has taken.
    """
    path = list(error.absolute_path)
    if {"lint", "expect"} & set(path) and read_text(text, limits=LIMITS).failed:
        return True  # only a net whose shapes meet is checked
    if "blocks" in path[:1] or set(instance.get("blocks") or ()) & registry.names().keys():
        return True
    part = instance
    for key in path:
        if isinstance(part, dict) and {"when", "repeat", "for"} & part.keys():
            return True
        part = part[key]
    return isinstance(part, dict) and bool({"when", "repeat", "for"} & part.keys())


def is_unseen(code, message, text):
    """Whether a refusal is one of those that the schema cannot know."""
    if code in {"E106", "E107"} and re.search(r"\$|by:|[*/%]|wrap|layer:", text):
        return True  # the value of an expression
    if "of `for` must be a list" in message and re.search(r"for: {[^{}]*(\$|{by:)", text):
        return True  # the value of a variable
    return any(code.startswith(one) and re.search(said, message) for one, said, _ in UNSEEN)


@pytest.mark.parametrize(
    ("sources", "seeds"),
    [*((SMALL, range(at, at + 100)) for at in range(0, 500, 100)), (LARGE, range(50))],
)
def test_schema_and_parser_agree_on_mutants(sources, seeds):
    for text in (mutant(seed, sources) for seed in seeds):
        found = refusals(text)
        for error, instance in schema_errors(text):
            if error is not None and not found:
                assert never_read(error, instance, text), (text, error.message)
            elif error is None:
                assert [one for one in found if not is_unseen(*one, text)] == [], text


def test_what_seldom_stands_together_is_taken_by_both():
    for text in TOGETHER:
        assert refusals(text) == []
        assert all(error is None for error, _ in schema_errors(text)), text


def test_mutants_are_taken_and_refused_by_both():
    texts = [mutant(seed, SMALL) for seed in range(100)]
    verdicts = Counter((not refusals(one), next(schema_errors(one))[0] is None) for one in texts)
    assert verdicts[True, True] > 10
    assert verdicts[False, False] > 10


@pytest.mark.parametrize(
    "text",
    [
        "input: 3x8x8\nlayers: [{relu: , x-note: 3}]",
        "input: 3x8x8\nlayers: [{relu: , dense: 3}]",
        "input: 3x8x8\nlayers: [{conv: {filters: 3}, kernel: 3}]",
        "input: 3x8x8\nlayers: [{relu: , for: a}]",
        "input: 3x8x8\nlayers: [{relu: , in: [[1]]}]",
        "input: 3x8x8\nlayers: [{relu: , repeat: 2, for: {a: [1]}}]",
        "input: 3x8x8\nlayers: [{layers: [relu], relu: }]",
        "input: 3x8x8\nlayers: [{relu: , name: null}]",
        "input: 3x8x8\nlayers: [{relu: , dtype: {a: 1}}]",
        "input: 3x8x8\nlayers: [{relu: , weights: 3}]",
        "input: 3x8x8\nlayers: [relu]\nlint: 0",
        "input: 3x8x8\nlayers: [relu]\nexpect: ",
        "input: 3x8x8\nlayers: [relu]\nvalues: true",
        "input: {}\nlayers: [relu]",
        "input: {height: 0}\nlayers: [relu]",
        "input: 3x8x8\nlayers: [relu]\nvalues: yes",
        "input: 3x8x8\nlayers: [relu]\nvalues: abc",
        "input: 3x8x8\nlayers: [conv: 1e3]",
        "input: 3x8x8\nlayers: [conv: 2 * 3]",
        "input: 3x8x8\nlayers: [multi_head_attention: 2 * 3]",
        "input: 3x8x8\nlayers: [adaptive_avgpool: ~]",
        "input: 3x8x8\nlayers: [{relu: , dtype: 1e3}]",
        "input: 3x8x8\nlayers: [{relu: , tap: 1_000}]",
        "input: 3x8x8\nlayers: [{dense: 2, weights: 1e3}]",
        "input: 3x8x8\nlayers: [relu]\nlint: 1e3",
    ],
)
def test_both_refuse(text):
    assert refusals(text)
    assert all(error is not None for error, _ in schema_errors(text))


@pytest.mark.parametrize(
    "text",
    [
        "input: 3x8x8\nlayers: [{relu: , name: 7}, {relu: , name: on}, {relu: , from: [7, 7]}]",
        "name: 2024\ninput: 3x8x8\nlayers: [relu]",
        "input: 3x8x8\nvariables: {t: no}\nlayers: [{dense: 2, trainable: $t}]",
        "input: 3x8x8\nlayers: [{relu: , repeat: 2 * 3}, {relu: , repeat: 3.0}]",
        "input: 3x8x8\nlayers: [conv: {filters: 1e3, kernel: 1, padding: SAME, bias: Yes}]",
        "input: 3x8x8\nlayers: [conv: {filters: 1_000, kernel: 017, padding: Same, bias: ON}]",
        "input: 3x8x8\nlayers: [pad: {left: 2 * 3}, pad: [[2 * 3, 1], [1, 1]]]",
        "input: 3x8x8\nlayers: [{residual: {body: [relu], shortcut: null, x-why: 3}}]",
        "input: 2\nlayers: [dense: 1]\nvalues: {input: [1, 2]}\ngradient: 1e-4",
    ],
)
def test_both_take(text):
    assert [one for one in refusals(text) if "kernel" not in one[1]] == []
    assert all(error is None for error, _ in schema_errors(text))
