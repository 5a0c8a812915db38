"""Published blocks whose layers refer to one another by arithmetic, written as loops.

What is expected is counted here from the papers' own recurrences, layer by layer.
"""

from __future__ import annotations


def convolution(inputs, outputs, kernel, bias=0):
    return inputs * outputs * kernel + bias * outputs


def sources(network, name):
    return network[name].inputs


C2F = """
blocks:
  unit: {args: {c: }, layers: [residual: [{repeat: 2, conv: {filters: $c, kernel: 3, padding: same, bias: false}}]]}
  c2f: # YOLOv8: every bottleneck takes the one before it, all are joined at the end
    args: {filters: , n: 1, c: $filters // 2}
    layers:
      - conv: {filters: $filters, kernel: 1, bias: false}
        name: split
      - chunk: {chunks: 2, index: 0}
        name: y0
      - chunk: {chunks: 2, index: 1}
        from: split
        name: y1
      - repeat: $n
        layers:
          - unit: {c: $c}
            from: y$i
            name: y${i + 1}
      - concat:
        from: 'y${0..n + 1}'
      - conv: {filters: $filters, kernel: 1, bias: false}
"""  # noqa: E501 - a spec as it is written


def test_c2f(net):
    found = net("- c2f: {filters: 64, n: 3}", "32x8x8", C2F)
    expected = convolution(32, 64, 1) + 3 * 2 * convolution(32, 32, 9) + convolution(5 * 32, 64, 1)
    assert found.totals.params == expected
    assert len(sources(found, "c2f_1/concat_1")) == 5
    assert sources(found, "c2f_1/y3/conv_1") == ("c2f_1/y2/add_1",)


RES2NET = """
blocks:
  res2net: # Gao et al. (2019): each part but the first is convolved together with the result before
    args: {width: , scale: 4}
    layers:
      - conv: {filters: $width * $scale, kernel: 1, bias: false}
        name: wide
      - repeat: $scale
        layers:
          - chunk: {chunks: $scale, index: $i - 1}
            from: wide
            name: part$i
      - repeat: $scale - 1
        layers:
          - add:
            from: [part$i, 'sp${i - 1}']
            when: $i > 1
            name: sum$i
          - conv: {filters: $width, kernel: 3, padding: same, bias: false}
            from: "${'sum' if i > 1 else 'part'}$i"
            name: sp$i
      - concat:
        from: ['sp${1..scale - 1}', part$scale]
      - conv: {filters: $in_channels, kernel: 1, bias: false}
"""


def test_res2net(net):
    found = net("- res2net: {width: 6, scale: 4}", "24x8x8", RES2NET)
    assert found.totals.params == (
        convolution(24, 24, 1) + 3 * convolution(6, 6, 9) + convolution(24, 24, 1)
    )
    assert sources(found, "res2net_1/sum3") == ("res2net_1/part3", "res2net_1/sp2")
    assert sources(found, "res2net_1/concat_1")[-2:] == ("res2net_1/sp3", "res2net_1/part4")


WAVENET = """
- conv: {filters: 8, kernel: 1}
- repeat: 4
  name: layer$i
  layers:
    - identity:
      name: before
    - parallel:
        branches:
          - - conv: {filters: 8, kernel: 2, dilation: 2 ** ($i - 1), padding: causal}
            - tanh
          - - conv: {filters: 8, kernel: 2, dilation: 2 ** ($i - 1), padding: causal}
            - sigmoid
        merge: multiply
    - conv: {filters: 5, kernel: 1}
      name: skip
      tap: true
    - conv: {filters: 8, kernel: 1}
    - add:
      from: [conv_3, before]
- add:
  from: 'layer${1..4}/skip'
- relu
"""


def test_wavenet(net):
    found = net(WAVENET, "1x64")
    layer = 2 * convolution(8, 8, 2, 1) + convolution(8, 5, 1, 1) + convolution(8, 8, 1, 1)
    assert found.totals.params == convolution(1, 8, 1, 1) + 4 * layer
    assert sources(found, "add_1") == tuple(f"layer{i}/skip" for i in range(1, 5))
    assert sources(found, "layer2/conv_3") == ("layer2/multiply_1",)
    assert found.layers[-1].output_shape == (5, 64)


