r"""Reading nets: a spec to a net whose layers, shapes and totals a notebook can use.

>>> net = parse("input: 3x32x32\nlayers: [{conv: {filters: 10, kernel: 3}}]")
>>> net["conv_1"].output_shape, net.totals.params
((10, 30, 30), 280)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.api.given import shapes
from cnncalc.api.network import Network
from cnncalc.build.reader import Asked, Reading, read_path, read_text
from cnncalc.language.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from cnncalc.build.design import Design
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.layers.base.tensors import Shape


class SpecError(ValueError):
    """A spec has errors.

    Attributes:
        diagnostics: all of them, warnings included, with their places.
        partial: the net above the first error, or None.
    """

    def __init__(self, reading: Reading) -> None:
        from cnncalc.render.diagnostics import as_text  # noqa: PLC0415 - only on errors

        errors = [one for one in reading.diagnostics if one.severity == "error"]
        super().__init__("\n" + as_text(errors, text=reading.text))
        self.diagnostics: tuple[Diagnostic, ...] = reading.diagnostics
        self.partial: Network | None = Network.of(reading) if reading.network is not None else None


def load(
    path: str | PathLike[str],
    *,
    variables: Mapping[str, Any] | None = None,
    input: Shape | str | Mapping[str, Shape | str] | None = None,  # noqa: A002 - the word of the spec
    limits: Limits = DEFAULT,
) -> Network:
    """The net of a spec file, of standard input (`-`) or of the zoo (`zoo:resnet`).

    Args:
        path: the file.
        variables: values in place of the spec's own, as `--set` gives them.
        input: another input shape, `(3, 64, 64)` or `"3x64x64"`, or shapes by input name.
        limits: what the spec may cost.

    Raises:
        SpecError: the spec has errors; it holds all of them.
        ValueError: `input` is no shape.
    """
    return _network(read_path(str(path), overrides=variables, shapes=shapes(input), limits=limits))


def parse(
    text: str,
    *,
    variables: Mapping[str, Any] | None = None,
    input: Shape | str | Mapping[str, Shape | str] | None = None,  # noqa: A002 - the word of the spec
    limits: Limits = DEFAULT,
) -> Network:
    """The net of a spec's text; the arguments and errors of `load`."""
    return _network(read_text(text, overrides=variables, shapes=shapes(input), limits=limits))


def network_at(
    design: Design,
    before: Asked,
    input: Shape | str | Mapping[str, Shape | str] | None,  # noqa: A002 - the word of the spec
    variables: Mapping[str, Any],
) -> Network:
    """The net of a spec with some settings in place of those before; raises as `load`."""
    asked = before._replace(
        overrides={**before.overrides, **variables}, shapes={**before.shapes, **shapes(input)}
    )
    return _network(design.build(asked), design)


def _network(reading: Reading, design: Design | None = None) -> Network:
    if reading.failed or reading.network is None:
        raise SpecError(reading)
    return Network.of(reading, design)
