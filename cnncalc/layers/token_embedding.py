"""What a transformer adds to a sequence: a class token, a table of positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Given, Option
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.kinds import Integer
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import Reach, shifted
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.tensors import Order
    from cnncalc.layers.base.usage import Run
POSITIVE = Integer(1)


class ClassToken(Layer, type="class_token"):
    """A learned token before a sequence (Dosovitskiy et al., ViT, 2020).

    Output: (length + count, features).
    """

    linear = True
    formulas: ClassVar = {"length": "in + count", "params": "count * features"}

    count: int = arg(POSITIVE, "number of tokens", default=1)
    example = "class_token"

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) != 2:  # noqa: PLR2004 - length and features
            raise self.wrong_rank(shape, "length and features")
        return (shape[0] + self.count, shape[1])

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[shifted(0, -self.count), Reach(1)]]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return (Weight("token", (self.count, inputs.shapes[0][-1])),)

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        length, features = inputs.shapes[0]
        return (Size("length", "length", {"in": length}), *kept((features,), ("features",)))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {"features": inputs.shapes[0][-1]}

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(gradient="slices")

    def torch_code(self, inputs: Inputs) -> Code:  # noqa: ARG002 - known without
        return (Call("ClassToken", (Extent(1),), (Option("count", Given("count"), 1),)),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Call("ClassToken", (), (Option("count", Given("count"), 1),)),)


class PositionEmbedding(Layer, type="position_embedding"):
    """A learned table that is added to the input (Dosovitskiy et al., ViT, 2020).

    Output: as the input.
    """

    counted = False
    elementwise = True
    linear = True
    formulas: ClassVar = {"params": "input_elements"}
    equations = ("y = x + table",)

    example = "position_embedding"

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        return (Weight("table", inputs.shapes[0]),)

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        return Usage(gradient="same")

    def torch_code(self, inputs: Inputs) -> Code:
        return (Call("PositionEmbedding", tuple(map(Extent, range(len(inputs.shapes[0]))))),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - known without
        return (Call("PositionEmbedding"),)

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - known without
        return "written"
