"""The options of how a net runs: those of `memory`, and of `explain --memory`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cnncalc.cli.declared import Option
from cnncalc.cli.options import Dtype

if TYPE_CHECKING:
    from cnncalc.analysis.memory.report import Setting

BatchOption = Annotated[int, Option("--batch", "-b", min=1, metavar="N", help="Samples at once.")]
DtypeOption = Annotated[
    Dtype | None,
    Option("--dtype", help="Type of activations, weights and gradients; else as the net says."),
]
WeightsDtypeOption = Annotated[
    Dtype | None, Option("--weights-dtype", help="Type of the weights, if another.")
]
OptimizerOption = Annotated[
    str,
    Option(
        "--optimizer",
        "-o",
        metavar="NAME",
        help="none, sgd, momentum, adam, adamw, rmsprop, ...; with what adds state, as in "
        "adam+amsgrad or rmsprop+momentum+centered.",
    ),
]
EagerOption = Annotated[bool, Option("--eager", help="A block holds its input until it returns.")]
MasterOption = Annotated[
    bool, Option("--master", help="Keep float32 weights beside those of --dtype.")
]
AccumulateOption = Annotated[
    int,
    Option("--accumulate", min=1, metavar="N", help="Run the batch in so many parts."),
]
CheckpointOption = Annotated[
    bool, Option("--checkpoint", help="Keep the inputs of each stage; run it again backward.")
]


def setting_of(  # noqa: PLR0913 - the options
    batch: int,
    dtype: Dtype | None,
    weights_dtype: Dtype | None,
    optimizer: str,
    *,
    eager: bool,
    master: bool,
    accumulate: int,
    checkpoint: bool,
    fits: int | None = None,
) -> Setting:
    """How the options say that a net runs."""
    from cnncalc.analysis.memory.report import Setting as Made  # noqa: PLC0415 - start-up

    return Made(
        batch, dtype or "", optimizer, eager=eager, master=master, accumulate=accumulate,
        checkpoint=checkpoint, weights=weights_dtype or "", fits=fits,
    )  # fmt: skip
