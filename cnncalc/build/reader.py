"""From a path or text to a net: the steps, in order."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from os.path import basename
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cnncalc.build.expand import expand
from cnncalc.diagnostics.diagnostic import unplaced
from cnncalc.importers.source import kind_of
from cnncalc.language.limits import DEFAULT, Limits
from cnncalc.language.parse import parse
from cnncalc.language.problems import SpecProblem
from cnncalc.language.text import ZOO, text_of, too_large
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cnncalc.build.expander import Expander, Kept
    from cnncalc.build.frameworks import Rules
    from cnncalc.build.imported import Imported
    from cnncalc.build.whole_net import Basis
    from cnncalc.diagnostics.diagnostic import Diagnostic
    from cnncalc.language.parse import Parsed
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network


#: The limits on nesting, of entries and of values, allow for half of them.
_MOST_FRAMES = 5000


class Asked(NamedTuple):
    """What was given beside the text: values of variables, shapes of inputs, limits."""

    overrides: Mapping[str, Any] = MappingProxyType({})
    shapes: Mapping[str, Shape] = MappingProxyType({})
    limits: Limits = DEFAULT


class Reading(NamedTuple):
    """A spec as read: its net as far as it could be built, and all diagnostics.

    `network` is None where not even the top level could be read; with errors
    it holds the layers above the first of them. `remarks` explain the figures of an
    imported model, a line each. The text of an imported net is in no file: what is
    said of it has no place.
    """

    source: str
    text: str
    network: Network | None
    diagnostics: tuple[Diagnostic, ...]
    asked: Asked = Asked()
    remarks: tuple[str, ...] = ()
    imported: bool = False

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


def read_path(  # noqa: PLR0913 - what may be set from outside
    path: str,
    *,
    overrides: Mapping[str, Any] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    limits: Limits = DEFAULT,
    unfold: bool = False,
    expander: Callable[..., Expander] | None = None,
) -> Reading:
    """Read a net from a file, from standard input (`-`), or from the zoo (`zoo:NAME`).

    A model of another tool is imported: an ONNX file, a Keras model, `package.module:callable`;
    with `unfold` the batch norms come back that an exporter folded into convolutions.
    `expander` is that of `read_text`.
    """
    try:
        kind = kind_of(path)
        if kind is None:
            text = text_of(path, limits)
        else:
            from cnncalc.build.imported import imported  # noqa: PLC0415 - start-up
            from cnncalc.importers.options import Options  # noqa: PLC0415 - start-up

            found = imported(path, kind, Options(shapes or {}, unfold), limits)
            return read_imported(found, path, overrides=overrides, limits=limits, expander=expander)
    except SpecProblem as problem:
        return Reading(path, "", None, (problem.diagnostic(path),))
    return read_text(
        text, source=path, overrides=overrides, shapes=shapes, limits=limits, expander=expander
    )


def read_imported(
    found: Imported,
    source: str,
    *,
    overrides: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT,
    expander: Callable[..., Expander] | None = None,
) -> Reading:
    """Read the net of a model that was imported; `expander` is that of `read_text`."""
    reading = read_text(
        found.text, source=source, overrides=overrides, limits=limits, expander=expander
    )
    return reading._replace(
        diagnostics=(*found.warnings, *unplaced(reading.diagnostics)),
        remarks=(*found.remarks, *_difference(found, reading)),
        imported=True,
    )


def _difference(found: Imported, reading: Reading) -> Iterator[str]:
    """By how much the parameters of a spec differ from those that the framework counts."""
    wanted = found.model.parameters
    if wanted is None or reading.network is None or reading.failed:
        return
    params = reading.network.totals.params
    if params != wanted:
        less = "fewer" if params < wanted else "more"
        yield (
            f"{reading.source}: the parameters of the model are {wanted:,}, those of the spec "
            f"{params:,}: {abs(params - wanted):,} {less}"
        )


def read_text(  # noqa: PLR0913 - what may be set from outside
    text: str,
    *,
    source: str = "<text>",
    overrides: Mapping[str, Any] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    limits: Limits = DEFAULT,
    expander: Callable[..., Expander] | None = None,
) -> Reading:
    """Read a net from the text of a spec.

    What makes the expander, if it is another than the usual one, may take more steps, and tell
    less of errors: a net with an error is built again by the usual one.
    """
    with without_collector(), room():
        try:
            if len(text) > limits.size:
                raise too_large(limits)
            parsed = parse(text, limits)
        except SpecProblem as problem:
            return Reading(source, text, None, _hinted((problem.diagnostic(source),), text))
        asked = Asked(overrides or {}, shapes or {}, limits)
        reading = reading_of(parsed, text, source, asked, expander=expander)[0]
        if expander is not None and reading.failed:
            reading = reading_of(parsed, text, source, asked)[0]
        return reading


def reading_of(  # noqa: PLR0913 - as `expand`
    parsed: Parsed,
    text: str,
    source: str,
    asked: Asked,
    kept: dict[Rules, Kept] | None = None,
    *,
    expander: Callable[..., Expander] | None = None,
) -> tuple[Reading, Basis | None]:
    """The net of a spec that is parsed, and what it owes to its inputs.

    `kept` and `expander` are those of `expand`.
    """
    network, diagnostics, basis = expand(
        parsed,
        name=_stem(source),
        source=source,
        overrides=asked.overrides,
        shapes=asked.shapes,
        limits=asked.limits,
        kept=kept,
        expander=expander,
    )
    return Reading(source, text, network, _hinted(diagnostics, text), asked), basis


def _hinted(diagnostics: tuple[Diagnostic, ...], text: str) -> tuple[Diagnostic, ...]:
    if not diagnostics:
        return diagnostics
    from cnncalc.diagnostics.listing import concisely  # noqa: PLC0415 - only for few specs

    diagnostics = tuple(map(concisely, diagnostics))
    if text.isascii():
        return diagnostics
    from cnncalc.language.punctuation import with_hints  # noqa: PLC0415 - only for few specs

    return with_hints(diagnostics, text)


@contextmanager
def without_collector() -> Iterator[None]:
    """Building a net makes no cycles, only objects to be kept: collecting finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def room() -> Iterator[None]:
    """Let a net of the deepest nesting that the limits allow be built, wherever it is asked for."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _MOST_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _stem(source: str) -> str:
    if source.startswith(ZOO):
        return source[len(ZOO) :]
    if source in ("-", "<text>"):
        return "net"
    name = basename(source)  # noqa: PTH119 - start-up: pathlib takes a while to import
    dot = name.rfind(".")
    return name[:dot] if 0 < dot < len(name) - 1 else name
