"""Odd specs, run as they are exported: counters that blocks read, axes that are mixed."""

from __future__ import annotations

import pytest
from batches import batch
from random_specs import counted_spec, mixed_spec
from specs import exported

from cnncalc.build.reader import read_text

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras in NumPy


@batch("framework, seed", [(one, seed) for one in ("pytorch", "keras") for seed in range(15)])
def test_what_a_file_asserts_of_its_net_is_true(framework, seed):
    made = exported(counted_spec(seed), framework)
    exec(compile(made.text, "exported", "exec"), {"__name__": "__main__"})  # noqa: S102 - under test


@batch("framework, seed", [(one, seed) for one in ("pytorch", "keras") for seed in range(40)])
def test_what_a_file_of_mixed_axes_asserts_is_true(framework, seed):
    text = mixed_spec(seed)
    if read_text(text).failed:
        return
    made = exported(text, framework)
    if not made.stubs:
        exec(compile(made.text, "exported", "exec"), {"__name__": "__main__"})  # noqa: S102 - under test
