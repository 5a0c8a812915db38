"""Attention, in windows or not, and the layers of a transformer."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
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
        self.qkv_bias = qkv_bias
        self.proj_bias = proj_bias
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
        self.qkv = layers.Dense(3 * shape[-1], use_bias=self.qkv_bias)
        self.proj = layers.Dense(shape[-1], use_bias=self.proj_bias)
        self.qkv.build(shape)
        self.proj.build(shape)

    def call(self, x):
        _, height, width, features = x.shape
        rows, columns = self.window
        tall, wide = height + -height % rows, width + -width % columns
        down = self.shift[0] * (rows < tall)
        right = self.shift[1] * (columns < wide)
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

    def build(self, x_shape, memory_shape=None):
        self.attentions[0].build(x_shape, x_shape)
        for attention in self.attentions[1:]:
            attention.build(x_shape, memory_shape)
        self.inner.build(x_shape)
        self.outer.build((*x_shape[:-1], self.inner.units))
        for norm in self.norms:
            norm.build(x_shape)

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
}
