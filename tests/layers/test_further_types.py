"""Products, reductions, whole transformer layers, wrappers: as the frameworks have them.

Shapes and parameters were read from torch 2.13.0 and Keras 3.15.1 (`layer.count_params()`,
`output_shape`); MACs are those of `torch.utils.flop_counter.FlopCounterMode` where it counts them,
else worked out from the formula that the documentation names.
"""

from __future__ import annotations

from batches import batch
from dumps import dump
from stated import false_statements

from cnncalc.build.reader import read_text
from cnncalc.diagnostics import codes


def read(entry, *shapes, layout="channels_last"):
    inputs = {f"x{index}": list(shape) for index, shape in enumerate(shapes)}
    document = {"inputs": inputs, "layout": layout, "layers": [{**entry, "from": [*inputs]}]}
    return read_text(dump(document))


def figures(entry, *shapes, layout="channels_last"):
    reading = read(entry, *shapes, layout=layout)
    assert not reading.failed, [one.message for one in reading.diagnostics]
    (node,) = reading.network.layers
    assert false_statements(node) == []
    return node.output_shape, node.params, node.macs


def refusal(entry, *shapes, layout="channels_last"):
    (found,) = read(entry, *shapes, layout=layout).diagnostics
    return found.code


@batch(
    ("axes", "first", "second", "answer", "macs"),
    [
        (1, (5,), (5,), (1,), 5), (2, (4, 5), (3, 5), (4, 3), 60),
        ([2, 1], (4, 5), (5, 3), (4, 3), 60), (1, (5, 2), (5, 3), (2, 3), 30),
        (-1, (4, 5), (3, 5), (4, 3), 60), ([1, 1], (5,), (5, 3), (3,), 15),
        ([2, 1], (4, 5), (5,), (4,), 20), (3, (2, 4, 5), (2, 3, 5), (2, 4, 2, 3), 240),
    ],
)  # fmt: skip
def test_dot_of_keras(axes, first, second, answer, macs):
    assert figures({"Dot": {"axes": axes}}, first, second) == (answer, 0, macs)


def test_dot_over_axes_of_different_sizes_is_refused():
    assert refusal({"Dot": {"axes": 2}}, (4, 5), (3, 6)) == codes.MERGE


@batch(
    ("arguments", "first", "second", "answer", "inner"),
    [
        ({}, (4, 5), (5, 6), (4, 6), 5), ({}, (2, 3, 4, 5), (3, 5, 6), (2, 3, 4, 6), 5),
        ({}, (2, 1, 4, 5), (3, 5, 6), (2, 3, 4, 6), 5),
        ({"transpose_b": True}, (3, 4, 5), (3, 6, 5), (3, 4, 6), 5),
        ({"transpose_a": True}, (5, 4), (5, 6), (4, 6), 5),
    ],
)  # fmt: skip
def test_matrix_products(arguments, first, second, answer, inner):
    elements = 1
    for size in answer:
        elements *= size
    assert figures({"matmul": arguments}, first, second) == (answer, 0, elements * inner)


@batch(("first", "second"), [((4, 5), (4, 5)), ((2, 4, 5), (3, 5, 6))])
def test_matrices_that_do_not_meet_are_refused(first, second):
    assert refusal({"matmul": {}}, first, second) == codes.MERGE


@batch(
    ("entry", "shapes", "answer", "params", "macs"),
    [
        ({"Attention": {}}, [(8, 6), (5, 6)], (8, 6), 0, 480),
        ({"Attention": {}}, [(8, 6), (5, 4), (5, 6)], (8, 4), 0, 400),
        ({"Attention": {"use_scale": True}}, [(8, 6), (5, 6)], (8, 6), 1, 480),
        ({"Attention": {"score_mode": "concat"}}, [(8, 6), (5, 6)], (8, 6), 1, 240),
        ({"Attention": {"score_mode": "concat", "use_scale": True}}, [(8, 6), (5, 6)], (8, 6), 2,
         240),
        ({"AdditiveAttention": {}}, [(8, 6), (5, 6)], (8, 6), 6, 240),
        ({"AdditiveAttention": {"use_scale": False}}, [(8, 6), (5, 6)], (8, 6), 0, 240),
        ({"dot_product_attention": {}}, [(8, 6), (5, 6), (5, 4)], (8, 4), 0, 400),
        ({"sdpa": {}}, [(3, 8, 6), (3, 5, 6), (3, 5, 4)], (3, 8, 4), 0, 1200),
    ],
    ids=str,
)  # fmt: skip
def test_attention_without_projections(entry, shapes, answer, params, macs):
    assert figures(entry, *shapes) == (answer, params, macs)


