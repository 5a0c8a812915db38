"""An entry's type and arguments to a layer; what was written without variables is built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.build.arguments import argument_place, arguments_of
from cnncalc.build.dollar import meant_as_arithmetic
from cnncalc.build.frameworks import Used, used
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.entries import belongs_beside
from cnncalc.language.problems import SpecProblem
from cnncalc.language.regularizer import REGULARIZER_KEYS
from cnncalc.language.syntax import Map
from cnncalc.language.tree import Mapping
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.language.written import ByText, NotPlainError, key_of, plain_values
from cnncalc.layers import registry
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.wrapped import WrappedLayer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.build.scope import Evaluator
    from cnncalc.language import syntax
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.name import Name
    from cnncalc.layers.base.tensors import Dialect

    #: A type with the names of its arguments, and what both say about their framework.
    _Call = tuple[Name, Used | None]

#: What Keras takes among the arguments, and belongs beside the type.
BESIDE = frozenset({"name", "trainable", *REGULARIZER_KEYS})


class LayerBuilder:
    """Builds layers; names of both frameworks follow the rules of the given one."""

    def __init__(self, blocks: Iterable[str], framework: Dialect) -> None:
        self.blocks = blocks
        self.framework = framework
        #: What the names used so far say about their framework.
        self.used: set[Used] = set()
        self._by_text: ByText[Layer] = ByText()
        #: The layer that was built of the text with this key, if one was.
        self.known = self._by_text.get
        self._by_values: dict[object, Layer] = {}  # by what the variables in it came to
        self._calls: dict[tuple[str, tuple[str, ...], bool], _Call | None] = {}

    def ready(self, item: object) -> Layer | None:
        """The layer that was built of the same text before, if that holds no variable."""
        return self._by_text.get(key_of(item))

    def plain(self, item: object, key: object) -> Layer | None:
        """The layer of an entry that was not yet read; None where that must be done in full.

        A built-in type with words and numbers for arguments, and nothing beside it, is built
        without being read: most entries of a long flat spec are such.

        Args:
            item: the entry.
            key: that of its text; None where its arguments have variables.
        """
        if key is None or type(item) is not Mapping:
            return None
        head, argument = item.parts
        name = registry.find(head.text)
        if name is None or head.text in self.blocks:
            return None
        try:
            values = plain_values(argument, name.layer.main)
            call = self._call(name, tuple(values), named=type(argument) is Mapping)
            layer = self._made(call[0], values) if call is not None else None
        except (NotPlainError, LayerError):  # told where the entry is placed in full
            return None
        if call is not None and layer is not None:
            _, says = call
            if says is not None:
                self.used.add(says)
            self._by_text.keep(key, layer)
        return layer

    def _call(self, name: Name, keys: tuple[str, ...], *, named: bool) -> _Call | None:
        """A type as it is called with these arguments; None where more must be looked at."""
        called = name.text, keys, named
        if called in self._calls:
            return self._calls[called]
        lookup = name.layer.lookup
        plain = (
            keys
            and BESIDE.isdisjoint(keys)
            and all(
                key in lookup and key != "by" and not isinstance(lookup[key].kind, WrappedLayer)
                for key in keys
            )
        )
        call = None
        if plain:
            says = used(name, dict.fromkeys(keys, ""), keys if named else ())
            call = (name if says is not None else name._replace(dialect=self.framework)), says
        self._calls[called] = call
        return call

    def has(self, entry: syntax.Layer) -> bool:
        """Whether a layer was built of the same text before."""
        return self._by_text.get(entry.written) is not None

    def build(
        self, entry: syntax.Layer, evaluator: Evaluator
    ) -> tuple[Layer, dict[str, float] | None]:
        """The layer, and the regulariser if one is among the arguments.

        Raises:
            SpecProblem: the type is unknown, or an argument is not as it must be.
        """
        known = self._by_text.get(entry.written)
        if known is not None:
            return known, None
        name = registry.find(entry.type)
        if name is None:
            raise self._unknown_type(entry)
        values, regularizer = arguments_of(name, entry.arguments, evaluator)
        says = used(name, values, values if isinstance(entry.arguments, Map) else ())
        if says is not None:
            self.used.add(says)
        else:
            name = name._replace(dialect=self.framework)
        try:
            layer = self._made(name, values)
        except LayerError as error:
            raise _refused(name, entry, error, evaluator) from None
        if regularizer is None:
            self._by_text.keep(entry.written, layer)
        return layer, regularizer

    def _made(self, name: Name, values: dict[str, Any]) -> Layer:
        """The layer with these arguments: the same one where they were the same before."""
        key = (
            name.text,
            name.dialect,
            *((key, type(value), value) for key, value in values.items()),
        )
        try:
            layer = self._by_values.get(key)
        except TypeError:  # a list among them
            return name.make(values, self.framework)
        if layer is None:
            layer = self._by_values[key] = name.make(values, self.framework)
        return layer

    def _unknown_type(self, entry: syntax.Layer) -> SpecProblem:
        from cnncalc.build.python_call import advice_on_call, called_type  # noqa: PLC0415 - errors
        from cnncalc.language.foreign import INSTEAD  # noqa: PLC0415 - errors

        before, brace, argument = entry.type.partition("{")
        if brace:
            return SpecProblem(
                codes.UNKNOWN_TYPE, f"unknown layer type `{entry.type}`", entry.head,
                help=(f"a colon follows the type: `- {before.strip()}: {{{argument}: ...}}`",),
            )  # fmt: skip
        written = called_type(entry.type) or entry.type
        close = registry.ending_in(written) or [
            nearest(written, [*self.blocks, *registry.names(), *COMPOSITES])
        ]
        as_call, instead = advice_on_call(entry.type), INSTEAD.get(written.rpartition(".")[2])
        meant = " or ".join(f"`{name}`" for name in close if name)
        if as_call:
            meant, key = "", "a call, as in Python"
        elif instead:
            meant, key = "", "not a layer type"
        else:
            key = "an entry needs a layer type" if entry.type in ENTRY_KEYS else ""
        return SpecProblem(
            codes.UNKNOWN_TYPE, f"unknown layer type `{entry.type}`", entry.head,
            label=f"did you mean {meant}?" if meant else key,
            help=(as_call,) if as_call else (instead,) if instead else (
                  "`cnncalc layers` lists all types",
                  "`custom: {shape: ..., params: ...}` can replace a missing one"),
        )  # fmt: skip


def _refused(
    name: Name, entry: syntax.Layer, error: LayerError, evaluator: Evaluator
) -> SpecProblem:
    place = argument_place(name, entry, error)
    label, help_ = error.label, error.help
    if error.code == codes.UNKNOWN_ARGUMENT and error.argument in ENTRY_KEYS:
        label, shown = belongs_beside(entry.type, error.argument)
        help_ = (shown,)
    elif error.code == codes.UNKNOWN_ARGUMENT and ":" in error.argument:
        key, _, value = error.argument.partition(":")
        label = f"a blank follows the colon: `{key}: {value}`"
    elif error.code == codes.UNKNOWN_ARGUMENT:
        other = registry.reducing(entry.type, error.argument)
        help_ = (f"`{other}` takes it",) if other else help_
    if error.code == codes.BAD_VALUE:
        from cnncalc.build.named_inputs import advice_on_names  # noqa: PLC0415 - only on errors
        from cnncalc.build.python_call import advice_on_positions  # noqa: PLC0415 - only on errors

        meant = (
            advice_on_names(name, entry.arguments)
            or advice_on_positions(name, entry.arguments)
            or meant_as_arithmetic(place, evaluator.variables.names())
        )
        help_ = (meant,) if meant else help_
    problem = SpecProblem(error.code, error.message, place, label=label, help=help_)
    problem.others = tuple(_refused(name, entry, other, evaluator) for other in error.others)
    return problem
