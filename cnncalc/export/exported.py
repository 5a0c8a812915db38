"""What an export gives: a file, and what could not be said in it."""

from __future__ import annotations

from cnncalc.named_tuple import NamedTuple


class Stub(NamedTuple):
    """A layer that the framework has not.

    Attributes:
        name: of the layer.
        why: what the framework lacks, or does in another way.
    """

    name: str
    why: str


class Exported(NamedTuple):
    """A file, and what could not be said in it.

    Attributes:
        text: the file.
        stubs: the layers that the framework has not.
        unused: layers with weights that are left out, since no output needs them.
        unrolled: how many loops are written out, since `forward` cannot go round them.
        flat: whether the whole net is written layer by layer.
    """

    text: str
    stubs: tuple[Stub, ...] = ()
    unused: tuple[str, ...] = ()
    unrolled: int = 0
    flat: bool = False
