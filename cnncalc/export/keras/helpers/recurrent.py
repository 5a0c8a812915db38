"""The cells of recurrent layers with two biases for each gate, as PyTorch has them."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "TwoBiasRNNCell": '''\
class TwoBiasRNNCell(layers.Layer):
    """A cell of PyTorch's RNN: one bias beside the input, one beside the state."""

    def __init__(self, units, activation="tanh", use_bias=True, **options):
        super().__init__(**options)
        self.state_size = units
        self.kernel = layers.Dense(units, use_bias=use_bias)
        self.recurrent_kernel = layers.Dense(units, use_bias=use_bias)
        self.activation = keras.activations.get(activation)

    def build(self, shape):
        self.kernel.build(shape)
        self.recurrent_kernel.build((shape[0], self.state_size))

    def call(self, x, states):
        state = self.activation(self.kernel(x) + self.recurrent_kernel(states[0]))
        return state, [state]
''',
    "TwoBiasLSTMCell": '''\
class TwoBiasLSTMCell(layers.Layer):
    """A cell of PyTorch's LSTM: one bias beside the input, one beside the state."""

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        projected=0,
        **options,
    ):
        super().__init__(**options)
        self.state_size = [projected or units, units]
        self.output_size = projected or units
        self.kernel = layers.Dense(4 * units, use_bias=use_bias)
        self.recurrent_kernel = layers.Dense(4 * units, use_bias=use_bias)
        self.projection = layers.Dense(projected, use_bias=False) if projected else None
        self.activation = keras.activations.get(activation)
        self.gate = keras.activations.get(recurrent_activation)

    def build(self, shape):
        self.kernel.build(shape)
        self.recurrent_kernel.build((shape[0], self.output_size))
        if self.projection is not None:
            self.projection.build((shape[0], self.state_size[1]))

    def call(self, x, states):
        state, cell = states
        gates = self.kernel(x) + self.recurrent_kernel(state)
        i, f, g, o = ops.split(gates, 4, axis=-1)
        cell = self.gate(f) * cell + self.gate(i) * self.activation(g)
        state = self.gate(o) * self.activation(cell)
        if self.projection is not None:
            state = self.projection(state)
        return state, [state, cell]
''',
}
