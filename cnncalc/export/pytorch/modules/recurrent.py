"""Recurrent layers, and what goes over the steps of a sequence."""

from __future__ import annotations

#: The text of each module, by its name.
TEXTS: dict[str, str] = {
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
        if self.every_step:
            steps = []
        for arriving in self.kernel(x).unbind(1):
            hidden, cell = self.step(arriving, hidden, cell)
            if self.every_step:
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
}
