"""Results from outside a block that its entries take by name: further inputs of the block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.export.places import Unsaid
from cnncalc.export.trace import Done
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.export.trace import Run


def texts_from_outside(runs: Sequence[Run]) -> list[str]:
    """What `from` says in a block where it names a result from outside, in any use of the block."""
    found: dict[str, None] = {}
    for run in runs:
        made = {*run.inputs, *_made_in(run)}
        found |= {text: None for text, name in _taken_in(run) if name not in made}
    return list(found)


def names_from_outside(run: Run, texts: Sequence[str]) -> tuple[str, ...]:
    """The results that these texts name in one use of the block; raises `Unsaid`."""
    known: dict[str, str] = {}
    for text, name in _taken_in(run) if texts else ():
        if text in texts and known.setdefault(text, name) != name:
            raise Unsaid("a name for several results")
    if len(known) < len(texts):
        raise Unsaid("a result that only some uses take")
    return tuple(known[text] for text in texts)


def _inside(run: Run) -> Iterator[Done]:
    stack: list[Done | Run] = [run]
    while stack:
        part = stack.pop()
        if isinstance(part, Done):
            yield part
        stack += reversed(part.parts if isinstance(part, Done) else part.done)


def _made_in(run: Run) -> Iterator[str]:
    for done in _inside(run):
        if done.node is not None:
            yield done.node.name


def _taken_in(run: Run) -> Iterator[tuple[str, str]]:
    """What each `from` says, with the result that it names."""
    for done in _inside(run):
        written = done.entry.beside.inputs
        texts = [getattr(item, "text", "") for item in written.items] if written else []
        if len(texts) == len(done.named):
            yield from zip(texts, done.named, strict=True)


class Received(NamedTuple):
    """An input of a block.

    Attributes:
        names: the result that it is, in every use.
        text: what `from` says where it comes from outside; else empty.
    """

    names: tuple[str, ...]
    text: str = ""


def received_by(runs: Sequence[Run]) -> list[Received]:
    """The inputs of a block: those that its uses give it, and those it takes; raises `Unsaid`."""
    counts = {len(run.inputs) for run in runs}
    if len(counts) > 1:
        raise Unsaid("a changing number of inputs")
    given = [Received(tuple(run.inputs[at] for run in runs)) for at in range(counts.pop())]
    if runs[0].trace.sight.only_inside:
        return given
    texts = texts_from_outside(runs)
    columns = zip(*(names_from_outside(run, texts) for run in runs), strict=True)
    return [*given, *map(Received, columns, texts)]
