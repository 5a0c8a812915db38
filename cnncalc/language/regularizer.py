"""`regularizer:`: the penalties on a layer's kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diagnostics import codes
from cnncalc.language.problems import SpecProblem
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import Real

if TYPE_CHECKING:
    from cnncalc.language.syntax import Value


REGULARIZER_KEYS = ("regularizer", "kernel_regularizer")


PENALTY = Real(0)


_KERAS_PENALTY = 0.01  # what Keras takes for the bare words


KERAS_PENALTIES = {
    "l1": ("l1",), "L1": ("l1",), "l2": ("l2",), "L2": ("l2",),
    "l1_l2": ("l1", "l2"), "L1L2": ("l1", "l2"),
}  # fmt: skip


def regularizer_of(value: Any, at: Value) -> dict[str, float] | None:  # noqa: ANN401 - plain
    """The penalties `{l1: ..., l2: ...}`; Keras's words `l1`, `l2`, `l1_l2` mean 0.01.

    Raises:
        SpecProblem: it is none of these.
    """
    if value is None:
        return None
    if isinstance(value, str) and value in KERAS_PENALTIES:
        return dict.fromkeys(KERAS_PENALTIES[value], _KERAS_PENALTY)
    if isinstance(value, dict) and value and set(value) <= {"l1", "l2"}:
        try:
            penalties = {kind: PENALTY.parse(number) for kind, number in value.items()}
        except BadValueError as error:
            raise SpecProblem(codes.BAD_VALUE, f"a penalty: {error}", at) from None
        return {kind: number for kind, number in penalties.items() if number}
    raise SpecProblem(
        codes.BAD_VALUE, "a regularizer names its penalties", at,
        help=("`regularizer: {l1: 1e-5, l2: 1e-4}`",),
    )  # fmt: skip
