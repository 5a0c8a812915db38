"""Cases: a spec and a command line, both from a seed and a number."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from . import commands, mutations, specs
from .texts import hostile

#: Stands for the path of the spec in a command line, until there is one.
NET = "NET"


class Case(NamedTuple):
    """`spec` is a file of the name `file`, or standard input where that is `-`."""

    kind: str
    arguments: list[str]
    spec: bytes
    file: str


def case(seed, number):
    """The case of this number; the same for the same seed."""
    source = Random(f"{seed}:{number}")  # noqa: S311 - not for secrets
    kinds = (*specs.CLASSES, *mutations.KINDS * 3)
    make = source.choice(kinds)
    spec = make(source)
    data = spec if isinstance(spec, bytes) else spec.encode("utf-8", "replace")
    if source.random() < 0.05:
        return Case("words", _arguments(commands.without_net(source)), data, "-")
    file = source.choice(["-", "-", "net.yaml", "net.yaml", _file_name(source)])
    if make is mutations.of_models:
        file = "net.onnx"
    net = "-" if file == "-" else NET
    return Case(make.__name__, _arguments(commands.command(source, net)), data, file)


def _arguments(words):
    """As a shell could pass them: a lone surrogate can only stand for a byte."""
    return [word.replace("\ud800", "\udcff") for word in words]


def _file_name(source):
    name = hostile(source).replace("/", "").replace("\0", "").replace("\ud800", "\udcff")
    return f"{name[:40]}.yaml"
