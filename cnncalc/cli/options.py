"""Arguments and options that several commands share, and reading nets by them."""

from __future__ import annotations

import sys
from os.path import isdir
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

from cnncalc.analysis.misreadings import misreadings
from cnncalc.build.reader import Asked, Reading, read_path, without_collector
from cnncalc.cli.declared import Argument, Option
from cnncalc.cli.effort import PLAIN, Effort
from cnncalc.cli.output import complain, one_line, style_of
from cnncalc.cli.usage import UsageError
from cnncalc.diagnostics import codes
from cnncalc.diagnostics.diagnostic import unplaced
from cnncalc.language.limits import DEFAULT, Limits
from cnncalc.language.problems import SpecProblem
from cnncalc.language.shapes import read_shape
from cnncalc.language.text import specs_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cnncalc.build.design import Design
    from cnncalc.build.expander import Expander
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network

Format = Literal["table", "json", "csv", "markdown"]
Dtype = Literal["float32", "float16", "bfloat16", "float64", "int8"]

Nets = Annotated[
    list[str],
    Argument(
        metavar="NET...", show_default=False, complete="nets",
        help="Specs or models (ONNX, Keras), - for standard input, zoo:NAME for a packaged net.",
    ),
]  # fmt: skip
Net = Annotated[
    str,
    Argument(
        metavar="NET", show_default=False, complete="nets",
        help="A spec or a model (ONNX, Keras), - for standard input, zoo:NAME for a packaged net.",
    ),
]  # fmt: skip
FormatOption = Annotated[Format, Option("--format", "-f", help="Output format.")]
SetOption = Annotated[
    list[str] | None,
    Option(
        "--set",
        "-s",
        metavar="NAME=VALUE",
        complete="variables",
        help="Set a variable of the spec.",
    ),
]
InputOption = Annotated[
    list[str] | None,
    Option(
        "--input",
        "-i",
        metavar="[NAME=]SHAPE",
        help="Another input shape, such as 3x64x64, or 64x64, which keeps the channels.",
    ),
]
MaxLayers = Annotated[
    int,
    Option(
        "--max-layers",
        min=1,
        metavar="N",
        help="The largest number of layers that a spec may unroll to.",
    ),
]
MaxSize = Annotated[
    int,
    Option("--max-size", min=1, metavar="N", help="The largest size of a spec, in bytes."),
]


