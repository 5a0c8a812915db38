"""Models of PyTorch become specs: as many parameters, the same shapes, their own modules."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from cnncalc.build.reader import read_path, read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.naming import NotKnownError
from cnncalc.importers.problems import ImportProblem
from cnncalc.importers.torch.products import matmul_of
from cnncalc.importers.torch.reader import read
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

ROOT = Path(__file__).parent.parent.parent

MODELS = """
    import sys

    import torch
    from torch import nn
    from torch.nn import functional as F

    class Block(nn.Module):
        def __init__(self, channels, stride=1):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, 2 * channels, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(2 * channels, eps=1e-3)
            self.relu = nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(2 * channels, channels, (1, 1), groups=2)
        def forward(self, x):
            y = self.relu(self.bn1(self.conv1(x)))
            return F.relu(self.conv2(y) + x)

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding="same"), nn.LeakyReLU(0.2))
            self.blocks = nn.Sequential(Block(8), Block(8))
            self.pool = nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Linear(8, 5)
        def forward(self, x):
            y = self.blocks(F.max_pool2d(self.stem(x), 2))
            a, b = y.chunk(2, 1)
            y = torch.cat([b, a], dim=1) * 0.5
            y = torch.roll(y.roll(1, -1), shifts=(-2, 3), dims=(2, 3))
            return self.fc(torch.flatten(self.pool(y), 1)).softmax(-1)

    class Products(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv = nn.Linear(16, 48)
        def forward(self, x):
            q, k, v = self.qkv(x).reshape(-1, 10, 3, 4, 4).swapaxes(1, 3).unbind(dim=2)
            scores = torch.einsum("b h i d, b h j d -> b h i j", q, k).softmax(-1)
            y = torch.einsum("bhij,bhjd->bhid", scores, v).swapdims(1, 2).flatten(2)
            first, second, third = y.tensor_split((2, 5), dim=1)
            return torch.einsum("bji,bjk->bik", second, second) * third[:, :1] + first[:, :1]

    class Sequence(nn.Module):
        def __init__(self):
            super().__init__()
            self.token = nn.Parameter(torch.zeros(1, 1, 16))
            self.places = nn.Parameter(torch.zeros(1, 11, 16))
            self.norm = nn.LayerNorm(16)
            self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
            self.lstm = nn.LSTM(16, 6, bidirectional=True, batch_first=True)
            self.shared = nn.Linear(12, 12)
        def forward(self, x):
            x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.places
            y = self.norm(x)
            x = x + self.attention(y, y, y, need_weights=False)[0]
            y, _ = self.lstm(x)
            return self.shared(self.shared(y))[:, 0]

    class Padded(nn.Module):
        def forward(self, x):
            x = F.pad(F.pad(x, (1, 2)), (0, 0, 0, 0))
            over = -x.shape[-1] % 4
            x = F.pad(x, (over // 2, over - over // 2, 1, 0), value=0.5)
            x = F.pad(x, pad=[0, 0, 2, 1], mode="reflect")
            x = torch.movedim(x.movedim(1, -1), source=(3, 1), destination=(1, 2))
            return F.pad(x, (1, 0, 0, 0, 0, 1))

    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.up = nn.ConvTranspose2d(4, 2, 2, stride=2)
        def forward(self, left, right):
            return torch.mul(self.up(left), right)

    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(1))
        def forward(self, x):
            return x * self.scale / len(x)

    class Holding(nn.Module):
        def __init__(self):
            super().__init__()
            self.shortcut = nn.Sequential()
            self.body = nn.Sequential(nn.Conv2d(3, 3, 1), Counting())
        def forward(self, x):
            return self.shortcut(x) + self.body(x)

    class Sized(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
            self.extra = nn.Conv2d(8, 8, 3, padding=1, groups=8)
            self.tokens = nn.Parameter(torch.zeros(1, 64, 8))
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
            self.lstm = nn.LSTM(8, 6, batch_first=True)
            self.fc = nn.Linear(6, 5)
        def forward(self, x):
            y = self.stem(x)
            if y.shape[2] * y.shape[3] > 16:
                y = self.extra(y)
            for _ in range(y.shape[1] // 4):
                y = self.extra(y)
            y = y.flatten(2).transpose(1, 2) + self.tokens
            y = y + self.attention(y, y, y)[0]
            y, (h, c) = self.lstm(y)
            return self.fc(y[:, -1]), torch.cat([y[:, :8], y[:, 8:16]], dim=2)

    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(20, 8)
            self.conv = nn.Conv1d(8, 4, 3)
        def forward(self, x):
            return self.conv(self.table(x).transpose(1, 2)).amax(-1)

    class Odd(nn.Module):
        def forward(self, x):
            return torch.cumsum(x, 1)

    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.e = nn.Embedding(32, 32)
            self.f = nn.Linear(32, 32)
            self.f.weight = self.e.weight
        def forward(self, x):
            return self.f(self.e(x))

    class Alike(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)
            self.b.weight, self.b.bias = self.a.weight, self.a.bias
        def forward(self, x):
            return self.b(F.relu(self.a(x)))

    class AlikeLate(Alike):
        def __init__(self):
            super().__init__()
            self.a.weight.sum().item()

    class Looked(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(20, 8)
        def forward(self, x):
            return F.linear(self.table(x), self.table.weight)

    class Unused(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(8, 8)
            self.fc = nn.Sequential(nn.Linear(5, 3), nn.Linear(3, 3))
            self.p = nn.Parameter(torch.zeros(1))
            self.lazy = nn.LazyLinear(4)
            self.made, self.seed = nn.Linear(8, 8), nn.Parameter(torch.zeros(1, 8))
        def forward(self, x):
            return self.a(x) + self.made(self.seed)

    class Branching(nn.Module):
        def forward(self, x):
            return x if x.sum() > 0 else -x

    class Hidden(Counting):
        def forward(self, x):
            if torch.compiler.is_exporting():
                raise RuntimeError("not to be exported")
            return super().forward(x)

    class Deciding(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Conv2d(3, 3, 1), Hidden())

    class Assigning(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(4, 8, 3)
        def forward(self, x):
            y = self.a(x)
            y[:, :2] = 0
            return F.relu(y)

    class Named(nn.Module):
        def __init__(self, *names):
            super().__init__()
            self.body = nn.Sequential()
            for name in names:
                self.body.add_module(name, nn.Conv2d(4, 4, 3, padding=1))
        def forward(self, x):
            return self.body(x)

    class Keyword(Named):
        def __init__(self):
            super().__init__("for")
            self.own = Hidden()
        def forward(self, x):
            return self.own(super().forward(x))

    def oddly_named():
        return Named("x y", "$x", "for", 'a"b', "code")

    class Leaving(nn.Module):
        def forward(self, x):
            sys.exit(0)

    class Stopped(nn.Module):
        def forward(self, x):
            raise KeyboardInterrupt

    def leaving():
        sys.exit()

    def broken():
        raise ValueError("no such\\nthing")

    number = 7
"""


@pytest.fixture
def models(tmp_path, monkeypatch):
    (tmp_path / "own_models.py").write_text(textwrap.dedent(MODELS))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "own_models"
    sys.modules.pop("own_models", None)


def built(source, **shapes):
    given = {name if name != "only" else "": shape for name, shape in shapes.items()}
    model = read(source, given, DEFAULT)
    reading = read_text(write(flat_spec(model)))
    assert not reading.failed
    return model, reading.network


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("Small", {"only": (3, 16, 16)}),
        ("Sequence", {"only": (10, 16)}),
        ("Products", {"only": (10, 16)}),
        ("Two", {"left": (4, 8, 8), "right": (2, 16, 16)}),
    ],
)
def test_as_many_parameters_and_the_same_output(models, name, shapes):
    model, net = built(f"{models}:{name}", **shapes)
    module = getattr(sys.modules[models], name)().eval()
    counted = sum(one.numel() for one in module.parameters())
    result = module(*(torch.zeros(1, *shape) for shape in shapes.values()))
    assert net.totals.params == counted
    assert net[model.outputs[0]].output_shape == tuple(result.shape[1:])
    assert model.notes == ()


def test_sums_of_products_are_products_of_matrices_with_their_macs(models):
    model, net = built(f"{models}:Products", only=(10, 16))
    found = [(net[one.name].macs, dict(one.arguments)) for one in model.layers
             if one.type == "matmul"]  # fmt: skip
    assert found == [
        (4 * 10 * 10 * 4, {"transpose_b": True}),
        (4 * 10 * 10 * 4, {}),
        (16 * 16 * 3, {"transpose_a": True}),
    ]


@pytest.mark.parametrize(
    "equation",
    [
        "bij,bjk",
        "bij,jk->bik",
        "bij,bjk->bki",
        "bij,bij->bij",
        "bii,bij->bij",
        "bij,bjk->bij",
        "...",
    ],
)
def test_sums_of_products_that_are_no_product_of_matrices(equation):
    with pytest.raises(NotKnownError):
        matmul_of(equation, (2, 2))


def test_a_module_that_reads_sizes_is_followed_by_export_and_an_empty_one_is_none(models):
    model, net = built(f"{models}:Holding", only=(3, 8, 8))
    assert [one.type for one in model.layers] == ["conv", "custom", "rescaling", "add"]
    assert model.layers[-1].inputs[0] == model.inputs[0][0]
    assert (net.totals.params, len(model.notes)) == (13, 1)


def test_a_module_that_nothing_follows_is_one_layer(models):
    model, net = built(f"{models}:Deciding", only=(3, 8, 8))
    assert [one.type for one in model.layers] == ["conv", "custom"]
    assert (net.totals.params, len(model.notes)) == (12 + 1, 1)


def test_a_model_that_depends_on_the_sizes_is_followed_by_export(models):
    model, net = built(f"{models}:Sized", only=(3, 8, 8))
    module = sys.modules[models].Sized().eval()
    results = module(torch.zeros(1, 3, 8, 8))
    assert net.totals.params == sum(one.numel() for one in module.parameters())
    assert net.totals.buffers == 16
    assert [net[one].output_shape for one in model.outputs] == [
        tuple(one.shape[1:]) for one in results
    ]
    assert [one.type for one in model.layers][:8] == [
        "conv", "batchnorm", "relu", "conv", "conv", "conv", "flatten", "permute",
    ]  # fmt: skip
    shared = [one.shares for one in model.layers if one.name.startswith("extra")]
    assert shared == [None, "extra", "extra"]
    assert [(one.path, one.classes) for one in model.layers[:2]] == [
        (("stem",), ("Sequential",))
    ] * 2
    assert model.notes == ()


def test_a_model_of_indices_is_given_indices(models):
    _, net = built(f"{models}:Words", only=(12,))
    assert net.totals.params == 20 * 8 + 8 * 4 * 3 + 4


def test_layers_are_as_a_person_writes_them_under_their_modules(models):
    model, _ = built(f"{models}:Small", only=(3, 16, 16))
    first = [(one.name, one.type, dict(one.arguments)) for one in model.layers[:5]]
    assert first == [
        ("stem.0", "conv", {"filters": 8, "kernel": 3, "padding": "same"}),
        ("stem.1", "leaky_relu", {"negative_slope": 0.2}),
        ("max_pool2d", "maxpool", {"kernel": 2}),
        ("blocks.0.conv1", "conv", {"filters": 16, "kernel": 3, "padding": 1, "bias": False}),
        ("blocks.0.bn1", "batchnorm", {"eps": 0.001}),
    ]
    assert model.layers[3].path == ("blocks", "0")
    assert model.layers[3].classes == ("Sequential", "Block")
    assert [one.type for one in model.layers[-3:]] == ["global_avgpool", "dense", "softmax"]
    rolled = [dict(one.arguments) for one in model.layers if one.type == "roll"]
    assert rolled == [{"shifts": 1, "axis": 2}, {"shifts": [-2, 3], "axis": [1, 2]}]


def test_padding_is_read_by_its_axes_with_sizes_that_the_model_computes(models):
    model, net = built(f"{models}:Padded", only=(3, 9, 11))
    result = sys.modules[models].Padded()(torch.zeros(1, 3, 9, 11))
    assert net[model.outputs[0]].output_shape == tuple(result.shape[1:])
    assert [(one.type, dict(one.arguments)) for one in model.layers[:-1]] == [
        ("pad", {"padding": [[0, 0], [1, 2]]}),
        ("pad", {"padding": [[1, 0], [1, 1]], "mode": "constant", "value": 0.5}),
        ("pad", {"padding": [[2, 1], [0, 0]], "mode": "reflect"}),
        ("permute", {"dims": [1, 2, 0]}),
        ("permute", {"dims": [2, 0, 1]}),
    ]
    assert model.layers[-1].type == "custom"  # there are no channels that padding goes round


def test_a_module_that_is_called_twice_shares_its_weights(models):
    model, _ = built(f"{models}:Sequence", only=(10, 16))
    assert [one.shares for one in model.layers if one.type == "dense"] == [None, "shared"]
    types = [one.type for one in model.layers]
    assert types[:4] == ["class_token", "position_embedding", "layernorm", "attention"]


@pytest.mark.parametrize(("name", "shape"), [("Alike", 8), ("AlikeLate", 8), ("Looked", 5)])
def test_parameters_that_are_the_same_tensor_count_once(models, name, shape):
    model, net = built(f"{models}:{name}", only=(shape,))
    module = getattr(sys.modules[models], name)()
    assert net.totals.params == sum(one.numel() for one in module.parameters())
    assert model.layers[-1].shares == (None if name == "Looked" else "a")


def test_the_same_tensor_in_layers_of_two_types_is_named_and_the_totals_are_compared(models):
    reading = read_path(f"{models}:Tied", shapes={"": (7,)})
    assert reading.network.totals.params == 2 * 32 * 32 + 32
    assert [one.notes for one in reading.diagnostics] == [
        ("f: 1,024 of its weights are those of e, and count twice",)
    ]
    (remark,) = reading.remarks
    assert remark.endswith("of the model are 1,056, those of the spec 2,080: 1,024 more")


def test_what_forward_does_not_use_is_named_with_its_parameters(models):
    reading = read_path(f"{models}:Unused", shapes={"": (8,)})
    assert reading.network.totals.params == 8 * 8 + 8
    said = [note for one in reading.diagnostics for note in one.notes]
    assert [one for one in said if " never " in one or "in no layer" in one] == [
        "p: 1 parameter is never used by `forward`",
        "seed: 8 parameters are in no layer of the spec",
        "fc: 30 parameters are never used by `forward`",
        "made: 72 parameters are in no layer of the spec",
    ]
    (remark,) = reading.remarks
    assert remark.endswith("model are 183, those of the spec 72: 111 fewer")


def test_what_has_no_layer_is_a_custom_and_named(models):
    model, net = built(f"{models}:Odd", only=(4, 4))
    assert [one.type for one in model.layers] == ["custom"]
    assert model.notes == ("cumsum: cumsum is a `custom`",)
    assert net["cumsum"].output_shape == (4, 4)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("no_such_module:Small", "cannot be imported"),
        ("own_models:Missing", "no `Missing` that can be called"),
        ("own_models:number", "no `number` that can be called"),
        ("own_models:broken", "ValueError: no such"),
        ("own_models:Branching", "cannot be traced"),
        ("own_models:Leaving", "cannot be traced: SystemExit: 0"),
        ("own_models:leaving", "cannot be built: SystemExit$"),
        ("own_models:Keyword", "the name of the module `body.for` cannot be written in Python"),
        ("own_models:Two", "the shape of the input `right`"),
    ],
)
def test_what_cannot_be_read_is_one_line(models, source, wanted):
    assert models
    with pytest.raises(ImportProblem, match=wanted) as caught:
        read(source, {"": (4, 4, 4)}, DEFAULT)
    assert "\n" not in caught.value.message


def test_ending_the_process_at_the_import_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "ending.py").write_text("import sys\nsys.exit(0)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ImportProblem, match="ending cannot be imported: SystemExit: 0"):
        read("ending:Model", {"": (4, 4, 4)}, DEFAULT)


def test_an_interrupt_is_left_to_the_command(models):
    with pytest.raises(KeyboardInterrupt):
        read(f"{models}:Stopped", {"": (4, 4, 4)}, DEFAULT)


def test_nothing_is_logged_of_a_model_that_depends_on_its_values(models, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cnncalc", "import", f"{models}:Branching", "--input", "4x4x4"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error[E001]: own_models:Branching cannot be traced")
    assert done.stderr.rstrip().count("\n") == 0


def test_an_assignment_to_a_part_is_followed_by_export(models):
    model, net = built(f"{models}:Assigning", only=(4, 8, 8))
    assert [one.type for one in model.layers] == ["conv", "relu"]
    assert net.totals.params == 4 * 8 * 9 + 8


def test_modules_of_any_name_are_read(models):
    model, net = built(f"{models}:oddly_named", only=(4, 8, 8))
    names = [one.name for one in model.layers]
    assert names == ["body.x y", "body._x", "body.for", 'body.a"b', "body.code"]
    assert net.totals.params == 5 * (4 * 4 * 9 + 4)


def test_a_shape_that_does_not_fit_is_one_line(models):
    with pytest.raises(ImportProblem, match="does not run"):
        read(f"{models}:Small", {"": (4, 8, 8)}, DEFAULT)