UNET_PLUS_PLUS = """
variables: {depth: 3}
blocks:
  node: {args: {filters: }, layers: [conv: {filters: $filters, kernel: 3, padding: same, bias: false}]}
"""  # noqa: E501 - a spec as it is written
UNET_PLUS_PLUS_LAYERS = """
- for: {level: 0..$depth}
  layers:
    - maxpool: 2
      when: $level > 0
    - node: {filters: 4 * 2 ** $level}
      name: x${level}_0
- for: {j: 1..$depth}
  layers:
    - for: {level: 0..$depth - $j}
      layers:
        - upsample: 2
          from: x${level + 1}_${j - 1}
          name: up${level}_$j
        - concat:
          from: ['x${level}_${0..j - 1}', 'up${level}_$j']
        - node: {filters: 4 * 2 ** $level}
          name: x${level}_$j
"""


def test_unet_plus_plus(net):
    """Zhou et al. (2018): x[i, j] joins x[i, 0..j-1] and the upsampled x[i+1, j-1]."""
    found = net(UNET_PLUS_PLUS_LAYERS, "3x16x16", UNET_PLUS_PLUS)
    width = [4, 8, 16, 32]
    expected = sum(
        convolution(before, after, 9) for before, after in zip([3, *width], width, strict=False)
    )
    for j in range(1, 4):
        for i in range(4 - j):
            expected += convolution(j * width[i] + width[i + 1], width[i], 9)
    assert found.totals.params == expected
    assert len(sources(found, "concat_6")) == 4
    assert found.layers[-1].output_shape == (4, 16, 16)


BIFPN = """
blocks:
  fuse:
    args: {filters: }
    layers:
      - add
      - conv: {filters: $filters, kernel: 3, padding: same, groups: $filters, bias: false}
      - conv: {filters: $filters, kernel: 1}
  bifpn: # Tan et al. (2020): down from the coarsest level, and up again
    args: {filters: , levels: 5}
    inputs: [in1, in2, in3, in4, in5]
    layers:
      - identity:
        from: in$levels
        name: down$levels
      - for: {k: 1..$levels - 1}
        layers:
          - upsample: 2
            from: down${levels - k + 1}
          - fuse: {filters: $filters}
            from: ['upsample_$k', 'in${levels - k}']
            name: down${levels - k}
      - identity:
        from: down1
        name: out1
      - for: {k: 2..$levels}
        layers:
          - maxpool: 2
            from: out${k - 1}
          - fuse: {filters: $filters}
            from: ['maxpool_${k - 1}', in$k, down$k]
            name: out$k
            when: $k < $levels
          - fuse: {filters: $filters}
            from: ['maxpool_${k - 1}', in$k]
            name: out$k
            when: $k == $levels
    outputs: ['out${1..levels}']
"""
BIFPN_LAYERS = """
- for: {k: 1..5}
  layers:
    - conv: {filters: 8, kernel: 3, stride: "1 if $k == 1 else 2", padding: 1, bias: false}
      name: p$k
- repeat: 2
  layers:
    - bifpn: {filters: 8}
      from: "${'p' if i == 1 else 'bifpn_1/out'}${1..5}"
"""


def test_bifpn(net):
    found = net(BIFPN_LAYERS, "8x32x32", BIFPN)
    fuse = convolution(1, 8, 9) + convolution(8, 8, 1, 1)
    assert found.totals.params == 5 * convolution(8, 8, 9) + 2 * 8 * fuse
    assert [found[name].output_shape[-1] for name in found.outputs] == [32, 16, 8, 4, 2]
    assert sources(found, "bifpn_2/out3/add_1") == (
        "bifpn_2/maxpool_2", "bifpn_1/out3/conv_2", "bifpn_2/down3/conv_2"
    )  # fmt: skip
