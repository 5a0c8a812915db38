"""Words of PyTorch and Keras that are no layer types here, with what stands in a spec instead."""

from __future__ import annotations

from typing import Final

_ROW = "layers in a row are a list; `{name: stage, layers: [...]}` groups them"
_SIZES = "`reshape: [...]` gives a tensor other sizes, `flatten` one axis"
_INPUT = "`input: 3x32x32` beside `layers:` states the shape of the input"
_AUGMENTING = "what only changes training samples has no shape to compute: leave it out"

_INSTEAD: Final = {
    _ROW: ("Sequential", "ModuleList", "ModuleDict", "Model", "Functional"),
    _SIZES: ("view", "squeeze", "unsqueeze", "expand_dims"),
    _INPUT: ("Input", "InputLayer"),
    _AUGMENTING: (
        "RandomBrightness",
        "RandomContrast",
        "RandomCrop",
        "RandomFlip",
        "RandomRotation",
        "RandomTranslation",
        "RandomZoom",
    ),
}
INSTEAD: Final = {word: advice for advice, words in _INSTEAD.items() for word in words}
