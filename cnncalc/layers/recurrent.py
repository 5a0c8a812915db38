"""Recurrent layers over (steps, features)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.diagnostics import codes
from cnncalc.layers.base.activation_name import ActivationName, keras_function, torch_activation
from cnncalc.layers.base.argument import arg
from cnncalc.layers.base.code import Call, Extent, Given, Missing, Option
from cnncalc.layers.base.errors import LayerError
from cnncalc.layers.base.formulas import Size, kept
from cnncalc.layers.base.inert import DEVICE, SEED, FlagOrAuto, inert, tensors
from cnncalc.layers.base.kinds import Choice, Flag, Integer, Nullable, Real
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.reach import GLOBAL, Reach
from cnncalc.layers.base.tensors import Inputs, Shape, Weight
from cnncalc.layers.base.unrolled import Unrolled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.code import Code, Steps
    from cnncalc.layers.base.formulas import Value
    from cnncalc.layers.base.usage import Run, Usage
POSITIVE = Integer(1)
_MOST_LAYERS = 1000  # each has weights of its own


class Recurrent(Layer):
    """What recurrent layers share: one cell that is applied at every step."""

    counts_in = "recurrent"
    also_takes = (
        DEVICE, SEED, *tensors("kernel", "recurrent", "bias"),
        inert("zero_output_for_mask", Flag(), "zeros at masked steps (Keras)", default=False),
        inert("implementation", Integer(), "how Keras 2 computes it", default=2),
    )  # fmt: skip
    formulas: ClassVar = {
        "features": "directions? * state",
        "params": (
            "directions?*(gates?*(units*(in_features + state) + biases?*units)"
            " + projection?*units)"
            " + further_layers?*directions?*(gates?*(units*(directions?*state + state)"
            " + biases?*units) + projection?*units)"
        ),
        "macs": (
            "steps*(directions?*(gates?*units*(in_features + state) + projection?*units)"
            " + further_layers?*directions?*(gates?*units*(directions?*state + state)"
            " + projection?*units))"
        ),
    }

    #: The gates of a cell: each has a kernel, a recurrent kernel and biases.
    gates: ClassVar[int] = 1

    units: int = arg(POSITIVE, "size of the hidden state", torch="hidden_size")
    input_size: int | None = arg(POSITIVE, "declared features of a step", declared=True)
    num_layers: int = arg(
        Integer(1, _MOST_LAYERS),
        "cells stacked on each other (PyTorch)",
        default=1,
        torch="num_layers",
    )
    bias: bool = arg(Flag(), "biases", default=True, keras="use_bias")
    bidirectional: bool = arg(
        Flag(), "a second cell runs backwards", default=False, torch="bidirectional"
    )
    return_sequences: bool | None = arg(
        Nullable(Flag()), "every step's state, or the last; else as the framework", default=None,
        keras="return_sequences",
    )  # fmt: skip
    return_state: bool = arg(
        Flag(), "also the state; the first output counts", default=False, keras="return_state"
    )
    batch_first: bool = arg(
        Flag(), "order of batch and steps; no effect", default=False, torch="batch_first"
    )
    dropout: float = arg(Real(0, 1), "no effect on the shape", default=0)
    activation: Any = arg(
        Nullable(ActivationName()), "no effect on the shape", default=None, keras="activation"
    )
    recurrent_activation: Any = arg(
        Nullable(ActivationName()),
        "no effect on the shape",
        default=None,
        keras="recurrent_activation",
    )
    recurrent_dropout: float = arg(
        Real(0, 1), "no effect on the shape", default=0, keras="recurrent_dropout"
    )
    stateful: bool = arg(
        Flag(), "the state goes on to the next batch", default=False, keras="stateful", inert=True
    )
    unroll: bool = arg(
        Flag(), "how Keras computes it", default=False, keras="unroll", inert=True, aside=True
    )
    go_backwards: bool = arg(
        Flag(), "steps in reverse", default=False, keras="go_backwards", inert=True
    )
    use_cudnn: Any = arg(
        FlagOrAuto(),
        "how Keras computes it",
        default="auto",
        keras="use_cudnn",
        inert=True,
        aside=True,
    )
    unit_forget_bias: bool = arg(
        Flag(), "the forget gate's bias begins at 1", default=True, keras="unit_forget_bias",
        inert=True, aside=True,
    )  # fmt: skip

    def declared(self, inputs: Inputs) -> dict[str, int]:
        return {"input_size": inputs.shapes[0][-1]}

    @property
    def directions(self) -> int:
        """1, or 2 where a second cell runs backwards."""
        return 2 if self.bidirectional else 1

    @property
    def state(self) -> int:
        """The size of what one direction gives on."""
        return self.units

    def bias_vectors(self) -> int:
        """Biases per gate: PyTorch keeps two (input and recurrent), Keras one."""
        return 1 if self.dialect == "keras" else 2

    def output_shape(self, inputs: Inputs) -> Shape:
        shape = inputs.shapes[0]
        if len(shape) != 2:  # noqa: PLR2004 - steps and features
            raise self.wrong_rank(shape, "steps and features")
        features = self.directions * self.state
        return (shape[0], features) if self._every_step() else (features,)

    def reach(self, inputs: Inputs, output: Shape) -> Sequence[Sequence[Reach]]:  # noqa: ARG002 - known without
        return [[GLOBAL] * len(inputs.shapes[0])]

    def weights(self, inputs: Inputs) -> Sequence[Weight]:
        arriving = inputs.shapes[0][-1]
        weights: list[Weight] = []
        for layer in range(self.num_layers):
            features = arriving if layer == 0 else self.directions * self.state
            for direction in ("", "_backward")[: self.directions]:
                suffix = (f"_{layer + 1}" if self.num_layers > 1 else "") + direction
                weights += self._cell(features, suffix)
        return weights

    def macs(self, inputs: Inputs, output: Shape) -> int:  # noqa: ARG002 - counted over the steps
        matrices = (weight.size for weight in self.weights(inputs) if weight.role == "kernel")
        return inputs.shapes[0][0] * sum(matrices)

    def _cell(self, features: int, suffix: str) -> list[Weight]:
        rows = self.gates * self.units
        weights = [
            Weight(f"kernel{suffix}", (rows, features), "kernel"),
            Weight(f"recurrent_kernel{suffix}", (rows, self.state), "kernel"),
        ]
        if self.bias:
            shape = (rows,) if self.bias_vectors() == 1 else (self.bias_vectors(), rows)
            weights.append(Weight(f"bias{suffix}", shape, "bias"))
        return weights

    def output_sizes(self, inputs: Inputs) -> Sequence[Size]:
        every = len(self.output_shape(inputs)) > 1
        steps = kept(inputs.shapes[0][:1], ("steps",)) if every else ()
        return (*steps, Size("features", "features"))

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {
            "steps": inputs.shapes[0][0],
            "directions": self.directions,
            "state": self.state,
            "gates": self.gates,
            "in_features": inputs.shapes[0][-1],
            "biases": self.bias_vectors() if self.bias else 0,
            "projection": 0,
            "further_layers": self.num_layers - 1,
        }

    def equations_of(self, inputs: Inputs) -> Sequence[str]:  # noqa: ARG002 - known without
        cell = getattr(self, "nonlinearity", "tanh") if self.activation is None else self.activation
        gate = self.recurrent_activation or "sigmoid"
        without_bias = [
            text if self.bias else text.replace(" + bias", "") for text in self.equations
        ]
        return [
            text.replace("sigmoid(", f"{gate}(").replace("tanh(", f"{cell}(")
            for text in without_bias
        ]

    #: Tensors of the hidden size that a step keeps for its backward beside the state (with none,
    #: every state is kept, the last one too), and all that it needs as it runs.
    keeps: ClassVar[int]
    holds: ClassVar[int]
    #: Whether a cell goes from step to step beside the state.
    has_cell: ClassVar[bool] = False

    def kept_units(self) -> int:
        """Tensors of the hidden size that a step keeps for its backward beside the state."""
        return self.keeps

    def usage(self, inputs: Inputs, output: Shape, run: Run) -> Usage:
        """As PyTorch's own steps need it; cuDNN keeps a reserve whose size is not documented."""
        steps, features = inputs.shapes[0]
        unit = run.batch * run.width
        rows = self.gates * self.units
        return Unrolled(
            steps=steps,
            layers=self.num_layers,
            directions=self.directions,
            given=unit * features,
            gates=unit * rows,
            state=unit * self.state,
            cell=unit * self.units if self.has_cell else 0,
            keeps=unit * (self.kept_units() * self.units + self.state),
            last_kept=not self.keeps,
            holds=unit * self.holds * self.units,
            mask=run.batch * self.state if self.dropout else 0,
            turned=(self.batch_first or self.dialect == "own") and run.batch > 1,
            bias=self.bias,
            weights=run.width * rows * self.state,
        ).usage(run.bytes(output), training=run.training)

    def _every_step(self) -> bool:
        """Whether the state of every step leaves, not the last alone."""
        return self.dialect != "keras" if self.return_sequences is None else self.return_sequences

    #: The layer in PyTorch, and what runs its steps where there is one bias, or another function.
    torch_name: ClassVar[str]
    own_name: ClassVar[str]

    def torch_plain(self) -> tuple[Option, ...] | None:
        """PyTorch's arguments for the functions of a cell; None if it has not such a cell."""
        biases = self.bias_vectors() == 2 or not self.bias  # noqa: PLR2004 - as PyTorch keeps them
        known = (self.activation or "tanh", self.recurrent_activation or "sigmoid")
        return () if biases and known == ("tanh", "sigmoid") else None

    #: Its name in Keras.
    keras_cell: ClassVar[str] = ""

    #: Its cell with a bias for the state as well, where Keras has none.
    own_keras_cell: ClassVar[str] = ""

    def keras_code(self, inputs: Inputs) -> Steps:
        """A layer for each of the stacked cells; what Keras has not as a cell of its own."""
        if self.stateful:
            return Missing("a stateful layer of Keras fixes the batch")
        if self.bidirectional and self.go_backwards:
            return Missing("the first direction of Bidirectional runs forwards")
        functions = self._keras_functions(inputs)
        if isinstance(functions, Missing):
            return functions
        if self._is_own_cell() and self.recurrent_dropout:
            return Missing("only the cells of Keras drop between steps, and they have one bias")
        found: list[Call] = []
        for layer in range(self.num_layers):
            if layer and self.dropout and self.dialect != "keras":
                found.append(Call("layers.Dropout", (Given("dropout"),)))
            last = layer + 1 == self.num_layers
            found.append(self._keras_layer(functions, first=not layer, last=last))
        return tuple(found)

    def _is_own_cell(self) -> bool:
        """Whether Keras has no cell of these weights."""
        return self.bias and self.bias_vectors() == 2  # noqa: PLR2004 - PyTorch's

    def _keras_layer(self, functions: tuple[Option, ...], *, first: bool, last: bool) -> Call:
        """One of the stacked layers, in its directions."""
        inside = (*functions, Option("use_bias", Given("bias"), default=True), *self.keras_more())
        around = (
            Option("return_sequences", self._every_step() if last else True, default=False),
            Option("go_backwards", Given("go_backwards") if first else False, default=False),
        )
        if self._is_own_cell():
            cell = Call(self.own_keras_cell, (Given("units"),), inside)
            call = Call("layers.RNN", (cell,), around)
        else:
            dropped = Given("dropout") if self.dialect == "keras" else 0
            options = (
                *inside,
                Option("dropout", dropped, 0),
                Option("recurrent_dropout", Given("recurrent_dropout"), 0),
                *around,
            )
            call = Call(f"layers.{self.keras_cell}", (Given("units"),), options)
        return Call("layers.Bidirectional", (call,)) if self.bidirectional else call

    def keras_more(self) -> tuple[Option, ...]:
        """What else a cell of Keras is told."""
        return ()

    def _keras_functions(self, inputs: Inputs) -> tuple[Option, ...] | Missing:
        """The functions of a cell, as Keras takes them."""
        state = self.activation or getattr(self, "nonlinearity", "tanh")
        found = []
        for name, given, usual in (
            ("activation", state, "tanh"),
            ("recurrent_activation", self.recurrent_activation or "sigmoid", "sigmoid"),
        ):
            function = keras_function(given, inputs)
            if isinstance(function, Missing):
                return function
            if name == "activation" or self.gates > 1:
                found.append(Option(name, function, usual))
        return tuple(found)

    def torch_code(self, inputs: Inputs) -> Code:
        keras = self.dialect == "keras"
        if self.stateful:
            return Missing("PyTorch keeps no state from batch to batch")
        if self.recurrent_dropout or (keras and self.dropout):
            return Missing("PyTorch drops between layers, not inside a cell")
        flipped = (Call("Flip"),) if self.go_backwards else ()
        plain = self.torch_plain()
        if plain is None:
            own = self._own_cells(inputs)
            return own if isinstance(own, Missing) else (*flipped, own)
        options = (
            Option("num_layers", Given("num_layers"), 1),
            *plain,
            Option("bias", Given("bias"), default=True),
            Option("batch_first", value=True),
            Option("dropout", Given("dropout"), 0),
            Option("bidirectional", Given("bidirectional"), default=False),
        )
        call = Call(f"nn.{self.torch_name}", (Extent(1), Given("units")), options)
        return (*flipped, Call("EveryStep" if self._every_step() else "LastState", (call,)))

    def _own_cells(self, inputs: Inputs) -> Call | Missing:
        """Cells that the file itself has."""
        simple = self.num_layers == 1 and not self.bidirectional and self.state == self.units
        inner = torch_activation(self.activation or "tanh", inputs)
        gate = torch_activation(self.recurrent_activation or "sigmoid", inputs)
        one_bias = self.bias_vectors() == 1 or not self.bias
        if isinstance(inner, Missing):
            return inner
        if isinstance(gate, Missing):
            return gate
        if not (simple and one_bias and self.own_name and inner and gate):
            return Missing("a cell of PyTorch has two biases, tanh and sigmoid")
        given = self.recurrent_activation
        options = (
            Option("bias", Given("bias"), default=True),
            Option("every_step", self._every_step(), default=False),
            Option("activation", None if self.activation is None else inner[0], None),
            Option("gate", None if given is None else gate[0], None),
        )
        return Call(self.own_name, (Extent(1), Given("units")), options)


