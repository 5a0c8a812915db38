"""What a spec expects of itself: claims on layers, blocks and the net, read and measured."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc.analysis.check.amounts import Amount, allowed, amount
from cnncalc.arithmetic import product
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.diagnostic import Diagnostic, Place
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.figures import FIGURES
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.network import Network
from cnncalc.numerals import DECIMAL, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.figures.figure import Value
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node, Stated

KEYS = ("shape", "output", *FIGURES)
#: Claims on values are held by `check.values`.
VALUES = ("values", "gradient")
_TIMES = "x\u00d7"  # the letter, and the multiplication sign
_SHAPE = re.compile(rf"({DECIMAL}|\?)(\s*[{_TIMES}]\s*({DECIMAL}|\?))*")
_SHAPE_WAYS = "a shape such as [10, 16, 16] or 10x16x16; `?` stands for any size"

Wanted: TypeAlias = "Amount | tuple[int | None, ...]"


class Subject(NamedTuple):
    """What a claim is about: a layer, a block, or (with an empty name) the net."""

    name: str
    members: tuple[str, ...]  # the names of its layers
    result: str  # the layer whose output is the subject's; empty if there is not one


class Claim(NamedTuple):
    """One expectation; `wanted` is an amount, or a shape in which None is any size."""

    subject: Subject
    key: str
    wanted: Wanted
    text: str
    place: Place | None = None

    @property
    def exact(self) -> bool:
        """Whether it names one value, so that a cause can be sought for it."""
        return self.wanted.exact if isinstance(self.wanted, Amount) else True


class Measured(NamedTuple):
    """What a subject really is, in a net in which some layers may come out otherwise.

    Values are computed as they are asked for; `believed` stand in their places.
    """

    network: Network
    subject: Subject
    other: Mapping[str, Node] = MappingProxyType({})
    believed: Mapping[str, Value] = MappingProxyType({})

    @property
    def shape(self) -> Shape:
        """The shape that leaves; empty where the subject has no single result."""
        name = self.subject.result
        return (self.other.get(name) or self.network[name]).output_shape if name else ()

    def value(self, key: str) -> Value:
        """The value of a figure, or of `output`: the number of elements that leave."""
        if key in self.believed:
            return self.believed[key]
        if key == "output":
            return product(self.shape) if self.shape else 0
        figure = FIGURES[key]
        if figure.value is not None:
            return figure.folded([figure.value(node) for node in self._members()])
        column = _column(self._whole(), key)
        return figure.folded([column[name] for name in self.subject.members])

    def number(self, key: str) -> int:
        """The value of a figure that counts something; 0 where it is not counted."""
        value = self.value(key)
        return value if isinstance(value, int) else 0

    def _members(self) -> Iterator[Node]:
        for name in self.subject.members:
            yield self.other.get(name) or self.network[name]

    def _whole(self) -> Network:
        if not self.other:
            return self.network
        net = self.network
        layers = [self._otherwise(node) for node in net.layers]
        return Network(net.name, net.layout, net.inputs, layers, net.outputs)

    def _otherwise(self, node: Node) -> Node:
        """A layer as it may come out; of a rank that it never gives, its memory has no meaning."""
        other = self.other.get(node.name, node)
        return other if len(other.output_shape) == len(node.output_shape) else node


@lru_cache(maxsize=16)
def _column(network: Network, key: str) -> Mapping[str, Value]:
    """A figure that takes the whole net, by layer: computed once for all claims about it."""
    values = FIGURES[key].values
    assert values is not None  # noqa: S101 - a figure that is not of a layer alone
    return dict(zip([node.name for node in network.layers], values(network, 1), strict=True))


def holds(claim: Claim, measured: Measured) -> bool:
    """Whether a claim is true of these values."""
    if isinstance(claim.wanted, Amount):
        return allowed(claim.wanted, measured.value(claim.key))
    return len(claim.wanted) == len(measured.shape) and all(
        want in (None, size) for want, size in zip(claim.wanted, measured.shape, strict=True)
    )


class Claims(NamedTuple):
    """The claims of a spec in the order of its layers, and those that cannot be read."""

    claims: tuple[Claim, ...]
    problems: tuple[Diagnostic, ...]


def read_claims(network: Network, source: str = "") -> Claims:
    """Every expectation that a spec states."""
    claims: list[Claim] = []
    problems: list[Diagnostic] = []
    for subject, expect in claimed_by(network):
        for written, value in _ordered(expect.value):
            place = expect.parts.get(written, expect.place)
            key = "shape" if written == "output" and _is_shape(value) else written
            try:
                _check_one_result(subject, key, network)
                claims.append(Claim(subject, key, _wanted(key, value), _written(value), place))
            except ValueError as error:
                at = place if key in KEYS else expect.keys.get(written, place)
                problems.append(_unreadable(key, error, at, source))
    return Claims(tuple(claims), tuple(problems))


def claimed_by(network: Network) -> Iterator[tuple[Subject, Stated]]:
    """Who claims what; blocks where their last layer is."""
    members: dict[str, list[str]] = {}
    last: dict[str, Any] = {}
    for node in network.layers:
        for scope in node.scopes:
            members.setdefault(scope.name, []).append(node.name)
            last[scope.name] = node
    for node in network.layers:
        if node.traits.expect is not None:
            subject = Subject(node.name, (node.name,), node.name)
            yield subject, node.traits.expect
        for scope in reversed(node.scopes):
            if scope.expect is not None and last[scope.name] is node:
                inside = tuple(members[scope.name])
                yield Subject(scope.name, inside, node.name), scope.expect
    if network.expect is not None:
        outputs = network.outputs
        result = outputs[0] if len(outputs) == 1 and outputs[0] not in network.inputs else ""
        names = tuple(node.name for node in network.layers)
        yield Subject("", names, result), network.expect


def _ordered(expect: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - whatever stands in the spec
    """The shape first: other claims of a layer may follow from it."""
    if not isinstance(expect, dict):
        yield "expect", expect
        return
    stated: dict[str, object] = expect
    order = {key: position for position, key in enumerate(KEYS)}
    figures = ((key, value) for key, value in stated.items() if key not in VALUES)
    yield from sorted(figures, key=lambda item: order.get(item[0], len(KEYS)))


def _is_shape(value: object) -> bool:
    """Whether `output` gives sizes in place of their product."""
    return isinstance(value, (list, tuple)) or (
        isinstance(value, str) and any(times in value for times in _TIMES)
    )


def _check_one_result(subject: Subject, key: str, network: Network) -> None:
    if key in ("shape", "output") and not subject.result:
        names = ", ".join(network.outputs)
        raise ValueError(f"the net has no single result: state it on a layer of {names}")


def _wanted(key: str, value: object) -> Wanted:
    if key == "expect":
        raise ValueError("`expect` must be a mapping, such as `expect: {params: 280}`")
    if key == "shape":
        return _wanted_shape(value)
    if key not in KEYS:
        close = nearest(key, (*KEYS, *VALUES))
        hint = (
            f": did you mean `{close}`?"
            if close
            else f"; its keys are {', '.join((*KEYS, *VALUES))}"
        )
        raise ValueError(f"`expect` has no key `{key}`{hint}")
    return amount(value)


def _wanted_shape(value: object) -> tuple[int | None, ...]:
    if isinstance(value, str) and _SHAPE.fullmatch(value.strip()):
        value = [part.strip() for part in re.split(f"[{_TIMES}]", value)]
    sizes = value if isinstance(value, (list, tuple)) else [value]
    return tuple(_wanted_size(size) for size in sizes)


def _wanted_size(size: object) -> int | None:
    if size in ("?", None):
        return None
    if isinstance(size, str):
        size = whole_number(size)
    if isinstance(size, bool) or not isinstance(size, int):
        raise ValueError(f"expected {_SHAPE_WAYS}")  # noqa: TRY004 - a value of the spec, not of a caller
    return size


def _written(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "(" + ", ".join("?" if size is None else str(size) for size in value) + ")"
    return str(value)


def _unreadable(key: str, error: ValueError, place: Place | None, source: str) -> Diagnostic:
    message = str(error) if key not in KEYS else f"`{key}` of `expect`: {error}"
    code = codes.BAD_VALUE if key in KEYS else codes.UNKNOWN_KEY
    return Diagnostic(code, message, place=place, source=source)
