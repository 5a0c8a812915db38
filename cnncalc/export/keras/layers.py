"""One layer as Keras has it: the layers and functions that are called one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic import Window
from cnncalc.export.keras.called import named
from cnncalc.export.layer import Writer
from cnncalc.export.places import Unsaid
from cnncalc.export.python import Bracket, expression, flat, literal, literal_key
from cnncalc.export.symbols import constant, is_constant, names_in
from cnncalc.layers.base.code import (
    Applied,
    Call,
    Dim,
    Given,
    Joined,
    Missing,
    Name,
    Option,
    Padded,
    Several,
)
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic import TransposedWindow
    from cnncalc.export.python import Code
    from cnncalc.export.symbols import Symbol
    from cnncalc.layers.base.code import CodeValue, Step, Steps
    from cnncalc.net.node import Node


_OF_WEIGHTS = ("_initializer", "_regularizer", "_constraint")


class Part(NamedTuple):
    """A constructor or a function, which has yet to be given what arrives.

    Attributes:
        made: the constructor with its arguments; or the function's name and the further ones.
        keeps: whether it is what has the layer's weights.
        step: what the layer says of it.
    """

    made: Bracket
    keeps: bool
    step: Call | Applied

    def called(self, sources: Sequence[str], name: str = "") -> Code:
        """Its call with what arrives; `name`: what the layer is called, if anything."""
        made = named(self.made, name)
        if isinstance(self.step, Applied):
            return made._replace(items=(*sources, *made.items))
        return made._replace(tail=f")({self.given(sources)})")

    def given(self, sources: Sequence[str]) -> str:
        """What arrives, as the call of a layer takes it."""
        assert isinstance(self.step, Call)  # noqa: S101 - functions have no weights
        texts = list(sources)
        if len(texts) == 1:
            texts *= self.step.times
        elif self.step.order:
            texts = [texts[at] for at in self.step.order]
        return f"[{', '.join(texts)}]" if self.step.listed else ", ".join(texts)


class LayerWriter(Writer):
    """Writes one layer for all the places where its entry is placed.

    Attributes:
        codes: what it is in Keras in each place, once `steps` has been asked for.
    """

    codes: Sequence[Steps] = ()

    def dim(self, axis: int) -> int:
        tensor = self.tensors[0]
        if tensor.moved and len(tensor.sizes) > 1:
            return axis or -1
        return -1 if axis == len(tensor.sizes) - 1 else axis + 1

    def value(self, value: CodeValue) -> Symbol:
        if isinstance(value, Several) and value.items and not value.in_order and all(
            isinstance(one, Dim) for one in value.items
        ):  # fmt: skip
            axes = [self.dim(one.axis) for one in value.items if isinstance(one, Dim)]
            return constant(tuple(sorted(axes, key=lambda axis: (axis < 0, axis))))
        return super().value(value)

    def steps(self) -> Steps:
        """What it is in Keras, in every place; raises `Unsaid` if it differs."""
        self.codes = found = [_code_of(node) for node in self.distinct]
        first = found[0]
        if not isinstance(first, tuple):
            if any(type(other) is not type(first) for other in found):
                raise Unsaid("a layer that differs from place to place")
            return first
        for other in found:
            if not isinstance(other, tuple) or len(other) != len(first):
                raise Unsaid("a layer that differs from place to place")
        agreed = tuple(_agreed(column) for column in zip(*found, strict=True))
        own = any(
            isinstance(one, Call) and not _innermost(one).name.startswith("layers.")
            for one in agreed
        )
        if own and any(node.weights for node in self.nodes) and self._of_weights():
            return Missing("a class of the file's own takes no initializers and regularizers")
        return agreed

    def parts(self, steps: Sequence[Step], closed: Callable[[Symbol], bool]) -> list[Part]:
        """The constructors and functions, one after another.

        Args:
            steps: what the layer is.
            closed: whether an expression has no other values than those that are known.
        """
        found: list[Part] = []
        for one in steps:
            if isinstance(one, Padded):
                found += self._padded(one, closed)
            else:
                found.append(self._part(one))
        return found

    def _part(self, step: Call | Applied) -> Part:
        keeps = isinstance(step, Call) and any(node.weights for node in self.nodes)
        if isinstance(step, Call) and keeps:
            step = _with_options(step, self._of_weights())
        items = self.arguments(step)
        if keeps and not all(node.traits.trainable for node in self.nodes):
            items.append("trainable=False")
        return Part(Bracket(f"{step.name}(", tuple(items)), keeps, step)

    def _of_weights(self) -> tuple[Option, ...]:
        """How weights begin and what they cost, for the layer that has them."""
        stated = {name: flat(literal(value)) for name, value in self._stated().items()}
        found = {**stated, **self._penalties()}
        return tuple(Option(name, Name(text)) for name, text in found.items())

    def _stated(self) -> dict[str, object]:
        """What the spec says of how weights begin, and of their penalties, in Keras's words."""
        found = [layer.inert_settings() for layer in self.layers]
        if any(one != found[0] for one in found):
            raise Unsaid("settings of weights that differ from place to place")
        return {name: value for name, value in found[0].items() if name.endswith(_OF_WEIGHTS)}

    def _penalties(self) -> dict[str, str]:
        """The regularizer beside an entry, for the kernels that it is of."""
        found = [node.traits.regularizer for node in self.nodes]
        if any(one != found[0] for one in found):
            raise Unsaid("regularizers that differ from place to place")
        if not found[0]:
            return {}
        numbers = ", ".join(f"{kind}={literal_key(factor)}" for kind, factor in found[0].items())
        made = f"keras.regularizers.{'L1L2' if len(found[0]) > 1 else numbers[:2].upper()}"
        kernels = [weight.name for weight in self.nodes[0].weights if weight.role == "kernel"]
        known = [name for name in self.layer.inert if name.endswith("_regularizer")]
        names = [
            name for name in known
            if any(name.removesuffix("_regularizer") in kernel for kernel in kernels)
        ] or [name for name in known if not name.startswith(("bias", "activity"))][:1]  # fmt: skip
        return {name: f"{made}({numbers})" for name in names if kernels}

    def _padded(self, one: Padded, closed: Callable[[Symbol], bool]) -> list[Part]:
        """A window, with `same` where that is known to be its padding."""
        padding = self.value(one.padding)
        bare = not any(
            window.before or window.after or _reaches_over(window)
            for node in self.distinct
            for window in node.layer.windows(node.facts.inputs)
        )
        if bare and is_constant(padding):
            return [self._part(one.call)]
        fields = [Given(one) for one in ("kernel", "stride", "dilation")
                  if one in self.layer.arguments]  # fmt: skip
        symbols = [padding, *map(self.given, fields)]
        if one.same and all(map(closed, symbols)):
            same = Option("padding", "same")
            first, *others = one.call.options
            return [self._part(one.call._replace(options=(first, same, *others)))]
        if one.fill == "nothing":
            raise Unsaid("a padding that is no argument")
        if any(".shape[" in each and "[-1]" not in each for s in symbols for each in names_in(s)):
            raise Unsaid("a size before the padding")
        return [self._padding(one, expression(self.noted(padding))), self._part(one.call)]

    def _padding(self, one: Padded, padding: Code) -> Part:
        """What pads before a window."""
        rank = len(self.tensors[0].sizes) - 1
        if one.fill == "ceiling":
            items = padding.items if isinstance(padding, Bracket) else (padding,)
            return _function("padded_to_windows", items)
        zeros = one.fill == "zeros" or (one.fill == "lowest" and all(
            all(map(place.trace.none_below, node.inputs))
            for place, node in zip(self.places, self.nodes, strict=True)
        ))  # fmt: skip
        if zeros:
            layer = Call(f"layers.ZeroPadding{rank}D")
            return Part(Bracket(f"{layer.name}(", (padding,)), keeps=False, step=layer)
        how = 'mode="reflect"' if one.fill == "reflect" else 'value=float("-inf")'
        if rank == 1 and isinstance(padding, Bracket):  # a pair, and not two axes
            padding = Bracket("[", (padding,), "]", literal=True)
        if one.fill in {"replicate", "circular"}:
            circular = ("circular=True",) if one.fill == "circular" else ()
            return _function("padded_by_elements", (padding, *circular))
        return _function("padded", (padding, how))

    def option(self, option: Option) -> Code | None:
        if option.name == "shared_axes" and isinstance(option.value, Several):
            rank = len(self.tensors[0].sizes)  # counted from the end Keras takes another axis
            axes = [self.dim(one.axis) % (rank + 1) for one in option.value.items
                    if isinstance(one, Dim)]  # fmt: skip
            return f"shared_axes={sorted(axes)}"
        if isinstance(option.default, Given):
            if self.value(option.value) == self.value(option.default):
                return None
            return super().option(option._replace(default=...))
        return super().option(option)


