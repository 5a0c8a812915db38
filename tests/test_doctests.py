"""The examples in docstrings hold, in every module."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import cnncalc

MODULES = [
    module.name
    for module in pkgutil.walk_packages(cnncalc.__path__, "cnncalc.")
    if not module.name.endswith("__main__")
]


def test_the_modules_are_found():
    assert {"cnncalc.arithmetic", "cnncalc.layers.base.kinds", "cnncalc.api.network"} <= {*MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_examples_are_seen():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [finder.find(importlib.import_module(name)) for name in MODULES]
    assert sum(any(one.examples for one in docs) for docs in found) > 15
