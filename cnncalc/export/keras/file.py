"""What the functions of a file share."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from cnncalc.export.file import SpecFile
from cnncalc.export.keras.blocks import function_of_block
from cnncalc.export.keras.helpers import HELPERS, text_of_helper
from cnncalc.export.keras.reserved import RESERVED
from cnncalc.export.python import fresh, identifier
from cnncalc.export.taken import within
from cnncalc.export.unused import unused_weights, used_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.exported import Exported
    from cnncalc.export.keras.blocks import FunctionCode
    from cnncalc.export.keras.layers import LayerWriter
    from cnncalc.export.places import Tensor
    from cnncalc.export.trace import Trace
    from cnncalc.language.syntax import Spec
    from cnncalc.net.network import Network


#: A name that is called, or that a class is made of.
_CALLED = re.compile(r"(?<![\w.])(\w+)(?:\(|\):)")


class File(SpecFile):
    """What the functions of a file share, and what they ask of it.

    Attributes:
        functions: those of the blocks.
        called: the name of each block's function.
        holders: layers and blocks whose weights another has, with their traces.
        layer_names: those that layers have.
        inputs: the variables of the net's inputs.
        arriving: their shapes in the code, by their names in the spec.
        given: the shapes of the outputs in the code.
    """

    reserved = RESERVED

    def __init__(self, spec: Spec, traces: Sequence[Trace], frozen: set[str]) -> None:
        super().__init__(spec, traces, frozen)
        self.functions: dict[str, FunctionCode] = {}
        self.called: dict[str, str] = {}
        for one in spec.blocks:
            self.called[one] = _function_name(one, self.spec_names, set(self.called.values()))
        self.holders: set[tuple[int, str]] = set()
        self.layer_names = set(self.input_names)
        self.inputs: list[str] = []
        self.arriving: dict[str, tuple[int, ...]] = {}
        self.given: list[tuple[int, ...]] = []
        for trace in traces:
            self._follow(trace)

    def _follow(self, trace: Trace) -> None:
        for done, _ in within(trace.root, ()):
            if done.entry.beside.share is not None:
                shared = done.node.traits.shared_with if done.node else self.twin_of(done)
                self.holders.add((id(trace), shared))

    @cached_property
    def used(self) -> Network:
        """What the model has of the net: the layers between its inputs and its outputs."""
        return used_part(self.network)

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """The layers with weights of their own that it has not."""
        return tuple(unused_weights(self.network))

    @cached_property
    def input_names(self) -> list[str]:
        """What the model calls its inputs, where it has several."""
        found: list[str] = []
        for one in self.network.inputs:
            found.append(fresh(identifier(one), found))
        return found

    def exported(self, text: str, *, flat: bool = False) -> Exported:
        """What an export gives; what no output needs is no stub, and is not there either."""
        made = super().exported(text, flat=flat)._replace(unused=self.unused)
        return made if "not_written" in self.modules else made._replace(stubs=())

    def note_helpers(self, text: str) -> None:
        """Layers and functions that the file must have."""
        for one in _CALLED.findall(text):
            if one in HELPERS and one not in self.modules:
                self.modules.append(one)
                self.note_helpers(text_of_helper(one))

    def note_flattened(self, writer: LayerWriter, tensor: Tensor) -> None:
        """Whether the order of flattened elements differs from the spec's."""
        shape = writer.nodes[0].facts.inputs.shapes[0]
        if writer.nodes[0].flattens and tensor.moved and max(shape[1:], default=1) > 1:
            self.flattened = True

    def function_of(self, block: str) -> FunctionCode:
        """The function of a block, written when it is first used."""
        found = self.functions.get(block)
        if found is None:
            found = self.functions[block] = function_of_block(self, self.spec.blocks[block])
            self.order.append(block)
        return found


def _function_name(block: str, names: set[str], functions: set[str]) -> str:
    found = identifier(block)
    taken = {*names, *RESERVED}
    if found in taken:
        found = f"{found.rstrip('_')}_block"
    return fresh(found, taken | functions)
