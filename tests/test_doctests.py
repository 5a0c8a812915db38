"""The examples in docstrings hold, in every module."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
from batches import batch

import cnncalc

MODULES = [
    module
    for module in pkgutil.walk_packages(cnncalc.__path__, "cnncalc.")
    if not module.name.endswith("__main__")
]


def source(module):
    return module.module_finder.find_spec(module.name).loader.get_source(module.name)


#: To look for examples takes longer than to run them, so it is done where there are any.
WITH_EXAMPLES = [module.name for module in MODULES if ">>>" in source(module)]


def test_the_modules_are_found():
    found = {module.name for module in MODULES}
    assert {"cnncalc.arithmetic", "cnncalc.layers.base.kinds", "cnncalc.api.network"} <= found
    assert "cnncalc.arithmetic" in WITH_EXAMPLES


@batch("module", MODULES, ids=lambda module: module.name)
def test_every_module_can_be_imported(module):
    importlib.import_module(module.name)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_docstring_examples_hold(name):
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert failed == 0
    assert tried > 0


def test_there_are_examples_in_many_modules():
    assert len(WITH_EXAMPLES) > 15
