"""Attention."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
    "SelfAttention": """\
class SelfAttention(nn.Module):
    def __init__(self, features, heads, **options):
        super().__init__()
        self.attention = nn.MultiheadAttention(
            features, heads, batch_first=True, **options
        )

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]
""",
    "CrossAttention": """\
class CrossAttention(nn.Module):
    def __init__(self, features, heads, **options):
        super().__init__()
        self.attention = nn.MultiheadAttention(
            features, heads, batch_first=True, **options
        )

    def forward(self, query, key, value=None):
        value = key if value is None else value
        return self.attention(query, key, value, need_weights=False)[0]
""",
    "MultiHeadAttention": '''\
class MultiHeadAttention(nn.Module):
    """Attention with heads of any size, along the last axes before the features."""

    def __init__(
        self,
        features,
        heads,
        key_dim,
        value_dim=None,
        value_features=None,
        key_features=None,
        out_features=None,
        bias=True,
        dropout=0.0,
        axes=1,
    ):
        super().__init__()
        keys, values = heads * key_dim, heads * (value_dim or key_dim)
        self.query = nn.Linear(features, keys, bias=bias)
        self.key = nn.Linear(key_features or features, keys, bias=bias)
        self.value = nn.Linear(value_features or features, values, bias=bias)
        self.out = nn.Linear(values, out_features or features, bias=bias)
        self.heads = heads
        self.dropout = dropout
        self.axes = axes

    def forward(self, query, value=None, key=None):
        value = query if value is None else value
        key = value if key is None else key
        mixed = nn.functional.scaled_dot_product_attention(
            self.split(self.query(query)),
            self.split(self.key(key)),
            self.split(self.value(value)),
            dropout_p=self.dropout if self.training else 0.0,
        )
        return self.out(mixed.transpose(-2, -3).reshape(*query.shape[:-1], -1))

    def split(self, x):
        """(..., places, heads * size) as (..., heads, places, size)."""
        x = x.flatten(-1 - self.axes, -2)
        return x.unflatten(-1, (self.heads, -1)).transpose(-2, -3)
''',
    "WindowAttention": '''\
class WindowAttention(nn.Module):
    """Attention in windows that may be shifted, with a bias for each distance."""

    def __init__(
        self,
        features,
        heads,
        window,
        shift=0,
        qkv_bias=True,
        proj_bias=True,
        attention_dropout=0.0,
        dropout=0.0,
    ):
        super().__init__()
        self.num_heads = heads
        self.window_size = (window, window) if isinstance(window, int) else window
        self.shift_size = (shift, shift) if isinstance(shift, int) else shift
        self.attention_dropout = attention_dropout
        self.dropout = nn.Dropout(dropout)
        rows, columns = self.window_size
        table = torch.empty((2 * rows - 1) * (2 * columns - 1), heads)
        self.relative_position_bias_table = nn.Parameter(table.normal_(std=0.02))
        places = torch.cartesian_prod(torch.arange(rows), torch.arange(columns))
        down, right = (places[:, None] - places).unbind(-1)
        index = (down + rows - 1) * (2 * columns - 1) + right + columns - 1
        self.register_buffer("relative_position_index", index.flatten())
        self.qkv = nn.Linear(features, 3 * features, bias=qkv_bias)
        self.proj = nn.Linear(features, features, bias=proj_bias)

    def forward(self, x):
        _, height, width, _ = x.shape
        rows, columns = self.window_size
        x = nn.functional.pad(x, (0, 0, 0, -width % columns, 0, -height % rows))
        _, tall, wide, _ = x.shape
        down = self.shift_size[0] * (rows < tall)
        right = self.shift_size[1] * (columns < wide)
        x = self.windows(x.roll((-down, -right), (1, 2)))
        qkv = self.qkv(x).unflatten(-1, (3, self.num_heads, -1))
        q, k, v = qkv.movedim(-3, 0).transpose(-2, -3)
        table = self.relative_position_bias_table[self.relative_position_index]
        bias = table.view(rows * columns, rows * columns, -1).permute(2, 0, 1)
        if down or right:  # what came round the end attends to what came round with it
            below = torch.arange(tall, device=x.device) >= tall - down
            beyond = torch.arange(wide, device=x.device) >= wide - right
            part = self.windows((2 * below[:, None] + beyond)[None, ..., None])
            bias = bias.masked_fill((part != part.mT).unsqueeze(2), float("-inf"))
        x = nn.functional.scaled_dot_product_attention(
            q, k, v, bias, dropout_p=self.attention_dropout if self.training else 0.0
        )
        x = self.dropout(self.proj(x.transpose(-2, -3).flatten(-2)))
        x = x.unflatten(1, (tall // rows, -1)).unflatten(3, (rows, columns))
        x = x.transpose(2, 3).flatten(3, 4).flatten(1, 2)
        return x.roll((down, right), (1, 2))[:, :height, :width]

    def windows(self, x):
        """(batch, height, width, features) as (batch, windows, places, features)."""
        rows, columns = self.window_size
        x = x.unflatten(2, (-1, columns)).unflatten(1, (-1, rows))
        return x.transpose(2, 3).flatten(3, 4).flatten(1, 2)
''',
    "DotProductAttention": '''\
class DotProductAttention(nn.Module):
    """The values, weighted by the products of query and key."""

    def __init__(self, learned_scale=False, scale=None, dropout=0.0, is_causal=False):
        super().__init__()
        self.learned = nn.Parameter(torch.tensor(1.0)) if learned_scale else None
        self.scale = 1.0 if learned_scale else scale
        self.dropout = dropout
        self.is_causal = is_causal

    def forward(self, query, key=None, value=None):
        key = query if key is None else key
        return nn.functional.scaled_dot_product_attention(
            query if self.learned is None else query * self.learned,
            key,
            key if value is None else value,
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.is_causal,
            scale=self.scale,
        )
''',
    "AdditiveAttention": '''\
class AdditiveAttention(nn.Module):
    """The values, weighted by what a query and a key make together."""

    def __init__(self, features=None, dropout=0.0):
        super().__init__()
        self.scale = None if features is None else nn.Parameter(torch.ones(features))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key=None, value=None):
        key = query if key is None else key
        pairs = (query.unsqueeze(-2) + key.unsqueeze(-3)).tanh()
        scores = (pairs if self.scale is None else pairs * self.scale).sum(dim=-1)
        weights = self.dropout(scores.softmax(dim=-1))
        return weights @ (key if value is None else value)
''',
}
