"""What a spec may cost, so that none can hang or fill a machine."""

from __future__ import annotations

from cnncalc.named_tuple import NamedTuple


class Limits(NamedTuple):
    """The limits on one spec; those on size can be raised.

    Attributes:
        layers: layers after blocks and repeats are expanded.
        size: bytes of the file.
        depth: levels of nested lists and mappings, and of blocks in blocks.
        values: values that aliases stand for, in all.
        advised: errors that ways out are searched for; more are not shown as text.
    """

    layers: int = 100_000
    size: int = 32 * 1024 * 1024
    depth: int = 64
    values: int = 1_000_000
    advised: int = 20

    @property
    def written(self) -> int:
        """Keys, values and brackets of a file; a higher limit on the size raises this one."""
        return max(self.values, self.size // _BYTES_A_VALUE)

    @property
    def steps(self) -> int:
        """The work of unrolling, whether or not layers come of it.

        A plain entry is one step; what takes longer costs the `..._STEPS` below, too. A lower
        limit on the layers leaves this one as it is: a net of few layers may have many groups
        and conditions.
        """
        return _STEPS_PER_LAYER * max(self.layers, DEFAULT.layers)


MOST_ERRORS = 100  # that are told of one spec
_STEPS_PER_LAYER = 6
_BYTES_A_VALUE = 32
#: Steps, about as the time that each takes, of
ENTRY_STEPS = 3  # an entry with keys beside its type or with variables
READ_STEPS = 20  # the same, once: it is read in full
BLOCK_STEPS = 10  # a block, or a group with a name
LEVEL_STEPS = 6  # each block or group that one with a name is in
LOOKUP_STEPS = 2  # a name that an entry takes
REFERENCE_STEPS = 8  # a result that a layer takes beside two: every command goes over them
UNLIKE_STEPS = 56  # a layer unlike all before it: what it makes of its inputs
VARIABLE_STEPS = 16  # a variable of the spec
INPUT_STEPS = 60  # an input of the net beside another: every command follows it
TEXT_A_STEP = 50  # characters that are made
VALUES_A_STEP = 4  # of lists that are made, or compared
LONGEST_PATH = 500  # characters of the names around a layer, which each layer in there carries
MOST_NAMES = 10_000  # that one of a `from` may stand for
LONGEST_RANGE = 1_000_000  # numbers; each turn of a loop is a step, too
DEFAULT = Limits()
