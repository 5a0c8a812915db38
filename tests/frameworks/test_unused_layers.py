"""Layers that no output needs: what the exported files assert of their models is true."""

from __future__ import annotations

import pytest
from batches import batch
from specs import FRAMEWORKS, exported
from test_unused import NETS

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras in NumPy


@batch("framework, net", [(one, net) for one in FRAMEWORKS for net in NETS])
def test_what_a_file_asserts_of_its_net_is_true(framework, net):
    text = exported(NETS[net][0], framework).text
    exec(compile(text, "exported", "exec"), {"__name__": "__main__"})  # noqa: S102 - under test
