"""A JSON Schema (draft 2020-12) of the language, made from the layer declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.regularizer import KERAS_PENALTIES, PENALTY, REGULARIZER_KEYS
from cnncalc.language.shapes import AXES
from cnncalc.language.words import ENTRY_KEYS
from cnncalc.layers import registry
from cnncalc.layers.base.argument import REQUIRED
from cnncalc.layers.base.documentation import documentation
from cnncalc.layers.base.dtype import WIDTHS

if TYPE_CHECKING:
    from cnncalc.layers.base.argument import Argument
    from cnncalc.layers.base.layer import Layer

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_CHOICE: Schema = {"type": "object", "required": ["by"]}
_EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
_COUNT: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, _EXPRESSION]}
_SIZE: Schema = {"anyOf": [{"type": "integer", "minimum": 1}, _EXPRESSION]}
_ENTRIES: Schema = {"type": "array", "items": {"$ref": "#/$defs/entry"}}
_NAMES: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_NUMBERS: Schema = {"type": ["number", "string", "array", "object"]}
_TRUTH: Schema = {"anyOf": [{"enum": [True, False, "yes", "no", "on", "off"]}, _EXPRESSION]}
_DTYPE: Schema = {"anyOf": [{"enum": list(WIDTHS)}, _EXPRESSION, _CHOICE]}
_CLAIMS: Schema = {"type": "object"}
_SHAPE: Schema = {
    "description": "sizes without the batch: [3, 32, 32], 3x32x32, or named axes",
    "anyOf": [
        {"type": "array", "items": _SIZE},
        {"type": "string", "pattern": r"^\s*\d+(\s*[x×]\s*\d+)*\s*$|\$"},
        {"type": "integer", "minimum": 1},
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
            {"type": "string", "pattern": r"\$|^[-(\d][-+*/%().\d_\s]*$"},
            _CHOICE,
        ]
    },
    "computed_list": {"type": "array", "contains": _EXPRESSION},
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
        "patternProperties": {"^x-": True},
        "additionalProperties": False,
        "required": ["layers"],
        "oneOf": [{"required": ["input"]}, {"required": ["inputs"]}],
        "$defs": {
            "entry": _entry(),
            **_SHARED,
            **{layer.type: _layer(layer) for layer in registry.types()},
        },
    }


def _top_level() -> Schema:
    return {
        "name": {"type": "string"},
        "description": {"type": "string"},
        "input": _SHAPE,
        "inputs": {"type": "object", "additionalProperties": _SHAPE, "minProperties": 1},
        "outputs": _NAMES,
        "layout": {"enum": ["channels_first", "channels_last"]},
        "variables": {"type": ["object", "null"]},
        "blocks": {"type": ["object", "null"], "additionalProperties": _block()},
        "layers": _ENTRIES,
        "expect": _CLAIMS,
        "lint": {"type": "object"},
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
                    {"type": "array", "items": {"type": "string"}},
                    {"type": "null"},
                ]
            },
            "inputs": _NAMES,
            "layers": _ENTRIES,
            "outputs": _NAMES,
            "description": {"type": "string"},
        },
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
                "minProperties": 1,
                "not": {"propertyNames": {"enum": [k for k in ENTRY_KEYS if k not in _ALONE]}},
            },
        ]
    }


_ALONE = ("layers", "share")


def _beside(key: str) -> Schema:
    schemas: dict[str, Schema] = {
        "name": {"type": ["string", "integer"]},
        "from": {"anyOf": [_NAMES, _CHOICE]},
        "when": {"type": ["boolean", "string"]},
        "share": {"type": "string"},
        "trainable": _TRUTH,
        "dtype": _DTYPE,
        "tap": _TRUTH,
        "expect": _CLAIMS,
        "regularizer": _PENALTY,
        "weights": {"type": "object"},
        "repeat": _COUNT,
        "for": {"type": ["string", "array", "object"]},
        "in": {"anyOf": [{"type": ["array", "string"]}, _CHOICE]},
        "layers": _ENTRIES,
    }
    return schemas[key]


def _residual() -> Schema:
    parts = {"body": _ENTRIES, "shortcut": _ENTRIES, "merge": {"$ref": "#/$defs/entry"}}
    whole = {
        "type": "object",
        "properties": parts,
        "required": ["body"],
        "additionalProperties": False,
    }
    return {"anyOf": [_ENTRIES, whole]}


def _parallel() -> Schema:
    group = {"allOf": [{"$ref": "#/$defs/entry"}, {"required": ["layers"]}]}
    branches = {
        "anyOf": [
            {"type": "array", "items": {"anyOf": [_ENTRIES, group]}, "minItems": 1},
            {"type": "object", "additionalProperties": _ENTRIES, "minProperties": 1},
        ]
    }
    whole = {
        "type": "object",
        "properties": {"branches": branches, "merge": {"$ref": "#/$defs/entry"}},
        "required": ["branches"],
        "additionalProperties": False,
    }
    return {"anyOf": [whole, branches]}


def _layer(layer: type[Layer]) -> Schema:
    """The arguments of one type: none, the main one alone, or by name."""
    forms: list[Schema] = []
    required = [spec for spec in layer.arguments.values() if spec.default is REQUIRED]
    if layer.main and all(spec.name == layer.main for spec in required):
        forms.append(_value(layer.arguments[layer.main]))
    forms.append(_EXPRESSION)
    if not required:
        forms.append({"type": "null"})
    # Editors offer what comes first: the arguments, then the frameworks' other names for them.
    names = sorted(layer.lookup, key=lambda name: name not in layer.arguments)
    specs = {spec.name: spec for spec in layer.lookup.values()}
    described = {name: _described(spec) for name, spec in specs.items()}
    properties: Schema = {name: described[layer.lookup[name].name] for name in names}
    for key in REGULARIZER_KEYS:
        properties.setdefault(key, _PENALTY)
    for key in ("name", "trainable"):
        properties.setdefault(key, {"description": ENTRY_KEYS[key], **_beside(key)})
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
    kinds = [spec.kind.schema(), _EXPRESSION]
    if spec.default is None:
        kinds.append({"type": "null"})
    return {"anyOf": [*kinds, {"$ref": "#/$defs/computed_list"}]}


def _described(spec: Argument) -> Schema:
    schema = {"description": spec.help, **_value(spec)}
    if spec.default is not REQUIRED and isinstance(spec.default, (int, str, bool)):
        schema["default"] = spec.default
    return schema
