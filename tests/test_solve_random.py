"""Random nets of many layer types: the sizes foretold are those at which the net can be built."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnncalc.analysis.solve.inputs import fits
from cnncalc.build.reader import read_text
from cnncalc.net.changed import input_axes
from cnncalc.net.sizes import propagate

TOP = 40
LAYERS = [
    "adaptive_avgpool: 3", "channel_shuffle: 2", "chunk: 2", "class_token",
    "conv: {filters: 4, kernel: 3, padding: 2, padding_mode: reflect}",
    "conv: {filters: 2, kernel: 5, stride: 2}", "conv: {filters: 4, kernel: 2, stride: 3}",
    "conv: {filters: 4, kernel: 4, padding: same}",
    "conv_transpose: {filters: 2, kernel: 2, stride: 2}", "crop: 2", "dense: 5", "flatten",
    "global_avgpool", "glu", "layernorm", "lstm: 4",
    "maxpool: {kernel: 3, padding: 1, ceil_mode: true}", "maxpool: 2", "pad: 2",
    "permute: [1, 0]", "permute: [1, 2, 0]", "pixel_shuffle: 2", "pixel_unshuffle: 2",
    "position_embedding", "relu", "repeat_vector: 3", "reshape: [-1, 4]", "slice: {start: 1}",
    "squeeze_excite: 2", "unfold: {kernel_size: 3, stride: 2}", "upsample: 1.5", "upsample: 2",
]  # fmt: skip


@st.composite
def nets(draw):
    """A net that fits at its own size, a layer at a time; what does not fit is left out."""
    random = draw(st.randoms(use_true_random=False))
    text = f"input: {random.choice(['4x24x20', '16x24', '4x32x32'])}\nlayers:"
    names = ["input"]
    for place in range(random.randint(2, 12)):
        kind, after = random.choice(LAYERS), random.choice(names[-2:])
        if random.random() < 0.4 and len(names) > 2:
            merge, after = random.choice(["add", "concat", "multiply"]), random.sample(names, 2)
            kind, after = f"{merge}: ", f"[{', '.join(after)}]"
        longer = f"{text}\n  - {{{kind}, from: {after}, name: l{place}}}"
        if not read_text(longer).failed:
            text = longer
            names.append(f"l{place}")
    return text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(nets())
def test_what_is_foretold_is_what_can_be_built(text):
    reading = read_text(text)
    if reading.failed:  # not one layer fitted
        return
    network = reading.network
    (shape,) = network.inputs.values()
    for axis in input_axes(network):
        (place,) = axis.places
        demands = propagate(network, axis).demands
        found = [
            size
            for size in range(1, TOP)
            if not read_text(text, shapes={"": (*shape[:place], size, *shape[place + 1 :])}).failed
        ]
        assert [n for n in range(1, TOP) if fits(network, axis, demands, n)] == found
