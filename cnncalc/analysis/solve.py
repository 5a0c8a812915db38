"""Which arguments take one size to another: the output-size formulas, solved.

Per kernel, dilation and padding the inverse formula gives the strides at once;
what comes out is ordered from simple to contrived, by the order documented at
[`simplicity`][cnncalc.analysis.solve.simplicity].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from cnncalc.arithmetic import TransposedWindow, Window, kernel_extent
from cnncalc.inverse import strides_giving, strides_in_ceil_mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["conv", "pool", "transposed"]

_WIDEST_DILATION = 4
_LARGEST_KERNEL = 255  # larger ones only if they are asked for


class Question(NamedTuple):
    """What is wanted along one axis; arguments that are None are free."""

    size: int
    output: int
    kind: Kind = "conv"
    kernel: int | None = None
    stride: int | None = None
    padding: int | None = None
    dilation: int | None = None
    ceil_mode: bool = False


class Answer(NamedTuple):
    """Arguments that give the wanted output, the same padding on both sides."""

    kernel: int
    stride: int
    padding: int
    dilation: int = 1
    output_padding: int = 0
    unseen: int = 0  # rows at the end that no window reaches


class Solution(NamedTuple):
    """The answers to a question, simplest first; the nearest outputs where there are none."""

    question: Question
    answers: tuple[Answer, ...]
    found: int
    nearest: tuple[int, ...]


def solve(question: Question, *, limit: int = 10) -> Solution:
    """Find the arguments that take one size to the other.

    Args:
        question: the sizes and what is fixed.
        limit: how many answers to keep.
    """
    answers = sorted(answers_to(question), key=lambda answer: simplicity(question, answer))
    near = () if answers else nearest_outputs(question)
    return Solution(question, tuple(answers[:limit]), len(answers), near)


def simplicity(question: Question, answer: Answer) -> tuple[int, ...]:
    """The order of answers, the simplest first.

    1. no dilation before dilation, then the smaller;
    2. no rows skipped: a stride of at most what the kernel spans, and one window only
       where it sees all;
    3. convolution: odd kernels, then padding `extent // 2` (what `same` means), then none;
       pooling: a stride near the kernel;
       transposed: no output padding, a kernel of at most four strides that the stride
       divides (an even overlap: Odena et al., Deconvolution and Checkerboard
       Artifacts, 2016);
    4. the smaller kernel (3 first), fewer unseen rows, the smaller stride and padding.
    """
    kernel, stride, padding, dilation, output_padding, unseen = answer
    extent = kernel_extent(kernel, dilation)
    skips = int(stride > extent or (question.output == 1 and unseen > 0))
    if question.kind == "pool":
        return dilation, skips, abs(kernel - stride), padding, unseen, kernel
    if question.kind == "transposed":
        wide, uneven = int(kernel > 4 * stride), int(kernel % stride > 0)
        return dilation, skips, output_padding, wide, uneven, kernel, padding, stride
    usual = 0 if padding == extent // 2 else 1 if padding == 0 else 2
    size = 0 if kernel == 3 else kernel  # noqa: PLR2004 - the kernel of most nets
    return dilation, skips, int(kernel % 2 == 0), usual, size, unseen, stride, padding


def answers_to(question: Question) -> Iterator[Answer]:
    """All answers, in no order: kernels, dilations and paddings in turn, strides solved."""
    for kernel in _kernels(question):
        dilations = range(1, 2 if kernel == 1 else _WIDEST_DILATION + 1)
        for dilation in _free(question.dilation, dilations):
            for padding in _paddings(question, kernel, dilation):
                if question.kind == "transposed":
                    yield from _transposed(question, kernel, dilation, padding)
                else:
                    yield from _sliding(question, kernel, dilation, padding)


def _free(fixed: int | None, otherwise: Iterable[int]) -> Iterable[int]:
    return otherwise if fixed is None else (fixed,)


def _kernels(question: Question) -> Iterable[int]:
    largest = min(max(question.size, question.output), _LARGEST_KERNEL)
    return _free(question.kernel, range(1, largest + 1))


def _paddings(question: Question, kernel: int, dilation: int) -> Iterable[int]:
    """Up to half of what the kernel spans: more would be windows of zeros only."""
    span = kernel if question.kind == "pool" else kernel_extent(kernel, dilation)
    return _free(question.padding, range(span // 2 + 1))


def _sliding(question: Question, kernel: int, dilation: int, padding: int) -> Iterator[Answer]:
    size, output, up = question.size, question.output, question.ceil_mode
    room = size + 2 * padding - kernel_extent(kernel, dilation)
    strides = strides_giving(room, output)
    if up:
        strides = strides_in_ceil_mode(room, size + padding, output)
    if output == 1 and question.stride is not None and question.stride > room >= 0:
        strides = range(question.stride, question.stride + 1)
    for stride in strides:
        if question.stride not in (None, stride):
            continue
        window = Window("", size, kernel, stride, dilation, padding, padding, up)
        if window.output == output:
            reached = (output - 1) * stride + window.extent
            yield Answer(kernel, stride, padding, dilation, 0, max(window.padded - reached, 0))


def _transposed(question: Question, kernel: int, dilation: int, padding: int) -> Iterator[Answer]:
    """The output padding is what the stride leaves open: less than it, or than the dilation."""
    size, output = question.size, question.output
    for stride in _free(question.stride, range(1, output // max(size - 1, 1) + 2)):
        window = TransposedWindow("", size, kernel, stride, dilation, padding, padding)
        lacking = output - window.output
        if 0 <= lacking < max(stride, dilation):
            yield Answer(kernel, stride, padding, dilation, lacking)


def nearest_outputs(question: Question) -> tuple[int, ...]:
    """The reachable outputs next to the wanted one: below, above, or both."""
    found = []
    for step in (-1, 1):
        end = 0 if step < 0 else 2 * max(question.size, question.output) * (question.stride or 2)
        for output in range(question.output + step, end, step):
            if any(True for _ in answers_to(question._replace(output=output))):
                found.append(output)
                break
    return tuple(found)
