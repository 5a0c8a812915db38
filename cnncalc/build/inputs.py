"""The shapes of the inputs: as the spec writes them, or as they are given in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.build.scope import Evaluator, Variables
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.listing import listed
from cnncalc.language.problems import SpecProblem
from cnncalc.language.shapes import read_shape
from cnncalc.layers.base.layout import channels_of, shaped
from cnncalc.layers.base.tensors import plural, show_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.build.account import Account
    from cnncalc.language.syntax import Value
    from cnncalc.layers.base.tensors import Layout, Shape

_IMAGE_AXES = 2  # height and width: of one axis alone it is not known which it is


def overrides_by_input(
    inputs: Mapping[str, Value | None], overrides: Mapping[str, Shape]
) -> dict[str, Shape]:
    """Given shapes by the inputs that they are of; the name "" stands for the only one.

    Raises:
        SpecProblem: one is of no input, or of no one of several.
    """
    if "" in overrides and len(inputs) > 1:
        shape = "x".join(map(str, overrides[""]))
        raise SpecProblem(
            codes.UNKNOWN_LAYER, f"the spec has {len(inputs)} inputs, and {shape} names none",
            help=(f"give it as {listed(f'{name}={shape}' for name in inputs)}",),
        )  # fmt: skip
    wanted = {name or next(iter(inputs)): shape for name, shape in overrides.items()}
    for name in wanted:
        if name not in inputs:
            raise SpecProblem(
                codes.UNKNOWN_LAYER, f"the spec has no input `{name}`",
                help=(f"its inputs are {listed(inputs)}",),
            )  # fmt: skip
    return wanted


def given_shape(name: str, shape: Shape, written: Shape, layout: Layout) -> Shape:
    """A shape that is given in place of the one that the spec has written.

    Where only the channels are missing, they stay as they are: `64x64` in place
    of 3x32x32 is 3x64x64.

    Raises:
        SpecProblem: it has another number of axes, with which the net would be another.
    """
    if len(shape) == len(written):
        return shape
    if len(shape) == len(written) - 1 >= _IMAGE_AXES:
        return shaped(channels_of(written, layout), shape, layout)
    raise SpecProblem(
        codes.RANK,
        f"the input `{name}` has {plural(len(written), 'axis')}, {show_shape(written)}, "
        f"and the shape given for it {plural(len(shape), 'axis')}, {show_shape(shape)}",
        help=(f"give all its sizes, as in {'x'.join(map(str, written))}",),
    )


def shape_of_input(written: Value, layout: Layout, variables: Variables, account: Account) -> Shape:
    """The shape that a spec writes for an input; raises `SpecProblem` if it is none."""
    evaluator = Evaluator(variables, layout, None, account)
    return read_shape(written, layout, evaluator.value(written))
