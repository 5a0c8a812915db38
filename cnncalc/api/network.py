r"""A net that answers what the commands answer.

>>> from cnncalc.api.reading import parse
>>> net = parse("input: 3x32x32\nlayers: [{conv: {filters: 10, kernel: 3}}, relu]")
>>> [layer.name for layer in net], "conv_1" in net
(['conv_1', 'relu_1'], True)
>>> net.summary().data.total("params"), net.explain("conv_1").data.layers[0].output_shape
(280, (10, 30, 30))
>>> net.check(max_params=279).data.findings[0].message
'params 280: 1 more than 279; most in conv_1 (280)'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.net import network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.analysis.check.report import Report
    from cnncalc.analysis.compare.comparison import Comparison
    from cnncalc.analysis.explain import Explanation
    from cnncalc.analysis.summary import Summary
    from cnncalc.api.result import Result
    from cnncalc.build.design import Design
    from cnncalc.build.reader import Asked, Reading
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.render.drawing.contents import Weigh
    from cnncalc.render.drawing.data import Direction
    from cnncalc.render.drawing.formats import DrawFormat


class Network(network.Network):
    """A net that was read from a spec: its layers, shapes, totals, and every analysis.

    Attributes:
        source: the file, or `<text>`.
        warnings: what reading it has found, such as results that nothing uses.
    """

    __slots__ = ("_asked", "_design", "_text", "source", "warnings")

    source: str
    warnings: tuple[Diagnostic, ...]
    _text: str
    _asked: Asked
    _design: Design | None

    @classmethod
    def of(cls, reading: Reading, design: Design | None = None) -> Network:
        """The net of a spec as read; raises `ValueError` if there is none.

        Args:
            reading: the spec.
            design: what is known of it for other variables and inputs.
        """
        if reading.network is None:
            raise ValueError("no net could be read")
        made = cls.__new__(cls)
        for name in network.Network.__slots__:
            setattr(made, name, getattr(reading.network, name))
        made.source = reading.source
        made.warnings = reading.diagnostics
        made._text = reading.text  # noqa: SLF001 - its own
        made._asked = reading.asked  # noqa: SLF001 - its own
        made._design = design  # noqa: SLF001 - its own
        return made

    def at(
        self,
        /,
        *,
        input: Shape | str | Mapping[str, Shape | str] | None = None,  # noqa: A002 - as in `load`
        **variables: Any,  # noqa: ANN401 - any plain value
    ) -> Network:
        """The same spec with other values of variables, or other inputs, as `load` gives it.

        What is not named stays as this net was loaded. The spec is parsed once, when it is
        first asked for, and what stays the same is not computed again: made for sweeps.

        Args:
            input: another input shape, or shapes by input name.
            variables: values in place of the spec's own.

        Raises:
            SpecError: as from `load`.
            ValueError: `input` is no shape.
        """
        from cnncalc.api.reading import network_at  # noqa: PLC0415 - it needs this module

        before = self._asked
        if self._design is None:
            from cnncalc.build.design import Design  # noqa: PLC0415 - only for sweeps

            self._design = Design(self._text, self.source, before.limits)
        return network_at(self._design, before, input, variables)

    def summary(
        self,
        *,
        columns: Iterable[str] | None = None,
        depth: int | None = None,
        sort: str | None = None,
        batch: int = 1,
        count: str | None = None,
    ) -> Result[Summary]:
        """Every layer with its output shape and figures, and the totals, as `summarize` shows.

        Args:
            columns: names of columns, as `--columns` takes them.
            depth: fold blocks below this level into one row each.
            sort: order rows by this figure, the largest first, or by `name` or `type`.
            batch: the samples that MACs are counted for.
            count: a tool, such as `fvcore`, whose count is shown in place of MACs.

        Raises:
            ValueError: there is no such column, figure or tool.
        """
        from cnncalc.api import results  # noqa: PLC0415 - a net alone needs no formats

        chosen = None if columns is None else tuple(columns)
        return results.summary(self, chosen, depth=depth, sort=sort, batch=batch, count=count)

    def explain(self, layer: str = "") -> Result[Explanation]:
        """How every number comes about, of all layers or of one layer or block.

        Raises:
            KeyError: no layer and no block has this name.
        """
        from cnncalc.api import results  # noqa: PLC0415 - a net alone needs no formats

        return results.explanation(self, layer)

    def compare(
        self, *others: network.Network, mlp: bool = False, per_layer: bool = False
    ) -> Result[Comparison]:
        """This net beside others, layers aligned.

        Args:
            others: the nets; this one is what they are compared with.
            mlp: put the MLP that does the same job beside each.
            per_layer: what every convolution saves against a dense layer.
        """
        from cnncalc.api import results  # noqa: PLC0415 - a net alone needs no formats

        return results.comparison((self, *others), mlp=mlp, per_layer=per_layer)

    def check(
        self, /, *, ignore: Sequence[str] = (), select: Sequence[str] = (), **limits: str | float
    ) -> Result[Report]:
        """Hold the net to its expectations, to budgets, and look for slips of design.

        Args:
            ignore: codes, or their beginnings, to switch off.
            select: codes, or their beginnings, to switch on.
            limits: budgets, such as `max_params="5M"`, as the options of `check`.

        Raises:
            ValueError: there is no such code or budget.
        """
        from cnncalc.api import results  # noqa: PLC0415 - a net alone needs no formats

        return results.findings(self, self._text, ignore, select, limits)

    def draw(
        self,
        format: DrawFormat = "svg",  # noqa: A002 - as the option is called
        *,
        depth: int | None = None,
        weigh: Weigh = "params",
        direction: Direction = "down",
        unfold: bool = False,
    ) -> str:
        """A picture of the structure, as `draw` writes it.

        Args:
            format: `svg`, `text`, `mermaid` or `dot`.
            depth: close blocks below this level; None opens as many as can be read at a glance.
            weigh: whose share each box shows: `params`, `macs` or `memory`.
            direction: in which results flow, `down` or `right`; text is drawn downwards.
            unfold: draw equal turns of a loop one by one.

        Raises:
            ValueError: there is no such format, weight or direction.
        """
        from cnncalc.api.given import one_of, whole  # noqa: PLC0415 - only for pictures
        from cnncalc.render.drawing.formats import CHOICES, written  # noqa: PLC0415 - as above

        chosen = {"format": format, "weight": weigh, "direction": direction}
        for what, name in chosen.items():
            one_of(what, name, CHOICES[what])
        depth = None if depth is None else whole("depth", depth, 1)
        return written(self, format, depth=depth, weigh=weigh, direction=direction, unfold=unfold)

    def _repr_svg_(self) -> str:
        return self.draw()

    def _repr_html_(self) -> str:
        from cnncalc.api import results  # noqa: PLC0415 - a net alone needs no formats

        return results.summary(self).to("html")