class Reader:
    """Reads nets as the options say, and reports what is wrong with them.

    Attributes:
        expander: that of `read_text`, if it is not the usual one.
    """

    def __init__(
        self,
        sets: list[str] | None = None,
        inputs: list[str] | None = None,
        max_layers: int = DEFAULT.layers,
        max_size: int = DEFAULT.size,
    ) -> None:
        self.limits: Limits = DEFAULT._replace(layers=max_layers, size=max_size)
        try:
            self.overrides = dict(_setting(text, self.limits) for text in sets or ())
            self.shapes: dict[str, Shape] = dict(_shape(text) for text in inputs or ())
        except SpecProblem as problem:
            raise usage_error(problem) from None
        self.failed = False
        self.expander: Callable[..., Expander] | None = None
        self._design: Design | None = None  # what was read again last

    def read(self, path: str, effort: Effort = PLAIN, *, unfold: bool = False) -> Reading:
        """One net; its diagnostics go to standard error, and doubts about how it was read.

        `effort` is that of `within`, `unfold` that of `read_path`.
        """
        reading = self.look(path, unfold=unfold)
        if reading.network is not None and not reading.failed:
            doubts = misreadings(reading.network, reading.source)
            doubts = unplaced(doubts) if reading.imported else doubts
            reading = reading._replace(diagnostics=(*reading.diagnostics, *doubts))
        reading = self.within(reading, effort)
        self.report(reading)
        self.remark(reading)
        return reading

    def only(
        self, path: str, effort: Effort = PLAIN, *, unfold: bool = False
    ) -> tuple[Network, Reading]:
        """The one net of a command, and how it was read; ends with code 2 where it has errors.

        `effort` is that of `within`, `unfold` that of `read_path`.
        """
        reading = self.read(path, effort, unfold=unfold)
        if reading.failed or reading.network is None:
            raise SystemExit(2)
        return reading.network, reading

    def within(self, reading: Reading, effort: Effort) -> Reading:
        """The same, or an error where a net is too long for a command of this effort."""
        network = reading.network
        if network is None or reading.failed:
            return reading
        needed = effort.on(network, self.most)
        if needed <= self.most:
            return reading
        problem = SpecProblem(
            codes.LIMIT, f"a net of {len(network):,} layers is too long for this command",
            help=(f"`--max-layers {needed}` takes it",),
        )  # fmt: skip
        return reading._replace(network=None, diagnostics=(problem.diagnostic(reading.source),))

    @property
    def most(self) -> int:
        """The plain layers that any command takes."""
        return max(self.limits.layers, DEFAULT.layers)

    def look(self, path: str, *, unfold: bool = False) -> Reading:
        """One net, nothing said of what is wrong with it; `unfold` as in `read_path`."""
        return read_path(
            path, overrides=self.overrides, shapes=self.shapes, limits=self.limits, unfold=unfold,
            expander=self.expander,
        )  # fmt: skip

    def again(self, text: str, source: str, shapes: Mapping[str, Shape]) -> Reading:
        """The net of a text that was read before, for inputs of other shapes; without advice."""
        from cnncalc.build.design import Design  # noqa: PLC0415 - only for nets that are read again

        limits = self.limits._replace(advised=0)
        if self._design is None or self._design.text != text:
            with without_collector():
                self._design = Design(text, source, limits)
        return self._design.build(Asked(self.overrides, shapes, limits))

    def read_all(self, paths: Iterable[str], effort: Effort = PLAIN) -> Iterator[Reading]:
        """Every net, one after another; a bad one does not stop the others.

        `effort` is that of `within`.
        """
        for path in paths:
            yield self.read(path, effort)

    def expanded(self, nets: Iterable[str]) -> Iterator[str]:
        """The nets, with every spec below a folder in its place."""
        for net in nets:
            if net == "-" or not isdir(net):  # noqa: PTH112 - an empty name is no folder
                yield net
                continue
            found = specs_below(net, self.limits)
            if not found:
                raise UsageError(f"there is no spec (.yaml, .yml) below {net}")
            yield from found

    def fail(self, source: str, problem: SpecProblem) -> NoReturn:
        """Say what is wrong with a source that could not be read, and end with code 2."""
        self.report(Reading(source, "", None, (problem.diagnostic(source),)))
        raise SystemExit(2)

    def remark(self, reading: Reading) -> None:
        """Write what explains the figures of an imported model to standard error."""
        for remark in reading.remarks:
            complain(f"{one_line(remark)}\n")

    def report(self, reading: Reading) -> None:
        """Write what is wrong with a net to standard error."""
        self.failed = self.failed or reading.failed
        if reading.diagnostics:
            from cnncalc.render.diagnostics import as_text  # noqa: PLC0415 - only if needed

            style = style_of(sys.stderr)
            complain(as_text(reading.diagnostics, text=reading.text, style=style) + "\n")


def usage_error(problem: SpecProblem) -> UsageError:
    """A problem with an option's value."""
    ways = "".join(f" ({way})" for way in problem.help)
    return UsageError(f"{problem.message}{ways}")


def _setting(text: str, limits: Limits) -> tuple[str, Any]:
    from cnncalc.language.tree import read_tree  # noqa: PLC0415 - only for this option
    from cnncalc.language.values import plain, value_of  # noqa: PLC0415 - only for this option

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set {text}: write NAME=VALUE")
    try:
        tree = read_tree(value, limits)
    except SpecProblem as problem:
        raise UsageError(f"--set {text}: {problem.message}") from None

    def refuse(written: Any) -> Any:  # noqa: ANN401 - never returns
        raise UsageError(f"--set {text}: `{written.text}` is not computed here; give a value")

    try:
        return name.strip(), None if tree is None else plain(value_of(tree), refuse)
    except SpecProblem as problem:
        raise UsageError(f"--set {text}: {problem.message}") from None


def _shape(text: str) -> tuple[str, Shape]:
    """`3x64x64` or `left=3x64x64` as (input or "", shape)."""
    from cnncalc.language.tree import Position, Scalar  # noqa: PLC0415 - only for this option
    from cnncalc.language.values import plain, value_of  # noqa: PLC0415 - only for this option

    name, equals, shape = text.rpartition("=")
    sizes = value_of(Scalar(shape.strip("[]() ").replace(",", "x"), Position(), quoted=False))
    try:
        value = plain(sizes, lambda written: written)
        return name if equals else "", read_shape(sizes, "channels_first", value)
    except SpecProblem as problem:
        raise UsageError(f"--input {text}: {problem.message} (3x64x64, or NAME=3x64x64)") from None
