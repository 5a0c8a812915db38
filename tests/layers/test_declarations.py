"""Every layer declares itself whole: documentation, examples, arguments, names, its page.

The figures of the examples are worked out by hand from the formulas that the documentation of
each type names.
"""

from __future__ import annotations

import re
from collections import Counter
from inspect import cleandoc

import pytest
from batches import batch

import cnncalc
from cnncalc.analysis.formula.tree import Binary, Call, Choice, Name, Negative, parse
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.layers import registry
from cnncalc.layers.base.argument import REQUIRED, describe_default
from cnncalc.layers.base.documentation import documentation
from cnncalc.layers.base.formulas import MEANINGS
from cnncalc.render.catalogue import headline, listing, page

TYPES = registry.types()
BY_TYPE = {layer.type: layer for layer in TYPES}
every_type = batch("layer", TYPES, ids=lambda layer: layer.type)

MAPS = (4, 8, 8)

#: Type, the shape that arrives at its example, the shape that leaves; else both are `MAPS`.
SHAPES = {
    "glu": (MAPS, (4 // 2, 8, 8)),
    "adaptive_avgpool": (MAPS, (4, 7, 7)),
    "adaptive_maxpool": (MAPS, (4, 7, 7)),
    "global_avgpool": (MAPS, (4,)),
    "global_maxpool": (MAPS, (4,)),
    "attention": ((10, 64), (10, 64)),
    "multi_head_attention": ((10, 32), (10, 32)),
    "conv": (MAPS, (64, (8 + 2 - 3) // 2 + 1, (8 + 2 - 3) // 2 + 1)),
    "separable_conv": (MAPS, (128, 8, 8)),
    "dense": (MAPS, (4, 8, 100)),
    "embedding": ((12,), (12, 64)),
    "class_token": ((10, 16), (10 + 1, 16)),
    "position_embedding": ((10, 16), (10, 16)),
    "custom": (MAPS, (64,)),
    "concat": (MAPS, (4 + 4, 8, 8)),
    "groupnorm": ((16, 8, 8), (16, 8, 8)),
    "pad": (MAPS, (4, 8, 1 + 8 + 1)),
    "crop": (MAPS, (4, 8 - 2 - 2, 8)),
    "maxpool": (MAPS, (4, 8 // 2, 8 // 2)),
    "avgpool": (MAPS, (4, (8 - 3) // 2 + 1, (8 - 3) // 2 + 1)),
    "lppool": (MAPS, (4, 8 // 2, 8 // 2)),
    "rnn": ((10, 32), (10, 64)),
    "lstm": ((10, 32), (10, 128)),
    "gru": ((10, 32), (10, 128)),
    "upsample": (MAPS, (4, 8 * 2, 8 * 2)),
    "pixel_shuffle": (MAPS, (4 // 2**2, 8 * 2, 8 * 2)),
    "pixel_unshuffle": (MAPS, (4 * 2**2, 8 // 2, 8 // 2)),
    "unfold": (MAPS, (4 * 3 * 3, 6 * 6)),
    "fold": ((3 * 2 * 2, 2 * 2), (3, 4, 4)),
    "flatten": (MAPS, (4 * 8 * 8,)),
    "reshape": ((400,), (16, 5, 5)),
    "unflatten": ((12,), (4, 12 // 4)),
    "permute": ((4, 8, 9), (8, 9, 4)),
    "repeat_vector": ((5,), (3, 5)),
    "split": ((1 + 2, 8, 8), (2, 8, 8)),
    "chunk": ((6, 8, 8), (6 // 3, 8, 8)),
    "slice": (MAPS, (2 - 0, 8, 8)),
    "conv_transpose": (MAPS, (64, (8 - 1) * 2 + 2, (8 - 1) * 2 + 2)),
    "dot": ((10, 8), (10, 10)),
    "dot_product_attention": ((10, 8), (10, 8)),
    "additive_attention": ((10, 8), (10, 8)),
    "mean": (MAPS, (8, 8)),
    "reduce_sum": (MAPS, (8, 8)),
    "max": (MAPS, (8, 8)),
    "min": (MAPS, (8, 8)),
    "bilinear": ((5, 6), (5, 10)),
    "transformer_encoder_layer": ((10, 16), (10, 16)),
    "transformer_decoder_layer": ((10, 16), (10, 16)),
    "resizing": (MAPS, (4, 224, 224)),
    "conv_lstm": ((5, 4, 8, 8), (16, 8, 8)),
    "einsum_dense": ((10, 32), (10, 64)),
    "time_distributed": ((7, 4), (7, 10)),
    "bidirectional": ((7, 4), (2 * 64,)),
}

#: Parameters, buffers and MACs of the examples; all others have none.
FIGURES = {
    "prelu": (1, 0, 0),
    "attention": (64 * (64 + 64 + 64) + 3 * 64 + 64 * 64 + 64, 0, 4 * 10 * 64**2 + 2 * 10**2 * 64),
    "multi_head_attention": (
        3 * (8 * 64 * (32 + 1)) + (8 * 64 + 1) * 32,
        0,
        4 * 10 * 32 * 8 * 64 + 2 * 10**2 * 8 * 64,
    ),
    "conv": ((3 * 3 * 4 + 1) * 64, 0, 64 * 4 * 4 * 4 * 3 * 3),
    "depthwise_conv": ((3 * 3 + 1) * 4, 0, 4 * 8 * 8 * 3 * 3),
    "separable_conv": (3 * 3 * 4 + 4 * 128 + 128, 0, 8 * 8 * 4 * (3 * 3 + 128)),
    "dense": ((8 + 1) * 100, 0, 4 * 8 * 100 * 8),
    "embedding": (1000 * 64, 0, 0),
    "layer_scale": (4, 0, 0),
    "parameter": (1 * 64, 0, 0),
    "class_token": (16, 0, 0),
    "position_embedding": (10 * 16, 0, 0),
    "squeeze_excite": ((4 + 1) * 2 + (2 + 1) * 4, 0, 2 * 4 * 2),
    "custom": (4160, 0, 4096),
    "batchnorm": (4 + 4, 4 + 4, 0),
    "layernorm": (4 + 4, 0, 0),
    "rmsnorm": (4, 0, 0),
    "groupnorm": (16 + 16, 0, 0),
    "normalization": (0, 8 + 8 + 1, 0),
    "rnn": (64 * (32 + 64) + 2 * 64, 0, 10 * 64 * (32 + 64)),
    "lstm": (4 * (128 * (32 + 128) + 2 * 128), 0, 10 * 4 * 128 * (32 + 128)),
    "gru": (3 * (128 * (32 + 128) + 2 * 128), 0, 10 * 3 * 128 * (32 + 128)),
    "conv_transpose": (2 * 2 * 4 * 64 + 64, 0, 4 * 8 * 8 * 64 * 2 * 2),
    "matmul": (0, 0, 4 * 8 * 8 * 8),
    "dot": (0, 0, 10 * 10 * 8),
    "window_attention": (
        4 * 4 * 4 + 4 * 4 + (2 * 4 - 1) ** 2 * 2,
        (4 * 4) ** 2,
        8 * 8 * 4 * (4 * 4 + 2 * 4 * 4),
    ),
    "dot_product_attention": (0, 0, 2 * 10 * 10 * 8),
    "additive_attention": (8, 0, 10 * 10 * 8),
    "bilinear": (10 * 6 * 6 + 10, 0, 5 * 10 * (6 * 6 + 6)),
    "transformer_encoder_layer": (
        4 * (16 * 16 + 16) + 2 * 16 * 2048 + 2048 + 16 + 2 * 2 * 16,
        0,
        4 * 10 * 16 * 16 + 2 * 10 * 10 * 16 + 2 * 10 * 16 * 2048,
    ),
    "transformer_decoder_layer": (
        8 * (16 * 16 + 16) + 2 * 16 * 2048 + 2048 + 16 + 3 * 2 * 16,
        0,
        8 * 10 * 16 * 16 + 4 * 10 * 10 * 16 + 2 * 10 * 16 * 2048,
    ),
    "conv_lstm": (
        4 * 16 * (3 * 3 * (4 + 16) + 1),
        0,
        5 * 8 * 8 * 4 * 16 * 3 * 3 * (4 + 16),
    ),
    "einsum_dense": (32 * 64 + 64, 0, 10 * 32 * 64),
    "time_distributed": ((4 + 1) * 10, 0, 7 * 4 * 10),
    "bidirectional": (2 * 4 * 64 * (4 + 64 + 1), 0, 2 * 7 * 4 * 64 * (4 + 64)),
}


def built(layer, example=""):
    """The node of a type's example, which takes the input as often as the type asks for."""
    shape, _ = SHAPES.get(layer.type, (MAPS, MAPS))
    head, _, argument = (example or layer.example).partition(":")
    least, most = layer.arity
    sources = ", ".join(["input"] * (2 if most is None else max(least, 1)))
    text = f"input: {list(shape)}\nlayers:\n  - {head}:{argument}\n    from: [{sources}]\n"
    (node,) = cnncalc.parse(text).layers
    return node


def test_the_registry_holds_every_type_once():
    assert len(BY_TYPE) == len(TYPES) > 70
    assert set(SHAPES) | set(FIGURES) <= set(BY_TYPE)


@every_type
def test_documentation_names_what_comes_out_and_what_is_held(layer):
    text = documentation(layer)
    assert headline(layer)
    assert re.search(r"^ *Output( and parameters| sizes)?:| becomes ", text, re.MULTILINE)
    assert re.search(r"[Pp]arameters:", text)


@every_type
def test_every_name_in_a_formula_is_an_argument_or_explained(layer):
    for text in layer.formulas.values():
        for name in names_in(parse(text)):
            assert name in layer.lookup or name in MEANINGS, (layer.type, name)


def names_in(formula):
    """The names of quantities in a formula."""
    if isinstance(formula, Name):
        return {formula.text}
    parts = formula.arguments if isinstance(formula, Call) else formula
    return {
        name
        for part in parts
        if isinstance(part, (Name, Binary, Call, Negative, Choice))
        for name in names_in(part)
    }


def test_every_explained_name_is_in_a_formula():
    used = {name for layer in TYPES for text in layer.formulas.values()
            for name in names_in(parse(text))}  # fmt: skip
    assert set(MEANINGS) <= used


@every_type
def test_documentation_says_none_where_there_is_none(layer):
    text = documentation(layer)
    params, buffers, macs = FIGURES.get(layer.type, (0, 0, 0))
    if "Parameters: none" in text:
        assert params == 0
    if "MACs: 0" in text:
        assert macs == 0
    assert not macs or "MACs:" in text
    assert not buffers or "Buffers:" in text


@every_type
def test_the_example_parses_to_the_type_and_its_shape(layer):
    node = built(layer)
    assert node.type == layer.type
    assert node.output_shape == SHAPES.get(layer.type, (MAPS, MAPS))[1]


@every_type
def test_the_example_has_the_figures_of_its_formula(layer):
    node = built(layer)
    assert (node.params, node.buffers, node.macs) == FIGURES.get(layer.type, (0, 0, 0))


@every_type
def test_parameters_are_the_sum_of_the_weights(layer):
    node = built(layer)
    sizes = Counter()
    for weight in node.weights:
        elements = 1
        for size in weight.shape:
            elements *= size
        sizes["buffers" if weight.buffer else "params"] += elements
    assert (sizes["params"], sizes["buffers"]) == (node.params, node.buffers)


@every_type
def test_every_argument_has_help_without_a_full_stop(layer):
    for argument in layer.arguments.values():
        assert argument.help
        assert not re.search(r"(?<!\.)\.$", argument.help)
        assert argument.kind.describe()


@every_type
def test_the_names_of_arguments_do_not_collide(layer):
    every = (*layer.arguments.values(), *layer.inert.values())
    counted = Counter(name for argument in every for name in argument.names)
    assert [name for name, times in counted.items() if times > 1] == []
    assert set(counted) == set(layer.lookup)


@every_type
def test_no_default_is_refused_by_its_own_argument(layer):
    for argument in layer.arguments.values():
        if argument.default is not REQUIRED and argument.default is not None:
            assert argument.kind.parse(argument.default) is not None


@every_type
def test_a_value_alone_is_the_argument_that_is_needed_most(layer):
    required = [name for name, spec in layer.arguments.items() if spec.default is REQUIRED]
    assert not required or layer.main in required
    assert layer.main in layer.arguments or not layer.arguments


def test_no_two_types_have_a_name_in_common():
    counted = Counter(name.text for layer in TYPES for name in layer.names)
    assert [name for name, times in counted.items() if times > 1] == []


def test_no_type_is_called_like_a_key_of_the_language():
    assert not set(registry.names()) & {*ENTRY_KEYS, *COMPOSITES}


#: torch.nn.MultiheadAttention and keras.layers.MultiHeadAttention are different layers, and so are
#: our `attention`, which has projections, and keras.layers.Attention, which has none.
AMBIGUOUS = ["attention", "multiheadattention"]


def folded(text):
    return text.replace("_", "").replace("-", "").lower()


def test_names_of_different_types_differ_in_more_than_case_and_underscores():
    types: dict[str, set[str]] = {}
    for text, name in registry.names().items():
        types.setdefault(folded(text), set()).add(name.layer.type)
    assert [key for key, several in types.items() if len(several) > 1] == AMBIGUOUS


@batch("text", sorted(registry.names()))
def test_a_name_finds_its_type(text):
    assert registry.find(text).layer is registry.names()[text].layer


@batch("text", sorted(text for text in registry.names() if folded(text) not in AMBIGUOUS))
def test_a_name_finds_its_type_in_other_spellings(text):
    wanted = registry.names()[text].layer
    for spelling in (text.upper(), text.replace("_", "-"), f"_{text.lower()}_"):
        assert registry.find(spelling).layer is wanted


def words(text):
    return " ".join(text.split())


@every_type
def test_the_page_shows_every_argument_with_default_and_names(layer):
    shown = words(page(layer))
    for name, argument in layer.arguments.items():
        default = describe_default(argument)
        assert words(f"{name} {argument.help}; {argument.kind.describe()}; ") in shown
        assert default in shown
        for other in argument.names:
            assert re.search(rf"(?<!\w){other}(?!\w)", shown)
    for argument in layer.inert.values():
        for other in argument.names:
            assert re.search(rf"(?<!\w){other}(?!\w)", shown)


@every_type
def test_the_page_shows_the_documentation_every_name_and_the_example(layer):
    shown = words(page(layer))
    assert words(documentation(layer)) in shown
    for name in layer.names:
        assert re.search(rf"(?<!\w){name.text}(?!\w)", shown)
    assert f"- {layer.example}" in shown


@every_type
def test_the_listing_has_a_line_for_the_type(layer):
    (line,) = [row for row in listing(TYPES).splitlines() if row.split()[:1] == [layer.type]
               and row.startswith("  ")]  # fmt: skip
    assert headline(layer) in line
    for name in layer.names:
        assert name.dialect == "own" or name.text in line.split()


@pytest.mark.parametrize(
    ("type_", "framework", "names"),
    [
        ("conv", "torch.nn", "Conv1d, Conv2d, Conv3d"),
        ("dense", "torch.nn", "Linear"),
        ("dense", "keras.layers", "Dense"),
        ("flatten", "both", "Flatten"),
        ("batchnorm", "keras.layers", "BatchNormalization"),
    ],
)
def test_the_page_says_whose_a_name_is(type_, framework, names):
    (line,) = [
        row for row in page(BY_TYPE[type_]).splitlines() if row.strip().startswith(framework)
    ]
    assert words(line).startswith(f"{framework} {names}")


@pytest.mark.parametrize("name", ["Conv2d", "Conv2D", "convolution", "CONV"])
def test_the_page_is_found_by_any_name(cnncalc, name):
    done = cnncalc("layers", name)
    assert done.returncode == 0
    assert done.stdout.rstrip("\n") == page(BY_TYPE["conv"]).rstrip("\n")


@batch("layer", TYPES, ids=lambda layer: layer.type)
def test_documentation_begins_with_the_docstring_without_its_indentation(layer):
    assert documentation(layer).startswith(cleandoc(layer.__doc__))


@every_type
def test_every_name_on_a_page_is_followed_by_two_spaces_or_more(layer):
    lines = page(layer).splitlines()
    for name in layer.arguments:
        assert any(re.match(rf"  {name} {{2,}}\S", line) for line in lines), name
