"""Cases: a spec or a model and a command line, both from a seed and a number."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from . import commands, growing, models, mutations, specs
from .texts import hostile

#: Stand for paths in a command line, until there are any: of the spec, of another one drawn in the
#: same way, and what a path to write to begins with.
NET, OTHER, OUT = commands.NET, commands.OTHER, commands.OUT
#: What is drawn, each as often as it stands here; what is large, seldom.
CLASSES = (*specs.CLASSES * 4, *mutations.KINDS * 8, *models.KINDS * 5, growing.grown)


class Case(NamedTuple):
    """`spec` is a file of the name `file`, or standard input where that is `-`."""

    kind: str
    arguments: list[str]
    spec: bytes
    file: str
    other: bytes = b""


def case(seed, number):
    """The case of this number; the same for the same seed."""
    source = Random(f"{seed}:{number}")  # noqa: S311 - not for secrets
    make = source.choice(CLASSES)
    if make is growing.grown:
        (text, other), line = make(source)
        return Case(make.__name__, _arguments(line), _data(text), "net.yaml", _data(other))
    data = _data(make(source))
    if source.random() < 0.03:
        return Case("words", _arguments(commands.without_net(source)), data, "-")
    other = _data(make(source)) if source.random() < 0.3 else data
    file = source.choice(["-", "-", "net.yaml", "net.yaml", _file_name(source)])
    if make in models.FILES:
        file = source.choice(["-", *[models.FILES[make]] * 4])
    line = commands.command(source, "-" if file == "-" else NET, model=make in models.FILES)
    return Case(make.__name__, _arguments(line), data, file, other)


def _data(spec):
    return spec if isinstance(spec, bytes) else spec.encode("utf-8", "replace")


def _arguments(words):
    """As a shell could pass them: a lone surrogate can only stand for a byte."""
    return [word.replace("\ud800", "\udcff") for word in words]


def _file_name(source):
    name = hostile(source).replace("/", "").replace("\0", "").replace("\ud800", "\udcff")
    return f"{name[:40]}.yaml"
