"""Blocks that read the counter of the loop around their use, run as they are exported."""

from __future__ import annotations

import pytest
from batches import batch
from random_specs import counted_spec
from specs import exported

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras in NumPy


@batch("framework, seed", [(one, seed) for one in ("pytorch", "keras") for seed in range(15)])
def test_what_a_file_asserts_of_its_net_is_true(framework, seed):
    made = exported(counted_spec(seed), framework)
    exec(compile(made.text, "exported", "exec"), {"__name__": "__main__"})  # noqa: S102 - under test
