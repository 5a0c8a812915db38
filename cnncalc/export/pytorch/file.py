"""What the classes of a file share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.export.file import SpecFile
from cnncalc.export.pytorch.classes import RESERVED
from cnncalc.export.pytorch.definitions import class_of_block
from cnncalc.export.pytorch.modules import MODULES, text_of_module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.export.places import Tensor
    from cnncalc.export.pytorch.definitions import ClassCode
    from cnncalc.export.pytorch.layers import LayerWriter
    from cnncalc.export.trace import Trace
    from cnncalc.language.syntax import Spec


#: A name that is called, or that a class is made of.
_NAMED = re.compile(r"(?<![\w.])(\w+)(?=\(|\):)")


class File(SpecFile):
    """What the classes of a file share, and what they ask of it."""

    reserved = RESERVED

    def __init__(self, spec: Spec, traces: Sequence[Trace], frozen: set[str]) -> None:
        super().__init__(spec, traces, frozen)
        self.classes: dict[str, ClassCode] = {}

    def note_modules(self, text: str) -> None:
        """Modules that the file must have."""
        for one in _NAMED.findall(text):
            if one in MODULES and one not in self.modules:
                self.modules.append(one)
                self.note_modules(text_of_module(one))

    def note_flattened(self, writer: LayerWriter, tensor: Tensor) -> None:
        """Whether the order of flattened elements differs from the spec's."""
        shape = writer.nodes[0].facts.inputs.shapes[0]
        if writer.nodes[0].flattens and tensor.moved and max(shape[:-1], default=1) > 1:
            self.flattened = True

    def class_of(self, block: str) -> ClassCode:
        """The class of a block, written when it is first used."""
        found = self.classes.get(block)
        if found is None:
            found = self.classes[block] = class_of_block(self, self.spec.blocks[block])
            self.order.append(block)
        return found
