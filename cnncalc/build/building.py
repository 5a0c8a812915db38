"""An entry's type and arguments to a layer; what was written without variables is built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.arguments import argument_place, arguments_of, fingerprint
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Mapping, Scalar, Tree
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.build.scope import Evaluator
    from cnncalc.language.document import Document
    from cnncalc.language.entries import Entry
    from cnncalc.layers.base.layer import Layer, Name
    from cnncalc.layers.base.tensors import Dialect

_TYPE_ALONE = 2  # the parts of a mapping that holds a type and nothing beside it: key, value


class LayerBuilder:
    """Builds layers by the rules of the framework that the spec's layout speaks for."""

    def __init__(self, document: Document) -> None:
        self.blocks: Iterable[str] = document.blocks
        self.framework: Dialect = "keras" if document.layout == "channels_last" else "torch"
        self._ready: dict[object, Layer] = {}  # by what was written
        self._by_values: dict[object, Layer] = {}  # by what the variables in it came to

    def ready(self, tree: Tree) -> Layer | None:
        """The layer that was built of the same text before, if that holds no variable."""
        if type(tree) is Scalar:
            return self._ready.get(tree.text)
        if type(tree) is Mapping and len(tree.parts) == _TYPE_ALONE:
            written = fingerprint(tree.parts[1])
            if written is not None:
                return self._ready.get((tree.parts[0].text, written))
        return None

    def build(self, entry: Entry, evaluator: Evaluator) -> tuple[Layer, dict[str, float] | None]:
        """The layer, and the regulariser if one stands among the arguments.

        Raises:
            SpecProblem: the type is unknown, or an argument is not as it must be.
        """
        key = _key(entry)
        if key is not None and key in self._ready:
            return self._ready[key], None
        name = registry.find(entry.type)
        if name is None:
            raise self._unknown_type(entry)
        values, regularizer = arguments_of(name, entry.argument, evaluator)
        try:
            layer = self._made(name, values)
        except LayerError as error:
            raise _refused(name, entry, error) from None
        if key is not None and regularizer is None:
            self._ready[key] = layer
        return layer, regularizer

    def _made(self, name: Name, values: dict[str, Any]) -> Layer:
        """The layer with these arguments: the same one where they were the same before."""
        key = (name.text, *((key, type(value), value) for key, value in values.items()))
        try:
            layer = self._by_values.get(key)
        except TypeError:  # a list among them
            return name.make(values, self.framework)
        if layer is None:
            layer = self._by_values[key] = name.make(values, self.framework)
        return layer

    def _unknown_type(self, entry: Entry) -> SpecProblem:
        close = nearest(entry.type, [*self.blocks, *registry.names(), *COMPOSITES])
        key = "an entry needs a layer type" if entry.type in ENTRY_KEYS else ""
        return SpecProblem(
            codes.UNKNOWN_TYPE, f"unknown layer type `{entry.type}`", entry.type_tree,
            label=f"did you mean `{close}`?" if close else key,
            help=("`cnncalc layers` lists all types",
                  "`custom: {shape: ..., params: ...}` stands in for a missing one"),
        )  # fmt: skip


def _refused(name: Name, entry: Entry, error: LayerError) -> SpecProblem:
    place = argument_place(name, entry, error)
    label, help_ = error.label, error.help
    if error.code == codes.UNKNOWN_ARGUMENT and error.argument in ENTRY_KEYS:
        label = f"`{error.argument}` stands beside the type, not among its arguments"
        help_ = (f"`- {{{entry.type}: {{...}}, {error.argument}: ...}}`",)
    problem = SpecProblem(error.code, error.message, place, label=label, help=help_)
    problem.others = tuple(_refused(name, entry, other) for other in error.others)
    return problem


def _key(entry: Entry) -> Any:  # noqa: ANN401 - hashable
    """Under what `ready` finds a layer again; None if its arguments have variables."""
    if isinstance(entry.tree, Scalar):
        return entry.type
    if entry.argument is None:
        return None
    written = fingerprint(entry.argument)
    return (entry.type, written) if written is not None else None