@batch(
    ("arguments", "shape", "answer", "params", "macs"),
    [
        ({"equation": "ab,bc->ac", "output_shape": 64, "bias_axes": "c"}, (32,), (64,), 2112,
         2048),
        ({"equation": "abc,cd->abd", "output_shape": [None, 64], "bias_axes": "d"}, (10, 32),
         (10, 64), 2112, 20480),
        ({"equation": "...x,xy->...y", "output_shape": 64, "bias_axes": "y"}, (10, 32), (10, 64),
         2112, 20480),
        ({"equation": "abc,cde->abde", "output_shape": [None, 8, 4], "bias_axes": "de"}, (10, 32),
         (10, 8, 4), 1056, 10240),
        ({"equation": "abc,bd->adc", "output_shape": [7, 32]}, (10, 32), (7, 32), 70, 2240),
        ({"equation": "abc,cd->abd", "output_shape": [10, 64], "bias_axes": "bd"}, (10, 32),
         (10, 64), 2688, 20480),
        ({"equation": "abcd,cde->abe", "output_shape": [None, 6], "bias_axes": "e"}, (10, 3, 4),
         (10, 6), 78, 720),
    ],
    ids=str,
)  # fmt: skip
def test_einsum_dense(arguments, shape, answer, params, macs):
    assert figures({"EinsumDense": arguments}, shape) == (answer, params, macs)


@batch(
    ("arguments", "code"),
    [
        ({"equation": "abc,cd->abd", "output_shape": [11, 64]}, codes.DECLARED),
        ({"equation": "abc,cd", "output_shape": 64}, codes.BAD_VALUE),
        ({"equation": "abcd,de->abce", "output_shape": [None, None, 4]}, codes.RANK),
        ({"equation": "abc,cd->abd", "output_shape": [None, None]}, codes.MISSING_ARGUMENT),
        ({"equation": "abc,cd->abd", "output_shape": 64}, codes.BAD_VALUE),
        ({"equation": "abc,cd->abd", "output_shape": [None, 4], "bias_axes": "c"},
         codes.BAD_VALUE),
    ],
    ids=str,
)  # fmt: skip
def test_equations_that_do_not_fit_are_refused(arguments, code):
    assert refusal({"EinsumDense": arguments}, (10, 32)) == code


@batch(
    ("name", "arguments", "shape", "answer", "params", "positions", "matrices"),
    [
        # `matrices` are the parameters without the biases; MACs: 4 steps over the positions.
        ("ConvLSTM2D", {}, (4, 9, 8, 2), (7, 6, 6), 1752, 42, 1728),
        ("ConvLSTM2D", {"padding": "same", "return_sequences": True}, (4, 9, 8, 2), (4, 9, 8, 6),
         1752, 72, 1728),
        ("ConvLSTM2D", {"strides": 2}, (4, 9, 8, 2), (4, 3, 6), 1752, 12, 1728),
        ("ConvLSTM2D", {"dilation_rate": 2, "use_bias": False}, (4, 9, 8, 2), (5, 4, 6), 1728, 20,
         1728),
        ("ConvLSTM2D", {"data_format": "channels_first"}, (4, 2, 9, 8), (6, 7, 6), 1752, 42, 1728),
        ("ConvLSTM1D", {"padding": "same"}, (4, 9, 2), (9, 6), 600, 9, 576),
    ],
    ids=str,
)  # fmt: skip
def test_convolutional_lstm(name, arguments, shape, answer, params, positions, matrices):
    entry = {name: {"filters": 6, "kernel_size": 3, **arguments}}
    assert figures(entry, shape) == (answer, params, 4 * positions * matrices)


@batch(
    ("entry", "shape", "answer", "params", "macs"),
    [
        ({"Bidirectional": {"layer": {"LSTM": {"units": 5}}}}, (7, 4), (10,), 400, 2520),
        ({"Bidirectional": {"LSTM": {"units": 5}}}, (7, 4), (10,), 400, 2520),
        ({"Bidirectional": {"layer": {"GRU": {"units": 5, "return_sequences": True}},
                            "merge_mode": "sum"}}, (7, 4), (7, 5), 330, 1890),
        ({"Bidirectional": {"layer": {"SimpleRNN": 5}, "merge_mode": "ave"}}, (7, 4), (5,), 100,
         2 * 7 * 45),
        ({"Bidirectional": {"layer": {"LSTM": {"units": 5, "return_sequences": True}},
                            "merge_mode": "mul"}}, (7, 4), (7, 5), 400, 2520),
        ({"Bidirectional": {"ConvLSTM2D": {"filters": 6, "kernel_size": 3}}}, (4, 9, 8, 2),
         (7, 6, 12), 3504, 2 * 4 * 42 * 1728),
        ({"TimeDistributed": {"Dense": 5}}, (7, 4), (7, 5), 25, 140),
        ({"TimeDistributed": {"layer": {"Dense": {"units": 5}}}}, (7, 4), (7, 5), 25, 140),
        ({"TimeDistributed": {"Conv2D": {"filters": 5, "kernel_size": 3}}}, (7, 8, 9, 2),
         (7, 6, 7, 5), 95, 7 * 42 * 5 * 18),
        ({"TimeDistributed": "Flatten"}, (7, 8, 9, 2), (7, 144), 0, 0),
        ({"TimeDistributed": "MaxPooling2D"}, (7, 8, 9, 2), (7, 4, 4, 2), 0, 0),
        ({"TimeDistributed": {"LSTM": 5}}, (7, 6, 4), (7, 5), 200, 7560),
    ],
    ids=str,
)  # fmt: skip
def test_layers_that_apply_another(entry, shape, answer, params, macs):
    assert figures(entry, shape) == (answer, params, macs)


