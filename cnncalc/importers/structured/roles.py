"""What a block is called by what is in it, where the model has no names for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.structured.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.structured.terms import Run, Term

_MOST_TYPES = 3  # in the name of a block


def role_of(body: Run) -> str:
    """A name for a block after its layers, those of the blocks that it uses among them.

    The names of papers stand for what is like theirs: bottlenecks and basic blocks (He et
    al., 2015), inceptions (Szegedy et al., 2014), dense layers (Huang et al., 2016),
    inverted residuals (Sandler et al., 2018), depthwise separable convolutions (Howard
    et al., 2017).
    """
    if body[0].kind == "cell":
        return "cell"
    composites = {"residual", "parallel"}.intersection(term.kind for term in body)
    types = list(dict.fromkeys(_types(body)))
    convolutions = list(_convolutions(body))
    if any("attention" in type_ for type_ in types):
        return "encoder"
    if _inverts(convolutions):
        return "inverted_residual" if _adds(body) else "inverted_bottleneck"
    if composites:
        return _role_of_composites(body)
    if len(convolutions) == 2 and convolutions[0][1] and convolutions[1][0] == 1:  # noqa: PLR2004 - a pair
        return "depthwise_separable"
    return _plain(body, types)


def _plain(body: Run, types: Sequence[str]) -> str:
    if len(body) == 1 and body[0].kind == "repeat" and body[0].slots == (2,):
        layers = [term for term in terms_of(body) if term.kind == "layer"]
        first = next((term for term in layers if term.head.weighs), layers[0])
        return f"double_{first.head.type}"
    return "_".join(types) if len(types) <= _MOST_TYPES else "unit"


def _role_of_composites(body: Run) -> str:
    residual = next((term for term in body if term.kind == "residual"), None)
    if residual is not None:
        return _role_of_residual(residual)
    return "inception" if len(body) == 1 else "branches"


def _role_of_residual(term: Term) -> str:
    merge = term.parts[2][0].head.type
    if merge != "add":
        return {"concat": "dense_layer", "multiply": "gate"}.get(merge, "residual_block")
    kernels = tuple(kernel for kernel, _ in _convolutions(term.parts[0]))
    known = {(1, 3, 1): "bottleneck", (3, 3): "basic_block"}
    return known.get(kernels, "residual_block")


def _adds(body: Run) -> bool:
    """Whether a residual whose results are added is around it all."""
    return any(term.kind == "residual" and term.parts[2][0].head.type == "add" for term in body)


def _inverts(convolutions: list[tuple[Any, bool]]) -> bool:
    """Whether a depthwise convolution stands between two pointwise ones."""
    pointwise = [place for place, (kernel, _) in enumerate(convolutions) if kernel == 1]
    return any(
        depthwise and pointwise and pointwise[0] < place < pointwise[-1]
        for place, (_, depthwise) in enumerate(convolutions)
    )


def _convolutions(body: Run) -> Iterator[tuple[Any, bool]]:
    """The kernel of each convolution, and whether it is depthwise."""
    for term in terms_of(body):
        if term.kind != "layer" or term.head.type not in {"conv", "depthwise_conv"}:
            continue
        slots = dict(zip(term.head.names, term.slots, strict=True))
        groups = slots.get("groups", 1)
        depthwise = term.head.type == "depthwise_conv" or (
            groups != 1 and groups == slots.get("filters")
        )
        yield slots.get("kernel"), depthwise


def _types(body: Run) -> Iterator[str]:
    return (term.head.type for term in terms_of(body) if term.kind == "layer")
