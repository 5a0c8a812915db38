"""An activation given by its name, as an argument of another layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.argument import REQUIRED
from cnncalc.layers.base.code import Call, Missing, Option
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.inlined import inlined, with_values
from cnncalc.layers.base.kinds import Kind, Schema, show

if TYPE_CHECKING:
    from cnncalc.layers.base.code import CodeValue, Steps
    from cnncalc.layers.base.tensors import Inputs

#: Functions of keras.activations that no layer is named after.
_SLOPE = 0.2  #: of keras.activations.leaky_relu, not of its layer
_FUNCTIONS = ("linear", "exponential", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus")


class ActivationName(Kind):
    """An activation by any name of its layer type; its normal form is the type's own name."""

    def parse(self, value: object) -> str:
        if not isinstance(value, str):
            raise BadValueError(f"expected {self.describe()}, not {show(value)}")
        from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations

        found = registry.find(value)
        if found is not None and getattr(found.layer, "function", False):
            return found.layer.type
        if value.lower() in _FUNCTIONS:
            return value.lower()
        raise BadValueError(f'no activation is called "{value}"')

    def schema(self) -> Schema:
        return {"enum": known()}

    def describe(self) -> str:
        return "the name of an activation"


def known() -> list[str]:
    """The activations that a name alone stands for, under every name that they have."""
    from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations

    names = registry.names().values()
    return [*(n.text for n in names if getattr(n.layer, "function", False)), *_FUNCTIONS]


def torch_activation(name: str | None, inputs: Inputs) -> tuple[Call, ...] | Missing:
    """An activation that is given by its name, in PyTorch, or why nothing there does the same."""
    from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations

    if name in {None, "linear"}:
        return ()
    found = registry.find(str(name))
    if found is None or any(spec.default is REQUIRED for spec in found.layer.arguments.values()):
        return Missing(f"PyTorch has no activation `{name}`")
    given = {"negative_slope": _SLOPE} if found.layer.type == "leaky_relu" else {}
    return inlined(found.make(given, "keras"), inputs._replace(shapes=inputs.shapes[:1]))


def one_module(code: tuple[Call, ...]) -> Call:
    """Modules as the argument of another."""
    if len(code) == 1:
        return code[0]
    return Call("nn.Sequential", code) if code else Call("nn.Identity")


def keras_activation(name: str | None, inputs: Inputs) -> tuple[Option | None, Steps]:
    """An activation that is given by its name, in Keras: as an argument, or as layers after it."""
    from cnncalc.layers import registry  # noqa: PLC0415 - which reads the declarations

    if name in {None, "linear"}:
        return None, ()
    if name in {*_FUNCTIONS, "leaky_relu"}:  # which has another slope than its layer
        return Option("activation", name), ()
    found = registry.find(str(name))
    if found is None or any(spec.default is REQUIRED for spec in found.layer.arguments.values()):
        return None, Missing(f"Keras has no activation `{name}`")
    layer = found.make({}, "keras")
    called = getattr(layer, "keras_name", "")
    if called:
        return Option("activation", called), ()
    return None, with_values(layer.keras_code(inputs), layer, inputs)


def keras_function(name: str, inputs: Inputs) -> CodeValue | Missing:
    """An activation that is given by its name, as Keras takes it: a name, or a layer."""
    option, after = keras_activation(name, inputs)
    if isinstance(after, Missing):
        return after
    if option is not None:
        return option.value
    if after == ():
        return "linear"
    if isinstance(after, tuple) and len(after) == 1 and isinstance(after[0], Call):
        return after[0]
    return Missing(f"`{name}` is a function of tensors in Keras, and no layer")