def _function(name: str, items: tuple[Code, ...]) -> Part:
    """One of the file's own functions."""
    return Part(Bracket(f"{name}(", items), keeps=False, step=Applied(name))


def _innermost(call: Call) -> Call:
    """The layer in wrappers that have no weights of their own."""
    inner = call.args[0] if call.args else None
    return _innermost(inner) if isinstance(inner, Call) else call


def _with_options(call: Call, options: tuple[Option, ...]) -> Call:
    """Wrappers whose innermost layer has these options as well."""
    inner = call.args[0] if call.args else None
    if isinstance(inner, Call):
        return call._replace(args=(_with_options(inner, options), *call.args[1:]))
    return call._replace(options=(*call.options, *options))


def _code_of(node: Node) -> Steps:
    return node.layer.keras_code(node.facts.inputs)


def _reaches_over(window: Window | TransposedWindow) -> bool:
    """Whether the last window of `ceil_mode` begins inside and ends outside."""
    if not isinstance(window, Window) or not window.ceil_mode:
        return False
    return bool((window.padded - window.extent) % window.stride)


def _agreed(column: Sequence[Step]) -> Step:
    """One step for all places; raises `Unsaid` if it differs."""
    first = column[0]
    if isinstance(first, Padded):
        same = all(isinstance(one, Padded) and one.same for one in column)
        alike = [one._replace(same=same) if isinstance(one, Padded) else one for one in column]
        if same:
            alike = [
                one._replace(padding=first.padding) for one in alike if isinstance(one, Padded)
            ]
        column, first = alike, alike[0]
    if any(one != first for one in column):
        raise Unsaid("a layer that differs from place to place")
    return first


def joined(code: Joined, writer: LayerWriter, texts: Sequence[str]) -> Bracket:
    """Inputs in a list, which one function joins."""
    options = [writer.option(option) for option in code.options]
    inputs = Bracket("[", tuple(texts), "]", literal=True)
    return Bracket(f"{code.function}(", (inputs, *(one for one in options if one is not None)))
