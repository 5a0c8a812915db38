"""A layer that another layer holds, as one of its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.errors import BadValueError, LayerError
from cnncalc.layers.base.kinds import Kind, show

if TYPE_CHECKING:
    from cnncalc.layers.base.kinds import Schema
    from cnncalc.layers.base.layer import Layer


class WrappedLayer(Kind):
    """A layer as an entry has it: its type, or its type with arguments.

    A name of both frameworks follows Keras's rules, as the wrapping layers are Keras's.
    """

    def parse(self, value: object) -> Layer:
        from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations
        from cnncalc.layers.base.layer import Layer  # noqa: PLC0415 - which reads the kinds

        if isinstance(value, Layer):
            return value
        text, given = value, None
        if isinstance(value, dict) and len(value) == 1:
            ((text, given),) = value.items()
        name = registry.find(text) if isinstance(text, str) else None
        if name is None:
            raise BadValueError(f"expected {self.describe()}, not {show(value)}")
        if given is None or isinstance(given, dict):
            arguments = dict(given or {})
        else:
            arguments = {name.layer.main: given}
        try:
            return name.make(arguments, "keras")
        except LayerError as error:
            raise BadValueError(error.message) from None

    def schema(self) -> Schema:
        from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations

        names = list(registry.names())
        entry: Schema = {
            "type": "object",
            "propertyNames": {"enum": names},
            "minProperties": 1,
            "maxProperties": 1,
        }
        return {"anyOf": [{"enum": names}, entry]}

    def describe(self) -> str:
        return "a layer, as `LSTM: {units: 64}`"

    def takes_mapping(self, keys: tuple[str, ...]) -> bool:
        from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations

        return len(keys) == 1 and registry.find(keys[0]) is not None
