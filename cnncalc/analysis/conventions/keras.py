"""Keras's summary: moving statistics count; after `compile` the optimizer's variables, too.

Source: `keras/src/utils/summary_utils.py`; held against Keras 3.15.1. With Adam the variables
are two for each trainable weight, the iteration and the learning rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.net.network import Network

_ITERATION_AND_RATE = 2


def printed(network: Network) -> dict[str, int]:
    """What `summary()` tells of a net, before and after `compile(optimizer="adam")`."""
    totals = network.totals
    total = totals.params + totals.buffers
    adam = 2 * totals.trainable_params + _ITERATION_AND_RATE
    return {
        "total": total,
        "trainable": totals.trainable_params,
        "non_trainable": total - totals.trainable_params,
        "optimizer_variables_adam": adam,
        "total_after_compile_adam": total + adam,
    }