class RNN(Recurrent, type="rnn", torch="RNN", keras="SimpleRNN", also="simple_rnn"):
    """Simple recurrent layer: h = tanh(W x + U h + b).

    Output: (steps, directions * units); the last step only, where sequences are
    not returned (Keras's default).

    PyTorch has two bias vectors, Keras one; `rnn` counts as PyTorch.
    """

    equations = ("h = tanh(kernel*x + recurrent_kernel*h + bias)",)
    torch_name, own_name = "RNN", "SimpleRNN"
    own_keras_cell = "TwoBiasRNNCell"
    keeps, holds = 0, 2  # the state is all that is kept

    nonlinearity: str = arg(
        Choice("tanh", "relu"), "no effect on the shape", default="tanh", torch="nonlinearity"
    )
    keras_cell = "SimpleRNN"
    main = "units"
    example = "rnn: 64"

    def torch_plain(self) -> tuple[Option, ...] | None:
        biases = self.bias_vectors() == 2 or not self.bias  # noqa: PLR2004 - as PyTorch keeps them
        if not biases or self.activation not in {None, "tanh", "relu"}:
            return None
        chosen = Given("nonlinearity") if self.activation is None else self.activation
        return (Option("nonlinearity", chosen, "tanh"),)


class LSTM(Recurrent, type="lstm", torch="LSTM", keras="LSTM"):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997): four gates.

    Output: (steps, directions * units); the last step only, where sequences are
    not returned (Keras's default). With `proj_size` each direction gives that.

    PyTorch has two bias vectors per gate, Keras one; `lstm` counts as PyTorch.
    """

    equations = (
        "i, f, o = sigmoid(kernel*x + recurrent_kernel*h + bias)",
        "g = tanh(kernel*x + recurrent_kernel*h + bias)",
        "c = f*c + i*g",
        "h = o * tanh(c)",
    )

    torch_name, own_name = "LSTM", "OneBiasLSTM"
    own_keras_cell = "TwoBiasLSTMCell"
    gates = 4
    keeps, holds = 6, 8  # gates, cell and its tanh; at the end of a step the cell before as well
    has_cell = True
    proj_size: int = arg(
        Integer(0), "size that the state is projected to", default=0, torch="proj_size"
    )
    keras_cell = "LSTM"
    main = "units"
    example = "lstm: 128"

    def validate(self) -> None:
        if self.proj_size >= self.units:
            raise LayerError(
                codes.BAD_VALUE,
                f"`proj_size` {self.proj_size} must be smaller than the hidden size {self.units}",
                argument="proj_size",
            )

    @property
    def state(self) -> int:
        return self.proj_size or self.units

    def _is_own_cell(self) -> bool:
        return super()._is_own_cell() or bool(self.proj_size)

    def keras_more(self) -> tuple[Option, ...]:
        return (Option("projected", Given("proj_size"), 0),)

    def kept_units(self) -> int:
        return self.keeps + bool(self.proj_size)  # what is projected

    def _cell(self, features: int, suffix: str) -> list[Weight]:
        cell = super()._cell(features, suffix)
        if self.proj_size:
            cell.append(Weight(f"projection{suffix}", (self.proj_size, self.units), "kernel"))
        return cell

    def quantities(self, inputs: Inputs) -> Mapping[str, Value]:
        return {**super().quantities(inputs), "projection": self.proj_size}

    def torch_plain(self) -> tuple[Option, ...] | None:
        plain = super().torch_plain()
        return None if plain is None else (*plain, Option("proj_size", Given("proj_size"), 0))


class GRU(Recurrent, type="gru", torch="GRU", keras="GRU"):
    """Gated recurrent unit (Cho et al., 2014): three gates.

    Output: (steps, directions * units); the last step only, where sequences are
    not returned (Keras's default).

    Two bias vectors per gate in PyTorch and in Keras, but one in Keras with
    `reset_after: false`; `gru` counts as PyTorch.
    """

    equations = (
        "z, r = sigmoid(kernel*x + recurrent_kernel*h + bias)",
        "n = tanh(kernel*x + r*(recurrent_kernel*h + bias))",
        "h = (1 - z)*n + z*h",
    )

    torch_name = "GRU"
    gates = 3
    keeps, holds = 6, 5  # gates, both candidates, and what the update gate scales
    reset_after: bool = arg(
        Flag(), "the reset gate comes after the product", default=True, keras="reset_after"
    )
    keras_cell = "GRU"
    main = "units"
    example = "gru: 128"

    def _is_own_cell(self) -> bool:
        return False  # Keras has both of its kinds

    def keras_more(self) -> tuple[Option, ...]:
        return (Option("reset_after", Given("reset_after"), default=True),)

    def bias_vectors(self) -> int:
        return 2 if self.reset_after else 1

    @property
    def own_name(self) -> str:  # type: ignore[override]
        """The cells whose reset gate comes before the product; others are PyTorch's."""
        return "" if self.reset_after else "ResetFirstGRU"

    def torch_plain(self) -> tuple[Option, ...] | None:
        return super().torch_plain() if self.reset_after else None
