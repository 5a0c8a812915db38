"""Modules that PyTorch has not, written into the file that needs them."""

from __future__ import annotations

from cnncalc.export.functions import ROUND_TO

#: The text of each, by its name.
MODULES: dict[str, str] = {
    "Residual": """\
class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)
""",
    "Gate": """\
class Gate(nn.Sequential):
    def forward(self, x):
        return x * super().forward(x)
""",
    "Concat": """\
class Concat(nn.Module):
    def __init__(self, *branches, dim=1):
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.dim = dim

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=self.dim)
""",
    "Sum": """\
class Sum(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return sum(branch(x) for branch in self.branches)
""",
    "Permute": """\
class Permute(nn.Module):
    def __init__(self, *dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return x.permute(0, *self.dims)
""",
    "Reshape": """\
class Reshape(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)
""",
    "Roll": '''\
class Roll(nn.Module):
    """Elements moved round along some axes."""

    def __init__(self, shifts, dims):
        super().__init__()
        self.shifts = shifts
        self.dims = dims

    def forward(self, x):
        return x.roll(self.shifts, self.dims)
''',
    "SamePad": '''\
class SamePad(nn.Module):
    """TensorFlow's `same`: ceil(size / stride) windows, the odd row at the end."""

    def __init__(self, kernel, stride, value=0.0, axes=2):
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.value = value
        self.axes = axes

    def forward(self, x):
        sides = []
        for axis in range(self.axes):
            total = self.kernel - 1 - (x.shape[-1 - axis] - 1) % self.stride
            total = torch.sym_max(total, 0)
            sides += [total // 2, total - total // 2]
        return nn.functional.pad(x, sides, value=self.value)
''',
    "SameAvgPool": '''\
class SameAvgPool(nn.Sequential):
    """Average pooling whose mean counts no padding."""

    def forward(self, x):
        return super().forward(x) / super().forward(torch.ones_like(x))
''',
    "ChannelNorm": '''\
class ChannelNorm(nn.LayerNorm):
    """Layer normalisation of the channels at each place of a map."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "LayerScale": """\
class LayerScale(nn.Module):
    def __init__(self, features, init_value, dim=1):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((features,), init_value))
        self.dim = dim

    def forward(self, x):
        return x * self.gamma.view(-1, *(1,) * (x.dim() - 1 - self.dim))
""",
    "StochasticDepth": '''\
class StochasticDepth(nn.Dropout1d):
    """Leaves out the whole branch of a sample at random in training."""

    def forward(self, x):
        return super().forward(x.flatten(1)).view_as(x)
''',
    "Chunk": """\
class Chunk(nn.Module):
    def __init__(self, chunks, index, dim=1):
        super().__init__()
        self.chunks = chunks
        self.index = index
        self.dim = dim

    def forward(self, x):
        return x.chunk(self.chunks, dim=self.dim)[self.index]
""",
    "Slice": """\
class Slice(nn.Module):
    def __init__(self, start, stop, dim=1):
        super().__init__()
        self.span = slice(start, stop)
        self.dim = dim

    def forward(self, x):
        return x[(slice(None),) * self.dim + (self.span,)]
""",
    "ClassToken": """\
class ClassToken(nn.Module):
    def __init__(self, features, count=1):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, count, features))

    def forward(self, x):
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)
""",
    "PositionEmbedding": """\
class PositionEmbedding(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.table = nn.Parameter(torch.empty(1, *shape).normal_(std=0.02))

    def forward(self, x):
        return x + self.table
""",
    "SelfAttention": """\
class SelfAttention(nn.Module):
    def __init__(self, features, heads, **options):
        super().__init__()
        options["batch_first"] = True
        self.attention = nn.MultiheadAttention(features, heads, **options)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]
""",
    "ChannelRMSNorm": '''\
class ChannelRMSNorm(nn.RMSNorm):
    """Root-mean-square normalisation of the channels at each place of a map."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "Offset": """\
class Offset(nn.Module):
    def __init__(self, features, dim=1):
        super().__init__()
        self.beta = nn.Parameter(torch.zeros(features))
        self.dim = dim

    def forward(self, x):
        return x + self.beta.view(-1, *(1,) * (x.dim() - 1 - self.dim % x.dim()))
""",
    "Absolute": """\
class Absolute(nn.Module):
    def forward(self, x):
        return x.abs()
""",
    "BoundedReLU": '''\
class BoundedReLU(nn.Module):
    """A rectifier that begins at a threshold, with a slope below and a bound above."""

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0):
        super().__init__()
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def forward(self, x):
        above = x if self.max_value is None else x.clamp(max=self.max_value)
        below = self.negative_slope * (x - self.threshold)
        return torch.where(x >= self.threshold, above, below)
''',
    "ElementwisePReLU": '''\
class ElementwisePReLU(nn.Module):
    """A learned slope below 0 for each element, or shared along axes of size 1."""

    def __init__(self, *shape, init=0.25):
        super().__init__()
        self.weight = nn.Parameter(torch.full(shape, init))

    def forward(self, x):
        return torch.where(x >= 0, x, self.weight * x)
''',
    "GaussianDropout": '''\
class GaussianDropout(nn.Module):
    """Noise around 1 that multiplies every element in training."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training or self.rate == 0.0:
            return x
        deviation = (self.rate / (1 - self.rate)) ** 0.5
        return x * (1 + deviation * torch.randn_like(x))
''',
    "GaussianNoise": '''\
class GaussianNoise(nn.Module):
    """Noise around 0 that is added to every element in training."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + self.stddev * torch.randn_like(x) if self.training else x
''',
    "UnusedParameter": '''\
class UnusedParameter(nn.Module):
    """A learned tensor that the data does not pass through."""

    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return x
''',
    "Normalization": '''\
class Normalization(nn.Module):
    """By the mean and variance of the data, which the buffers hold."""

    def __init__(self, *features, dim=1):
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("variance", torch.ones(features))
        self.register_buffer("count", torch.tensor(0))
        self.dim = dim

    def forward(self, x):
        shape = (-1, *(1,) * (x.dim() - 1 - self.dim))
        deviation = self.variance.sqrt().clamp(min=1e-7)
        return (x - self.mean.view(shape)) / deviation.view(shape)
''',
    "Rescaling": """\
class Rescaling(nn.Module):
    def __init__(self, scale=1, offset=0):
        super().__init__()
        self.scale = scale
        self.offset = offset

    def forward(self, x):
        return x * self.scale + self.offset
""",
    "Split": '''\
class Split(nn.Module):
    """One of several parts along an axis, by their sizes."""

    def __init__(self, sizes, index, dim=1):
        super().__init__()
        self.sizes = sizes
        self.index = index
        self.dim = dim

    def forward(self, x):
        return x.split(self.sizes, dim=self.dim)[self.index]
''',
    "Reduce": '''\
class Reduce(nn.Module):
    """A mean, a sum or an extremum along some axes."""

    def __init__(self, function, dim, keepdim=False):
        super().__init__()
        self.function = function
        self.dim = dim
        self.keepdim = keepdim

    def forward(self, x):
        return self.function(x, dim=self.dim, keepdim=self.keepdim)
''',
    "UnitNorm": '''\
class UnitNorm(nn.Module):
    """Scaled to length 1 along some axes."""

    def __init__(self, *dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        length = torch.linalg.vector_norm(x, dim=self.dims, keepdim=True)
        return x / length.clamp(min=1e-6)
''',
    "RepeatVector": '''\
class RepeatVector(nn.Module):
    """The same vector at every step."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def forward(self, x):
        return x.unsqueeze(1).expand(-1, self.count, -1)
''',
    "EinsumDense": '''\
class EinsumDense(nn.Module):
    """A dense layer over the axes that an equation names."""

    def __init__(self, equation, kernel_shape, bias_shape=None):
        super().__init__()
        self.equation = equation
        self.kernel = nn.Parameter(torch.empty(kernel_shape).normal_(std=0.02))
        self.bias = None
        if bias_shape is not None:
            self.bias = nn.Parameter(torch.zeros(bias_shape))

    def forward(self, x):
        result = torch.einsum(self.equation, x, self.kernel)
        return result if self.bias is None else result + self.bias
''',
    "Dot": '''\
class Dot(nn.Module):
    """The products of two inputs, summed along the axis that both name."""

    def __init__(self, equation, normalized=None):
        super().__init__()
        self.equation = equation
        self.normalized = normalized

    def forward(self, a, b):
        if self.normalized is not None:
            first, second = self.normalized
            a = nn.functional.normalize(a, dim=first, eps=1e-6)
            b = nn.functional.normalize(b, dim=second, eps=1e-6)
        result = torch.einsum(self.equation, a, b)
        return result if result.dim() > 1 else result.unsqueeze(1)
''',
    "SqueezeExcitation": '''\
class SqueezeExcitation(nn.Module):
    """A gate on the channels, from their means (Hu et al., 2017)."""

    def __init__(self, channels, squeezed, activation=None, gate=None):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation = activation or nn.ReLU()
        self.scale_activation = gate or nn.Sigmoid()

    def forward(self, x):
        scale = self.activation(self.fc1(self.avgpool(x)))
        return x * self.scale_activation(self.fc2(scale))
''',
    "CrossAttention": """\
class CrossAttention(nn.Module):
    def __init__(self, features, heads, **options):
        super().__init__()
        options["batch_first"] = True
        self.attention = nn.MultiheadAttention(features, heads, **options)

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
        down, right = self.shift_size
        down, right = down * (rows < tall), right * (columns < wide)
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
            q, k, v, bias, self.attention_dropout if self.training else 0.0
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
    "EveryStep": '''\
class EveryStep(nn.Module):
    """What a recurrent layer gives at every step."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]
''',
    "LastState": '''\
class LastState(nn.Module):
    """What a recurrent layer ends with, in each of its directions."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        state = self.layer(x)[1]
        hidden = state[0] if isinstance(state, tuple) else state
        directions = 2 if self.layer.bidirectional else 1
        return hidden[-directions:].transpose(0, 1).flatten(1)
''',
    "Flip": '''\
class Flip(nn.Module):
    """The steps in reverse."""

    def forward(self, x):
        return x.flip(1)
''',
    "StepByStep": '''\
class StepByStep(nn.Module):
    """A recurrent layer with one bias for each gate."""

    gates = 1

    def __init__(
        self, features, units, bias=True, every_step=False, activation=None, gate=None
    ):
        super().__init__()
        self.kernel = nn.Linear(features, self.gates * units, bias=bias)
        self.recurrent_kernel = nn.Linear(units, self.gates * units, bias=False)
        self.every_step = every_step
        self.activation = activation or nn.Tanh()
        self.gate = gate or nn.Sigmoid()

    def forward(self, x):
        hidden = cell = x.new_zeros(x.shape[0], self.recurrent_kernel.in_features)
        steps = []
        for arriving in self.kernel(x).unbind(1):
            hidden, cell = self.step(arriving, hidden, cell)
            steps.append(hidden)
        return torch.stack(steps, dim=1) if self.every_step else hidden
''',
    "SimpleRNN": '''\
class SimpleRNN(StepByStep):
    """A simple recurrent layer with one bias."""

    def step(self, arriving, hidden, cell):
        return self.activation(arriving + self.recurrent_kernel(hidden)), cell
''',
    "OneBiasLSTM": '''\
class OneBiasLSTM(StepByStep):
    """A long short-term memory with one bias for each gate, as Keras has it."""

    gates = 4

    def step(self, arriving, hidden, cell):
        i, f, g, o = (arriving + self.recurrent_kernel(hidden)).chunk(4, dim=-1)
        cell = self.gate(f) * cell + self.gate(i) * self.activation(g)
        return self.gate(o) * self.activation(cell), cell
''',
    "ResetFirstGRU": '''\
class ResetFirstGRU(StepByStep):
    """A gated recurrent unit whose reset gate comes before the product."""

    gates = 3

    def step(self, arriving, hidden, cell):
        update, reset, new = arriving.chunk(3, dim=-1)
        of_update, of_reset, of_new = self.recurrent_kernel.weight.chunk(3)
        update = self.gate(update + hidden @ of_update.T)
        reset = self.gate(reset + hidden @ of_reset.T)
        new = self.activation(new + (reset * hidden) @ of_new.T)
        return update * hidden + (1 - update) * new, cell
''',
    "Bidirectional": '''\
class Bidirectional(nn.Module):
    """A recurrent layer over the steps, and another over the steps in reverse."""

    def __init__(self, ahead, back, merge="concat"):
        super().__init__()
        self.ahead = ahead
        self.back = back
        self.merge = merge

    def forward(self, x):
        ahead, back = self.ahead(x), self.back(x.flip(1))
        back = back.flip(1) if back.dim() == x.dim() else back
        if self.merge == "concat":
            return torch.cat([ahead, back], dim=-1)
        merged = {"sum": ahead + back, "ave": (ahead + back) / 2, "mul": ahead * back}
        return merged.get(self.merge, ahead)
''',
    "TimeDistributed": '''\
class TimeDistributed(nn.Module):
    """The same layer at every step."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x.flatten(0, 1)).unflatten(0, x.shape[:2])
''',
    "BatchDepth": '''\
class BatchDepth(nn.Dropout):
    """Leaves out the branch of the whole batch at random in training."""

    def forward(self, x):
        return x * super().forward(x.new_ones(1))
''',
    "SamePadding": '''\
class SamePadding(nn.Module):
    """TensorFlow's `same`, with a size for each axis, dilated, or otherwise filled."""

    def __init__(self, kernel, stride, dilation=1, mode="constant", value=None):
        super().__init__()
        self.windows = (kernel, stride, dilation)
        self.mode = mode
        self.value = value

    def forward(self, x):
        sides = []
        for axis in reversed(range(x.dim() - 2)):
            kernel, stride, dilation = (
                value if isinstance(value, int) else value[axis]
                for value in self.windows
            )
            size = x.shape[axis + 2]
            windows = -(-size // stride)
            total = (windows - 1) * stride + dilation * (kernel - 1) + 1 - size
            sides += [max(total, 0) // 2, max(total, 0) - max(total, 0) // 2]
        return nn.functional.pad(x, sides, mode=self.mode, value=self.value)
''',
    "AxisRescaling": '''\
class AxisRescaling(nn.Module):
    """Fixed factors and offsets along an axis."""

    def __init__(self, scale=1, offset=0, dim=1):
        super().__init__()
        self.scale = scale
        self.offset = offset
        self.dim = dim

    def forward(self, x):
        return x * self.along(x, self.scale) + self.along(x, self.offset)

    def along(self, x, values):
        if isinstance(values, (int, float)):
            return values
        return x.new_tensor(values).view(-1, *(1,) * (x.dim() - 1 - self.dim))
''',
    "Denormalization": '''\
class Denormalization(Normalization):
    """The same the other way round."""

    def forward(self, x):
        shape = (-1, *(1,) * (x.dim() - 1 - self.dim))
        deviation = self.variance.sqrt().clamp(min=1e-7)
        return x * deviation.view(shape) + self.mean.view(shape)
''',
    "GivenNormalization": '''\
class GivenNormalization(nn.Module):
    """By a mean and a variance that are given; or the other way round."""

    def __init__(self, mean, variance, dim=1, invert=False):
        super().__init__()
        self.mean = mean
        self.variance = variance
        self.dim = dim
        self.invert = invert

    def forward(self, x):
        shape = (-1, *(1,) * (x.dim() - 1 - self.dim))
        mean = torch.as_tensor(self.mean).to(x).view(shape)
        variance = torch.as_tensor(self.variance).to(x).view(shape)
        deviation = variance.sqrt().clamp(min=1e-7)
        return x * deviation + mean if self.invert else (x - mean) / deviation
''',
    "NotWritten": '''\
class NotWritten(nn.Module):
    """Stands for a layer that has no counterpart in PyTorch, and says why."""

    def __init__(self, layer, why):
        super().__init__()
        self.why = f"{layer} has no counterpart in PyTorch: {why}"

    def forward(self, *inputs):
        raise NotImplementedError(self.why)
''',
    "round_to": ROUND_TO,
}
