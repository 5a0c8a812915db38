"""How the MLP of a net came about, and how the net compares to it, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render import units

if TYPE_CHECKING:
    from cnncalc.analysis.compare.mlp import Derived


def origin_sentence(derived: Derived) -> str:
    """How the sizes of an MLP were found."""
    if derived.origin == "matched" and not derived.width:
        return (
            f"{derived.net}: its {units.count(derived.budget)} parameters "
            "do not suffice for a hidden layer:\n"
            f"  one unit between {units.count(derived.sizes[0])} inputs and "
            f"{units.count(derived.sizes[-1])} outputs costs more"
        )
    chain = " -> ".join(map(str, derived.sizes))
    what = f"{derived.label}: {chain}, {units.count(derived.params)} parameters"
    if derived.origin == "matched":
        inputs, width, outputs = derived.sizes
        return (
            f"{what}\n  {units.count(derived.budget)} parameters give one hidden layer of "
            f"{width}:\n  floor(({derived.budget} - {outputs}) / ({inputs} + 1 + {outputs}))"
        )
    if derived.origin == "given":
        return what
    hidden = len(derived.sizes) > 2  # noqa: PLR2004 - more than inputs and outputs
    if hidden:
        return f"{what}\n  the hidden layers are those of the net's own dense head"
    return f"{what}\n  no hidden layer: the net's own head has none"


def verdict(derived: Derived) -> str:
    """How a net compares to its MLP.

    Example: `cnn: 27 % fewer parameters than the MLP, 1.5 times the MACs`.
    """
    params = _relation(derived.params_ratio, "parameters", "than the MLP", "of the MLP")
    macs = _relation(derived.macs_ratio, "MACs")
    return f"{derived.net}: " + ", ".join(filter(None, (params, macs)))


def _relation(ratio: float | None, what: str, than: str = "", of: str = "") -> str:
    """A ratio in words; nothing where there is none.

    >>> _relation(0.734, "parameters", "than the MLP"), _relation(1.522, "MACs")
    ('27 % fewer parameters than the MLP', '1.52 times the MACs')
    >>> _relation(0.0004, "MACs")
    '1/2,500 of the MACs'
    """
    if ratio is None:
        return ""
    if ratio == 1:
        return f"the same number of {what} {than.replace('than', 'as')}".rstrip()
    if ratio > 1:
        factor = f"{ratio:.3g}" if ratio < 1000 else f"{ratio:,.0f}"  # noqa: PLR2004 - digits
        return f"{factor} times the {what} {of}".rstrip()
    if ratio < 0.01:  # noqa: PLR2004 - 99 % fewer says little
        return f"1/{1 / ratio:,.0f} of the {what} {of}".rstrip() if ratio else f"no {what}"
    percent = 100 * (1 - ratio)
    return f"{percent:.{0 if percent >= 1 else 1}f} % fewer {what} {than}".rstrip()
