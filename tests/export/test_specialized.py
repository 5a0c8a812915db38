"""A helper has what the calls of its file need of it, and no more."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from batches import batch
from helper_arguments import constructor_of, optional_of
from test_style import check_style

from cnncalc.export.helpers import helper_texts
from cnncalc.export.keras.helpers import HELPERS, text_of_helper
from cnncalc.export.pytorch.modules import MODULES, text_of_module


def made(helper: str, code: str, *more: str) -> str:
    """A helper as it stands in a file with some code."""
    texts = {name: dedent(text) for name, text in zip("hgf", (helper, *more), strict=False)}
    return "\n\n\n".join(helper_texts(texts, code))


FUNCTION = """\
def h(x, size, scale=1, axis=-1, bias=True):
    sizes = [size] * len(x.shape) if isinstance(size, int) else size
    if scale > 1:
        x = x * scale
    return g(x, sizes, scale - 2, axis=axis, bias=bias)
"""


#: The function with nothing given beyond what has to be, where `size` is a number.
ONE_SIZE = """\
def h(x, size):
    sizes = [size] * len(x.shape)
    return g(x, sizes, -1, axis=-1)
"""

#: The same where it may be several.
SIZE_OR_SIZES = """\
def h(x, size):
    sizes = [size] * len(x.shape) if isinstance(size, int) else size
    return g(x, sizes, -1, axis=-1)
"""


@batch("code, expected", [
    # Nothing is given beyond what has to be: the defaults are put in and folded, but an argument
    # that has the framework's default is left out.
    ("h(x, 2)", ONE_SIZE),
    # A size that may be a tuple is not taken for a number.
    ("def f(x, size=(2, 2)):\n    return h(x, size)", SIZE_OR_SIZES),
    ("h(x, 2); h(x, (2, 2))", SIZE_OR_SIZES),
    # It is one where whoever calls the caller gives numbers, and nothing but numbers.
    ("def f(x, size=2):\n    return h(x, size // 2)\nf(x, 4)", ONE_SIZE),
    ("def f(x, size=2):\n    return h(x, size)\nf(x, (4, 4))", SIZE_OR_SIZES),
    # What any call gives stays, by its place or by its name.
    ("h(x, 2); h(x, 2, 3)", """\
        def h(x, size, scale=1):
            sizes = [size] * len(x.shape)
            if scale > 1:
                x = x * scale
            return g(x, sizes, scale - 2, axis=-1)"""),
    ("h(x, 2, bias=False)", """\
        def h(x, size, bias=True):
            sizes = [size] * len(x.shape)
            return g(x, sizes, -1, axis=-1, bias=bias)"""),
    # Calls that cannot be seen may give everything.
    ("TABLE = {1: h}", FUNCTION),
    ("h(*arguments)", FUNCTION),
    ("h(x, **arguments)", FUNCTION),
])  # fmt: skip
def test_a_function(code, expected):
    assert made(FUNCTION, code) == dedent(expected).rstrip()


CLASS = """\
class h(nn.Module):
    def __init__(self, features, rate=0.0, shift=0, value=None, **options):
        super().__init__()
        self.shift = (shift, shift)
        self.scale = None if value is None else nn.Parameter(value)
        self.dropout = nn.Dropout(rate)
        self.inner = nn.Linear(features, features, **options)

    def forward(self, x):
        x = x.roll(self.shift, (1, 2))
        right = self.shift[1] * (x.shape[1] > 2)
        if right:  # the last column
            x = x[:, :right]
        x = x if self.scale is None else x * self.scale
        return self.dropout(self.inner(x))
"""


def test_a_class():
    assert made(CLASS, "h(4)") == dedent("""\
        class h(nn.Module):
            def __init__(self, features):
                super().__init__()
                self.inner = nn.Linear(features, features)

            def forward(self, x):
                return self.inner(x)""")


def test_a_class_of_which_all_is_used():
    assert made(CLASS, "h(4, 0.5, shift, value=x, bias=False)") == CLASS.rstrip()


def test_a_comment_stays_with_its_line():
    assert "if right:  # the last column" in made(CLASS, "h(4, shift=1)")


def test_a_class_is_called_by_the_names_of_those_made_of_it():
    base = """\
        class h(nn.Module):
            def __init__(self, features, dim=1, bias=True):
                super().__init__()
                self.inner = nn.Linear(features, features, bias=bias)
                self.dim = dim
    """
    derived = """\
        class g(h):
            def forward(self, x):
                return self.inner(x).sum(self.dim)
    """
    assert made(base, "g(4, bias=False)", derived) == dedent("""\
        class h(nn.Module):
            def __init__(self, features, bias=True):
                super().__init__()
                self.inner = nn.Linear(features, features, bias=bias)


        class g(h):
            def forward(self, x):
                return self.inner(x).sum(1)""")


def test_a_helper_that_no_other_calls_any_more_is_left_out():
    needed = "def h(x):\n    return x + 1\n"
    caller = "def g(x, more=False):\n    return h(x) if more else x\n"
    assert made(needed, "g(x)", caller) == "def g(x):\n    return x"
    assert made(needed, "g(x, more=True)", caller) == f"{needed}\n\n{caller}".rstrip()


def test_code_too_deep_to_be_parsed_has_helpers_as_they_are():
    deep = "x = " + " + ".join(["a"] * 200_000)
    assert helper_texts({"h": FUNCTION}, deep) == [FUNCTION.rstrip()]


def calls_of(name: str, text: str) -> list[str]:
    """Calls of a helper: with no more than it has to be given, with all, with each more alone."""
    tree = ast.parse(text)
    part = constructor_of(tree, name)
    names = [one.arg for one in part.args.args if one.arg != "self"] if part else []
    optional = [one for _, one in optional_of(tree, name)]
    least = [one for one in names if one not in optional]
    more = [[], optional, *([one] for one in optional)]
    return [f"{name}({', '.join([*least, *(f'{one}={one}' for one in some)])})" for some in more]


@pytest.mark.parametrize("framework", ["pytorch", "keras"])
def test_every_helper_is_clean_whatever_is_given(framework, tmp_path):
    texts = {one: text_of_module(one) for one in MODULES}
    head = "import torch\nfrom torch import nn"
    if framework == "keras":
        texts = {one: text_of_helper(one) for one in HELPERS}
        head = "import math\n\nimport keras\nfrom keras import layers, ops"
    calls = [calls_of(name, text) for name, text in texts.items()]
    for number in range(max(map(len, calls))):
        some = [one[number] if number < len(one) else one[0] for one in calls]
        code = "def net(**options):\n    return [\n" + "".join(f"        {one},\n" for one in some)
        file = "\n\n\n".join(["# ruff: noqa: F821\n" + head, *helper_texts(texts, code + "    ]")])
        (tmp_path / f"net_{number}.py").write_text(f"{file}\n", encoding="utf-8")
    check_style(tmp_path)