def test_statistics_of_a_wrapped_layer_are_buffers():
    reading = read({"TimeDistributed": "BatchNormalization"}, (7, 8, 2))
    (node,) = reading.network.layers
    assert (node.params, node.buffers) == (4, 4)


@batch(
    ("entry", "shape", "code"),
    [
        ({"Bidirectional": {"Dense": 5}}, (7, 4), codes.BAD_VALUE),
        ({"TimeDistributed": {"Densee": 5}}, (7, 4), codes.UNKNOWN_ARGUMENT),
        ({"TimeDistributed": {"layer": {"Densee": 5}}}, (7, 4), codes.BAD_VALUE),
        ({"TimeDistributed": {"layer": {"Dense": {"colour": 5}}}}, (7, 4), codes.BAD_VALUE),
        ({"TimeDistributed": {"Dense": 5}}, (7,), codes.RANK),
    ],
    ids=str,
)  # fmt: skip
def test_wrapped_layers_are_checked(entry, shape, code):
    assert refusal(entry, shape) == code


@batch(
    ("arguments", "shape", "answer"),
    [
        ({}, (8, 9, 3), (5, 7, 3)), ({"data_format": "channels_first"}, (3, 8, 9), (3, 5, 7)),
        ({"interpolation": "nearest", "crop_to_aspect_ratio": True}, (8, 9, 3), (5, 7, 3)),
    ],
    ids=str,
)  # fmt: skip
def test_resizing(arguments, shape, answer):
    assert figures({"Resizing": {"height": 5, "width": 7, **arguments}}, shape) == (answer, 0, 0)


@batch(
    ("bias", "shapes", "answer", "params"),
    [(True, [(4,), (5,)], (6,), 126), (False, [(3, 4), (3, 5)], (3, 6), 120)],
)
def test_bilinear(bias, shapes, answer, params):
    entry = {"Bilinear": {"in1_features": 4, "in2_features": 5, "out_features": 6, "bias": bias}}
    elements = 6 * (3 if len(answer) > 1 else 1)
    assert figures(entry, *shapes) == (answer, params, elements * (4 + 1) * 5)
    assert refusal({"Bilinear": {"in1_features": 4, "in2_features": 5, "out_features": 6}},
                   (4,), (6,)) == codes.DECLARED  # fmt: skip


@batch(
    ("arguments", "encoder", "decoder", "dense"),
    [
        ({}, 26822, 27002, 2048), ({"dim_feedforward": 10}, 328, 508, 10),
        ({"bias": False, "norm_first": True}, 24732, 24882, 2048),
    ],
    ids=str,
)  # fmt: skip
def test_layers_of_a_transformer(arguments, encoder, decoder, dense):
    given = {"d_model": 6, "nhead": 2, **arguments}
    products = 2 * 7 * 7 * 6
    macs = 4 * 7 * 36 + products + 2 * 7 * 6 * dense
    crossed = 2 * (7 + 5) * 36 + 2 * 7 * 5 * 6
    first = figures({"TransformerEncoderLayer": given}, (7, 6))
    assert first == ((7, 6), encoder, macs)
    second = figures({"TransformerDecoderLayer": given}, (7, 6), (5, 6))
    assert second == ((7, 6), decoder, macs + crossed)


def test_heads_of_a_transformer_divide_its_features():
    entry = {"TransformerEncoderLayer": {"d_model": 6, "nhead": 4}}
    assert refusal(entry, (7, 6)) == codes.NOT_DIVISIBLE


@batch("name", ["mean", "reduce_sum", "max", "min"])
@batch(
    ("arguments", "answer"),
    [
        (0, (4, 5)), (-1, (3, 4)), ({"axis": [0, 2]}, (4,)),
        ({"dim": 1, "keepdim": True}, (3, 1, 5)),
        ({"axis": [0, 1, 2]}, (1,)),
    ],
    ids=str,
)  # fmt: skip
def test_reductions(name, arguments, answer):
    assert figures({name: arguments}, (3, 4, 5)) == (answer, 0, 0)
