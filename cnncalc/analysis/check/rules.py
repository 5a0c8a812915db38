"""The codes of `check`, each with its title, its level and what justifies it."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from cnncalc.diagnostics import codes

Level = Literal["error", "warning", "opinion"]

EXPECTATION: Final = "C501"
BUDGET: Final = "C502"

ROWS_UNSEEN: Final = "L401"
LARGE_KERNEL: Final = "L402"
ONLY_PADDING: Final = "L403"
EVEN_SAME: Final = "L404"
STRIDE_GAPS: Final = "L405"
CHECKERBOARD: Final = "L406"
BIAS_BEFORE_NORM: Final = "L411"
LINEAR_PAIR: Final = "L412"
ACTIVATION_TWICE: Final = "L413"
SOFTMAX_INSIDE: Final = "L414"
DENSE_ON_MAP: Final = "L415"
HEAVY_DENSE: Final = "L421"
OTHER_LAYOUT: Final = "L422"
IDLE_REGULARIZER: Final = "L423"


class Rule(NamedTuple):
    """One code of `check`.

    An `opinion` is off until it is selected: there, good nets differ.
    """

    title: str
    level: Level
    source: str


_ARITHMETIC = "Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)"

RULES: Final[dict[str, Rule]] = {
    EXPECTATION: Rule("an expectation does not hold", "error", "the spec's own `expect:`"),
    BUDGET: Rule("a budget is exceeded", "error", "the command line"),
    ROWS_UNSEEN: Rule("rows or columns of the input are never seen", "warning", _ARITHMETIC),
    LARGE_KERNEL: Rule(
        "the kernel is larger than its map",
        "warning",
        "Chen et al., Rethinking atrous convolution (2017), section 3.3",
    ),
    ONLY_PADDING: Rule("a window lies wholly in the padding", "warning", _ARITHMETIC),
    EVEN_SAME: Rule(
        "an even kernel with same padding shifts the map",
        "warning",
        "Wu et al., Convolution with even-sized kernels and symmetric padding (2019)",
    ),
    STRIDE_GAPS: Rule("the stride is larger than the kernel", "warning", _ARITHMETIC),
    CHECKERBOARD: Rule(
        "the stride does not divide the transposed kernel",
        "warning",
        "Odena, Dumoulin and Olah, Deconvolution and checkerboard artifacts (2016)",
    ),
    BIAS_BEFORE_NORM: Rule(
        "a bias stands before a batch normalisation",
        "warning",
        "Ioffe and Szegedy, Batch normalization (2015), section 3.2",
    ),
    LINEAR_PAIR: Rule(
        "two linear layers with no activation between",
        "warning",
        "Goodfellow, Bengio and Courville, Deep learning (2016), section 6.1",
    ),
    ACTIVATION_TWICE: Rule(
        "an activation stands twice in a row", "warning", "relu(relu(x)) = relu(x)"
    ),
    SOFTMAX_INSIDE: Rule(
        "a softmax stands before more layers",
        "warning",
        "Goodfellow, Bengio and Courville, Deep learning (2016), section 6.2.2.3",
    ),
    DENSE_ON_MAP: Rule(
        "a dense layer acts along the width of a map",
        "warning",
        "PyTorch's documentation of torch.nn.Linear: it acts on the last axis",
    ),
    HEAVY_DENSE: Rule(
        "most parameters sit in one dense layer after a flatten",
        "opinion",
        "Lin, Chen and Yan, Network in network (2013), section 3.2",
    ),
    OTHER_LAYOUT: Rule("the input looks like the other layout", "warning", "the sizes of images"),
    codes.NOT_TRAINABLE: Rule(
        codes.TITLES[codes.NOT_TRAINABLE], "warning", "training changes what is not frozen"
    ),
    IDLE_REGULARIZER: Rule(
        "a regulariser where there are no weights", "warning", "the penalty is a sum over weights"
    ),
}
