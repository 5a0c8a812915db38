"""`cnncalc schema`: a valid JSON Schema that accepts every spec here and refuses malformed ones.

The specs are read by YAML 1.1 (`off` is false, `1e-4` a text), as any validator on PyYAML reads
them; the command's own reader differs, so the schema must allow what either makes of a value.
They go through JSON, since a schema knows texts only as keys.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
import yaml
from batches import batch
from jsonschema import Draft202012Validator

import cnncalc as product
from cnncalc.language.schema import language
from cnncalc.language.words import ENTRY_KEYS
from cnncalc.layers import registry
from cnncalc.layers.base.documentation import documentation
from cnncalc.layers.base.errors import BadValueError

ROOT = Path(__file__).parent.parent
SPECS = [
    *sorted((ROOT / "examples").glob("*.yaml")),
    *sorted((ROOT / "cnncalc/zoo").glob("*.yaml")),
]
SCHEMA = language()
VALIDATOR = Draft202012Validator(SCHEMA)


def errors(text: str) -> list[str]:
    instance = json.loads(json.dumps(yaml.safe_load(text)))
    return [error.message for error in VALIDATOR.iter_errors(instance)]


def test_the_command_prints_a_valid_schema(cnncalc):
    printed = json.loads(cnncalc("schema").stdout)
    Draft202012Validator.check_schema(printed)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed == SCHEMA


@batch("path", SPECS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_example_and_packaged_net_is_accepted(path):
    assert errors(path.read_text(encoding="utf-8")) == []


@batch("name", registry.names())
def test_every_name_of_every_type_is_known_to_an_entry(name):
    entry = SCHEMA["$defs"]["entry"]["anyOf"][1]
    layer = registry.names()[name].layer
    assert entry["properties"][name] == {"$ref": f"#/$defs/{layer.type}"}


@batch("layer", registry.types(), ids=lambda layer: layer.type)
def test_every_argument_is_described_under_all_its_names(layer):
    by_name = SCHEMA["$defs"][layer.type]["anyOf"][-1]["properties"]
    described = {name: by_name[name] for name in layer.lookup}
    helps = {name: argument.help for name, argument in layer.lookup.items()}
    assert [name for name in described if described[name] is True] == []
    assert {name: schema["description"] for name, schema in described.items()} == helps


@batch("layer", registry.types(), ids=lambda layer: layer.type)
def test_a_type_carries_its_documentation(layer):
    assert SCHEMA["$defs"][layer.type]["description"] == documentation(layer)


@batch("layer", registry.types(), ids=lambda layer: layer.type)
def test_editors_offer_the_arguments_before_the_frameworks_names(layer):
    schema = SCHEMA["$defs"][layer.type]
    by_name = schema["anyOf"][-1]["properties"]
    assert schema["title"] == layer.type
    assert list(by_name)[: len(layer.arguments)] == list(layer.arguments)
    assert all(by_name[key].get("description") for key in ("name", "trainable") if key in by_name)


@batch("layer", registry.types(), ids=lambda layer: layer.type)
def test_every_layers_own_example_is_accepted(layer):
    assert errors(f"input: 3x8x8\nlayers:\n  - {layer.example}") == []


def test_every_key_beside_a_type_is_described():
    entry = SCHEMA["$defs"]["entry"]["anyOf"][1]
    for key, text in ENTRY_KEYS.items():
        assert entry["properties"][key]["description"] == text


GOOD = [
    "input: 3x8x8\nlayers: [relu]",
    "input: [3, 8, 8]\nlayers: [relu, relu: , relu: {}, {relu: null}]",
    "input: {channels: 3, height: 8, width: 8}\nlayers: [flatten, dense: 3]",
    "input: 784\nlayers: [dense: 3, {dense: 4, name: x, trainable: no}]",
    "input: $n\nvariables: {n: 8}\nlayers: [dense: 2 * $n]",
    "input: 3x8x8\nlayers: [conv: {filters: 3, kernel: [3, 5]}]",
    "input: 3x8x8\nlayers: [conv: {filters: 3, kernel: 3x5, padding: {top: 1}}]",
    "input: 3x8x8\nlayers: [conv: {filters: 3, kernel: 3, padding: [[1, 2], [0, 1]]}]",
    "input: 3x8x8\nlayers: [conv: {filters: 3, kernel: 3, bias: off, padding: same}]",
    "input: 3x8x8\nlayers: [Conv2d: {out_channels: 3, kernel_size: 3, device: cpu}]",
    "input: 3x8x8\nvariables: {k: 3}\nlayers: [conv: {filters: 3, kernel: [$k, $k]}]",
    "input: 3x8x8\nlayers: [{conv: {filters: 3, kernel: 3}, regularizer: {l2: 1e-4}}]",
    "input: 3x8x8\nlayers: [{layers: [relu], repeat: 3, name: a$i}]",
    "input: 3x8x8\nlayers: [{for: [a, b], in: [[1, 2], [3, 4]], layers: [dense: $a]}]",
    "input: 3x8x8\nlayers: [{for: {a: [1, 2]}, layers: [{dense: $a, when: $a > 1}]}]",
    "input: 3x8x8\nvariables: {w: [1, 2]}\nlayers: [{for: {a: $w, b: 1..2}, layers: [dense: $a]}]",
    "input: 3x8x8\nlayers: [{for: a, in: 1..3, layers: [dense: $a]}, {relu: , for: {a: []}}]",
    "input: 3x8x8\nvariables: {v: 1}\nlayers: [{dense: 2, for: {a: {by: $v, 1: [3], 2: []}}}]",
    "input: 3x8x8\nlayers: [residual: [relu]]",
    "input: 3x8x8\nlayers: [residual: {body: [relu], shortcut: [tanh], merge: multiply}]",
    "input: 3x8x8\nlayers: [residual: {body: [relu], merge: {concat: {axis: 1}}}]",
    "input: 3x8x8\nlayers: [parallel: {branches: [[relu], []], merge: add}]",
    "input: 3x8x8\nlayers: [parallel: {branches: {a: [relu], b: [tanh]}}]",
    "input: 3x8x8\nlayers: [parallel: [[relu], [tanh]]]",
    "input: 3x8x8\nlayers: [{conv: {filters: 3, kernel: 1}, name: a}, {share: a}]",
    "input: 3x8x8\nblocks: {u: [relu]}\nlayers: [u, u: , {u: {}, name: x}]",
    "input: 3x8x8\nblocks: {u: {args: {w: , k: 3}, layers: [dense: $w]}}\nlayers: [u: 3]",
    "input: 3x8x8\nblocks: {u: {args: [w], layers: [dense: $w]}}\nlayers: [u: {w: 3}]",
    "inputs: {a: 3x8x8, b: [4]}\nlayers: [{dense: 3, from: a}, {add: , from: [a, a]}]",
    "input: 3x8x8\nlayers: [{dense: 3, from: input}, tanh]\noutputs: [dense_1, tanh_1]",
    "name: x\ndescription: y\nlayout: channels_last\ninput: 8x8x3\nx-note: 3\nlayers: [relu]",
    "input: 3x8x8\nlayers: [{relu: , expect: {params: 0}}]\nexpect: {params: <= 5M}",
    "input: 3x8x8\nlayers: [relu]\nlint: {ignore: [L401]}\noutputs: relu_1",
]


@batch("text", GOOD)
def test_every_construct_is_accepted(text):
    product.parse(text)
    assert errors(text) == []


NET = "input: 3x8x8\nlayers:\n  - "
MALFORMED = [
    # The top level.
    "layers: [relu]",
    "input: 3x8x8",
    "input: 3x8x8\ninputs: {a: 3x8x8}\nlayers: [relu]",
    "input: 3x8x8\nlayer: [relu]\nlayers: [relu]",
    "input: 3x8x8\nlayers: relu",
    "input: 3x8x8\nlayers: {relu: }",
    "input: 3x8x8\nlayout: NHWC\nlayers: [relu]",
    "input: [3, 0, 8]\nlayers: [relu]",
    "input: [3, -8, 8]\nlayers: [relu]",
    "input: [3, 8.5]\nlayers: [relu]",
    "input: 3 by 8\nlayers: [relu]",
    "input: {channel: 3, height: 8, width: 8}\nlayers: [relu]",
    "input: true\nlayers: [relu]",
    "inputs: {}\nlayers: [relu]",
    "inputs: 3x8x8\nlayers: [relu]",
    "- relu",
    "relu",
    # Entries.
    NET + "3",
    NET + "[relu]",
    NET + "{}",
    NET + "{name: alone}",
    NET + "{from: input, name: alone}",
    NET + "{relu: , from: {a: b}}",
    NET + "{relu: , trainable: maybe}",
    NET + "{relu: , repeat: -1}",
    NET + "{relu: , repeat: [3]}",
    NET + "{repeat: 3, layers: relu}",
    NET + "{relu: , for: {}}",
    NET + "{relu: , for: {n: 4}}",
    NET + "{relu: , for: {n: true}}",
    NET + "{relu: , for: {n: null}}",
    NET + "{relu: , for: {n: many}}",
    NET + "{relu: , for: {n: 2 * 3}}",
    NET + "{relu: , for: {n: {a: 1}}}",
    NET + "{relu: , for: {n: [1], m: 1}}",
    NET + "{relu: , for: n, in: 4}",
    NET + "{relu: , for: n, in: many}",
    NET + "{relu: , regularizer: {l3: 1}}",
    NET + "residual: {shortcut: [relu]}",
    NET + "residual: {body: relu}",
    NET + "residual: {body: [relu], short: []}",
    NET + "parallel: []",
    NET + "parallel: {branches: 3}",
    NET + "parallel: {branches: [[relu]], merged: add}",
    # Types and arguments.
    NET + "conv: {filters: 3, kernl: 3}",
    NET + "conv: {filters: 3}",
    NET + "conv: {kernel: 3}",
    NET + "conv: 3",
    NET + "conv:",
    NET + "conv: {filters: -3, kernel: 3}",
    NET + "conv: {filters: 0, kernel: 3}",
    NET + "conv: {filters: 2.5, kernel: 3}",
    NET + "conv: {filters: many, kernel: 3}",
    NET + "conv: {filters: [3, 4], kernel: 3}",
    NET + "conv: {filters: 3, kernel: -3}",
    NET + "conv: {filters: 3, kernel: 0}",
    NET + "conv: {filters: 3, kernel: [3, -3]}",
    NET + "conv: {filters: 3, kernel: []}",
    NET + "conv: {filters: 3, kernel: three}",
    NET + "conv: {filters: 3, kernel: null}",
    NET + "conv: {filters: 3, kernel: {h: 3}}",
    NET + "conv: {filters: 3, kernel: 3, bias: maybe}",
    NET + "conv: {filters: 3, kernel: 3, bias: 1}",
    NET + "conv: {filters: 3, kernel: 3, stride: 0}",
    NET + "conv: {filters: 3, kernel: 3, padding: some}",
    NET + "conv: {filters: 3, kernel: 3, padding: {up: 1}}",
    NET + "conv: {filters: 3, kernel: 3, padding_mode: mirror}",
    NET + "conv: {filters: 3, kernel: 3, in_channels: 0}",
    NET + "Conv2d: {out_channels: 3, kernel_sise: 3}",
    NET + "maxpool: {size: 0}",
    NET + "maxpool: {kernel: 2, ceil_mode: 3}",
    NET + "sigmoid: 3",
    NET + "sigmoid: {alpha: 3}",
    NET + "dropout: lots",
    NET + "dropout: 1.5",
    NET + "dense: -1",
    # Blocks.
    "input: 3\nblocks: {u: 3}\nlayers: [relu]",
    "input: 3\nblocks: {u: {args: {a: }}}\nlayers: [relu]",
    "input: 3\nblocks: {u: {args: 3, layers: [relu]}}\nlayers: [relu]",
    "input: 3\nblocks: {u: {arg: {}, layers: [relu]}}\nlayers: [relu]",
    "input: 3\nblocks: [relu]\nlayers: [relu]",
    "input: 3\nvariables: [a]\nlayers: [relu]",
]


@batch("text", MALFORMED)
def test_a_malformed_spec_is_refused_by_the_schema(text):
    assert errors(text)


@batch("text", MALFORMED)
def test_a_malformed_spec_is_refused_by_the_reader(text):
    with pytest.raises(product.SpecError):
        product.parse(text)


VALUES = [
    -1, 0, 1, 2, 10**40, 1.5, 2.0, -0.5, True, False, None, "word", "3x5", "3x", "(1, 2)", "yes",
    "off", "valid", "same", "", "relu", [], [1], [1, 2], [[1, 2], [3, 4]], [1, "a"], [-1], [1.5],
    [None], [True], {}, {"top": 1}, {"up": 1},
]  # fmt: skip


def takes(argument, value):
    """Whether the reader takes this value for an argument."""
    optional = argument.declared or argument.default is None
    if value is None and optional:
        return True
    try:
        argument.kind.parse(value)
    except BadValueError:
        return False
    return True


@cache
def accepted_values(schema):
    """Which values a part of the schema accepts; many arguments have the same part."""
    validator = Draft202012Validator({**json.loads(schema), "$defs": SCHEMA["$defs"]})
    return [validator.is_valid(value) for value in VALUES]


@batch("layer", registry.types(), ids=lambda layer: layer.type)
def test_schema_and_reader_take_the_same_values_for_an_argument(layer):
    by_name = SCHEMA["$defs"][layer.type]["anyOf"][-1]["properties"]
    for name, argument in {**layer.arguments, **layer.inert}.items():
        without_help = {key: part for key, part in by_name[name].items() if key != "description"}
        accepted = accepted_values(json.dumps(without_help, sort_keys=True))
        differing = [
            value
            for value, valid in zip(VALUES, accepted, strict=True)
            if valid != takes(argument, value)
        ]
        assert (name, differing) == (name, [])


def test_some_values_are_taken_and_others_not():
    arguments = [argument for layer in registry.types() for argument in layer.arguments.values()]
    taken = {takes(argument, value) for argument in arguments for value in VALUES}
    assert taken == {True, False}
