"""What stands for a layer that Keras has not."""

from __future__ import annotations

#: The text of each, by its name.
TEXTS: dict[str, str] = {
    "not_written": '''\
def not_written(layer, why, *inputs):
    """Stands for a layer that has no counterpart in Keras, and says why."""
    raise NotImplementedError(f"{layer} has no counterpart in Keras: {why}")
''',
}
