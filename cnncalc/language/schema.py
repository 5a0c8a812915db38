"""A JSON Schema (draft 2020-12) of the language, made from the layer declarations."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cnncalc.language.regularizer import KERAS_PENALTIES, PENALTY, REGULARIZER_KEYS
from cnncalc.language.shapes import AXES
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.layers import registry
from cnncalc.layers.base.argument import REQUIRED
from cnncalc.layers.base.documentation import documentation
from cnncalc.layers.base.dtype import WIDTHS
from cnncalc.layers.base.kinds import SIZES_PATTERN, WHOLE_PATTERN, Flag, Real

if TYPE_CHECKING:
    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.kinds import Kind
    from cnncalc.layers.base.layer import Layer

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NULL: Schema = {"type": "null"}
_CHOICE: Schema = {"type": "object", "required": ["by"]}
_EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
#: What a variable may give, where no number can stand.
_VARIABLE: Schema = {"$ref": "#/$defs/variable"}
_COMPUTED_LIST: Schema = {"$ref": "#/$defs/computed_list"}
_COMPUTED_MAP: Schema = {"$ref": "#/$defs/computed_map"}
_BESIDE: Schema = {"$ref": "#/$defs/beside"}
_COUNT: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, _EXPRESSION]}
_SIZE: Schema = {"anyOf": [{"type": "integer", "minimum": 1}, _EXPRESSION]}
_ENTRIES: Schema = {"type": "array", "items": {"$ref": "#/$defs/entry"}}
#: What stands for a name: it is taken as it is written, though YAML reads `7` or `on` otherwise.
_NAME: Schema = {"type": ["string", "number", "boolean"], "minLength": 1}
_NAMES: Schema = {"anyOf": [_NAME, {"type": "array", "items": _NAME}]}
_FROM: Schema = {
    "anyOf": [
        _NAME,
        _CHOICE,
        {"type": "array", "items": {"anyOf": [_NAME, _CHOICE]}, "minItems": 1},
    ]
}
_NUMBERS: Schema = {"anyOf": [Real().schema(), {"type": ["array", "object"]}, _EXPRESSION]}
_TRUTH: Schema = {"anyOf": [Flag().schema(), _VARIABLE]}
#: What the language leaves to the person: no layer type and no block begins with it.
_FREE: Schema = {"^x-": True}
_DTYPE: Schema = {"anyOf": [{"enum": list(WIDTHS)}, _VARIABLE]}
_MERGE: Schema = {"anyOf": [{"$ref": "#/$defs/entry"}, {"type": "null"}]}
_CLAIMS: Schema = {"anyOf": [{"type": "object"}, _VARIABLE]}
#: What a loop goes through: a list, a range `1..3`, or what a variable gives.
_TURNS: Schema = {"anyOf": [{"type": "array"}, {"type": "string", "pattern": r"\.\."}, _VARIABLE]}
_COLUMNS: Schema = {"type": "object", "additionalProperties": _TURNS, "minProperties": 1}
_SHAPE: Schema = {
    "description": "sizes without the batch: [3, 32, 32], 3x32x32, or named axes",
    "anyOf": [
        {"type": "array", "items": _SIZE},
        {"type": "string", "pattern": rf"{SIZES_PATTERN}|\$"},
        {"type": "integer", "minimum": 1},
        _EXPRESSION,
        {
            "type": "object",
            "propertyNames": {"enum": [name for names in AXES.values() for name in names]},
            "additionalProperties": _SIZE,
            "minProperties": 1,
        },
    ],
}
_PENALTY: Schema = {"$ref": "#/$defs/penalty"}
#: What many places refer to: arithmetic, a list with some of it, penalties on weights.
_SHARED: dict[str, Schema] = {
    "expression": {
        "anyOf": [
            {"type": "string", "pattern": r"\$|^[-+.(\d][-+*/%().\d_\s]*$"},
            # YAML 1.1 reads `1e3` as a text.
            {"type": "string", "pattern": WHOLE_PATTERN},
            _CHOICE,
        ]
    },
    "variable": {"anyOf": [{"type": "string", "pattern": r"\$"}, _CHOICE]},
    "computed_list": {
        "type": "array",
        "contains": {"anyOf": [_EXPRESSION, _COMPUTED_LIST]},
    },
    "computed_map": {"type": "object", "not": {"additionalProperties": {"not": _EXPRESSION}}},
    "penalty": {
        "anyOf": [
            {"type": "null"},
            {"enum": list(KERAS_PENALTIES)},
            _EXPRESSION,
            {
                "type": "object",
                "properties": {
                    key: {"anyOf": [PENALTY.schema(), _EXPRESSION]} for key in ("l1", "l2")
                },
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    },
}


def language() -> Schema:
    """The schema of a whole spec."""
    return {
        "$schema": DIALECT,
        "title": "cnncalc network spec",
        "type": "object",
        "properties": _top_level(),
        "patternProperties": _FREE,
        "additionalProperties": False,
        "required": ["layers"],
        "oneOf": [{"required": ["input"]}, {"required": ["inputs"]}],
        "$defs": {
            "entry": _entry(),
            "beside": {"enum": list(ENTRY_KEYS)},
            **_SHARED,
            **{layer.type: _layer(layer) for layer in registry.types()},
        },
    }


def _top_level() -> Schema:
    return {
        "name": _NAME,
        "description": True,
        "input": _SHAPE,
        "inputs": {"type": "object", "additionalProperties": _SHAPE, "minProperties": 1},
        "outputs": _NAMES,
        "layout": {"enum": ["channels_first", "channels_last"]},
        "variables": {"type": ["object", "null"]},
        "blocks": {"type": ["object", "null"], "additionalProperties": _block()},
        "layers": _ENTRIES,
        "expect": _CLAIMS,
        "lint": {"anyOf": [{"type": ["object", "null"]}, _VARIABLE]},
        "values": _NUMBERS,
        "gradient": _NUMBERS,
        "dtype": _DTYPE,
    }


def _block() -> Schema:
    body = {
        "type": "object",
        "properties": {
            "args": {
                "anyOf": [
                    {"type": "object"},
                    {"type": "array", "items": _NAME},
                    {"type": "null"},
                ]
            },
            "inputs": _NAMES,
            "layers": _ENTRIES,
            "outputs": _NAMES,
            "description": True,
        },
        "patternProperties": _FREE,
        "required": ["layers"],
        "additionalProperties": False,
    }
    return {"anyOf": [_ENTRIES, body]}


def _entry() -> Schema:
    types = {
        name.text: {"$ref": f"#/$defs/{layer.type}"}
        for layer in registry.types()
        for name in layer.names
    }
    beside = {key: {"description": text, **_beside(key)} for key, text in ENTRY_KEYS.items()}
    return {
        "anyOf": [
            {"type": "string", "minLength": 1},
            {
                "type": "object",
                "properties": {**types, **beside, "residual": _residual(), "parallel": _parallel()},
                "patternProperties": {"^x-": False},
                "minProperties": 1,
                "allOf": _TOGETHER,
                "dependentSchemas": {name: _alone(name) for name in (*types, *COMPOSITES)},
                "not": {"propertyNames": {"enum": [k for k in ENTRY_KEYS if k not in _ALONE]}},
            },
        ]
    }


def _alone(type_: str) -> Schema:
    """Beside a type stand no other type and no argument."""
    return {"propertyNames": {"anyOf": [{"const": type_}, _BESIDE]}}


#: Which keys of an entry need, and which exclude each other.
_TOGETHER: list[Schema] = [
    {"not": {"required": ["for", "repeat"]}},
    {"if": {"required": ["in"]}, "then": {"required": ["for"], "properties": {"for": _NAMES}}},
    {
        "if": {"required": ["for"], "properties": {"for": _NAMES}},
        "then": {"required": ["in"]},
    },
    {"if": {"required": ["layers"]}, "then": {"propertyNames": {"$ref": "#/$defs/beside"}}},
]
_ALONE = ("layers", "share")


def _beside(key: str) -> Schema:
    schemas: dict[str, Schema] = {
        "name": _NAME,
        "from": _FROM,
        "when": {"type": ["boolean", "string"]},
        "share": _NAME,
        "trainable": _TRUTH,
        "dtype": _DTYPE,
        "tap": _TRUTH,
        "expect": _CLAIMS,
        "regularizer": _PENALTY,
        "weights": {"anyOf": [{"type": "object"}, _VARIABLE]},
        "repeat": _COUNT,
        "for": {"anyOf": [_NAMES, _COLUMNS]},
        "in": _TURNS,
        "layers": _ENTRIES,
    }
    return schemas[key]


def _residual() -> Schema:
    shortcut = {"anyOf": [_ENTRIES, {"type": "null"}]}
    parts = {"body": _ENTRIES, "shortcut": shortcut, "merge": _MERGE}
    whole = {
        "type": "object",
        "properties": parts,
        "patternProperties": _FREE,
        "required": ["body"],
        "additionalProperties": False,
    }
    return {"anyOf": [_ENTRIES, whole]}


def _parallel() -> Schema:
    group = {"$ref": "#/$defs/entry", "type": "object", "required": ["layers"]}
    branches = {
        "anyOf": [
            {"type": "array", "items": {"anyOf": [_ENTRIES, group]}, "minItems": 1},
            {"type": "object", "additionalProperties": _ENTRIES, "minProperties": 1},
        ]
    }
    whole = {
        "type": "object",
        "properties": {"branches": branches, "merge": _MERGE},
        "patternProperties": _FREE,
        "required": ["branches"],
        "additionalProperties": False,
    }
    return {"anyOf": [whole, branches]}


#: What Keras takes among the arguments.
_KEYS_OF_KERAS: dict[str, Schema] = {
    "name": {"description": ENTRY_KEYS["name"], "anyOf": [_NAME, _NULL]},
    "trainable": {"description": ENTRY_KEYS["trainable"], **_TRUTH},
}


def _layer(layer: type[Layer]) -> Schema:
    """The arguments of one type: none, the main one alone, or by name."""
    forms: list[Schema] = []
    required = [spec for spec in layer.arguments.values() if spec.default is REQUIRED]
    if layer.main and all(spec.name == layer.main for spec in required):
        alone = _value(layer.arguments[layer.main])
        forms += [{**alone, "not": _NULL} if required else alone, _EXPRESSION]
    else:
        forms.append(_VARIABLE)
    if not required:
        forms.append(_NULL)
    # Editors offer what comes first: the arguments, then the frameworks' other names for them.
    names = sorted(layer.lookup, key=lambda name: name not in layer.arguments)
    specs = {spec.name: spec for spec in layer.lookup.values()}
    described = {name: _described(spec) for name, spec in specs.items()}
    properties: Schema = {name: described[layer.lookup[name].name] for name in names}
    for key in REGULARIZER_KEYS:
        properties.setdefault(key, _PENALTY)
    for key, schema in _KEYS_OF_KERAS.items():
        properties.setdefault(key, schema)
    named: Schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    missing = [
        {"anyOf": [{"required": [name]} for name in spec.names]}
        for spec in required
        if not any(spec.name in name.presets for name in layer.names)
    ]
    if missing:
        named["allOf"] = missing
    return {
        "title": layer.type,
        "description": documentation(layer),
        "anyOf": [*forms, named],
    }


def _value(spec: Argument) -> Schema:
    return _value_of(spec.kind, optional=spec.default is None)


@cache  # the same for many arguments, which `indented` then writes once
def _value_of(kind: Kind, *, optional: bool) -> Schema:
    kinds = [kind.schema(), _EXPRESSION]
    if optional:
        kinds.append(_NULL)
    if kind.takes_mapping(("top",)):
        kinds.append(_COMPUTED_MAP)
    return {"anyOf": [*kinds, _COMPUTED_LIST]}


@cache  # as above; layers inherit arguments
def _described(spec: Argument) -> Schema:
    schema = {"description": spec.help, **_value(spec)}
    if spec.default is not REQUIRED and isinstance(spec.default, (int, str, bool)):
        schema["default"] = spec.default
    return schema
