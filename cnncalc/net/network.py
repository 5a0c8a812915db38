"""A net: inputs, layers in topological order, outputs, and what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.tensors import plural
from cnncalc.named_tuple import NamedTuple
from cnncalc.net.node import counts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.layers.base.tensors import Layout, Shape
    from cnncalc.net.node import Node, Stated


class Totals(NamedTuple):
    """Sums over a net; MACs for one sample."""

    params: int
    trainable_params: int
    buffers: int
    macs: int


class Network:
    """A net whose layers fit together: inputs, layers in topological order, outputs.

    Attributes:
        name: as the spec says, or the file's name.
        layout: where the channels are in every shape.
        inputs: the shape of each input, by name.
        layers: every layer, each after all that it takes.
        outputs: the names of the nodes whose results leave the net.
        expect: what the spec expects about the whole net, if anything.
        lint: the spec's `lint` settings, if it has any.
        values: the numbers of its inputs, if the spec gives them.
        gradient: the loss's gradient by its outputs, if the spec gives it.
        dtype: the type of its numbers, as the spec says; empty where it does not.
        variables: the values of the spec's variables that the net depends on.
        settings: the variables and input shapes that were given in place of the spec's own.
        description: what the spec says that the net is.
    """

    __slots__ = (
        "_by_name", "_totals", "description", "dtype", "expect", "gradient", "inputs", "layers",
        "layout", "lint", "name", "outputs", "settings", "values", "variables",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 - the parts of a net
        self,
        name: str,
        layout: Layout,
        inputs: Mapping[str, Shape],
        layers: Sequence[Node],
        outputs: Sequence[str],
        *,
        expect: Stated | None = None,
        lint: Stated | None = None,
        values: Stated | None = None,
        gradient: Stated | None = None,
        dtype: str = "",
        variables: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        description: str = "",
    ) -> None:
        self.name = name
        self.layout = layout
        self.inputs = dict(inputs)
        self.layers = tuple(layers)
        self.outputs = tuple(outputs)
        self.expect = expect
        self.lint = lint
        self.values = values
        self.gradient = gradient
        self.dtype = dtype
        self.variables = dict(variables or {})
        self.settings = dict(settings or {})
        self.description = description
        self._by_name: dict[str, Node] | None = None
        self._totals: Totals | None = None

    def __getitem__(self, name: str) -> Node:
        """The layer of this name; raises `KeyError`."""
        layers = self._named()
        try:
            return layers[name]
        except KeyError:
            from cnncalc.diagnostics.suggestion import hint  # noqa: PLC0415 - only on errors

            block = "it is a block: ask `blocks`" if name in self.blocks else ""
            way = block or hint(str(name), layers)
            raise KeyError(f"no layer is called {name!r}; {way}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._named()

    def __iter__(self) -> Iterator[Node]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        return f"<Network {self.name}: {plural(len(self.layers), 'layer')}>"

    def _named(self) -> dict[str, Node]:
        if self._by_name is None:
            self._by_name = {node.name: node for node in self.layers}
        return self._by_name

    @property
    def blocks(self) -> dict[str, tuple[Node, ...]]:
        """The layers of every block and named group, by its path, outer ones first."""
        found: dict[str, list[Node]] = {}
        for node in self.layers:
            for scope in node.scopes:
                if scope.name:
                    found.setdefault(scope.name, []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}

    def shape_of(self, name: str) -> Shape:
        """The shape of a layer's result or of an input; raises `KeyError`."""
        return self.inputs[name] if name in self.inputs else self[name].output_shape

    @property
    def totals(self) -> Totals:
        """Parameters, buffers and MACs (one sample) of the whole net."""
        if self._totals is None:
            params = trainable = buffers = macs = 0
            for _, _, _, facts, _, traits, _ in self.layers:
                own, trained, kept = counts_of(facts, traits)
                params += own
                trainable += trained
                buffers += kept
                macs += facts.macs
            self._totals = Totals(params, trainable, buffers, macs)
        return self._totals
