"""Layers and functions that Keras has not, written into the file that needs them."""

from __future__ import annotations

from cnncalc.export.functions import ROUND_TO

#: The text of each, by its name.
HELPERS: dict[str, str] = {
    "padded": '''\
def padded(x, padding, value=0, mode="constant"):
    """`x` with more around its spatial axes: one number, or a pair for each."""
    if isinstance(padding, int):
        padding = [(padding, padding)] * (len(x.shape) - 2)
    pairs = [(one, one) if isinstance(one, int) else one for one in padding]
    sides = ((0, 0), *pairs, (0, 0))
    value = value if mode == "constant" else None
    return ops.pad(x, sides, mode=mode, constant_values=value)
''',
    "padded_to_windows": '''\
def padded_to_windows(x, kernel, stride):
    """`x` with what no maximum takes after its end, so that the last window fits."""
    sides = [(0, -(size - kernel) % stride) for size in x.shape[1:-1]]
    return padded(x, sides, value=float("-inf"))
''',
    "padded_by_elements": '''\
def padded_by_elements(x, padding, circular=False):
    """`x` with more around its spatial axes: its edges again, or its other ends."""
    if isinstance(padding, int):
        padding = [padding] * (len(x.shape) - 2)
    for axis, sides in enumerate(padding, start=1):
        before, after = (sides, sides) if isinstance(sides, int) else sides
        size = x.shape[axis]
        places = range(-before, size + after)
        if circular:
            places = [place % size for place in places]
        else:
            places = [min(max(place, 0), size - 1) for place in places]
        x = ops.take(x, places, axis=axis)
    return x
''',
    "average_pool": '''\
def average_pool(x, kernel, strides, padding=0, beyond=0, counted=False):
    """The mean of what each window has; of its padding only if that is counted."""

    def means(x, value):
        x = padded(padded(x, padding, value), beyond)
        return ops.average_pool(x, kernel, strides)

    return means(x, 0) / means(ops.ones_like(x), int(counted))
''',
    "lp_pool": '''\
def lp_pool(x, norm_type, kernel, strides, padding=0, beyond=0):
    """The p-norm of each window, from the mean of what it has."""
    sizes = [kernel] * (len(x.shape) - 2) if isinstance(kernel, int) else kernel
    powers = ops.power(x, norm_type)
    means = average_pool(powers, kernel, strides, padding, beyond, counted=True)
    return ops.power(math.prod(sizes) * means, 1 / norm_type)
''',
    "linear_resized": '''\
def linear_resized(x, size=None, scale=1):
    """Linear along each spatial axis, its ends at the same places as before."""
    spatial = x.shape[1:-1]
    sizes = [size] * len(spatial) if isinstance(size, int) else size
    for axis, old in enumerate(spatial, start=1):
        new = old * scale if sizes is None else sizes[axis - 1]
        places = [place * (old - 1) / max(new - 1, 1) for place in range(new)]
        below = [int(place) for place in places]
        above = [min(place + 1, old - 1) for place in below]
        shares = [place - int(place) for place in places]
        shape = [-1 if at == axis else 1 for at in range(len(x.shape))]
        shares = ops.reshape(ops.array(shares, dtype=x.dtype), shape)
        low, high = ops.take(x, below, axis=axis), ops.take(x, above, axis=axis)
        x = low + shares * (high - low)
    return x
''',
    "nearest_resized": '''\
def nearest_resized(x, size=None, scale=1, exact=False):
    """The nearest element along each spatial axis, in PyTorch's way of rounding."""
    spatial = x.shape[1:-1]
    sizes = [size] * len(spatial) if isinstance(size, int) else size
    for axis, old in enumerate(spatial, start=1):
        new = old * scale if sizes is None else sizes[axis - 1]
        places = [(2 * at + exact) * old // (2 * new) for at in range(new)]
        x = ops.take(x, places, axis=axis)
    return x
''',
    "softplus": '''\
def softplus(x, beta=1, threshold=20):
    """`log(1 + exp(beta * x)) / beta`, but `x` itself above the threshold."""
    return ops.where(beta * x > threshold, x, ops.softplus(beta * x) / beta)
''',
    "rms_norm": '''\
def rms_norm(x, epsilon, axis=-1):
    """Divided by the root of the mean square along an axis."""
    squares = ops.mean(ops.square(x), axis=axis, keepdims=True)
    return x * ops.rsqrt(squares + epsilon)
''',
    "local_response_norm": '''\
def local_response_norm(x, size, alpha=1e-4, beta=0.75, k=1.0):
    """Divided by the squares of neighbouring channels (Krizhevsky et al., 2012)."""
    sides = [(0, 0)] * (len(x.shape) - 1) + [(size // 2, (size - 1) // 2)]
    squares = ops.pad(ops.square(x), sides)
    channels = x.shape[-1]
    total = sum(squares[..., at : at + channels] for at in range(size))
    return x / (k + alpha / size * total) ** beta
''',
    "matmul": '''\
def matmul(a, b, transpose_a=False, transpose_b=False):
    """The matrix product along the last two axes, exchanged before where asked for."""
    a = ops.swapaxes(a, -1, -2) if transpose_a else a
    b = ops.swapaxes(b, -1, -2) if transpose_b else b
    return ops.matmul(a, b)
''',
    "scaled_attention": '''\
def scaled_attention(query, key=None, value=None, dropout=0, is_causal=False):
    """The values, weighted by the scaled products of query and key."""
    key = query if key is None else key
    scores = ops.matmul(query, ops.swapaxes(key, -1, -2)) / query.shape[-1] ** 0.5
    if is_causal:
        earlier = ops.tril(ops.ones(scores.shape[-2:]))
        scores = ops.where(earlier == 1, scores, float("-inf"))
    weights = layers.Dropout(dropout)(ops.softmax(scores))
    return ops.matmul(weights, key if value is None else value)
''',
    "unfold": '''\
def unfold(x, kernel, dilation=1, padding=0, stride=1):
    """The windows of a map as rows, in the order of PyTorch's `Unfold`."""
    x = padded(x, padding)
    kernel, dilation, stride = (
        (one, one) if isinstance(one, int) else one
        for one in (kernel, dilation, stride)
    )
    rows, columns = (
        (x.shape[axis + 1] - dilation[axis] * (kernel[axis] - 1) - 1) // stride[axis]
        for axis in (0, 1)
    )
    parts = []
    for top in range(0, kernel[0] * dilation[0], dilation[0]):
        for left in range(0, kernel[1] * dilation[1], dilation[1]):
            bottom, right = top + rows * stride[0] + 1, left + columns * stride[1] + 1
            parts.append(x[:, top : bottom : stride[0], left : right : stride[1]])
    shape = ((rows + 1) * (columns + 1), x.shape[-1] * len(parts))
    return ops.reshape(ops.stack(parts, axis=-1), (-1, *shape))
''',
    "fold": '''\
def fold(x, size, kernel, dilation=1, padding=0, stride=1):
    """Columns as the windows of a map that overlap, as in PyTorch's `Fold`."""
    size, kernel, dilation, padding, stride = (
        (one, one) if isinstance(one, int) else one
        for one in (size, kernel, dilation, padding, stride)
    )
    height, width = (dilation[at] * (kernel[at] - 1) for at in (0, 1))
    rows, columns = (
        (size[at] + 2 * padding[at] - dilation[at] * (kernel[at] - 1) - 1) // stride[at]
        + 1
        for at in (0, 1)
    )
    elements = kernel[0] * kernel[1]
    x = ops.reshape(x, (-1, x.shape[1] // elements, elements, rows, 1, columns, 1))
    spread = [(0, stride[0] - 1), (0, 0), (0, stride[1] - 1)]
    x = ops.pad(x, [(0, 0)] * 4 + spread)
    x = ops.reshape(x, (-1, *x.shape[1:3], rows * stride[0], columns * stride[1]))
    total = 0
    for at in range(elements):
        top, left = at // kernel[1] * dilation[0], at % kernel[1] * dilation[1]
        sides = [(top, height - top), (left, width - left)]
        total = total + ops.pad(x[:, :, at], [(0, 0), (0, 0), *sides])
    (top, left), (height, width) = padding, size
    return total[:, :, top : top + height, left : left + width]
''',
    "RReLU": '''\
class RReLU(layers.Layer):
    """A rectifier whose slope below 0 is drawn for each element in training."""

    def __init__(self, lower=0.125, upper=1 / 3, **options):
        super().__init__(**options)
        self.lower = lower
        self.upper = upper
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, x, training=False):
        slope = (self.lower + self.upper) / 2
        if training:
            slope = keras.random.uniform(
                ops.shape(x), self.lower, self.upper, seed=self.seed_generator
            )
        return ops.where(x < 0, slope * x, x)
''',
    "UnusedParameter": '''\
class UnusedParameter(layers.Layer):
    """A learned tensor that the data does not pass through."""

    def __init__(self, shape, **options):
        super().__init__(**options)
        shape = (shape,) if isinstance(shape, int) else shape
        self.kernel = self.add_weight(shape=shape, initializer="zeros")

    def call(self, x):
        return x
''',
    "Bilinear": '''\
class Bilinear(layers.Layer):
    """Sums of the products of two inputs, weighted for each output."""

    def __init__(self, units, use_bias=True, **options):
        super().__init__(**options)
        self.units = units
        self.use_bias = use_bias

    def build(self, first_shape, second_shape):
        sizes = (self.units, first_shape[-1], second_shape[-1])
        self.kernel = self.add_weight(shape=sizes)
        if self.use_bias:
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, first, second):
        x = ops.einsum("...a,kab,...b->...k", first, self.kernel, second)
        return x + self.bias if self.use_bias else x
''',
    "SqueezeExcite": '''\
class SqueezeExcite(layers.Layer):
    """A gate on the channels, from their means (Hu et al., 2017)."""

    def __init__(self, squeezed, activation="relu", gate="sigmoid", **options):
        super().__init__(**options)
        self.squeeze = layers.Dense(squeezed, activation=activation)
        self.gate = gate

    def build(self, shape):
        self.excite = layers.Dense(shape[-1], activation=self.gate)
        self.squeeze.build(shape)
        self.excite.build((*shape[:-1], self.squeeze.units))

    def call(self, x):
        axes = tuple(range(1, len(x.shape) - 1))
        means = ops.mean(x, axis=axes, keepdims=True)
        return x * self.excite(self.squeeze(means))
''',
    "LayerScale": '''\
class LayerScale(layers.Layer):
    """A learned factor for each feature."""

    def __init__(self, init_value, **options):
        super().__init__(**options)
        self.init_value = init_value

    def build(self, shape):
        initial = keras.initializers.Constant(self.init_value)
        self.gamma = self.add_weight(shape=shape[-1:], initializer=initial)

    def call(self, x):
        return x * self.gamma
''',
    "ClassToken": '''\
class ClassToken(layers.Layer):
    """Learned tokens before a sequence."""

    def __init__(self, count=1, **options):
        super().__init__(**options)
        self.count = count

    def build(self, shape):
        self.token = self.add_weight(shape=(1, self.count, shape[-1]))

    def call(self, x):
        token = ops.zeros_like(x[:, :1]) + self.token
        return ops.concatenate([token, x], axis=1)
''',
    "PositionEmbedding": '''\
class PositionEmbedding(layers.Layer):
    """A learned table that is added to the input."""

    def build(self, shape):
        initial = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=(1, *shape[1:]), initializer=initial)

    def call(self, x):
        return x + self.table
''',
    "WindowAttention": '''\
class WindowAttention(layers.Layer):
    """Attention in windows that may be shifted, with a bias for each distance."""

    def __init__(
        self,
        heads,
        window,
        shift=0,
        qkv_bias=True,
        proj_bias=True,
        attention_dropout=0.0,
        dropout=0.0,
        **options,
    ):
        super().__init__(**options)
        self.heads = heads
        self.window = (window, window) if isinstance(window, int) else window
        self.shift = (shift, shift) if isinstance(shift, int) else shift
        self.biases = (qkv_bias, proj_bias)
        self.attention_dropout = layers.Dropout(attention_dropout)
        self.dropout = layers.Dropout(dropout)

    def build(self, shape):
        rows, columns = self.window
        places = ops.arange(rows * columns, dtype="int32")
        down, right = (
            one[:, None] - one[None] for one in (places // columns, places % columns)
        )
        index = (down + rows - 1) * (2 * columns - 1) + right + columns - 1
        self.table = self.add_weight(
            shape=((2 * rows - 1) * (2 * columns - 1), self.heads),
            initializer=keras.initializers.RandomNormal(stddev=0.02),
        )
        self.index = self.add_weight(
            shape=((rows * columns) ** 2,),
            initializer=lambda *_, **__: ops.reshape(index, (-1,)),
            dtype="int32",
            trainable=False,
        )
        qkv_bias, proj_bias = self.biases
        self.qkv = layers.Dense(3 * shape[-1], use_bias=qkv_bias)
        self.proj = layers.Dense(shape[-1], use_bias=proj_bias)
        self.qkv.build(shape)
        self.proj.build(shape)

    def call(self, x):
        _, height, width, features = x.shape
        (rows, columns), (down, right) = self.window, self.shift
        tall, wide = height + -height % rows, width + -width % columns
        down, right = down * (rows < tall), right * (columns < wide)
        x = ops.pad(x, ((0, 0), (0, tall - height), (0, wide - width), (0, 0)))
        x = self.windows(ops.roll(x, (-down, -right), (1, 2)))
        _, count, places, _ = x.shape
        heads = (-1, count, places, 3, self.heads, features // self.heads)
        q, k, v = ops.unstack(ops.reshape(self.qkv(x), heads), axis=3)
        bias = ops.take(self.table, self.index, axis=0)
        scores = ops.einsum("bwihd,bwjhd->bwijh", q * q.shape[-1] ** -0.5, k)
        scores += ops.reshape(bias, (places, places, self.heads))
        if down or right:  # what came round the end attends to what came round with it
            below = ops.cast(ops.arange(tall) >= tall - down, "int32")
            beyond = ops.cast(ops.arange(wide) >= wide - right, "int32")
            part = self.windows((2 * below[:, None] + beyond)[None, ..., None])
            same = part == ops.swapaxes(part, 2, 3)
            scores = ops.where(same[..., None], scores, float("-inf"))
        weights = self.attention_dropout(ops.softmax(scores, axis=3))
        x = ops.einsum("bwijh,bwjhd->bwihd", weights, v)
        x = self.dropout(self.proj(ops.reshape(x, (-1, count, places, features))))
        shape = (-1, tall // rows, wide // columns, rows, columns, features)
        x = ops.transpose(ops.reshape(x, shape), (0, 1, 3, 2, 4, 5))
        x = ops.roll(ops.reshape(x, (-1, tall, wide, features)), (down, right), (1, 2))
        return x[:, :height, :width]

    def windows(self, x):
        """(batch, height, width, features) as (batch, windows, places, features)."""
        rows, columns = self.window
        _, height, width, features = x.shape
        shape = (-1, height // rows, rows, width // columns, columns, features)
        x = ops.transpose(ops.reshape(x, shape), (0, 1, 3, 2, 4, 5))
        count = height // rows * (width // columns)
        return ops.reshape(x, (-1, count, rows * columns, features))
''',
    "chunk": '''\
def chunk(x, chunks, index, axis=-1):
    """One of several equal parts along an axis."""
    return ops.split(x, chunks, axis=axis)[index]
''',
    "part": '''\
def part(x, start, stop, axis=-1):
    """The elements from one place to another along an axis."""
    return x[(slice(None),) * (axis % len(x.shape)) + (slice(start, stop),)]
''',
    "channel_shuffle": '''\
def channel_shuffle(x, groups):
    """The first channel of each group, then the second of each, and so on."""
    *_, channels = x.shape
    sizes = x.shape[1:-1]
    x = ops.reshape(x, (-1, *sizes, groups, channels // groups))
    return ops.reshape(ops.swapaxes(x, -1, -2), (-1, *sizes, channels))
''',
    "pixel_shuffle": '''\
def pixel_shuffle(x, factor):
    """Channels become space, in the order of PyTorch's `PixelShuffle`."""
    _, height, width, channels = x.shape
    channels //= factor**2
    x = ops.reshape(x, (-1, height, width, channels, factor, factor))
    x = ops.transpose(x, (0, 1, 4, 2, 5, 3))
    return ops.reshape(x, (-1, height * factor, width * factor, channels))
''',
    "pixel_unshuffle": '''\
def pixel_unshuffle(x, factor):
    """Space becomes channels, in the order of PyTorch's `PixelUnshuffle`."""
    _, height, width, channels = x.shape
    height, width = height // factor, width // factor
    x = ops.reshape(x, (-1, height, factor, width, factor, channels))
    x = ops.transpose(x, (0, 1, 3, 5, 2, 4))
    return ops.reshape(x, (-1, height, width, channels * factor**2))
''',
    "TwoBiasRNNCell": '''\
@keras.saving.register_keras_serializable()
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
@keras.saving.register_keras_serializable()
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
        self.projection = None
        if projected:
            self.projection = layers.Dense(projected, use_bias=False)
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
    "TransformerEncoderLayer": '''\
class TransformerEncoderLayer(layers.Layer):
    """Attention and two dense layers, each with a skip and a norm."""

    count = 1

    def __init__(
        self,
        features,
        num_heads,
        feedforward,
        dropout=0.1,
        activation="relu",
        epsilon=1e-5,
        norm_first=False,
        use_bias=True,
        **options,
    ):
        super().__init__(**options)
        self.norm_first = norm_first
        self.attentions = [
            layers.MultiHeadAttention(
                num_heads, features // num_heads, dropout=dropout, use_bias=use_bias
            )
            for _ in range(self.count)
        ]
        self.inner = layers.Dense(feedforward, activation=activation, use_bias=use_bias)
        self.outer = layers.Dense(features, use_bias=use_bias)
        self.norms = [
            layers.LayerNormalization(epsilon=epsilon, center=use_bias)
            for _ in range(self.count + 1)
        ]
        self.dropout = layers.Dropout(dropout)

    def call(self, x, memory=None):
        first, *between, last = self.norms
        x = self.step(x, first, lambda y: self.attentions[0](y, y))
        for norm in between:
            x = self.step(x, norm, lambda y: self.attentions[1](y, memory))
        return self.step(x, last, lambda y: self.outer(self.dropout(self.inner(y))))

    def step(self, x, norm, part):
        if self.norm_first:
            return x + self.dropout(part(norm(x)))
        return norm(x + self.dropout(part(x)))
''',
    "TransformerDecoderLayer": '''\
class TransformerDecoderLayer(TransformerEncoderLayer):
    """The same with attention to a memory before the dense layers."""

    count = 2
''',
    "not_written": '''\
def not_written(layer, why, *inputs):
    """Stands for a layer that has no counterpart in Keras, and says why."""
    raise NotImplementedError(f"{layer} has no counterpart in Keras: {why}")
''',
    "round_to": ROUND_TO,
}
