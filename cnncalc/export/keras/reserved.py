"""Names that the code has for itself, so that nothing of a spec is called so."""

from cnncalc.export.keras.helpers import HELPERS

RESERVED = {*HELPERS, "float",
            "x", "keras", "layers", "ops", "inputs", "outputs", "model", "math", "range", "zip",
            "enumerate", "len", "max", "min", "round", "sum", "map", "filter", "input", "type",
            "list", "print", "super", "dict", "set", "next", "all", "any", "abs", "pow",
            "id", "int"}  # fmt: skip
