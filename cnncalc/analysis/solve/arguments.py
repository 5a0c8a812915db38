"""Which arguments take one size to another: the output-size formulas, solved.

Per kernel, dilation and padding the inverse formula gives the strides at once;
what comes out is ordered from simple to contrived, by the order documented at
[`simplicity`][cnncalc.analysis.solve.arguments.simplicity].

What is not fixed is looked for where nets have it: kernels up to 63 and the one
that cuts the input into parts, dilations up to 4 of kernels up to 15, paddings up
to half of what the kernel spans; larger paddings of a convolution only where
nothing else does it. A stride that skips rows is named without
padding and dilation only, or with those that are given. Of many paddings or
strides some hundreds are tried, those next to the kernel; of many strides of a
transposed convolution those that leave the least to output padding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cnncalc.arithmetic import TransposedWindow, Window, ceil_div, kernel_extent
from cnncalc.inverse import paddings_giving, strides_giving, strides_in_ceil_mode
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LayerKind = Literal["conv", "pool", "transposed"]

_LARGEST_KERNEL = 63
_WIDEST_DILATION = 4
_LARGEST_DILATED = 15
_MOST = 256  # paddings, and strides, of one kernel
_MOST_PADDED = 16  # strides of one kernel with a wide padding
_MOST_UPWARD = 16  # strides of one kernel and padding of a transposed convolution


class Question(NamedTuple):
    """What is wanted along one axis; arguments that are None are free.

    `present` is the padding of the layer that is solved: it is free, but nothing to be added.
    """

    size: int
    output: int
    kind: LayerKind = "conv"
    kernel: int | None = None
    stride: int | None = None
    padding: int | None = None
    dilation: int | None = None
    ceil_mode: bool = False
    present: int | None = None


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
    3. convolution: no window of padding alone; first odd kernels with padding
       `extent // 2` (what `same` means), and kernels that cut the input into parts
       without a rest, as patches; then odd kernels without padding, then others;
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
    parts = question.output > 1 and stride == kernel > 1 and not padding and not unseen
    even = int(kernel % 2 == 0 and not parts)
    usual = 0 if padding == extent // 2 or parts else 1 if padding == 0 else 2
    size = 0 if kernel == 3 else kernel  # noqa: PLR2004 - the kernel of most nets
    empty = int(padding >= extent)
    return dilation, skips, empty, even, usual, size, unseen, stride, padding


def answers_to(question: Question) -> Iterator[Answer]:
    """All answers, in no order: kernels, dilations and paddings in turn, strides solved."""
    none = True
    for kernel, dilation, padding in _combinations(question):
        solved = _transposed if question.kind == "transposed" else _sliding
        for answer in solved(question, kernel, dilation, padding):
            none = False
            yield answer
    if none and question.kind == "conv" and question.padding is None:
        yield from _padded_widely(question)


def _padded_widely(question: Question) -> Iterator[Answer]:
    """Convolutions with a padding of over half of what the kernel spans, strides in turn."""
    for kernel, dilation in dict.fromkeys(one[:2] for one in _combinations(question)):
        extent = kernel_extent(kernel, dilation)
        for stride in _free(question.stride, range(1, min(extent, _MOST_PADDED) + 1)):
            window = Window("", question.size, kernel, stride, dilation)
            for total in paddings_giving(window, question.output):
                if total % 2 == 0 and total // 2 > extent // 2:
                    reached = (question.output - 1) * stride + extent
                    unseen = max(question.size + total - reached, 0)
                    yield Answer(kernel, stride, total // 2, dilation, 0, unseen)


def _combinations(question: Question) -> Iterator[tuple[int, int, int]]:
    """Kernels with dilations and paddings."""
    for kernel in _kernels(question):
        dilated = 1 < kernel <= _LARGEST_DILATED or kernel == question.kernel != 1
        for dilation in _free(question.dilation, range(1, _WIDEST_DILATION + 1 if dilated else 2)):
            for padding in _paddings(question, kernel, dilation):
                yield kernel, dilation, padding


def _free(fixed: int | None, otherwise: Iterable[int]) -> Iterable[int]:
    return otherwise if fixed is None else (fixed,)


def _kernels(question: Question) -> Iterable[int]:
    small, large = sorted((question.size, question.output))
    usual = range(1, min(large, _LARGEST_KERNEL) + 1)
    parts = large // small
    return _free(question.kernel, usual if parts in usual else (*usual, parts))


def _paddings(question: Question, kernel: int, dilation: int) -> Iterable[int]:
    """Up to half of what the kernel spans: more would be windows of zeros only."""
    span = kernel if question.kind == "pool" else kernel_extent(kernel, dilation)
    if question.kind == "pool" and (question.padding or 0) > span // 2:
        return ()
    usual = range(min(span // 2, _MOST) + 1)
    return _free(question.padding, usual if span // 2 in usual else (*usual, span // 2))


def _sliding(question: Question, kernel: int, dilation: int, padding: int) -> Iterator[Answer]:
    size, output, up = question.size, question.output, question.ceil_mode
    extent = kernel_extent(kernel, dilation)
    room = size + 2 * padding - extent
    strides = strides_giving(room, output)
    if up:
        strides = strides_in_ceil_mode(room, size + padding, output)
    plain = padding in {0, question.padding, question.present} and dilation in {
        1,
        question.dilation,
    }
    for stride in _strides(question, strides, extent, room, skips=plain):
        window = Window("", size, kernel, stride, dilation, padding, padding, up)
        if window.output == output:
            reached = (output - 1) * stride + extent
            yield Answer(kernel, stride, padding, dilation, 0, max(window.padded - reached, 0))


def _strides(question: Question, solved: range, extent: int, room: int, *, skips: bool) -> range:
    """Of the strides that solve the formula the one that is fixed, or those that nets have."""
    fixed = question.stride
    if fixed is None and question.kind == "pool" and question.output == 1 and solved:
        least = max(solved.start, extent)  # one window: any larger stride does, and so its own size
        return range(least, least + 1)
    if fixed is None:
        largest = solved.stop - 1 if skips else min(solved.stop - 1, extent)
        first = max(solved.start, min(largest, extent) - _MOST + 1)
        return range(first, min(largest, first + 2 * _MOST) + 1)
    one_window = question.output == 1 and fixed > room >= 0
    return range(fixed, fixed + 1) if fixed in solved or one_window else range(0)


def _transposed(question: Question, kernel: int, dilation: int, padding: int) -> Iterator[Answer]:
    """The output padding is what the stride leaves open: less than it, or than the dilation."""
    for stride in _free(question.stride, _upward_strides(question, kernel, dilation, padding)):
        window = TransposedWindow("", question.size, kernel, stride, dilation, padding, padding)
        lacking = question.output - window.output
        if 0 <= lacking < max(stride, dilation):
            yield Answer(kernel, stride, padding, dilation, lacking)


def _upward_strides(question: Question, kernel: int, dilation: int, padding: int) -> range:
    """The strides among which those are that leave less open than themselves or the dilation."""
    gaps = question.size - 1
    filled = question.output + 2 * padding - kernel_extent(kernel, dilation)
    if not gaps:
        least = 1 if filled < dilation else filled + 1
        return range(least, max(least, min(question.output, least + _MOST_UPWARD - 1)) + 1)
    least = min(ceil_div(filled + 1, question.size), ceil_div(filled - dilation + 1, gaps))
    largest = filled // gaps
    return range(max(least, 1, largest - _MOST_UPWARD + 1), largest + 1)


def nearest_outputs(question: Question) -> tuple[int, ...]:
    """The reachable outputs next to the wanted one: below, above, or both."""
    wanted = question.output
    near = _transposed_near if question.kind == "transposed" else _sliding_near
    reached = {
        output
        for kernel, dilation, padding in _combinations(question)
        for output in near(question, kernel, dilation, padding)
        if output > 0
    }
    if question.kind == "conv" and question.padding is None:
        reached.update(_widely_padded_near(question))
    below = [output for output in reached if output < wanted]
    above = [output for output in reached if output > wanted]
    return (*([max(below)] if below else ()), *([min(above)] if above else ()))


def _widely_padded_near(question: Question) -> Iterator[int]:
    """Outputs on both sides of the wanted one: a larger padding never gives less."""
    for kernel, dilation in dict.fromkeys(one[:2] for one in _combinations(question)):
        extent = kernel_extent(kernel, dilation)
        for stride in _free(question.stride, range(1, min(extent, _MOST_PADDED) + 1)):
            window = Window("", question.size, kernel, stride, dilation)
            more = ceil_div(paddings_giving(window, question.output).start, 2)
            for padding in (more - 1, more):
                output = window._replace(before=padding, after=padding).output
                if padding >= 0 and output > 0:
                    yield output


def _sliding_near(question: Question, kernel: int, dilation: int, padding: int) -> Iterator[int]:
    """Outputs on both sides of the wanted one: a larger stride never gives more."""
    room = question.size + 2 * padding - kernel_extent(kernel, dilation)
    if room < 0:
        return
    fewer = room // max(question.output - 1, 1)
    more = room // question.output
    tried = {stride for middle in (fewer, more) for stride in range(middle - 1, middle + 3)}
    for stride in _free(question.stride, tried):
        if stride > 0:
            window = Window("", question.size, kernel, stride, dilation, padding, padding,
                            question.ceil_mode)  # fmt: skip
            yield window.output


def _transposed_near(question: Question, kernel: int, dilation: int, padding: int) -> Iterator[int]:
    """The ends of what strides near the wanted one reach with and without output padding."""
    middle = ceil_div(question.output, question.size)
    for stride in _free(question.stride, range(max(1, middle - 2), middle + 3)):
        window = TransposedWindow("", question.size, kernel, stride, dilation, padding, padding)
        yield window.output
        yield window.output + max(stride, dilation) - 1
