"""What the tests of the spec language share: a net from its entries, the codes of a refusal."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any

import pytest

import cnncalc

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.net.network import Network


def _spec(layers: str, shape: str, head: str) -> str:
    entries = indent(dedent(layers).strip("\n"), "  ")
    return f"{dedent(head).strip()}\ninput: {shape}\nlayers:\n{entries}\n"


@pytest.fixture
def net() -> Callable[..., Network]:
    """The net of these entries; `head` holds the keys above `layers`."""

    def build(layers: str, shape: str = "3x8x8", head: str = "", **options: Any) -> Network:
        return cnncalc.parse(_spec(layers, shape, head), **options)

    return build


@pytest.fixture
def refusal() -> Callable[..., list[str]]:
    """The codes of the errors that refuse these entries."""

    def codes(layers: str, shape: str = "3x8x8", head: str = "", **options: Any) -> list[str]:
        with pytest.raises(cnncalc.SpecError) as caught:
            cnncalc.parse(_spec(layers, shape, head), **options)
        return [one.code for one in caught.value.diagnostics if one.severity == "error"]

    return codes
