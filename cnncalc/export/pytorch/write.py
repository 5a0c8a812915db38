"""A spec as a PyTorch file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.export.heading import docstring, grouped, titled
from cnncalc.export.helpers import helper_texts
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import WIDTH, Bracket, fresh, fresh_class, identifier, laid_out
from cnncalc.export.pytorch.classes import RESERVED
from cnncalc.export.pytorch.constructors import constructor_lines
from cnncalc.export.pytorch.definitions import axis_word, wanted_by
from cnncalc.export.pytorch.file import File
from cnncalc.export.pytorch.flow import Flow
from cnncalc.export.pytorch.layers import order_of
from cnncalc.export.pytorch.modules import MODULES, text_of_module
from cnncalc.export.settle import settled
from cnncalc.export.statements import Line, names_of, without_unread, written
from cnncalc.export.symbols import constant, name
from cnncalc.export.trace import distinct
from cnncalc.export.unused import without_unused
from cnncalc.export.variables import fixed_variables, variables_of
from cnncalc.layers.base.code import Missing
from cnncalc.layers.base.layout import channel_axis
from cnncalc.layers.base.tensors import show_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.export.exported import Exported
    from cnncalc.export.follow import Follower
    from cnncalc.export.trace import Trace
    from cnncalc.language.limits import Limits
    from cnncalc.language.parse import Parsed
    from cnncalc.language.syntax import Spec
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.node import Node


def write(  # noqa: PLR0913 - what a net is built from
    parsed: Parsed,
    *,
    name: str,
    overrides: Mapping[str, Any],
    shapes: Mapping[str, Shape],
    limits: Limits,
    follower: Follower | None = None,
) -> Exported:
    """The PyTorch file of a sound spec.

    Args:
        parsed: the spec.
        name: the net's name if the spec gives none.
        overrides: values of variables in place of the spec's.
        shapes: shapes of inputs in place of the spec's.
        limits: what building the net may cost.
        follower: what followed the spec, if its net was built before.
    """
    return settled(
        parsed, _PyTorch(), name=name, overrides=overrides, shapes=shapes, limits=limits,
        follower=follower,
    )  # fmt: skip


class _PyTorch:
    """Writes nets as PyTorch code."""

    def knows(self, node: Node) -> bool:
        return not isinstance(node.layer.torch_code(node.facts.inputs), Missing)

    def whole(self, spec: Spec, traces: list[Trace], frozen: set[str]) -> tuple[str, File]:
        file = File(spec, traces, frozen)
        try:
            return _whole(file, frozen), file
        except Unsaid:
            if not file.kept_loops:
                raise
        file = File(spec, traces, frozen)  # what comes after a loop may need each of its turns
        file.keeps_loops = False
        return _whole(file, frozen), file

    def flat(self, spec: Spec, trace: Trace) -> Exported:
        return _layer_by_layer(spec, trace)


def _layer_by_layer(spec: Spec, trace: Trace) -> Exported:
    """The file that has a line for each layer or straight run."""
    file = File(spec, [trace], set(spec.variables))
    file.flat = True
    places = [Place(trace, trace.root.frame.variables)]
    tensors, _ = _inputs(file, places)
    names = ["x"] if len(tensors) == 1 else _input_variables(file.network.inputs)
    given = [
        one._replace(text=text, sizes=tuple(map(constant, one.shapes(places)[0])))
        for one, text in zip(tensors, names, strict=True)
    ]
    from cnncalc.export.pytorch.unrolled import Unrolled  # noqa: PLC0415 - start-up

    made = Unrolled(file, trace, given)
    _returned(made.body, made.fill())
    made.body.outer = ", ".join(names)
    text = _text(file, made.body, {}, set(spec.variables))
    return file.exported(text, flat=True)


def _whole(file: File, frozen: set[str]) -> str:
    spec = file.spec
    network = file.network
    body = Flow(file, set(spec.variables), top=True)
    file.bind(body)
    runs = [trace.root for trace in file.traces]
    places = [
        Place(trace, run.frame.variables) for trace, run in zip(file.traces, runs, strict=True)
    ]
    tensors, defaults = _inputs(file, places)
    if any(len(trace.network.outputs) != len(network.outputs) for trace in file.traces):
        raise Unsaid("a changing number of outputs")
    names = ["x"] if len(tensors) == 1 else _input_variables(network.inputs)
    current = [one._replace(text=text) for one, text in zip(tensors, names, strict=True)]
    for tensor in current:
        body.known[tensor.names] = tensor
    body.variables |= set(names)
    used = any((id(file.traces[0]), one, 0) in file.references for one in network.inputs)
    if len(tensors) == 1 and not spec.outputs:
        whole = body.straight_through(runs, places, current[0])
        if whole is not None:
            body.init = [Line(whole)]
            return _text(file, body, defaults, frozen)
        body.attributes = set()
    body.chain = "out" if used and len(tensors) == 1 else "x"
    end = body.flow(runs, places, current if len(current) == 1 else [], last=True)
    if spec.outputs:
        end = [
            body.found(tuple(trace.network.outputs[at] for trace in file.traces), places)
            for at in range(len(network.outputs))
        ]
    _returned(body, end)
    body.outer = ", ".join(names)
    return _text(file, body, defaults, frozen)


def _returned(body: Flow, end: Sequence[Tensor]) -> None:
    texts = ", ".join(one.text for one in end)
    body.forward = without_unused(body.forward, names_of(texts))
    last = body.forward[-1] if body.forward else None
    if len(end) == 1 and isinstance(last, Line) and last.before == f"{end[0].text} = ":
        body.forward[-1] = last._replace(before="return ")
        return
    body.forward.append(Line(texts, "return "))


def _inputs(file: File, places: Sequence[Place]) -> tuple[list[Tensor], dict[str, int]]:
    """The inputs of the net, and the sizes among them on which the code may depend."""
    network = file.network
    tensors, defaults = [], {}
    alone = len(network.inputs) == 1
    for one, shape in network.inputs.items():
        rank = len(shape)
        channel = channel_axis(network.layout, rank)
        moved = network.layout == "channels_last" and rank > 1
        if moved and alone:
            moved = wanted_by(places[0].trace.root)
        symbols = []
        for axis, size in enumerate(shape):
            same = all(place.trace.network.inputs[one][axis] == size for place in places)
            if same and (axis == channel or file.of_one_size):
                symbols.append(constant(size))
                continue
            word = axis_word(axis, rank, channel, sequence=_is_sequence(file, one))
            word = word if alone else f"{identifier(one)}_{word}"
            while word in file.spec_names | file.variable_names or word in defaults:
                word = f"in_{word}"
            file.size_names.add(word)
            for place in places:
                place.local[word] = place.trace.network.inputs[one][axis]
            defaults[word] = size
            symbols.append(name(word))
        names = tuple(one for _ in places)
        tensors.append(Tensor(names, tuple(symbols), "x", moved))
    return tensors, defaults


def _is_sequence(file: File, one: str) -> bool:
    """Whether what takes an input of the net takes its two axes as a length and features."""
    node = file.consumer_of(one)
    shapes = node.facts.inputs.shapes if node is not None else ()
    if node is None or node.layer.view or any(len(shape) != 2 for shape in shapes):  # noqa: PLR2004 - two axes
        return False
    return order_of(node) == "written"


def _input_variables(inputs: Iterable[str]) -> list[str]:
    """The parameters of `forward`, which several inputs may not share."""
    found: list[str] = []
    for one in inputs:
        word = identifier(one)
        found.append(fresh(f"{word}_" if word in RESERVED else word, found))
    return found


def _text(file: File, body: Flow, defaults: dict[str, int], frozen: set[str]) -> str:
    spec, network = file.spec, file.network
    body.init = without_unread(body.init)
    wanted = body.reading([*body.init, *body.forward])
    locals_, signature = variables_of(body, wanted, frozen, lambda block: file.class_of(block).name)
    signature += [f"{body.spelling(one)}={size}" for one, size in defaults.items() if one in wanted]
    taken = {*MODULES, *(one.name for one in file.classes.values())}
    name_ = fresh_class(titled(spec.name or network.name, spec.description), "Net", taken)
    description = spec.description
    lines = [f"class {name_}(nn.{'Module' if body.forward else 'Sequential'}):"]
    lines += laid_out(Bracket("def __init__(", ("self", *signature), "):"), 1)
    lines += ["        super().__init__()"] * bool(body.forward)
    lines += constructor_lines([*locals_, *body.init], body.taken)
    if body.forward:
        lines += ["", f"    def forward(self, {body.outer}):", *written(body.forward, 2)]
    file.modules = []
    for text in (lines, *(found.lines for found in file.classes.values())):
        file.note_modules("\n".join(text))
    parts = [file.classes[block].lines for block in file.order]
    parts += [laid_out(code, 0, before=f"{table} = ") for table, code in file.tables.items()]
    own = "\n\n\n".join(map("\n".join, [*parts, lines]))
    modules = {one: text_of_module(one) for one in MODULES if one in file.modules}
    texts = [*helper_texts(modules, own), own, "\n".join(_proof(file, name_))]
    head = [
        _docstring(file, description, fixed_variables(file, wanted - frozen)),
        "",
        *_imports(texts),
    ]
    return "\n\n\n".join(["\n".join(head), *texts]) + "\n"


def _docstring(file: File, description: object, fixed: Sequence[str]) -> str:
    network = file.network
    totals = network.totals
    inputs = ", ".join(
        f"{one} {show_shape(_arriving(file, one))}" if len(network.inputs) > 1
        else show_shape(_arriving(file, one)) for one in network.inputs
    )  # fmt: skip
    kept = f", {totals.buffers:,} in buffers" if totals.buffers else ""
    facts = f"Input {inputs}; {totals.params:,} parameters{kept}, {totals.macs:,} MACs."
    return docstring(
        network.name, description, facts, flattened=file.flattened,
        structure=file.structure, fixed=fixed,
        order="The channels come first here, as PyTorch has them; the spec has them last."
        if network.layout == "channels_last" and _has_maps(file) else None,
    )  # fmt: skip


def _has_maps(file: File) -> bool:
    """Whether something in the net has its channels in another place than the spec has them."""
    inputs = file.network.inputs.items()
    return any(_arriving(file, one) != tuple(shape) for one, shape in inputs) or any(
        order_of(node) == "channels_first" and max(map(len, node.facts.inputs.shapes)) > 1
        for node in distinct(file.network.layers)
    )


def _arriving(file: File, one: str) -> tuple[int, ...]:
    shape = file.network.inputs[one]
    if file.network.layout == "channels_last" and len(shape) > 1:
        alone = len(file.network.inputs) == 1
        if not alone or wanted_by(file.traces[0].root):
            return (shape[-1], *shape[:-1])
    return tuple(shape)


def _imports(texts: Sequence[str]) -> list[str]:
    found = ["import math", ""] if any("math." in text for text in texts) else []
    return [*found, "import torch", "from torch import nn"]


def _proof(file: File, name_: str) -> list[str]:
    network = file.network
    totals = network.totals
    arguments = []
    for one in network.inputs:
        sizes = ", ".join(map(str, (1, *_arriving(file, one))))
        kind = ", dtype=torch.long" if file.takes_indices(one) else ""
        arguments.append(f"torch.zeros({sizes}{kind})")
    lines = [
        'if __name__ == "__main__":',
        f"    model = {name_}().eval()",
        f"    assert sum(p.numel() for p in model.parameters()) == {grouped(totals.params)}",
    ]
    shapes = [
        f"({', '.join(map(str, (1, *network.shape_of(output))))})" for output in network.outputs
    ]
    short = f"    assert model({', '.join(arguments)}).shape == {shapes[0]}"
    if len(shapes) == 1 and len(short) <= WIDTH:
        return [*lines, short]
    lines += laid_out(Bracket("model(", tuple(arguments)), 1, before="output = ")
    if len(shapes) == 1:
        return [*lines, f"    assert output.shape == {shapes[0]}"]
    return [*lines, *(f"    assert output[{at}].shape == {one}" for at, one in enumerate(shapes))]
