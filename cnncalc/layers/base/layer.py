"""How a layer type is declared: its arguments, names, and the three questions it answers.

A layer is a subclass of [`Layer`][cnncalc.layers.base.Layer]. Its annotated
fields made with [`arg`][cnncalc.layers.base.arg] are its arguments; the class
keywords give its names; its docstring is its documentation. It answers what
leaves it (`output_shape`), what it holds (`weights`) and what it costs
(`macs`). It knows nothing of YAML, of places or of printing.

The class builds no code at definition (as `dataclasses` would, at about half a
millisecond a class): a command that needs five layer types must not pay for
a hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.argument import REQUIRED, Argument, arg
from cnncalc.layers.base.argument_errors import (
    argument_given_twice,
    bad_value,
    missing_arguments,
    unknown_argument,
)
from cnncalc.layers.base.argument_tables import PerClass, all_of, inert_of, lookup_of
from cnncalc.layers.base.axes import axis_arguments_of, given_axes
from cnncalc.layers.base.code import Call, Given, Missing, Option, dims_in
from cnncalc.layers.base.errors import BadValueError, LayerError
from cnncalc.layers.base.form import form_of
from cnncalc.layers.base.formulas import kept
from cnncalc.layers.base.inert import EVERY_LAYER
from cnncalc.layers.base.layout import channel_axis, names_of_axes, parted, shaped
from cnncalc.layers.base.name import Name, declared_names
from cnncalc.layers.base.reach import Reach, same_axes, slid
from cnncalc.layers.base.tensors import plural, show_shape
from cnncalc.layers.base.usage import VIEW, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from typing_extensions import Self, dataclass_transform

    from cnncalc.arithmetic import TransposedWindow, Window
    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Size, Value
    from cnncalc.layers.base.reach import Reshaped
    from cnncalc.layers.base.tensors import (
        Dialect,
        Inputs,
        Layout,
        Order,
        Shape,
        Share,
        View,
        Weight,
    )
    from cnncalc.layers.base.usage import Run
else:

    def dataclass_transform(**_: object) -> Any:  # noqa: ANN401 - a decorator
        """What type checkers read; at run time the class stays as it is."""
        return lambda cls: cls


_MOST_REFUSED = 100  # arguments of one layer


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(arg,))
class Layer:
    """The base of all layer types.

    Class keywords:
        type: the canonical name, as summaries print it.
        torch: the names in torch.nn, separated by spaces.
        keras: the names in keras.layers, separated by spaces.
        also: further short names of our own.
        presets: for names that also set arguments: `{"ReflectionPad2d": {"mode": "reflect"}}`.

    Attributes:
        dialect: whose rules the layer follows: of the name it was called by.
        rank: the spatial axes that the name fixes (2 for `Conv2d`), or None.
        called: the name it was called by.
        counted: whether `macs` is all of its arithmetic. Textbook MACs are those of
            convolutions, dense layers, attention, recurrences and matrix products; a
            layer that computes anything else says `counted = False`, and whoever prints
            a sum of MACs names it beside the sum.

    What a layer is, for those who look at nets: `linear`, `elementwise`, a `view`
    (`identity`: the input itself; `reshape`: its elements, in order, in another shape;
    `strided`: some of them or in another order).
    """

    type: ClassVar[str] = ""
    #: What it is among the layers: the name of the file that declares it, `convolution`.
    family: ClassVar[str] = ""
    names: ClassVar[tuple[Name, ...]] = ()
    arguments: ClassVar[dict[str, Argument]] = {}
    also_takes: ClassVar[tuple[Argument, ...]] = ()
    own_inert: ClassVar[tuple[Argument, ...]] = EVERY_LAYER
    #: The arguments that change no figure; those of `also_takes` and of the base classes too.
    inert: ClassVar[Mapping[str, Argument]] = PerClass(inert_of)  # type: ignore[assignment]
    #: Both kinds of arguments.
    all_arguments: ClassVar[Mapping[str, Argument]] = PerClass(all_of)  # type: ignore[assignment]
    #: Both kinds of arguments by all their names.
    lookup: ClassVar[Mapping[str, Argument]] = PerClass(lookup_of)  # type: ignore[assignment]
    #: The arguments that name axes.
    axis_arguments: ClassVar[Mapping[str, Argument]] = PerClass(axis_arguments_of)  # type: ignore[assignment]
    #: The numbers of inputs that it takes: least and most (None: any number).
    arity: ClassVar[tuple[int, int | None]] = (1, 1)
    #: The fewest axes of an input, the batch aside.
    least_axes: ClassVar[int] = 1
    #: The argument that `type: value` gives; the first that is declared, unless named.
    main: ClassVar[str] = ""
    #: Arguments of which PyTorch, too, takes no list of one for all axes.
    one_per_axis: ClassVar[tuple[str, ...]] = ()
    #: Whether the output is a linear (or affine) function of the inputs, dropout aside.
    linear: ClassVar[bool] = False
    #: Whether every output element comes from the input elements in the same place alone.
    elementwise: ClassVar[bool] = False
    #: Whether the output lies in the input's memory while the net is not trained.
    view: ClassVar[View] = ""
    #: Whether it is an activation function.
    activation_function: ClassVar[bool] = False
    #: Whether every output is a weighted sum of the whole last axis, with weights of its own.
    fully_connected: ClassVar[bool] = False
    #: Whether one value takes the place of several along the spatial axes.
    pools: ClassVar[bool] = False
    #: Whether what arrives are whole numbers that choose among its weights.
    takes_indices: ClassVar[bool] = False
    #: Whether the order of its inputs makes no difference.
    any_order: ClassVar[bool] = False
    #: Whether it puts elements around its input.
    pads: ClassVar[bool] = False
    #: Whether it takes the mean of each channel away, so that a bias before it has no effect.
    centers_channels: ClassVar[bool] = False
    #: Whether no output is below 0.
    never_negative: ClassVar[bool] = False
    #: Whether no output is below 0 where no input is; views and pooling need not say so.
    keeps_sign: ClassVar[bool] = False
    #: The share of a net's parameters that its own count in.
    counts_in: ClassVar[Share] = "other"
    #: Whether it tells channels from spatial axes: what it does depends on the layout.
    tells_channels: ClassVar[bool] = False
    #: Whether `macs` is all that the layer computes; else it is named beside the count.
    counted: bool = True
    #: One entry of a spec, for the documentation.
    example: ClassVar[str] = ""
    #: The formulas of output sizes, `params`, `buffers` and `macs`, by what they give.
    formulas: ClassVar[Mapping[str, str]] = {}
    #: What it computes, as equations: `y = max(x, 0)`.
    equations: ClassVar[Sequence[str]] = ()

    dialect: Dialect = "own"
    rank: int | None = None
    called: str = ""

    def __init_subclass__(
        cls,
        *,
        type: str = "",  # noqa: A002 - the word of the spec language
        torch: str = "",
        keras: str = "",
        also: str = "",
        presets: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        super().__init_subclass__()
        own = {
            name: value._replace(name=name)
            for name, value in cls.__dict__.items()
            if isinstance(value, Argument)
        }
        for name, spec in own.items():
            if spec.inert:
                setattr(cls, name, spec.default)
        cls.own_inert = tuple(spec for spec in own.values() if spec.inert)
        figures = {name: spec for name, spec in own.items() if not spec.inert}
        cls.arguments = {**figures, **cls.arguments} if figures else cls.arguments
        cls.main = cls.__dict__.get("main") or next(iter(cls.arguments), "")
        cls.type = type
        cls.family = cls.__module__.rpartition(".")[2]
        cls.names = tuple(declared_names(cls, torch, keras, also, presets or {}))

    def __init__(self, **arguments: Any) -> None:  # noqa: ANN401 - each of its kind
        self._configure(self.names[0], arguments, "torch")

    def _configure(self, name: Name, given: Mapping[str, object], framework: Dialect) -> None:
        form = None if name.presets else form_of(type(self), name.dialect, tuple(given), framework)
        values = form.values(given) if form is not None else None
        if form is not None and values is not None:
            self.__dict__.update(form.settled, called=name.text, rank=name.rank)
            self.__dict__.update(values)
            self.validate()
            return
        parsed = self._parsed(given)
        for key, value in name.presets.items():
            parsed.setdefault(key, self._parse(self.lookup[key], key, value))
        dialect = name.dialect or self.hinted(given) or framework
        missing = [
            spec
            for spec in self.arguments.values()
            if spec.name not in parsed and spec.default is REQUIRED
        ]
        if missing:
            raise missing_arguments(name.text, given, missing, dialect)
        for spec in self.arguments.values():
            parsed.setdefault(spec.name, spec.default)
        self.__dict__.update(called=name.text, rank=name.rank, dialect=dialect)
        self.__dict__.update(parsed)
        self.validate()

    @classmethod
    def _parsed(cls, given: Mapping[str, object]) -> dict[str, object]:
        """The given arguments by the names of their fields; raises `LayerError` for all at once."""
        parsed: dict[str, object] = {}
        refused: list[LayerError] = []
        for key, value in given.items():
            spec = cls.lookup.get(key)
            try:
                if spec is None:
                    raise unknown_argument(cls, key)
                if spec.name in parsed:
                    raise argument_given_twice(key, spec)
                parsed[spec.name] = None
                parsed[spec.name] = cls._parse(spec, key, value)
            except LayerError as error:
                refused.append(error)
                if len(refused) > _MOST_REFUSED:
                    break
        if refused:
            refused[0].others = tuple(refused[1:])
            raise refused[0]
        return parsed

    @classmethod
    def hinted(cls, given: Iterable[str]) -> Dialect | None:
        """The framework whose spelling of an argument was used first, if one was."""
        specs = ((cls.lookup.get(key), key) for key in given)
        hints = (spec.hints(key) for spec, key in specs if spec)
        return next((hint for hint in hints if hint is not None), None)

    @classmethod
    def _parse(cls, spec: Argument, key: str, value: object) -> object:
        if value is spec.default or (spec.declared and value is None):
            return value
        try:
            return spec.kind.parse(value)
        except BadValueError as error:
            raise bad_value(cls.type, key, spec, value, error) from None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """The default of an inert argument that is not given."""
            spec = type(self).inert.get(name)
            if spec is None:
                raise AttributeError(f"`{type(self).__name__}` has no attribute `{name}`")
            return spec.default

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"layers are frozen: cannot set {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return id(type(self))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({values})"

    def inert_settings(self) -> dict[str, object]:
        """The given arguments that change no figure, and those that the name presets."""
        return {name: value for name, value in self.__dict__.items() if name in self.inert}

    def settings(self) -> dict[str, object]:
        """The arguments that differ from their defaults, by field name; not the inert ones."""
        return {
            name: value
            for name, spec in self.arguments.items()
            if (value := getattr(self, name)) != spec.default
        }

    def replace(self, **changes: object) -> Self:
        """The same layer with other values of some arguments; raises `LayerError`."""
        twin = type(self).__new__(type(self))
        name = Name(self.called, type(self), self.dialect, self.rank, {})
        given = {**self.settings(), **self.inert_settings(), **changes}
        twin._configure(name, given, self.dialect)  # noqa: SLF001 - of its own class
        return twin

    def validate(self) -> None:
        """Check arguments against each other, before any shape is known."""

    def declared(self, inputs: Inputs) -> dict[str, int]:  # noqa: ARG002 - for overriding
        """What the arguments that are declared must be, given the inputs."""
        return {}

    def output_shape(self, inputs: Inputs) -> Shape:
        """The shape of the output, without the batch dimension; raises `LayerError`."""
        return inputs.shapes[0]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:  # noqa: ARG002 - for overriding
        """The tensors that the layer keeps, learned and buffers."""
        return ()

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - for overriding
        """Multiply-accumulates for one sample."""
        return 0

    def windows(self, inputs: Inputs) -> Sequence[Window | TransposedWindow]:  # noqa: ARG002 - known without
        """How the layer slides over each spatial axis; empty where nothing slides."""
        return ()

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:
        """What the output reads along each axis of each input.

        Where a layer does not say otherwise: windows slide over the spatial axes, and an
        axis that keeps its size is read element by element.
        """
        windows = self.windows(inputs)
        found = [list(same_axes(shape, output)) for shape in inputs.shapes]
        if windows:
            first = channel_axis(self.layout_of(inputs), len(output)) == 0
            for axis, window in enumerate(windows, start=int(first)):
                found[0][axis] = slid(axis, window)
        return found

    def origins(self, inputs: Inputs, output: Shape) -> Sequence[tuple[int, int, int]]:
        """The axes that the output has from an input: the output's axis, the input, its axis."""
        return [
            (reach.axis, at, axis)
            for at, reaches in enumerate(self.reach(inputs, output))
            for axis, reach in enumerate(reaches)
            if reach.axis is not None and reach == Reach(reach.axis)
        ]

    def reshaped(self, rank: int) -> Reshaped | None:  # noqa: ARG002 - for overriding
        """The axes of an input of this rank to which an argument gives other sizes."""
        return None

    def axes(self, inputs: Inputs) -> Mapping[str, Sequence[int]]:
        """The axes that arguments name, given or by default, as indices in the input's shape.

        An argument that only says the same in another way, or the axes of the whole
        input, names none.
        """
        return given_axes(self, len(inputs.shapes[0]))

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        """How the size of each output axis comes about; the formulas are in `formulas`."""
        return kept(inputs.shapes[0], names_of_axes(len(inputs.shapes[0]), self.layout_of(inputs)))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:  # noqa: ARG002 - for overriding
        """The values of names in `formulas` that are not arguments."""
        return {}

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - for overriding
        """Those of `equations` that these arguments bring about."""
        return self.equations

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:  # noqa: ARG002 - known without
        """What a run needs beside inputs and output.

        Unless told otherwise, a view shares its input's storage and all others save their inputs.
        """
        return VIEW if self.view else Usage(saves=tuple(range(len(inputs.shapes))))

    def layout_of(self, inputs: Inputs) -> Layout:
        """Where the channels are: the layer's own `data_format`, or the spec's layout."""
        own: Layout | None = getattr(self, "data_format", None)
        return own or inputs.layout

    def split(self, inputs: Inputs) -> tuple[int, Shape]:
        """The only input as (channels, spatial sizes); raises `LayerError` on its rank."""
        shape = inputs.shapes[0]
        rank = len(shape) - 1
        if self.rank is None:
            if not 1 <= rank <= 3:  # noqa: PLR2004 - 1D, 2D and 3D
                raise self.wrong_rank(shape, "channels and one to three spatial axes")
        elif rank != self.rank:
            raise self.wrong_rank(shape, f"channels and {plural(self.rank, 'spatial axis')}")
        return parted(shape, self.layout_of(inputs))

    def join(self, inputs: Inputs, channels: int, sizes: Sequence[int]) -> Shape:
        """The shape of these channels and spatial sizes in the layer's layout."""
        return shaped(channels, sizes, self.layout_of(inputs))

    def wrong_rank(self, shape: Shape, wanted: str) -> LayerError:
        """The error for an input with the wrong number of axes."""
        return LayerError(
            codes.RANK,
            f"`{self.called or self.type}` takes {wanted}, "
            f"but {show_shape(shape)} has {plural(len(shape), 'axis')}",
            help=("place it before a `flatten`, or after a `reshape`",) if len(shape) == 1 else (),
        )

    def spread(self, value: Any, rank: int, argument: str) -> tuple[Any, ...]:  # noqa: ANN401 - any plain value
        """A value of kind `PerAxis` as one value per axis; raises `LayerError`."""
        if not isinstance(value, tuple):
            return (value,) * rank
        strict = self.dialect == "keras" or (
            self.dialect == "torch" and argument in self.one_per_axis
        )
        if len(value) == 1 and not strict:
            return value * rank
        if len(value) != rank:
            raise LayerError(
                codes.BAD_VALUE,
                f"`{argument}` has {plural(len(value), 'value')}, "
                f"but the input has {plural(rank, 'spatial axis')}",
                argument=argument,
            )
        return value

    def torch_order(self, inputs: Inputs, *, names_axes: bool) -> Order:  # noqa: ARG002 - of some
        """The order of the axes that `torch_code` needs: any, where it names its axes."""
        if names_axes:
            return "any"
        if self.tells_channels:
            return "channels_first"
        return "any" if self.elementwise else "written"

    def keras_order(self, inputs: Inputs, code: Steps) -> Order:
        """The order of the axes that `keras_code` needs: any, where its first step names them."""
        named = dims_in(code[:1] if isinstance(code, tuple) else code)
        if named or (len(inputs.shapes[0]) == 1 and len(inputs.shapes) == 1):
            return "any"
        if self.tells_channels:
            return "channels_last"
        return "any" if self.elementwise and not self.weights(inputs) else "written"

    def torch_code(self, inputs: Inputs) -> Code:
        """What it is in PyTorch, or why nothing there does the same.

        Where an elementwise layer without weights does not say otherwise: the module of its
        name, with its arguments. Any other says what it is, or has no counterpart.
        """
        names = [
            name.text for name in self.names if name.dialect == "torch" or name.text == "Softmax"
        ]
        names += [name.text for name in self.names if name.dialect is None]
        spatial = len(inputs.shapes[0]) - 1
        fitting = [name for name in names if name == self.called or f"{spatial}d" in name]
        fitting += [name for name in names if not any(f"{rank}d" in name for rank in "123")]
        plain = self.elementwise and not self.weights(inputs)
        if not fitting or not plain or len(inputs.shapes) > 1:
            return Missing("PyTorch has no such layer")
        return (Call(f"nn.{fitting[0]}", *self.torch_arguments()),)

    def keras_code(self, inputs: Inputs) -> Steps:  # noqa: ARG002 - for overriding
        """What it is in Keras, or why nothing there does the same."""
        return Missing("Keras has no such layer")

    def torch_arguments(self) -> tuple[tuple[Given, ...], tuple[Option, ...]]:
        """The main argument by its place, the others by their names in PyTorch."""
        args = () if not self.main or self._is_default(self.main) else (Given(self.main),)
        return args, tuple(
            Option((spec.torch or name).split()[0], Given(name), spec.default)
            for name, spec in self.all_arguments.items()
            if not spec.aside and Given(name) not in args and not spec.declared
        )

    def _is_default(self, name: str) -> bool:
        return bool(getattr(self, name) == self.arguments[name].default)
