"""Arguments of the frameworks that change no shape, parameter or MAC.

A layer declares those that it takes, as it declares all others: one by one
with `arg(..., inert=True)`, or from the groups here with `also_takes`. They are
checked, and their values are kept for whoever writes or runs the layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.argument import Argument
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import Flag, Integer, Kind, Nullable, show

if TYPE_CHECKING:
    from cnncalc.layers.base.kinds import Schema


class Configured(Kind):
    """Something of a framework's by its name, or by its name and settings, as Keras saves it."""

    def parse(self, value: object) -> Any:  # noqa: ANN401 - a text or a mapping
        if isinstance(value, (str, dict)):
            return value
        raise BadValueError(f"expected {self.describe()}, not {show(value)}")

    def schema(self) -> Schema:
        return {"type": ["string", "object"]}

    def describe(self) -> str:
        return "a name, or a mapping with its settings"


class FlagOrAuto(Flag):
    """True, false, or `auto`: as the framework decides."""

    def parse(self, value: object) -> Any:  # noqa: ANN401 - a truth value or `auto`
        return value if value == "auto" else super().parse(value)

    def schema(self) -> Schema:
        return {"anyOf": [{"const": "auto"}, super().schema()]}

    def describe(self) -> str:
        return "true, false or auto"


class OnlyNull(Kind):
    """What would change the weights in a way not known here."""

    def parse(self, value: object) -> None:
        if value is not None:
            raise BadValueError(
                "only null is known here, others change the weights; "
                "a `custom` layer states its figures itself"
            )

    def schema(self) -> Schema:
        return {"type": "null"}

    def describe(self) -> str:
        return "null"


def inert(
    name: str, kind: Kind, help_: str, default: object = None, *, aside: bool = True
) -> Argument:
    """The declaration of an argument that changes no figure, and with `aside` no value."""
    return Argument(kind, help_, default, inert=True, name=name, aside=aside)


_CONFIGURED = Nullable(Configured())

#: What every layer takes: the base of all Keras layers has them, and PyTorch the first.
EVERY_LAYER = (
    inert("dtype", _CONFIGURED, "type of the numbers"),
    inert("autocast", Flag(), "cast inputs to the type of the numbers (Keras)", default=True),
    inert("activity_regularizer", _CONFIGURED, "penalty on the output (Keras)"),
)
DEVICE = inert("device", Nullable(Kind()), "where the weights lie (PyTorch)")
INPLACE = inert("inplace", Flag(), "write over the input (PyTorch)", default=False, aside=False)
SEED = inert("seed", Nullable(Integer()), "seed of the random numbers (Keras)")
LORA = (
    inert("lora_rank", OnlyNull(), "rank of an adapter (Keras)"),
    inert("lora_alpha", Kind(), "scale of an adapter (Keras)"),
)
QUANTIZATION = inert("quantization_config", OnlyNull(), "quantisation of the weights (Keras)")


def tensors(*names: str) -> tuple[Argument, ...]:
    """What Keras has for each weight: how it begins, its penalty and its constraint."""
    found = []
    for name in names:
        found += [
            inert(f"{name}_initializer", _CONFIGURED, f"first values of the {name} (Keras)"),
            inert(f"{name}_regularizer", _CONFIGURED, f"penalty on the {name} (Keras)"),
            inert(f"{name}_constraint", _CONFIGURED, f"constraint on the {name} (Keras)"),
        ]
    return tuple(found)
